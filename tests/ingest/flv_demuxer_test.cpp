// SPDX-License-Identifier: MIT
#include "flv_demuxer.hpp"

#include "rtmp_script.hpp"

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using media::MediaTime;

const ByteList kSps = {0x67, 0x64, 0x00, 0x2a, 0xac, 0xd9, 0x40, 0x79, 0x02, 0x27, 0x88, 0x9b, 0x01,
                       0x10, 0x00, 0x00, 0x3e, 0x90, 0x00, 0x0e, 0xa6, 0x00, 0xf1, 0x83, 0x19, 0x60};
const ByteList kPps = {0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0};
const ByteList kHevcVps = {0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00,
                           0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x78, 0x95, 0x98, 0x09};
const ByteList kHevcSps = {0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00,
                           0x00, 0x03, 0x00, 0x78, 0xa0, 0x03, 0xc4, 0x80, 0x10, 0xe7, 0x25, 0x65, 0x95, 0x9a,
                           0x49, 0x32, 0xbc, 0x05, 0xa0, 0x20, 0x00, 0x00, 0x7d, 0x20, 0x00, 0x0e, 0xa6, 0x01};
const ByteList kHevcPps = {0x44, 0x01, 0xc1, 0x72, 0xb4, 0x62, 0x40};

ByteList with_length(const ByteList& nal, std::size_t length_size) {
  ByteList bytes;
  for (std::size_t i = length_size; i-- > 0;) bytes.push_back(static_cast<std::uint8_t>(nal.size() >> (8 * i)));
  append(bytes, nal);
  return bytes;
}

ByteList avc_record(std::uint8_t length_size = 4) {
  ByteList bytes = {1, 0x64, 0, 0x2a, static_cast<std::uint8_t>(0xFC | (length_size - 1)), 0xE1};
  append(bytes, with_length(kSps, 2));
  bytes.push_back(1);
  append(bytes, with_length(kPps, 2));
  return bytes;
}

ByteList hevc_record() {
  ByteList bytes(22, 0);
  bytes[0] = 1;
  bytes[21] = 3;
  bytes.push_back(3);
  for (const ByteList* set : {&kHevcVps, &kHevcSps, &kHevcPps}) {
    bytes.insert(bytes.end(), {static_cast<std::uint8_t>(0x80 | (*set)[0] >> 1), 0, 1});
    append(bytes, with_length(*set, 2));
  }
  return bytes;
}

RtmpMessage video(std::uint32_t time, ByteList head, const ByteList& body) {
  append(head, body);
  return {rtmp_type::kVideo, 1, time, std::move(head)};
}

RtmpMessage avc_config(std::uint8_t length_size = 4) {
  return video(0, {0x17, 0, 0, 0, 0}, avc_record(length_size));
}

RtmpMessage picture(std::uint32_t time, int composition, bool key) {
  const auto c = static_cast<std::uint32_t>(composition);
  ByteList head = {static_cast<std::uint8_t>(key ? 0x17 : 0x27), 1, static_cast<std::uint8_t>(c >> 16),
                   static_cast<std::uint8_t>(c >> 8), static_cast<std::uint8_t>(c)};
  return video(time, head, with_length({static_cast<std::uint8_t>(key ? 0x65 : 0x41), 1, 2, 3}, 4));
}

RtmpMessage aac_config() {
  return {rtmp_type::kAudio, 1, 0, {0xAF, 0, 0x11, 0x90}};
}
RtmpMessage aac_frame(std::uint32_t time) {
  return {rtmp_type::kAudio, 1, time, {0xAF, 1, 0xDE, 0xAD}};
}

struct Read {
  std::vector<media::Sample> samples;
  std::vector<std::shared_ptr<const media::TrackSet>> tracks;
  std::vector<std::string> problems;
  std::vector<std::string> discontinuities;
  std::string order;  // t, s, d, p
};

Read take(FlvDemuxer& demuxer) {
  Read read;
  for (FlvOutput& output : demuxer.take()) {
    switch (output.kind) {
      case FlvOutput::Kind::kTracks:
        read.order += 't', read.tracks.push_back(output.tracks);
        break;
      case FlvOutput::Kind::kSample:
        read.order += 's', read.samples.push_back(output.sample);
        break;
      case FlvOutput::Kind::kDiscontinuity:
        read.order += 'd', read.discontinuities.push_back(output.reason);
        break;
      case FlvOutput::Kind::kProblem:
        read.order += 'p', read.problems.push_back(output.reason);
    }
  }
  return read;
}

TEST(FlvDemuxer, AnnouncesBothTracksOnceAndThenSamples) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push(picture(0, 80, true));
  demuxer.push(aac_config());
  demuxer.push(aac_frame(0));
  const Read read = take(demuxer);
  ASSERT_EQ(read.order, "tss");
  ASSERT_EQ(read.tracks[0]->tracks.size(), 2U);
  const media::Track& track = read.tracks[0]->tracks[0];
  EXPECT_EQ(track.codec, media::Codec::kH264);
  EXPECT_EQ(track.width, 1922);
  EXPECT_EQ(read.tracks[0]->tracks[1].sample_rate, 48000);
  EXPECT_EQ(read.samples[0].data, SharedBytes(ByteList{0, 0, 0, 1, 0x65, 1, 2, 3}));
  EXPECT_TRUE(read.samples[0].key);
  EXPECT_EQ(read.samples[0].pts, MediaTime(80 * 90));
  EXPECT_EQ(read.samples[1].data, SharedBytes(ByteList{0xDE, 0xAD}));
  EXPECT_EQ(read.samples[1].duration, MediaTime(1920));
}

TEST(FlvDemuxer, WaitsASecondForTheOtherTrackOnly) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  for (std::uint32_t time = 0; time < 1000; time += 40) demuxer.push(picture(time, 0, time == 0));
  EXPECT_EQ(take(demuxer).order, "");
  demuxer.push(picture(1000, 0, false));
  const Read read = take(demuxer);
  EXPECT_EQ(read.order.substr(0, 2), "ts");
  EXPECT_EQ(read.samples.size(), 26U);
}

TEST(FlvDemuxer, ReadsOtherLengthSizes) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config(2));
  demuxer.push(video(0, {0x17, 1, 0, 0, 0}, with_length({0x65, 9}, 2)));
  demuxer.flush();
  EXPECT_EQ(take(demuxer).samples.at(0).data, SharedBytes(ByteList{0, 0, 0, 1, 0x65, 9}));
}

TEST(FlvDemuxer, ReadsHevcInAllItsForms) {
  const ByteList slice = with_length({19 << 1, 1, 7}, 4);
  const auto four_cc = [](int packet_type) {
    return ByteList{static_cast<std::uint8_t>(0x90 | packet_type), 'h', 'v', 'c', '1'};
  };
  ByteList frame = four_cc(1);
  frame.insert(frame.end(), {0, 0, 40});
  const std::vector<std::pair<RtmpMessage, RtmpMessage>> forms = {
      {video(0, {0x1C, 0, 0, 0, 0}, hevc_record()), video(0, {0x1C, 1, 0, 0, 40}, slice)},
      {video(0, {0x17, 0, 0, 0, 0}, hevc_record()), video(0, {0x17, 1, 0, 0, 40}, slice)},  // mislabelled
      {video(0, four_cc(0), hevc_record()), video(0, frame, slice)},
      {video(0, four_cc(0), hevc_record()), video(40, four_cc(3), slice)},
  };
  for (const auto& [config, coded] : forms) {
    FlvDemuxer demuxer;
    demuxer.push(config);
    demuxer.push(coded);
    demuxer.flush();
    const Read read = take(demuxer);
    ASSERT_EQ(read.order, "ts");
    EXPECT_EQ(read.tracks[0]->tracks[0].codec, media::Codec::kHevc);
    EXPECT_EQ(read.tracks[0]->tracks[0].height, 1078);
    EXPECT_EQ(read.samples[0].pts, MediaTime(3600));
    EXPECT_TRUE(read.samples[0].key);
  }
}

TEST(FlvDemuxer, KeepsTimesForwardAcrossThe32BitWrap) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push(aac_config());
  const std::uint32_t start = 0xFFFFFF00U;
  RtmpMessage first = picture(start, 0, true);
  demuxer.push(std::move(first));
  take(demuxer);
  MediaTime last{-1};
  for (std::uint32_t i = 0; i < 20; ++i) {
    demuxer.push(picture(start + 40 + i * 40, i % 2 ? 0 : 80, false));
    const Read read = take(demuxer);
    ASSERT_EQ(read.order, "s") << i;
    if (i > 0) EXPECT_EQ(read.samples[0].dts - last, MediaTime(3600));
    last = read.samples[0].dts;
  }
}

TEST(FlvDemuxer, KeepsDecodingBeforeDisplayWhereCompositionTimesAreNegative) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push(aac_config());
  demuxer.push(picture(1000, 0, true));
  demuxer.push(picture(1040, 40, false));
  demuxer.push(picture(1080, -40, false));
  demuxer.push(picture(1120, 0, false));
  const Read read = take(demuxer);
  ASSERT_EQ(read.samples.size(), 4U);
  EXPECT_EQ(read.samples[2].pts, MediaTime(1040 * 90 + 1));  // once, where it is found out, a tick late
  EXPECT_EQ(read.samples[3].pts, MediaTime(1120 * 90));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_LE(read.samples[i].dts, read.samples[i].pts) << i;
    if (i > 0) EXPECT_GT(read.samples[i].dts, read.samples[i - 1].dts) << i;
  }
}

TEST(FlvDemuxer, RebuildsExactAudioTimesFromRoundedOnes) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push({rtmp_type::kAudio, 1, 0, {0xAF, 0, 0x12, 0x10}});  // 44.1 kHz
  for (int i = 0; i < 400; ++i) demuxer.push(aac_frame(static_cast<std::uint32_t>(i * 1024 * 1000LL / 44100)));
  const Read read = take(demuxer);
  ASSERT_EQ(read.samples.size(), 400U);
  for (int i = 1; i < 400; ++i) {
    const auto step = (read.samples[i].dts - read.samples[i - 1].dts).count();
    EXPECT_GE(step, 2089);
    EXPECT_LE(step, 2090);
  }
}

TEST(FlvDemuxer, FollowsAGapInTheAudio) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push(aac_config());
  for (const std::uint32_t time : {0U, 21U, 43U, 500U, 521U}) demuxer.push(aac_frame(time));
  const Read read = take(demuxer);
  EXPECT_EQ(read.samples[3].dts, MediaTime(500 * 90));
  EXPECT_EQ(read.samples[4].dts, MediaTime(500 * 90 + 1920));
}

TEST(FlvDemuxer, KeepsAudioForwardWhenItsTimesStepBack) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push(aac_config());
  for (const std::uint32_t time : {0U, 500U, 100U, 121U, 142U, 800U}) demuxer.push(aac_frame(time));
  const Read read = take(demuxer);
  for (std::size_t i = 1; i < read.samples.size(); ++i) EXPECT_GT(read.samples[i].dts, read.samples[i - 1].dts) << i;
  EXPECT_EQ(read.samples.back().dts, MediaTime(800 * 90));
}

TEST(FlvDemuxer, SaysWhenTimestampsJump) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push(aac_config());
  demuxer.push(picture(100'000, 0, true));
  demuxer.push(picture(50, 0, true));
  const Read read = take(demuxer);
  EXPECT_EQ(read.order.substr(read.order.size() - 2), "ds");
  EXPECT_EQ(read.samples.back().dts, MediaTime(50 * 90));
}

TEST(FlvDemuxer, AnnouncesAChangedConfigurationButNotARepeatedOne) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push(aac_config());
  demuxer.push(avc_config());
  demuxer.push(aac_frame(0));
  EXPECT_EQ(take(demuxer).order, "ts");
  demuxer.push({rtmp_type::kAudio, 1, 0, {0xAF, 0, 0x12, 0x10}});
  EXPECT_EQ(take(demuxer).order, "t");
}

TEST(FlvDemuxer, NamesCodecsThatItDoesNotTakeOnce) {
  FlvDemuxer demuxer;
  for (int i = 0; i < 3; ++i) demuxer.push({rtmp_type::kVideo, 1, 0, {0x14, 1, 2}});
  demuxer.push({rtmp_type::kAudio, 1, 0, {0x2F, 1, 2}});
  demuxer.push({rtmp_type::kVideo, 1, 0, {0x90, 'v', 'p', '0', '9', 0}});
  const Read read = take(demuxer);
  ASSERT_EQ(read.problems.size(), 3U);
  EXPECT_EQ(read.problems[0], "publishes VP6 video; H.264, HEVC or AV1 expected");
  EXPECT_EQ(read.problems[1], "publishes MP3 audio; AAC, Opus, AC-3 or E-AC-3 expected");
  EXPECT_EQ(read.problems[2], "publishes VP9 (vp09) video; H.264, HEVC or AV1 expected");
}

TEST(FlvDemuxer, LeavesDamagedPicturesOut) {
  FlvDemuxer demuxer;
  demuxer.push(avc_config());
  demuxer.push(aac_config());
  demuxer.push(video(0, {0x17, 1, 0, 0, 0}, {0, 0, 0, 9, 0x65}));
  demuxer.push(video(0, {0x17, 1, 0, 0, 0}, {0, 0}));
  demuxer.push(video(0, {0x17, 1}, {}));
  EXPECT_EQ(take(demuxer).order, "");
  EXPECT_EQ(demuxer.damaged(), 3U);
  demuxer.push(picture(40, 0, false));
  EXPECT_EQ(take(demuxer).order, "ts");
}

}  // namespace
}  // namespace grandstand::ingest

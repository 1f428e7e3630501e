// SPDX-License-Identifier: MIT
// Enhanced RTMP v2, packet type by packet type. Pictures are real enough for the demuxer, not for a decoder:
// flv_real_codecs_test.cpp has those.
#include "flv_demuxer.hpp"
#include "rtmp_stimulus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using media::Codec;
using media::MediaTime;
using test::ByteList;
using test::put;
using namespace test::enhanced;  // NOLINT: the vocabulary of these tests

// 1922x1078
const ByteList kAvcRecord = {1,    0x64, 0,    0x2a, 0xFF, 0xE1, 0,    26,   0x67, 0x64, 0x00, 0x2a, 0xac, 0xd9, 0x40,
                             0x79, 0x02, 0x27, 0x88, 0x9b, 0x01, 0x10, 0x00, 0x00, 0x3e, 0x90, 0x00, 0x0e, 0xa6, 0x00,
                             0xf1, 0x83, 0x19, 0x60, 1,    0,    6,    0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0};
const ByteList kAac48 = {0x11, 0x90};

ByteList opus_head(std::uint8_t channels) {
  ByteList bytes;
  put(bytes, "OpusHead");
  put(bytes, ByteList{1, channels, 0x38, 1, 0x80, 0xBB, 0, 0, 0, 0, 0});
  return bytes;
}

ByteList slice(bool key) {
  return {0, 0, 0, 4, static_cast<std::uint8_t>(key ? 0x65 : 0x41), 1, 2, 3};
}
ByteList av1_unit(bool key) {
  return {0x32, 3, static_cast<std::uint8_t>(key ? 0x10 : 0x30), 7, 7};
}

struct Read {
  std::vector<media::Sample> samples;
  std::vector<std::shared_ptr<const media::TrackSet>> tracks;
  std::vector<std::string> problems;
};

class EnhancedTest : public testing::Test {
 protected:
  void video(std::uint32_t time, ByteList bytes) { demuxer_.push({rtmp_type::kVideo, 1, time, std::move(bytes)}); }
  void audio(std::uint32_t time, ByteList bytes) { demuxer_.push({rtmp_type::kAudio, 1, time, std::move(bytes)}); }
  Read take() {
    Read read;
    for (FlvOutput& output : demuxer_.take()) {
      if (output.kind == FlvOutput::Kind::kTracks) read.tracks.push_back(output.tracks);
      if (output.kind == FlvOutput::Kind::kSample) read.samples.push_back(output.sample);
      if (output.kind == FlvOutput::Kind::kProblem) read.problems.push_back(output.reason);
    }
    return read;
  }
  static std::vector<std::uint32_t> ids(const media::TrackSet& tracks) {
    std::vector<std::uint32_t> ids;
    for (const auto& track : tracks.tracks) ids.push_back(track.id);
    return ids;
  }

  FlvDemuxer demuxer_;
};

TEST_F(EnhancedTest, ReadsEveryVideoCodecItNames) {
  video(0, tag(video_head(true), kSequenceStart, "avc1", kAvcRecord));
  video(0, tag(video_head(true), kCodedFrames, "avc1", composed(80, slice(true))));
  demuxer_.flush();
  Read read = take();
  EXPECT_EQ(read.tracks.at(0)->video()->codec, Codec::kH264);
  EXPECT_EQ(read.samples.at(0).pts, MediaTime(80 * 90));
  video(40, tag(video_head(false), kCodedFramesX, "avc1", slice(false)));
  EXPECT_EQ(take().samples.at(0).pts, MediaTime(40 * 90));

  video(80, tag(video_head(true), kSequenceStart, "av01", av1_record(1920, 1080)));
  video(80, tag(video_head(true), kCodedFrames, "av01", av1_unit(true)));
  read = take();
  ASSERT_EQ(read.tracks.size(), 1U);
  EXPECT_EQ(read.tracks[0]->video()->codec, Codec::kAv1);
  EXPECT_EQ(read.tracks[0]->video()->width, 1920);
  EXPECT_EQ(read.tracks[0]->video()->height, 1080);
  ASSERT_EQ(read.samples.size(), 1U);
  EXPECT_TRUE(read.samples[0].key);
  EXPECT_EQ(read.samples[0].dts, read.samples[0].pts);  // AV1 has no composition time
  video(120, tag(video_head(false), kCodedFramesX, "av01", av1_unit(false)));
  EXPECT_FALSE(take().samples.at(0).key);
}

TEST_F(EnhancedTest, ReadsAv1UnderTheNumberThatSomeSendersUse) {
  ByteList config = {0x1D, 0, 0, 0, 0};
  put(config, av1_record(1280, 720));
  video(0, config);
  ByteList frame = {0x1D, 1, 0, 0, 0};
  put(frame, av1_unit(true));
  video(0, frame);
  demuxer_.flush();
  EXPECT_EQ(take().tracks.at(0)->video()->codec, Codec::kAv1);
}

TEST_F(EnhancedTest, GivesAv1UnitsSizesAndTakesDelimitersOut) {
  video(0, tag(video_head(true), kSequenceStart, "av01", av1_record(64, 64)));
  video(0, tag(video_head(true), kCodedFrames, "av01", {0x12, 0, 0x7A, 1, 9, 0x30, 0x10, 1, 2}));
  demuxer_.flush();
  EXPECT_EQ(take().samples.at(0).data, SharedBytes(ByteList{0x32, 3, 0x10, 1, 2}));
  video(40, tag(video_head(true), kCodedFrames, "av01", {0x32, 9, 0x10}));
  EXPECT_EQ(demuxer_.damaged(), 1U);
}

TEST_F(EnhancedTest, ReadsEveryAudioCodecItNames) {
  audio(0, tag(kAudioHead, kSequenceStart, "mp4a", kAac48));
  audio(0, tag(kAudioHead, kCodedFrames, "mp4a", {1, 2}));
  demuxer_.flush();
  Read read = take();
  EXPECT_EQ(read.tracks.at(0)->tracks.at(0).codec, Codec::kAac);

  audio(40, tag(kAudioHead, kSequenceStart, "Opus", opus_head(2)));
  audio(40, tag(kAudioHead, kCodedFrames, "Opus", {0xFC, 1, 2}));  // 20 ms, one frame
  read = take();
  EXPECT_EQ(read.tracks.at(0)->tracks.at(0).codec, Codec::kOpus);
  EXPECT_EQ(read.tracks[0]->tracks[0].channels, 2);
  EXPECT_EQ(read.samples.at(0).duration, MediaTime(1800));

  ByteList ac3 = {0x0B, 0x77, 0, 0, 0x00, 0x40, 0x43, 0xE1};  // 48 kHz, 32 kbit/s: 128 bytes, stereo
  ac3.resize(128);
  audio(60, tag(kAudioHead, kCodedFrames, "ac-3", ac3));
  read = take();
  EXPECT_EQ(read.tracks.at(0)->tracks.at(0).codec, Codec::kAc3);
  EXPECT_EQ(read.samples.at(0).duration, MediaTime(2880));

  ByteList eac3 = {0x0B, 0x77, 0x00, 0x1F, 0x34, 0x80, 0, 0};  // 64 bytes, 48 kHz, 6 blocks, stereo, bsid 16
  eac3.resize(64);
  audio(92, tag(kAudioHead, kCodedFrames, "ec-3", eac3));
  read = take();
  EXPECT_EQ(read.tracks.at(0)->tracks.at(0).codec, Codec::kEac3);
  EXPECT_EQ(read.tracks[0]->tracks[0].channels, 2);
  EXPECT_EQ(read.samples.at(0).duration, MediaTime(2880));
}

TEST_F(EnhancedTest, PassesOverWhatTheCodecsSayThemselves) {
  video(0, tag(video_head(true), kSequenceStart, "avc1", kAvcRecord));
  video(0, tag(video_head(true), kMetadata, "avc1", {2, 0, 9, 'c', 'o', 'l', 'o', 'r', 'I', 'n', 'f', 'o'}));
  audio(0, tag(kAudioHead, kSequenceStart, "mp4a", kAac48));
  audio(0, tag(kAudioHead, kMultichannelConfig, "mp4a", {1, 2, 0, 0, 0, 3}));
  video(0, {0xD0, 0});  // a seeking mark
  video(0, tag(video_head(true), kCodedFramesX, "avc1", slice(true)));
  video(40, tag(video_head(true), kSequenceEnd, "avc1", {}));
  audio(40, tag(kAudioHead, kSequenceEnd, "mp4a", {}));
  const Read read = take();
  EXPECT_EQ(read.samples.size(), 1U);
  EXPECT_THAT(read.problems, testing::IsEmpty());
  EXPECT_EQ(demuxer_.damaged(), 0U);
}

TEST_F(EnhancedTest, AddsNanosecondsToTheTime) {
  video(0, tag(video_head(true), kSequenceStart, "av01", av1_record(64, 64)));
  video(33, tag_with_offset(video_head(true), 366'667, kCodedFrames, "av01", av1_unit(true)));
  audio(33, tag(kAudioHead, kSequenceStart, "Opus", opus_head(2)));
  audio(33, tag_with_offset(kAudioHead, 500'000, kCodedFrames, "Opus", {0xFC, 1}));
  const Read read = take();
  EXPECT_EQ(read.samples.at(0).dts, MediaTime(3003));
  EXPECT_EQ(read.samples.at(1).dts, MediaTime(3015));
}

TEST_F(EnhancedTest, PassesOverExtensionsItDoesNotKnow) {
  video(0, tag(video_head(true), kSequenceStart, "av01", av1_record(64, 64)));
  ByteList bytes = {static_cast<std::uint8_t>(video_head(true) | kModEx), 255};  // 256 and more: the length follows
  put(bytes, 299, 2);
  bytes.resize(bytes.size() + 300, 0xEE);
  put(bytes, 0xF0 | kModEx, 1);  // of type 15, and another one
  put(bytes, ByteList{0, 1, 0xF0 | kCodedFrames});
  put(bytes, "av01");
  put(bytes, av1_unit(true));
  video(7, bytes);
  demuxer_.flush();
  EXPECT_EQ(take().samples.at(0).dts, MediaTime(7 * 90));
}

TEST_F(EnhancedTest, MakesALadderOfSeveralVideoTracksBestFirst) {
  // Track 0 as everybody sends it, the others as OBS does, the largest in the middle.
  video(0, tag(video_head(true), kSequenceStart, "av01", av1_record(640, 360)));
  audio(0, tag(kAudioHead, kSequenceStart, "mp4a", kAac48));
  video(0, multitrack(video_head(true), true, kOneTrack, kSequenceStart, {{1, "av01", av1_record(1920, 1080)}}));
  video(0, multitrack(video_head(true), true, kOneTrack, kSequenceStart, {{2, "av01", av1_record(1280, 720)}}));
  audio(0, multitrack(kAudioHead, false, kOneTrack, kSequenceStart, {{1, "Opus", opus_head(1)}}));
  for (std::uint32_t time : {0U, 40U}) {
    const bool key = time == 0;
    video(time, tag(video_head(key), kCodedFrames, "av01", av1_unit(key)));
    for (std::uint8_t track : {1, 2}) {
      video(time, multitrack(video_head(key), true, kOneTrack, kCodedFrames, {{track, "av01", av1_unit(key)}}));
    }
    audio(time, tag(kAudioHead, kCodedFrames, "mp4a", {1, 2}));
    audio(time, multitrack(kAudioHead, false, kOneTrack, kCodedFrames, {{1, "Opus", {0xFC, 1}}}));
  }
  const Read read = take();
  ASSERT_EQ(read.tracks.size(), 1U);  // announced once
  EXPECT_THAT(ids(*read.tracks[0]), testing::ElementsAre(3, 5, 1, 2, 4));
  EXPECT_EQ(read.tracks[0]->video()->height, 1080);
  EXPECT_EQ(read.samples.size(), 10U);
  for (const auto& sample : read.samples) EXPECT_NE(read.tracks[0]->find(sample.track), nullptr);
}

TEST_F(EnhancedTest, ReadsManyTracksOfOneMessage) {
  video(0, multitrack(video_head(true), true, kManyTracks, kSequenceStart,
                      {{0, "av01", av1_record(1280, 720)}, {1, "av01", av1_record(640, 360)}}));
  video(0, multitrack(video_head(true), true, kManyTracks, kCodedFrames,
                      {{0, "av01", av1_unit(true)}, {1, "av01", av1_unit(true)}}));
  audio(0, multitrack(kAudioHead, false, kManyTracks, kSequenceStart,
                      {{0, "Opus", opus_head(2)}, {3, "Opus", opus_head(1)}}));
  audio(0, multitrack(kAudioHead, false, kManyTracks, kCodedFrames, {{0, "Opus", {0xFC, 1}}, {3, "Opus", {0xFC, 2}}}));
  const Read read = take();
  EXPECT_THAT(ids(*read.tracks.back()), testing::ElementsAre(1, 3, 2, 8));
  EXPECT_EQ(read.samples.size(), 4U);
  EXPECT_EQ(read.samples[1].data, SharedBytes(av1_unit(true)));
  EXPECT_EQ(read.samples[3].data, SharedBytes(ByteList{0xFC, 2}));
}

TEST_F(EnhancedTest, ReadsManyTracksOfManyCodecsAndNamesThoseItDoesNotTake) {
  video(0, multitrack(video_head(true), true, kManyTracksManyCodecs, kSequenceStart,
                      {{0, "avc1", kAvcRecord}, {1, "vp09", {1, 2}}, {2, "av01", av1_record(640, 360)}}));
  video(0, multitrack(video_head(true), true, kManyTracksManyCodecs, kCodedFrames,
                      {{0, "avc1", composed(40, slice(true))}, {1, "vp09", {1}}, {2, "av01", av1_unit(true)}}));
  audio(0, multitrack(kAudioHead, false, kManyTracksManyCodecs, kSequenceStart,
                      {{0, "mp4a", kAac48}, {1, "fLaC", {1}}, {2, "Opus", opus_head(2)}}));
  audio(0,
        multitrack(kAudioHead, false, kManyTracksManyCodecs, kCodedFrames, {{0, "mp4a", {1}}, {2, "Opus", {0xFC, 1}}}));
  const Read read = take();
  EXPECT_THAT(ids(*read.tracks.back()), testing::ElementsAre(1, 5, 2, 6));
  EXPECT_EQ(read.samples.at(0).pts, MediaTime(40 * 90));
  EXPECT_THAT(read.problems, testing::ElementsAre("publishes VP9 (vp09) video; H.264, HEVC or AV1 expected",
                                                  "publishes FLAC (fLaC) audio; AAC, Opus, AC-3 or E-AC-3 expected"));
}

TEST_F(EnhancedTest, TakesBackATrackThatFallsSilentUntilItsNextKeyPicture) {
  for (std::uint8_t track : {0, 1}) {
    video(0, multitrack(video_head(true), true, kOneTrack, kSequenceStart,
                        {{track, "av01", av1_record(track == 0 ? 1280 : 640, 360)}}));
  }
  audio(0, tag(kAudioHead, kSequenceStart, "mp4a", kAac48));
  const auto frame = [&](std::uint8_t track, std::uint32_t time, bool key) {
    video(time, multitrack(video_head(key), true, kOneTrack, kCodedFrames, {{track, "av01", av1_unit(key)}}));
  };
  frame(0, 0, true), frame(1, 0, true);
  audio(0, tag(kAudioHead, kCodedFrames, "mp4a", {1}));
  EXPECT_THAT(ids(*take().tracks.at(0)), testing::ElementsAre(1, 3, 2));
  for (std::uint32_t time = 40; time <= 3040; time += 40) frame(1, time, false);
  EXPECT_THAT(ids(*take().tracks.at(0)), testing::ElementsAre(3, 2));
  frame(0, 3080, false);
  Read read = take();
  EXPECT_TRUE(read.samples.empty());
  frame(0, 3120, true);
  read = take();
  EXPECT_THAT(ids(*read.tracks.at(0)), testing::ElementsAre(1, 3, 2));
  EXPECT_EQ(read.samples.size(), 1U);
}

// Found by the fuzzer: the samples that wait are of a track that is taken back before anything is announced.
TEST_F(EnhancedTest, AnnouncesATrackThatFallsSilentBeforeItsSamples) {
  for (std::uint8_t track : {0, 1}) {
    video(0, multitrack(video_head(true), true, kOneTrack, kSequenceStart, {{track, "av01", av1_record(640, 360)}}));
    video(track * 4000U,
          multitrack(video_head(true), true, kOneTrack, kCodedFrames, {{track, "av01", av1_unit(true)}}));
  }
  const Read read = take();
  ASSERT_EQ(read.tracks.size(), 2U);
  EXPECT_THAT(ids(*read.tracks[0]), testing::ElementsAre(1, 3));
  EXPECT_THAT(ids(*read.tracks[1]), testing::ElementsAre(3));
  EXPECT_EQ(read.samples.size(), 2U);
}

TEST_F(EnhancedTest, BoundsTheNumberOfTracks) {
  video(0, multitrack(video_head(true), true, kOneTrack, kSequenceStart, {{16, "av01", av1_record(64, 64)}}));
  EXPECT_THAT(take().problems, testing::ElementsAre("publishes track 16; 0 to 15 expected"));
}

TEST_F(EnhancedTest, CountsDamagedTags) {
  const auto whole = multitrack(video_head(true), true, kManyTracksManyCodecs, kCodedFrames,
                                {{0, "avc1", composed(0, slice(true))}, {1, "av01", av1_unit(true)}});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    video(0, ByteList(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  video(0, {static_cast<std::uint8_t>(video_head(true) | kModEx), 200, 1});
  video(0, multitrack(video_head(true), true, static_cast<Arrangement>(3), kCodedFrames, {{0, "av01", {}}}));
  EXPECT_GE(demuxer_.damaged(), whole.size() - 2);
  EXPECT_TRUE(take().samples.empty());
}

TEST(FlvRegularClock, RebuildsTheDurationsThatMillisecondsTookAway) {
  constexpr double kFrame = 1001.0 / 30;  // ms
  FlvRegularClock clock;
  clock.set_rate(30'000.0 / 1001);
  MediaTime last{-3003};
  int count = 0;
  for (int i = 0; i < 3000; ++i) {
    if (i % 10 == 9) continue;  // left out
    const auto stated = MediaTime(static_cast<std::int64_t>(i * kFrame) * 90);
    const MediaTime time = clock.decoding(stated);
    EXPECT_LE(std::abs((time - stated).count()), 135);
    const std::int64_t step = i % 10 == 0 ? 6006 : 3003;
    if (i > 0) EXPECT_NEAR(static_cast<double>((time - last).count()), static_cast<double>(step), 1) << i;
    last = time;
    ++count;
  }
  EXPECT_EQ(count, 2700);
  EXPECT_EQ(clock.composition(MediaTime(67 * 90)), MediaTime(6006));
  EXPECT_EQ(clock.composition(MediaTime(-33 * 90)), MediaTime(-3003));
  EXPECT_EQ(clock.composition(MediaTime(50 * 90)), MediaTime(4500));
}

TEST(FlvRegularClock, LeavesIrregularTimesWithinTheRounding) {
  FlvRegularClock clock;
  clock.set_rate(30);
  std::int64_t time = 0;
  for (int i = 0; i < 1000; ++i) {
    time += 17 + i * 7919 % 50;
    EXPECT_LE(std::abs(clock.decoding(MediaTime(time * 90)).count() - time * 90), 136);
  }
  clock.set_rate(0);
  EXPECT_EQ(clock.decoding(MediaTime(77)), MediaTime(77));
}

}  // namespace
}  // namespace grandstand::ingest

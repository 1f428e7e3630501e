// SPDX-License-Identifier: MIT
#include "fmp4_muxer.hpp"
#include "media_reader.hpp"
#include "sample_builder.hpp"
#include "ts_muxer.hpp"

#include <random>

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;

std::vector<media::Sample> one_sample(std::vector<std::uint8_t> bytes, bool key = true) {
  auto sample = test::picture(10s, 10s + MediaTime{7200}, key);
  sample.data = test::bytes_of(std::move(bytes));
  return {sample};
}

SharedBytes written(SegmentMuxer& muxer, const std::vector<TrackRun>& runs, std::uint32_t number = 1) {
  SegmentBuffer buffer;
  return muxer.mux({.number = number}, runs, buffer).bytes;
}

// What the decoder gets: the elementary stream of the segment's PES packets on a PID.
std::vector<std::uint8_t> elementary_stream(const SharedBytes& segment, int pid) {
  std::vector<std::uint8_t> stream;
  for (std::size_t at = 0; at + 188 <= segment.size(); at += 188) {
    const auto packet = segment.span().subspan(at, 188);
    if (((packet[1] & 0x1f) << 8 | packet[2]) != pid) continue;
    std::size_t payload = 4;
    if (packet[3] & 0x20) payload += 1 + packet[4];
    if (packet[1] & 0x40) payload += 9 + packet[payload + 8];
    stream.insert(stream.end(), packet.begin() + static_cast<std::ptrdiff_t>(payload), packet.end());
  }
  return stream;
}

TEST(TsMuxer, AddsDelimiterAndParameterSetsToAKeyFrameThatHasNone) {
  const auto track = test::avc_track();
  auto muxer = TsMuxer::create({track}, 1);
  ASSERT_TRUE(muxer);
  const auto samples = one_sample({0, 0, 0, 1, 0x65, 1, 2, 3});
  const auto segment = written(**muxer, std::vector<TrackRun>{{0, samples, {}}});
  std::vector<std::uint8_t> expected{0, 0, 0, 1, 9, 0xf0};
  expected.insert(expected.end(), track.decoder_config.span().begin(), track.decoder_config.span().end());
  expected.insert(expected.end(), {0, 0, 0, 1, 0x65, 1, 2, 3});
  EXPECT_EQ(elementary_stream(segment, 0x100), expected);
}

TEST(TsMuxer, LeavesCompleteAccessUnitsAsTheyAre) {
  auto muxer = TsMuxer::create({test::avc_track()}, 1);
  ASSERT_TRUE(muxer);
  for (const bool key : {true, false}) {
    const std::vector<std::uint8_t> unit{0, 0, 0, 1, 9,    0x10, 0, 0, 0, 1,    0x67, 5,
                                         5, 0, 0, 1, 0x68, 6,    0, 0, 1, 0x65, 1,    2};
    const auto samples = one_sample(unit, key);
    const auto segment = written(**muxer, std::vector<TrackRun>{{0, samples, {}}});
    EXPECT_EQ(elementary_stream(segment, 0x100), unit);
  }
}

TEST(TsMuxer, PutsADelimiterThatComesLateInFront) {
  auto muxer = TsMuxer::create({test::avc_track()}, 1);
  ASSERT_TRUE(muxer);
  const auto samples =
      one_sample({0, 0, 0, 1, 6, 5, 1, 0x80, 0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x41, 1, 2, 3}, /*key=*/false);
  const auto segment = written(**muxer, std::vector<TrackRun>{{0, samples, {}}});
  const std::vector<std::uint8_t> expected{0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 6, 5, 1, 0x80, 0, 0, 0, 1, 0x41, 1, 2, 3};
  EXPECT_EQ(elementary_stream(segment, 0x100), expected);
}

TEST(TsMuxer, CarriesEveryLengthOfPictureExactly) {
  auto muxer = TsMuxer::create({test::avc_track()}, 1);
  ASSERT_TRUE(muxer);
  std::map<int, int> continuity;
  for (std::size_t size = 5; size < 800; ++size) {
    const std::vector<media::Sample> samples{test::picture(10s, size % 2 ? 10s : 11s, false, size)};
    const auto segment = written(**muxer, std::vector<TrackRun>{{0, samples, {}}});
    const auto facts = test::read_transport(segment.span(), continuity);
    ASSERT_TRUE(facts.whole_packets && facts.tables_first && facts.continuity_errors.empty()) << size;
    const auto stream = elementary_stream(segment, 0x100);
    ASSERT_EQ(stream.size(), size + 6) << size;  // and a delimiter
    ASSERT_TRUE(std::equal(stream.begin() + 6, stream.end(), samples[0].data.data())) << size;
  }
}

TEST(TsMuxer, CarriesOriginalAudioWithItsStreamType) {
  auto ac3 = test::mp2_track(300);
  ac3.codec = media::Codec::kAc3;
  auto muxer = TsMuxer::create({test::avc_track(), test::mp2_track(), ac3, test::aac_track(301)}, 1);
  ASSERT_TRUE(muxer);
  const std::vector<media::Sample> picture{test::picture(10s, 10s, true)};
  std::vector<media::Sample> sound;
  for (int i = 0; i < 20; ++i) sound.push_back(test::sound(10s + i * MediaTime{2160}, MediaTime{2160}, 0, 576));
  const auto segment =
      written(**muxer, std::vector<TrackRun>{{0, picture, {}}, {1, sound, {}}, {2, sound, {}}, {3, sound, {}}});
  std::map<int, int> continuity;
  const auto facts = test::read_transport(segment.span(), continuity);
  EXPECT_EQ(facts.stream_types,
            (std::map<int, std::uint8_t>{{0x100, 0x1b}, {0x101, 0x03}, {0x102, 0x81}, {0x103, 0x0f}}));
  EXPECT_EQ(elementary_stream(segment, 0x101).size(), 20 * 576u);
  EXPECT_EQ(elementary_stream(segment, 0x102).size(), 20 * 576u);
  EXPECT_EQ(elementary_stream(segment, 0x103).size(), 20 * (576u + 7));
  EXPECT_EQ(facts.units.at(0x101), 5);  // four frames share a PES packet
}

TEST(TsMuxer, TimesWrapAfter33Bits) {
  auto muxer = TsMuxer::create({test::avc_track()}, 1);
  ASSERT_TRUE(muxer);
  const MediaTime wrap{std::int64_t{1} << 33};
  const std::vector<media::Sample> samples{test::picture(wrap - MediaTime{100}, wrap + MediaTime{5}, true)};
  std::map<int, int> continuity;
  const auto segment = written(**muxer, std::vector<TrackRun>{{0, samples, {}}});
  EXPECT_EQ(test::read_transport(segment.span(), continuity).pts.at(0x100).front(), 5);
}

TEST(Fmp4Muxer, TurnsStartCodesIntoLengthsAndDropsWhatTheInitSegmentHas) {
  const auto track = test::avc_track();
  auto muxer = Fmp4Muxer::create({track});
  ASSERT_TRUE(muxer) << muxer.error().message;
  std::vector<std::uint8_t> unit{0, 0, 0, 1, 9, 0xf0};
  unit.insert(unit.end(), track.decoder_config.span().begin(), track.decoder_config.span().end());
  unit.insert(unit.end(), {0, 0, 1, 6, 5, 0x80, 0, 0, 0, 1, 0x65, 1, 2, 3});
  const auto samples = one_sample(unit);
  const auto segment = written(**muxer, std::vector<TrackRun>{{0, samples, {}}});
  std::vector<std::uint8_t> media;
  test::for_each_box(segment.span(), [&](const std::string& type, test::MediaBytes box) {
    if (type == "mdat") media.assign(box.begin(), box.end());
  });
  EXPECT_EQ(media, (std::vector<std::uint8_t>{0, 0, 0, 3, 6, 5, 0x80, 0, 0, 0, 4, 0x65, 1, 2, 3}));
}

TEST(Fmp4Muxer, CountsAudioInSamplesWhateverTheTimestampsRoundTo) {
  auto track = test::aac_track();
  track.sample_rate = 44'100;
  track.decoder_config = test::bytes_of({0x12, 0x10});
  auto muxer = Fmp4Muxer::create({track});
  ASSERT_TRUE(muxer) << muxer.error().message;
  std::vector<media::Sample> sound;
  for (int i = 0; i < 400; ++i) {
    // As RTMP stamps it: whole milliseconds.
    sound.push_back(test::sound(10s + std::chrono::milliseconds(std::int64_t{i} * 1024 * 1000 / 44'100)));
  }
  const auto all = std::span<const media::Sample>(sound);
  std::uint64_t end = 0;
  for (int part = 0; part < 4; ++part) {
    const auto run = all.subspan(static_cast<std::size_t>(part) * 100, 100);
    const auto next = part < 3 ? std::optional(sound[static_cast<std::size_t>(part + 1) * 100].dts) : std::nullopt;
    const auto segment = written(**muxer, std::vector<TrackRun>{{0, run, next}}, static_cast<std::uint32_t>(part));
    const auto fragment = test::read_movie_fragment(segment.span()).tracks.at(1);
    if (part > 0) EXPECT_EQ(fragment.decode_time, end);
    end = fragment.end();
    for (const auto duration : fragment.durations) EXPECT_EQ(duration, 1024u);
  }
}

TEST(Fmp4Muxer, HasAnInitSegmentWithoutSamples) {
  auto muxer = Fmp4Muxer::create({test::avc_track(), test::aac_track()});
  ASSERT_TRUE(muxer);
  std::vector<std::string> boxes;
  const auto init = (*muxer)->init_segment();
  test::for_each_box(init.span(), [&](const std::string& type, test::MediaBytes) { boxes.push_back(type); });
  EXPECT_EQ(boxes, (std::vector<std::string>{"ftyp", "moov"}));
  for (const auto* const name : {"avcC", "esds", "mvex", "trex", "cmfc"}) {
    EXPECT_NE(init.view().find(name), std::string_view::npos) << name;
  }
  EXPECT_EQ(init.view().find("elst"), std::string_view::npos);
}

// Sources deliver what they like: nothing in a sample may do more than spoil its own picture.
TEST(Muxers, SurviveArbitraryBytes) {
  auto ts = TsMuxer::create({test::avc_track(), test::aac_track()}, 1);
  auto fmp4 = Fmp4Muxer::create({test::avc_track(), test::aac_track()});
  ASSERT_TRUE(ts && fmp4);
  std::mt19937 random(11);
  std::map<int, int> continuity;
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::uint8_t> bytes(random() % 40);
    for (auto& byte : bytes)
      byte = random() % 3 ? static_cast<std::uint8_t>(random() % 3) : static_cast<std::uint8_t>(random());
    const auto picture = one_sample(bytes, round % 2 == 0);
    auto sound = picture;
    sound[0].pts = sound[0].dts;
    const std::vector<TrackRun> runs{{0, picture, {}}, {1, sound, {}}};
    const auto transport = written(**ts, runs);
    ASSERT_TRUE(test::read_transport(transport.span(), continuity).continuity_errors.empty());
    const auto fragment = written(**fmp4, runs);
    ASSERT_EQ(test::read_movie_fragment(fragment.span()).tracks.size(), 2u);
  }
}

}  // namespace
}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#include "adts.hpp"
#include "bandwidth.hpp"
#include "codec_string.hpp"
#include "gzip.hpp"
#include "sample_builder.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;

TEST(CodecString, NamesWhatTheDecoderConfigurationSays) {
  EXPECT_EQ(codec_string(test::avc_track()), "avc1.64001e");
  EXPECT_EQ(codec_string(test::aac_track()), "mp4a.40.2");
  EXPECT_EQ(codec_string(test::mp2_track()), "mp4a.40.33");
  auto he_aac = test::aac_track();
  he_aac.decoder_config = test::bytes_of({0x2b, 0x11, 0x88, 0x00});
  EXPECT_EQ(codec_string(he_aac), "mp4a.40.5");
  auto ac3 = test::mp2_track();
  ac3.codec = media::Codec::kAc3;
  EXPECT_EQ(codec_string(ac3), "ac-3");
}

TEST(CodecString, NamesHevcProfileTierAndLevel) {
  media::Track track;
  track.codec = media::Codec::kHevc;
  // Main profile, main tier, level 3.1, progressive; with emulation prevention bytes as in a real stream.
  track.decoder_config = test::bytes_of(
      {0, 0, 0, 1, 0x42, 0x01, 0x01, 0x01, 0x60, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x5d, 0xa0, 0x02, 0x80});
  EXPECT_EQ(codec_string(track), "hvc1.1.6.L93.90");
}

TEST(CodecString, SurvivesConfigurationsThatAreNone) {
  auto track = test::avc_track();
  track.decoder_config = {};
  EXPECT_EQ(codec_string(track), "avc1");
  track.codec = media::Codec::kHevc;
  track.decoder_config = test::bytes_of({0, 0, 1, 0x42});
  EXPECT_EQ(codec_string(track), "hvc1");
}

TEST(Adts, HeadsAFrame) {
  const auto header = adts_header({.core_object_type = 2, .frequency_index = 3, .channel_configuration = 2}, 341);
  EXPECT_EQ(header[0], 0xff);
  EXPECT_EQ(header[1], 0xf1);
  EXPECT_EQ((header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5, 348);
}

TEST(Adts, IsNotForEveryConfiguration) {
  EXPECT_TRUE(check_adts({}));
  EXPECT_EQ(check_adts({.core_object_type = 39}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(check_adts({.frequency_index = media::AacConfig::kExplicitFrequency}).error().code,
            ErrorCode::kUnsupported);
}

TEST(Gzip, ExpandsToTheSameText) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "#EXTINF:2.00000,\nk3-" + std::to_string(i) + ".m4s\n";
  const auto packed = gzip(text);
  EXPECT_LT(packed.size(), text.size() / 4);
  std::string expanded(text.size() + 100, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = const_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(expanded.data());
  stream.avail_out = static_cast<uInt>(expanded.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  expanded.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(expanded, text);
}

// Segments of 2 s with these sizes.
std::deque<SegmentPtr> sized(const std::vector<std::size_t>& sizes) {
  std::deque<SegmentPtr> segments;
  for (const auto size : sizes) {
    auto media = std::make_shared<Resource>();
    media->body = SharedBytes(std::string(size, 'x'));
    Segment segment;
    segment.plan.end = 2s;
    segment.media = media;
    segments.push_back(std::make_shared<const Segment>(segment));
  }
  return segments;
}

TEST(Bandwidth, IsNeverBelowWhatWasMeasuredAndRarelyChanges) {
  Bandwidth bandwidth;
  bandwidth.measure(sized({50'000, 50'000, 50'000, 50'000}), 4s);
  const auto peak = bandwidth.peak();
  EXPECT_GE(peak, 200'000u);
  EXPECT_LE(peak, 250'000u);
  bandwidth.measure(sized({50'000, 52'000, 50'000, 51'000}), 4s);
  EXPECT_EQ(bandwidth.peak(), peak);
  bandwidth.measure(sized({50'000, 100'000, 100'000, 50'000}), 4s);
  EXPECT_GE(bandwidth.peak(), 400'000u);
  EXPECT_LE(bandwidth.peak(), 500'000u);
  EXPECT_GE(bandwidth.average(), 300'000u);
  EXPECT_LE(bandwidth.average(), 330'000u);
  EXPECT_GE(bandwidth.peak(), bandwidth.average());
}

TEST(Bandwidth, OfANewSourceIsNotThinnedByTheOneBefore) {
  auto segments = sized({10'000, 10'000, 10'000, 100'000});
  auto anew = *segments.back();
  anew.plan.discontinuity = true;
  segments.back() = std::make_shared<const Segment>(anew);
  Bandwidth bandwidth;
  bandwidth.measure(segments, 8s);
  EXPECT_GE(bandwidth.peak(), 400'000u);
}

}  // namespace
}  // namespace grandstand::hls

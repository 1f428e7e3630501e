// SPDX-License-Identifier: MIT
#include "parameter_sets.hpp"

#include <tuple>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using ByteList = std::vector<std::uint8_t>;

// x264 and x265, 1922x1078 at 30000/1001 frames per second.
const ByteList kH264 = {0x00, 0x00, 0x00, 0x01, 0x67, 0x64, 0x00, 0x2a, 0xac, 0xd9, 0x40, 0x79, 0x02, 0x27,
                        0x88, 0x9b, 0x01, 0x10, 0x00, 0x00, 0x3e, 0x90, 0x00, 0x0e, 0xa6, 0x00, 0xf1, 0x83,
                        0x19, 0x60, 0x00, 0x00, 0x00, 0x01, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0};
const ByteList kHevc = {0x00, 0x00, 0x00, 0x01, 0x40, 0x01, 0x0c, 0x01, 0xff, 0xff, 0x01, 0x60, 0x00, 0x00, 0x03,
                        0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x78, 0x95, 0x98, 0x09, 0x00, 0x00,
                        0x00, 0x01, 0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03,
                        0x00, 0x00, 0x03, 0x00, 0x78, 0xa0, 0x03, 0xc4, 0x80, 0x10, 0xe7, 0x25, 0x65, 0x95, 0x9a,
                        0x49, 0x32, 0xbc, 0x05, 0xa0, 0x20, 0x00, 0x00, 0x7d, 0x20, 0x00, 0x0e, 0xa6, 0x01, 0x00,
                        0x00, 0x00, 0x01, 0x44, 0x01, 0xc1, 0x72, 0xb4, 0x62, 0x40};

TEST(ParameterSets, TellTheSizeAndRateOfH264) {
  const auto shape = read_video_shape(media::Codec::kH264, kH264);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->width, 1922);
  EXPECT_EQ(shape->height, 1078);
  EXPECT_NEAR(shape->frame_rate, 29.97, 0.001);
}

TEST(ParameterSets, TellTheSizeAndRateOfHevc) {
  const auto shape = read_video_shape(media::Codec::kHevc, kHevc);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->width, 1922);
  EXPECT_EQ(shape->height, 1078);
  EXPECT_NEAR(shape->frame_rate, 29.97, 0.001);
}

TEST(ParameterSets, RefuseWhatIsCutOrMissing) {
  EXPECT_FALSE(read_video_shape(media::Codec::kH264, std::span(kH264).first(12)));
  EXPECT_EQ(read_video_shape(media::Codec::kH264, {}).error().message,
            "the H.264 configuration has no sequence parameter set");
  EXPECT_FALSE(read_video_shape(media::Codec::kHevc, std::span(kHevc).first(30)));
  EXPECT_FALSE(read_video_shape(media::Codec::kAac, kH264));
}

TEST(ParameterSets, TellTheRateAndChannelsOfAac) {
  const std::tuple<ByteList, int, int> cases[] = {{{0x11, 0x90}, 48000, 2},
                                                  {{0x12, 0x08}, 44100, 1},
                                                  {{0x11, 0xB8}, 48000, 8},
                                                  {{0x17, 0x80, 0x48, 0x44, 0x30}, 37000, 6}};
  for (const auto& [config, rate, channels] : cases) {
    const auto track = describe_aac(config);
    ASSERT_TRUE(track) << rate << " " << channels;
    EXPECT_EQ(track->sample_rate, rate);
    EXPECT_EQ(track->channels, channels);
  }
}

TEST(ParameterSets, GiveTheCoreRateOfHeAac) {
  const ByteList he_aac = {0x2B, 0x11, 0x88, 0x00};  // object type 5, core 24 kHz, 2 channels, out 48 kHz
  const auto track = describe_aac(he_aac);
  ASSERT_TRUE(track);
  EXPECT_EQ(track.value().sample_rate, 24000);
  EXPECT_EQ(track.value().channels, 2);
  EXPECT_FALSE(describe_aac(ByteList{0x11}));
  EXPECT_FALSE(describe_aac({}));
}

}  // namespace
}  // namespace grandstand::ingest

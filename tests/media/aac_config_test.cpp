// SPDX-License-Identifier: MIT
#include <grandstand/media/aac_config.hpp>

#include <vector>

#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

using ByteList = std::vector<std::uint8_t>;

TEST(AacConfig, ReadsPlainAac) {
  const auto config = parse_aac_config(ByteList{0x11, 0x90});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->object_type, 2);
  EXPECT_EQ(config->core_object_type, 2);
  EXPECT_EQ(config->frequency_index, 3);
  EXPECT_EQ(config->sample_rate, 48'000);
  EXPECT_EQ(config->channel_configuration, 2);
}

TEST(AacConfig, ReadsTheCoreBelowSpectralBandReplication) {
  const auto config = parse_aac_config(ByteList{0x2B, 0x11, 0x88, 0x00});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->object_type, 5);
  EXPECT_EQ(config->core_object_type, 2);
  EXPECT_EQ(config->sample_rate, 24'000);
}

TEST(AacConfig, ReadsRatesOutsideTheTableAndLongObjectTypes) {
  const auto odd = parse_aac_config(ByteList{0x17, 0x80, 0x48, 0x44, 0x10});  // 37 kHz
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->frequency_index, AacConfig::kExplicitFrequency);
  EXPECT_EQ(odd->sample_rate, 37'000);
  EXPECT_EQ(odd->channel_configuration, 2);
  const auto eld = parse_aac_config(ByteList{0xF8, 0xE8, 0x50, 0x00});
  ASSERT_TRUE(eld);
  EXPECT_EQ(eld->object_type, 39);
}

TEST(AacConfig, RefusesWhatIsCutOrEmpty) {
  EXPECT_EQ(parse_aac_config({}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(parse_aac_config(ByteList{0x11}));
  EXPECT_FALSE(parse_aac_config(ByteList{0x00, 0x00}));
}

}  // namespace
}  // namespace grandstand::media

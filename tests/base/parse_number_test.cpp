// SPDX-License-Identifier: MIT
#include <grandstand/base/parse_number.hpp>

#include <cstdint>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

TEST(ParseNumber, TakesWholeTextsThatFit) {
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"), 18'446'744'073'709'551'615ULL);
  EXPECT_EQ(parse_number<int>("-7"), -7);
  EXPECT_EQ(parse_number<std::uint32_t>("10ABcd", 16), 0x10ABCDU);
  for (const auto* wrong : {"", " 1", "1 ", "+1", "1x", "-1", "18446744073709551616"}) {
    EXPECT_FALSE(parse_number<std::uint64_t>(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace grandstand

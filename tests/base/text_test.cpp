// SPDX-License-Identifier: MIT
#include <grandstand/base/text.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

TEST(Utf8, AcceptsWellFormedText) {
  for (const std::string text : {"", "plain", "h\xC3\xA9llo", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF",
                                 "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
}

TEST(Utf8, RefusesOverLongSurrogateTruncatedAndTooLargeForms) {
  for (const std::string text :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "\xF0\x9F\x98", "a\xC3"}) {
    EXPECT_FALSE(is_valid_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(Text, CountsCodePointsNotBytes) {
  EXPECT_EQ(count_code_points("h\xC3\xA9\xF0\x9F\x98\x80"), 3u);
}

TEST(Text, TrimsWhiteSpaceAtBothEndsOnly) {
  EXPECT_EQ(trim("  a b\t\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, ComparesSecretsByContent) {
  EXPECT_TRUE(equal_secret("key", "key"));
  EXPECT_FALSE(equal_secret("key", "kez"));
  EXPECT_FALSE(equal_secret("key", "keys"));
  EXPECT_TRUE(equal_secret("", ""));
}

TEST(Text, WritesHexadecimalDigits) {
  const std::uint8_t bytes[] = {0x00, 0x7F, 0xFF};
  EXPECT_EQ(to_hex(bytes), "007fff");
}

}  // namespace
}  // namespace grandstand

// SPDX-License-Identifier: MIT
#include "dvb_text.hpp"

#include <grandstand/base/text.hpp>

#include <string_view>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

std::string convert(std::string_view text) {
  return dvb_text_to_utf8({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(DvbText, TheDefaultTableIsIso6937WithTheEuro) {
  EXPECT_EQ(convert("Caf\xC2"
                    "e 5 \xA4"),
            "Café 5 €");
}

TEST(DvbText, TheFirstByteChoosesTheTable) {
  EXPECT_EQ(convert("\x01\xBF\xE0\xD8\xD2\xD5\xE2"), "Привет");                // ISO 8859-5
  EXPECT_EQ(convert(std::string_view("\x10\x00\x02\xA3\xF3\xE6", 6)), "Łóć");  // ISO 8859-2
  EXPECT_EQ(convert("\x05G\xFCnayd\xFDn"), "Günaydın");                        // ISO 8859-9
  EXPECT_EQ(convert(std::string_view("\x11\x4E\x2D\x65\x87", 5)), "中文");     // ISO 10646
  EXPECT_EQ(convert("\x12\xB0\xA1"), "가");                                    // KS X 1001
  EXPECT_EQ(convert("\x15ma\xC3\xB1"
                    "ana"),
            "mañana");
}

TEST(DvbText, ControlCodesGoAndLineBreaksStay) {
  EXPECT_EQ(convert("\x86News\x87\x8Aline two\x80"), "News\nline two");
  EXPECT_EQ(convert("\x15\xEE\x82\x86News\xEE\x82\x87\xEE\x82\x8Atwo"), "News\ntwo");
}

TEST(DvbText, WhatIsNotOfTheTableIsReplaced) {
  EXPECT_EQ(convert("\x15"
                    "a\xFF"
                    "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_TRUE(is_valid_utf8(convert("\x15\xFD\xAD\xAD\xAD\xAD\xAD"))) << "a form of six bytes";
  EXPECT_EQ(convert("\x15\xE2\x82\xAC\xE2\x82"), "\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(convert("\x1F\x01\x12\x34"), "");  // a compressed text
  EXPECT_EQ(convert("\x10\x00"), "");
  EXPECT_EQ(convert(""), "");
}

TEST(DvbText, AnyBytesGiveUtf8) {
  std::uint32_t state = 1;
  for (int round = 0; round < 2'000; ++round) {
    std::string text(round % 40, '\0');
    for (char& c : text) c = static_cast<char>((state = state * 1'664'525u + 1'013'904'223u) >> 24);
    EXPECT_TRUE(is_valid_utf8(convert(text)))
        << to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
}

}  // namespace
}  // namespace grandstand::ingest

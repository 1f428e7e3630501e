// SPDX-License-Identifier: MIT
// The lines of a reel's index: read back as written, and nothing is made of one that a crash cut short.
#include "index_line.hpp"

#include <gtest/gtest.h>

namespace grandstand::dvr {
namespace {

const Entry kEntry{UtcTime{std::chrono::seconds(1'763'712'055)},
                   200'000,
                   1'000,
                   500,
                   true,
                   true,
                   "k3-1763712055.m4s",
                   "init-k3-1.mp4",
                   "#EXT-X-KEY:METHOD=NONE"};
const ReelHead kHead{std::chrono::seconds(4), "variant", "fmp4", "BANDWIDTH=1000000,CODECS=\"avc1.640028\"", {}};
constexpr std::string_view kCaptions = "TYPE=CLOSED-CAPTIONS,GROUP-ID=\"captions\",INSTREAM-ID=\"CC1\"";

std::string_view without_newline(const std::string& line) {
  return std::string_view(line).substr(0, line.size() - 1);
}

TEST(IndexLine, IsReadAsItWasWritten) {
  const auto entry = to_line(kEntry);
  EXPECT_EQ(parse_entry(without_newline(entry)), kEntry);
  const auto head = to_lines(kHead);
  EXPECT_EQ(parse_head(without_newline(head)), kHead);
  EXPECT_EQ(parse_captions("captions " + std::string(kCaptions) + " ."), kCaptions);
}

TEST(IndexLine, IsNothingWhenItWasCutShort) {
  const auto entry = to_line(kEntry);
  const auto head = to_lines(kHead);
  const auto captions = "captions " + std::string(kCaptions) + " .";
  for (std::size_t size = 0; size < captions.size(); ++size) {
    EXPECT_FALSE(parse_captions(std::string_view(captions).substr(0, size))) << size;
  }
  for (std::size_t size = 0; size + 1 < entry.size(); ++size) {
    EXPECT_FALSE(parse_entry(std::string_view(entry).substr(0, size))) << size;
  }
  for (std::size_t size = 0; size + 1 < head.size(); ++size) {
    EXPECT_FALSE(parse_head(std::string_view(head).substr(0, size))) << size;
  }
}

TEST(IndexLine, SaysMoreThanItsFirstAndLastWord) {
  for (const std::string_view kind : {"segment", "reel", "captions", "range"}) {
    const auto line = std::string(kind) + " .";
    EXPECT_FALSE(parse_entry(line)) << line;
    EXPECT_FALSE(parse_head(line)) << line;
    EXPECT_FALSE(parse_captions(line)) << line;
    EXPECT_FALSE(parse_date_range(line)) << line;
  }
}

}  // namespace
}  // namespace grandstand::dvr

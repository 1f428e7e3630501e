// SPDX-License-Identifier: MIT
#include "segment_media.hpp"

#include <regex>
#include <string>

namespace grandstand::hlscheck {

SegmentMedia inspect_webvtt(std::string_view text) {
  static const std::regex map(
      "X-TIMESTAMP-MAP=(LOCAL:([0-9]+:)?[0-9]{2}:[0-9]{2}\\.[0-9]{3},MPEGTS:[0-9]+|"
      "MPEGTS:[0-9]+,LOCAL:([0-9]+:)?[0-9]{2}:[0-9]{2}\\.[0-9]{3})\\s*");
  constexpr std::size_t kMaxLine = 200;
  SegmentMedia media;
  media.container = SegmentMedia::Container::kWebVtt;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (!text.starts_with("WEBVTT"))
    media.fault(45, Grade::kMust, "the first line is not WEBVTT", "WEBVTT in the first line");
  // The header ends at the first empty line.
  bool found = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string line(text.substr(0, std::min(end, kMaxLine)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line == "\r") break;
    if (!line.starts_with("X-TIMESTAMP-MAP")) continue;
    found = true;
    if (!std::regex_match(line, map)) {
      media.fault(45, Grade::kMust, "'" + line + "'", "X-TIMESTAMP-MAP=LOCAL:<time>,MPEGTS:<90 kHz> in the header");
    }
  }
  if (!found) {
    media.fault(45, Grade::kShould, "there is no X-TIMESTAMP-MAP in the header",
                "X-TIMESTAMP-MAP in each WebVTT segment");
  }
  return media;
}

}  // namespace grandstand::hlscheck

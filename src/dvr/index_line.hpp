// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/hls/date_range_list.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::dvr {

// A segment as the index of a reel tells it.
struct Entry {
  UtcTime date{};
  std::int64_t duration = 0;  // in 10 us, the precision of EXTINF here
  std::uint64_t offset = 0;   // of its bytes in the reel's media file
  std::uint32_t size = 0;     // 0: EXT-X-GAP
  bool discontinuity = false;
  bool independent = true;
  std::string uri;
  std::string init_uri;  // empty: none
  std::string key_line;  // empty: not encrypted

  std::chrono::microseconds length() const { return std::chrono::microseconds(duration * 10); }
  UtcTime end() const { return date + length(); }
  friend bool operator==(const Entry&, const Entry&) = default;
};

// What all segments of a reel have in common: the index's first line.
struct ReelHead {
  std::chrono::seconds target_duration{0};
  std::string kind;                   // as in hls::RenditionDescription
  std::string container;              // the same
  std::string attributes;             // the same
  std::vector<std::string> captions;  // the same

  friend bool operator==(const ReelHead&, const ReelHead&) = default;
};

// One line, with its newline: what an index consists of. A later head replaces the one before; its captions follow it,
// a line each.
std::string to_line(const Entry& entry);
std::string to_lines(const ReelHead& head);
// A line without its newline; nothing when it is not one of ours, whole.
std::optional<Entry> parse_entry(std::string_view line);
std::optional<ReelHead> parse_head(std::string_view line);
std::optional<std::string> parse_captions(std::string_view line);

// A line of the file of date ranges, as above.
std::string to_line(const hls::DateRangeList::Entry& range);
std::optional<hls::DateRangeList::Entry> parse_date_range(std::string_view line);

}  // namespace grandstand::dvr

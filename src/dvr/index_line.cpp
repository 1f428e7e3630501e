// SPDX-License-Identifier: MIT
#include "index_line.hpp"

#include "names.hpp"

#include <algorithm>
#include <charconv>

namespace grandstand::dvr {
namespace {

constexpr std::string_view kNone = "-";
constexpr std::string_view kSegment = "segment ";
constexpr std::string_view kReel = "reel ";
constexpr std::string_view kCaptions = "captions ";
constexpr std::string_view kRange = "range ";
// A line's last word: it says that the line is whole.
constexpr std::string_view kWhole = " .";

// The next word; what follows the space after it stays in `text`.
std::string_view take_word(std::string_view& text) {
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

template <class Number>
bool take(std::string_view& text, Number& number) {
  const auto word = take_word(text);
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && end == word.data() + word.size();
}

bool is_plain_text(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  return true;
}

// What a whole line of this kind says between its first word and its last.
std::optional<std::string_view> said_by(std::string_view line, std::string_view kind) {
  if (!line.starts_with(kind) || !is_plain_text(line)) return std::nullopt;
  line.remove_prefix(kind.size());
  if (!line.ends_with(kWhole)) return std::nullopt;
  line.remove_suffix(kWhole.size());
  return line;
}

}  // namespace

std::string to_line(const Entry& entry) {
  std::string line = std::string(kSegment) + std::to_string(entry.date.time_since_epoch().count()) + ' ' +
                     std::to_string(entry.duration) + ' ' + std::to_string(entry.offset) + ' ' +
                     std::to_string(entry.size) + ' ';
  if (entry.discontinuity) line += 'd';
  if (entry.independent) line += 'i';
  line += "; " + entry.uri + ' ';
  line += entry.init_uri.empty() ? kNone : std::string_view(entry.init_uri);
  return line + ' ' + entry.key_line + std::string(kWhole) + '\n';
}

std::string to_lines(const ReelHead& head) {
  auto lines = std::string(kReel) + std::to_string(head.target_duration.count()) + ' ' + head.kind + ' ' +
               head.container + ' ' + head.attributes + std::string(kWhole) + '\n';
  for (const auto& captions : head.captions) {
    lines += std::string(kCaptions) + captions + std::string(kWhole) + '\n';
  }
  return lines;
}

std::optional<Entry> parse_entry(std::string_view text) {
  const auto said = said_by(text, kSegment);
  if (!said) return std::nullopt;
  auto line = *said;
  Entry entry;
  std::int64_t date = 0;
  if (!take(line, date) || !take(line, entry.duration) || !take(line, entry.offset) || !take(line, entry.size)) {
    return std::nullopt;
  }
  constexpr std::int64_t kLongest = std::int64_t{3'600} * 100'000;
  constexpr std::int64_t kLastDate = std::int64_t{253'402'300'799} * 1'000'000;  // of the year 9999
  if (entry.duration < 0 || entry.duration > kLongest || date < 0 || date > kLastDate) return std::nullopt;
  entry.date = UtcTime{std::chrono::microseconds(date)};
  const auto flags = take_word(line);
  if (!flags.ends_with(';')) return std::nullopt;
  entry.discontinuity = flags.find('d') != std::string_view::npos;
  entry.independent = flags.find('i') != std::string_view::npos;
  entry.uri = take_word(line);
  entry.init_uri = take_word(line);
  entry.key_line = line;
  if (entry.init_uri == kNone) entry.init_uri.clear();
  if (!is_plain_name(entry.uri) || (!entry.init_uri.empty() && !is_plain_name(entry.init_uri))) return std::nullopt;
  return entry;
}

std::optional<ReelHead> parse_head(std::string_view text) {
  const auto said = said_by(text, kReel);
  if (!said) return std::nullopt;
  auto line = *said;
  ReelHead head;
  std::int64_t target = 0;
  if (!take(line, target) || target < 1 || target > 3'600) return std::nullopt;
  head.target_duration = std::chrono::seconds(target);
  head.kind = take_word(line);
  head.container = take_word(line);
  head.attributes = line;
  return head;
}

std::optional<std::string> parse_captions(std::string_view line) {
  const auto said = said_by(line, kCaptions);
  if (!said) return std::nullopt;
  return std::string(*said);
}

std::string to_line(const hls::DateRangeList::Entry& range) {
  const auto end = range.end ? std::to_string(range.end->time_since_epoch().count()) : std::string(kNone);
  auto tags = range.lines;
  std::replace(tags.begin(), tags.end(), '\n', ' ');
  return std::string(kRange) + std::to_string(range.start.time_since_epoch().count()) + ' ' + end + ' ' + range.id +
         ' ' + tags + ".\n";
}

std::optional<hls::DateRangeList::Entry> parse_date_range(std::string_view text) {
  constexpr std::string_view kTag = "#EXT-X-DATERANGE:";
  const auto said = said_by(text, kRange);
  if (!said) return std::nullopt;
  auto line = *said;
  hls::DateRangeList::Entry range;
  std::int64_t start = 0;
  if (!take(line, start)) return std::nullopt;
  range.start = UtcTime{std::chrono::microseconds(start)};
  if (line.starts_with(kNone)) {
    take_word(line);
  } else {
    std::int64_t end = 0;
    if (!take(line, end)) return std::nullopt;
    range.end = UtcTime{std::chrono::microseconds(end)};
  }
  range.id = take_word(line);
  while (!line.empty()) {
    const auto tag = take_word(line);
    if (!tag.starts_with(kTag)) return std::nullopt;
    range.lines += std::string(tag) + '\n';
  }
  return range;
}

}  // namespace grandstand::dvr

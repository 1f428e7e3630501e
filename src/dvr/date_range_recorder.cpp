// SPDX-License-Identifier: MIT
#include "date_range_recorder.hpp"

#include "file_io.hpp"
#include "index_line.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>

namespace grandstand::dvr {
namespace {

using hls::DateRangeList;

// Some days of a break every few minutes.
constexpr std::size_t kMostRanges = 2'000;
constexpr std::uint64_t kLargestFile = std::uint64_t{8} << 20;
constexpr std::chrono::hours kLongestOpen{2};

}  // namespace

UtcTime end_of(const DateRangeList::Entry& range) {
  return range.end.value_or(range.start + kLongestOpen);
}

std::string date_range_lines(const std::vector<DateRangeList::Entry>& ranges, UtcTime from, UtcTime until) {
  std::string lines;
  for (const auto& range : ranges) {
    if (range.start < until && end_of(range) >= from) lines += range.lines;
  }
  return lines;
}

void DateRangeRecorder::take_over() {
  const auto text = read_small(file_, kLargestFile);
  if (!text) return;
  std::vector<DateRangeList::Entry> ranges;
  std::string_view rest = *text;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    if (auto range = parse_date_range(rest.substr(0, end)); range && ranges.size() < kMostRanges) {
      ranges.push_back(std::move(*range));
    }
    rest.remove_prefix(end + 1);
  }
  shelf_->date_ranges.store(std::make_shared<const std::vector<DateRangeList::Entry>>(std::move(ranges)));
}

void DateRangeRecorder::record(const std::shared_ptr<const DateRangeList>& listed) {
  if (!listed || listed == seen_) return;
  seen_ = listed;
  auto ranges = *shelf_->date_ranges.load();
  bool changed = false;
  for (const auto& range : listed->entries) {
    const auto known =
        std::find_if(ranges.begin(), ranges.end(), [&](const auto& kept) { return kept.id == range.id; });
    if (known == ranges.end()) {
      ranges.push_back(range);
    } else if (known->lines != range.lines) {
      *known = range;
    } else {
      continue;
    }
    changed = true;
  }
  if (ranges.size() > kMostRanges) ranges.erase(ranges.begin(), ranges.end() - kMostRanges);
  if (changed) keep(std::move(ranges));
}

void DateRangeRecorder::forget(UtcTime before) {
  auto ranges = *shelf_->date_ranges.load();
  if (std::erase_if(ranges, [&](const auto& range) { return end_of(range) < before; }) > 0) keep(std::move(ranges));
}

void DateRangeRecorder::keep(std::vector<DateRangeList::Entry> ranges) {
  std::string text;
  for (const auto& range : ranges) text += to_line(range);
  shelf_->date_ranges.store(std::make_shared<const std::vector<DateRangeList::Entry>>(std::move(ranges)));
  if (const auto saved = replace_file(file_, text); !saved)
    log::warning("dvr", "The date ranges of an archive cannot be written", {{"reason", saved.error().message}});
}

}  // namespace grandstand::dvr

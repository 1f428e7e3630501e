// SPDX-License-Identifier: MIT
#include "date_ranges.hpp"

#include <algorithm>
#include <cstdio>

namespace grandstand::hls {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::size_t kMostRanges = 64;
constexpr std::size_t kMostRemoved = 64;
// A break that nobody ends is over at last.
constexpr std::chrono::hours kLongestBreak{2};
constexpr std::chrono::seconds kSameEvent{2};

std::string hex(const SharedBytes& section) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = "0x";
  for (const auto byte : section.span()) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string seconds_text(microseconds duration) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3f", std::chrono::duration<double>(duration).count());
  return text;
}

std::string head(const std::string& id, UtcTime start) {
  return "#EXT-X-DATERANGE:ID=\"" + id + "\",START-DATE=\"" + to_rfc3339(start) + "\"";
}

const char* attribute(media::SpliceCue::Kind kind) {
  switch (kind) {
    case media::SpliceCue::Kind::kOut:
      return ",SCTE35-OUT=";
    case media::SpliceCue::Kind::kIn:
      return ",SCTE35-IN=";
    default:
      return ",SCTE35-CMD=";
  }
}

}  // namespace

void DateRanges::add(const media::SpliceCue& cue, UtcTime date, UtcTime now) {
  using Kind = media::SpliceCue::Kind;
  const bool cancels = cue.kind == Kind::kCancel;
  if (cue.kind == Kind::kIn || cancels) {
    const auto out = std::find_if(ranges_.rbegin(), ranges_.rend(), [&](const Range& range) {
      return range.open && range.event_id == cue.event_id && (range.start <= date || cancels);
    });
    // One that is called off before it begins lasts for nothing.
    if (out != ranges_.rend()) return close(*out, cue, std::max(date, out->start), now);
    const bool ended = std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
      return range.event_id == cue.event_id && range.kind == Kind::kOut && !range.open && range.end &&
             std::chrono::abs(*range.end - date) < kSameEvent;
    });
    if (ended) return;
  }
  Range range;
  range.event_id = cue.event_id;
  range.kind = cue.kind;
  range.open = cue.kind == Kind::kOut;
  range.start = date;
  range.listed = now;
  // The date makes the ID unique: encoders count their events anew after a restart.
  range.id = "splice-" + std::to_string(cue.event_id) + "-" + std::to_string(to_unix_ms(date));
  const char* const kinds[] = {"", "-in", "-cmd", "-cancel"};
  range.id += kinds[static_cast<int>(cue.kind)];
  const bool known = std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& r) {
    return r.event_id == cue.event_id && r.kind == cue.kind && std::chrono::abs(r.start - date) < kSameEvent;
  });
  if (known) return;
  range.lines = head(range.id, date);
  if (range.open && cue.duration) {
    const auto planned = duration_cast<microseconds>(*cue.duration);
    range.lines += ",PLANNED-DURATION=" + seconds_text(planned);
    range.end = date + planned;
  } else if (!range.open) {
    range.end = date;
  }
  range.lines += attribute(cue.kind) + hex(cue.section) + "\n";
  ranges_.push_back(std::move(range));
  if (ranges_.size() > kMostRanges) remove(0, now);
}

void DateRanges::close(Range& range, const media::SpliceCue& cue, UtcTime date, UtcTime now) {
  range.open = false;
  range.end = date;
  range.listed = now;  // deltas must not leave out what is new of it
  range.lines += head(range.id, range.start) + ",DURATION=" + seconds_text(date - range.start) + attribute(cue.kind) +
                 hex(cue.section) + "\n";
}

bool DateRanges::expire(UtcTime first, UtcTime now) {
  bool changed = false;
  for (std::size_t i = 0; i < ranges_.size();) {
    const auto& range = ranges_[i];
    const bool over = range.end.value_or(range.start + kLongestBreak) < first && range.start < first;
    if (over) {
      remove(i, now);
      changed = true;
    } else {
      ++i;
    }
  }
  return changed;
}

void DateRanges::remove(std::size_t index, UtcTime now) {
  removed_.push_back({ranges_[index].id, now});
  if (removed_.size() > kMostRemoved) removed_.pop_front();
  ranges_.erase(ranges_.begin() + static_cast<std::ptrdiff_t>(index));
}

std::shared_ptr<const DateRangeList> DateRanges::list() const {
  auto list = std::make_shared<DateRangeList>();
  for (const auto& range : ranges_) {
    list->entries.push_back({range.id, range.start, range.end, range.listed, range.lines});
  }
  list->removed.assign(removed_.begin(), removed_.end());
  return list;
}

}  // namespace grandstand::hls

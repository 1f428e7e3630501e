// SPDX-License-Identifier: MIT
#include "selection.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace grandstand::dvr {
namespace {

template <class Visit>
void for_each_entry(const Selection& selection, Visit visit) {
  for (const auto& piece : selection.pieces) {
    for (auto i = piece.first; i < piece.last; ++i) visit(piece.contents->at(i));
  }
}

}  // namespace

std::size_t Selection::count() const {
  std::size_t count = 0;
  for (const auto& piece : pieces) count += piece.last - piece.first;
  return count;
}

std::uint64_t Selection::sequence() const {
  return pieces.front().reel->name().sequence + pieces.front().first;
}

std::uint64_t Selection::discontinuity_sequence() const {
  const auto& piece = pieces.front();
  auto sequence = piece.reel->name().discontinuity_sequence;
  for (std::size_t i = 0; i < piece.first; ++i) sequence += piece.contents->at(i).discontinuity ? 1 : 0;
  return sequence;
}

std::chrono::seconds Selection::duration() const {
  std::int64_t units = 0;
  for_each_entry(*this, [&](const Entry& entry) { units += entry.duration; });
  return std::chrono::seconds(units / 100'000 + 1);
}

bool Selection::independent() const {
  return std::all_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
    return std::all_of(piece.contents->chunks.begin(), piece.contents->chunks.end(),
                       [](const auto& chunk) { return chunk->independent; });
  });
}

bool Selection::has_gap() const {
  bool gap = false;
  for_each_entry(*this, [&](const Entry& entry) { gap = gap || entry.size == 0; });
  return gap;
}

BitRates Selection::bit_rates(std::chrono::microseconds least) const {
  struct Load {
    std::uint64_t bytes = 0;
    std::int64_t duration = 0;  // us
    double rate() const { return static_cast<double>(bytes) * 8e6 / static_cast<double>(duration); }
  };
  Load all, some;
  double peak = 0;
  std::deque<const Entry*> row;  // of `some`: the last that are long enough, no more of them than needed
  for_each_entry(*this, [&](const Entry& entry) {
    if (entry.size == 0) return;
    const auto duration = entry.duration * 10;
    all = {all.bytes + entry.size, all.duration + duration};
    some = {some.bytes + entry.size, some.duration + duration};
    row.push_back(&entry);
    while (some.duration - row.front()->duration * 10 >= least.count() && row.size() > 1) {
      some = {some.bytes - row.front()->size, some.duration - row.front()->duration * 10};
      row.pop_front();
    }
    if (some.duration >= least.count() && some.duration > 0) peak = std::max(peak, some.rate());
  });
  const auto average = all.duration > 0 ? all.rate() : 0;
  // What is announced must not be less than what comes.
  const auto whole = [](double rate) { return static_cast<std::uint64_t>(std::ceil(rate)); };
  return {whole(std::max(peak, average)), whole(average)};
}

void Selection::lease(UtcTime now, std::chrono::seconds target_duration) const {
  const auto until = now + duration() + target_duration;
  for (const auto& piece : pieces) piece.reel->extend_lease(until);
}

Selection select_listed(const RenditionShelf& rendition, UtcTime now) {
  Selection selection;
  for (const auto& reel : rendition.listed()) {
    auto contents = reel->contents(now);
    const auto count = contents->count;
    if (count > 0) selection.pieces.push_back({reel, std::move(contents), 0, count});
  }
  return selection;
}

Selection select_range(const RenditionShelf& rendition, UtcTime from, UtcTime until, UtcTime now) {
  Selection selection;
  const auto reels = rendition.reels.load();
  for (const auto& reel : *reels) {
    // A reel's name has its first second; in one epoch dates only go forward.
    if (reel->end() <= from || reel->name().start >= until) continue;
    auto contents = reel->contents(now);
    std::size_t first = 0;
    while (first < contents->count && contents->at(first).end() <= from) ++first;
    auto last = first;
    while (last < contents->count && contents->at(last).date < until) ++last;
    if (first == last) continue;
    // Numbers must follow: after a clock that was set back, what comes first in the list counts.
    const bool follows =
        selection.empty() ||
        (selection.pieces.back().last == selection.pieces.back().contents->count && first == 0 &&
         selection.pieces.back().reel->name().sequence + selection.pieces.back().last == reel->name().sequence);
    if (!follows) break;
    selection.pieces.push_back({reel, std::move(contents), first, last});
  }
  return selection;
}

Selection select_last(const RenditionShelf& rendition, std::chrono::seconds length, UtcTime until, UtcTime now) {
  Selection selection;
  auto missing = std::chrono::microseconds(length);
  const auto reels = rendition.reels.load();
  for (auto at = reels->rbegin(); at != reels->rend() && missing.count() > 0; ++at) {
    const auto& reel = **at;
    if (reel.name().start >= until) continue;
    auto contents = reel.contents(now);
    auto last = contents->count;
    if (selection.empty()) {
      while (last > 0 && contents->at(last - 1).end() > until) --last;
    } else if (reel.name().sequence + last != selection.sequence()) {
      break;
    }
    auto first = last;
    for (; first > 0 && missing.count() > 0; --first) missing -= contents->at(first - 1).length();
    if (first < last) selection.pieces.insert(selection.pieces.begin(), {*at, std::move(contents), first, last});
  }
  return selection;
}

}  // namespace grandstand::dvr

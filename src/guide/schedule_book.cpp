// SPDX-License-Identifier: MIT
#include "schedule_book.hpp"

#include <grandstand/guide/schedule.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace grandstand::guide {

namespace {

// Less than this of a programme that another one covers is no programme.
constexpr std::chrono::minutes kLeastRest{1};

std::shared_ptr<const Programme> cut(const Programme& whole, UtcTime start, UtcTime stop) {
  if (stop - start < kLeastRest) return nullptr;
  auto part = std::make_shared<Programme>(whole);
  part->start = start;
  part->stop = stop;
  return part;
}

bool are_equal(std::span<const std::shared_ptr<const Programme>> a, const Programmes& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return *x == *y; });
}

}  // namespace

Programmes ScheduleBook::arrange(std::vector<Programme> programmes, UtcTime now) const {
  std::vector<std::size_t> order(programmes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(programmes[i].start, i); });
  Programmes arranged;
  for (std::size_t at = 0; at < order.size(); ++at) {
    Programme& programme = programmes[order[at]];
    if (at + 1 < order.size()) {
      const UtcTime next = programmes[order[at + 1]].start;
      if (next == programme.start) continue;  // the later of two at one time stands
      if (programme.stop == programme.start || programme.stop > next) programme.stop = next;
    }
    if (programme.stop <= programme.start) continue;
    if (programme.stop <= now - settings_.keep_past || programme.start >= now + settings_.keep_future) continue;
    arranged.push_back(std::make_shared<const Programme>(std::move(programme)));
  }
  return arranged;
}

std::optional<ScheduleBook::Change> ScheduleBook::put(const ChannelId& channel, std::vector<Programme> programmes,
                                                      UtcTime now) {
  Change change{channel, {}, {}, arrange(std::move(programmes), now)};
  if (change.added.empty()) return std::nullopt;
  change.from = change.added.front()->start;
  change.to = change.added.back()->stop;
  const auto before = of(channel);
  auto replaced = between(*before, change.from, change.to);
  if (are_equal(replaced, change.added)) return std::nullopt;

  const std::size_t kept = size_ - replaced.size();
  const std::size_t room = settings_.max_programmes > kept ? settings_.max_programmes - kept : 0;
  if (change.added.size() > room) {
    left_out_ += change.added.size() - room;
    change.added.resize(room);
    if (change.added.empty()) return std::nullopt;
    change.to = change.added.back()->stop;
    replaced = between(*before, change.from, change.to);
  }

  if (!replaced.empty()) {
    const auto& first = *replaced.front();
    const auto& last = *replaced.back();
    if (auto rest = cut(last, change.to, last.stop)) change.added.push_back(std::move(rest));
    if (auto rest = cut(first, first.start, change.from)) change.added.insert(change.added.begin(), std::move(rest));
  }
  auto after = std::make_shared<Programmes>();
  const auto first = before->begin() + (replaced.data() - before->data());
  after->insert(after->end(), before->begin(), first);
  after->insert(after->end(), change.added.begin(), change.added.end());
  after->insert(after->end(), first + static_cast<std::ptrdiff_t>(replaced.size()), before->end());
  size_ = size_ - before->size() + after->size();
  channels_[channel] = std::move(after);
  return change;
}

void ScheduleBook::load(const ChannelId& channel, Programmes programmes) {
  size_ = size_ - of(channel)->size() + programmes.size();
  channels_[channel] = std::make_shared<const Programmes>(std::move(programmes));
}

bool ScheduleBook::forget_old(UtcTime now) {
  bool changed = false;
  for (auto entry = channels_.begin(); entry != channels_.end();) {
    const Programmes& all = *entry->second;
    const auto first = std::ranges::partition_point(
        all, [&](const auto& programme) { return programme->stop <= now - settings_.keep_past; });
    if (first != all.begin()) {
      changed = true;
      size_ -= static_cast<std::size_t>(first - all.begin());
      entry->second = std::make_shared<const Programmes>(first, all.end());
    }
    entry = entry->second->empty() ? channels_.erase(entry) : std::next(entry);
  }
  return changed;
}

std::shared_ptr<const Programmes> ScheduleBook::of(const ChannelId& channel) const {
  static const auto kNone = std::make_shared<const Programmes>();
  const auto entry = channels_.find(channel);
  return entry == channels_.end() ? kNone : entry->second;
}

}  // namespace grandstand::guide

// SPDX-License-Identifier: MIT
#include "history.hpp"

#include <utility>

namespace grandstand::room {

void History::append(SteadyTime now, std::string text) {
  ++last_offset_;
  entries_.push_back({now, std::move(text)});
  while (entries_.size() > settings_.history_events) entries_.pop_front();
}

void History::forget_old(SteadyTime now) {
  while (!entries_.empty() && now - entries_.front().at > settings_.history_age) entries_.pop_front();
}

void History::replace(std::uint64_t offset, std::string text) {
  const auto first = last_offset_ + 1 - entries_.size();
  if (offset >= first && offset <= last_offset_) entries_[offset - first].text = std::move(text);
}

std::optional<std::string> History::since(std::uint64_t offset) const {
  if (offset > last_offset_) return std::nullopt;
  const std::uint64_t missed = last_offset_ - offset;
  if (missed > entries_.size() || missed > settings_.resume_limit) return std::nullopt;
  std::string events;
  for (auto entry = entries_.end() - static_cast<std::ptrdiff_t>(missed); entry != entries_.end(); ++entry) {
    if (events.size() + entry->text.size() > settings_.resume_bytes) return std::nullopt;
    if (!events.empty()) events += ',';
    events += entry->text;
  }
  return events;
}

}  // namespace grandstand::room

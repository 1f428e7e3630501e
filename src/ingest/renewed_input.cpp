// SPDX-License-Identifier: MIT
#include "renewed_input.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace grandstand::ingest {

RenewedInput::RenewedInput(std::unique_ptr<AvInput> first, Settings settings)
    : input_(std::move(first)), settings_(std::move(settings)), renewed_(settings_.now()) {}

bool RenewedInput::joins(AvInput& fresh) {
  if (*fresh.tracks() != *input_->tracks()) return false;
  const auto tracks = fresh.tracks();
  const auto awaited = std::ranges::count_if(last_, [&](const auto& last) { return !tracks->is_text(last.first); });
  std::set<std::uint32_t> seen;
  while (std::cmp_less(seen.size(), awaited)) {
    const auto sample = fresh.read();
    if (!sample || !*sample) return false;
    if (tracks->is_text((*sample)->track)) continue;
    const auto last = last_.find((*sample)->track);
    if (last == last_.end() || (*sample)->dts > last->second) return false;
    seen.insert(last->first);
  }
  return true;
}

void RenewedInput::renew() {
  if (!opened_.valid()) {
    if (settings_.now() - renewed_ >= settings_.every) opened_ = settings_.open();
    return;
  }
  if (opened_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) return;
  renewed_ = settings_.now();
  auto fresh = opened_.get();
  if (!fresh || !joins(**fresh)) return;
  (*fresh)->take_cues();  // those that were met already
  input_ = std::move(*fresh);
  already_ = last_;
}

Result<std::optional<media::Sample>> RenewedInput::read() {
  renew();
  while (true) {
    auto sample = input_->read();
    if (!sample || !*sample) return sample;
    const auto track = (*sample)->track;
    if (const auto already = already_.find(track); already != already_.end()) {
      if ((*sample)->dts <= already->second) continue;
      already_.erase(already);
    }
    last_[track] = (*sample)->dts;
    return sample;
  }
}

}  // namespace grandstand::ingest

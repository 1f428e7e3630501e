// SPDX-License-Identifier: MIT
#include "failover.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Verdict = SourceHealth::Verdict;

constexpr milliseconds kFirstRetry = 1s;
constexpr milliseconds kLongestRetry = 60s;
constexpr milliseconds kLongestProbation = 60s;
// After so long on air without trouble, earlier failures are forgiven.
constexpr milliseconds kForgiven = 60s;
constexpr milliseconds kSelectionPatience = 30s;

void since(std::optional<SteadyTime>& start, bool holds, SteadyTime now) {
  if (!holds) {
    start.reset();
  } else if (!start) {
    start = now;
  }
}

std::string name_of(std::size_t source) {
  return "source " + std::to_string(source + 1);
}

}  // namespace

Failover::Failover(FailoverSettings settings, std::size_t sources, std::size_t on_air, SteadyTime now,
                   std::uint32_t seed)
    : settings_(std::move(settings)), on_air_(on_air), switched_at_(now) {
  for (std::size_t i = 0; i < sources; ++i) {
    sources_.emplace_back(BackOff(kFirstRetry, kLongestRetry, seed + static_cast<std::uint32_t>(i)));
    sources_.back().retry_at = now;
  }
  plan_open(now);
}

void Failover::update(std::span<const SourceHealth> health, SteadyTime now) {
  for (std::size_t i = 0; i < sources_.size(); ++i) note(sources_[i], health[i], now);
  if (on_air_) {
    auto& present = sources_[*on_air_];
    if (now - switched_at_ >= kForgiven && lasted(present.healthy_since, kForgiven, now)) {
      present.failures = 0;
      present.retry.reset();
    }
  }
  if (!follow_selection(now)) leave_or_return(health, now);
  plan_open(now);
}

void Failover::note(Source& source, const SourceHealth& health, SteadyTime now) {
  since(source.failing_since, health.verdict == Verdict::kFailing, now);
  since(source.degraded_since, health.verdict == Verdict::kDegraded, now);
  since(source.healthy_since, health.verdict == Verdict::kHealthy, now);
  since(source.usable_since, health.usable(), now);
}

bool Failover::follow_selection(SteadyTime now) {
  if (!selected_) return false;
  if (now - selected_at_ > kSelectionPatience) {
    selected_.reset();
    return false;
  }
  if (!sources_[*selected_].usable_since) return false;
  const auto source = *std::exchange(selected_, std::nullopt);
  if (on_air_ != source) go(source, "the operator chose " + name_of(source), now);
  pinned_ = true;
  return true;
}

void Failover::leave_or_return(std::span<const SourceHealth> health, SteadyTime now) {
  if (now - switched_at_ < settings_.hold_down) return;
  if (!on_air_) {
    if (const auto next = best(now)) go(next, name_of(*next) + " is back", now);
    return;
  }
  const std::size_t present = *on_air_;
  auto& source = sources_[present];
  const auto why = [&] { return name_of(present) + ": " + health[present].reason; };
  if (lasted(source.failing_since, settings_.hold_down, now)) {
    const auto next = best(now);
    if (!next && settings_.slate == "none") return;
    ++source.failures;
    source.retry_at = now + source.retry.next();
    return go(next, why(), now);
  }
  if (lasted(source.degraded_since, settings_.hold_down, now)) {
    if (const auto next = best_healthy(now)) {
      ++source.failures;
      return go(next, why(), now);
    }
  }
  if (pinned_ || !settings_.return_after) return;
  for (std::size_t earlier = 0; earlier < present; ++earlier) {
    const auto time = std::max({*settings_.return_after, settings_.hold_down, probation(sources_[earlier])});
    if (lasted(sources_[earlier].healthy_since, time, now)) {
      return go(earlier, name_of(earlier) + " is well again", now);
    }
  }
}

void Failover::go(std::optional<std::size_t> source, std::string reason, SteadyTime now) {
  pinned_ = false;
  on_air_ = source;
  switched_at_ = now;
  reason_ = std::move(reason);
}

milliseconds Failover::probation(const Source& source) const {
  constexpr unsigned kMaxDoublings = 16;
  if (source.failures == 0) return 0ms;
  return std::min(settings_.hold_down * (1u << std::min(source.failures - 1, kMaxDoublings)), kLongestProbation);
}

std::optional<std::size_t> Failover::best_healthy(SteadyTime now) const {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (i != on_air_ && lasted(sources_[i].healthy_since, probation(sources_[i]), now)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Failover::best(SteadyTime now) const {
  if (const auto found = best_healthy(now)) return found;
  // One on probation is better than none, and a degraded one, too. After its first failure a source may come at once:
  // a publisher that reconnects.
  const auto usable = [&](std::size_t i, const std::optional<SteadyTime>& since) {
    return i != on_air_ && lasted(since, sources_[i].failures <= 1 ? 0ms : settings_.hold_down, now);
  };
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (usable(i, sources_[i].healthy_since)) return i;
  }
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (usable(i, sources_[i].usable_since)) return i;
  }
  return std::nullopt;
}

void Failover::plan_open(SteadyTime now) {
  if (settings_.standby == FailoverSettings::Standby::kHot || sources_.size() == 1) {
    for (auto& source : sources_) source.open = true;
    return;
  }
  const bool seeking = !on_air_ || sources_[*on_air_].failing_since || sources_[*on_air_].degraded_since;
  const bool may_return = on_air_ && !pinned_ && settings_.return_after;
  const std::size_t limit = seeking ? sources_.size() : may_return ? *on_air_ : 0;
  std::optional<std::size_t> tried;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    auto& source = sources_[i];
    if (i == on_air_ || i == selected_) {
      source.open = true;
      continue;
    }
    if (source.open && source.failing_since) {
      source.open = false;
      if (source.retry_at <= now) source.retry_at = now + source.retry.next();
    }
    if (source.open && !tried && i < limit) {
      tried = i;
    } else {
      source.open = false;
    }
  }
  for (std::size_t i = 0; i < limit && !tried; ++i) {
    if (i == on_air_ || i == selected_ || sources_[i].retry_at > now) continue;
    sources_[i].open = true;
    tried = i;
  }
}

void Failover::select(std::optional<std::size_t> source, SteadyTime now) {
  pinned_ = pinned_ && source.has_value();
  selected_ = source;
  selected_at_ = now;
}

}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "feed_watch.hpp"

#include <cstdio>
#include <utility>

namespace grandstand::ingest {

namespace {

std::string seconds_text(std::chrono::milliseconds duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", static_cast<double>(duration.count()) / 1000);
  return text;
}

}  // namespace

void FeedWatch::on_datagram(SteadyTime now) {
  if (!arriving_since_ || now - last_datagram_ >= timeout_) arriving_since_ = now;
  last_datagram_ = now;
}

void FeedWatch::on_connection(SteadyTime now) {
  last_datagram_ = now;
  arriving_since_.reset();
}

std::optional<FeedWatch::Change> FeedWatch::on_sample(SteadyTime now) {
  last_sample_ = now;
  return change(SourceState::kRunning, {});
}

std::optional<FeedWatch::Change> FeedWatch::on_failure(std::string reason) {
  return change(SourceState::kDown, std::move(reason));
}

std::optional<FeedWatch::Change> FeedWatch::tick(SteadyTime now, const std::function<std::string()>& trouble) {
  if (now - last_sample_ < timeout_) return std::nullopt;
  if (now - last_datagram_ >= timeout_) {
    return change(SourceState::kDown, "no datagram for " + seconds_text(timeout_));
  }
  // Of a sender that has only just come, or come back, nothing bad is known yet.
  if (!arriving_since_ || now - *arriving_since_ < timeout_) return std::nullopt;
  std::string reason = trouble();
  if (reason.empty()) reason = "datagrams arrive but no samples for " + seconds_text(timeout_);
  return change(SourceState::kDown, std::move(reason));
}

std::optional<FeedWatch::Change> FeedWatch::change(SourceState state, std::string reason) {
  if (state == state_ && reason == reason_) return std::nullopt;
  state_ = state;
  reason_ = reason;
  return Change{state, std::move(reason)};
}

}  // namespace grandstand::ingest

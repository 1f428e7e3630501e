// SPDX-License-Identifier: MIT
#pragma once

#include "av_handles.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace grandstand::ingest {

// Ends calls of libavformat that block: when they are to stop, and when nothing has come for too long.
//
// Owner: whoever reads; must outlive the context that has its interrupt callback.   Runs on: the reading thread.
class AvDeadline {
 public:
  AvDeadline(std::chrono::milliseconds timeout, std::function<bool()> stopped, std::function<SteadyTime()> now)
      : timeout_(timeout), stopped_(std::move(stopped)), now_(std::move(now)) {}
  AvDeadline(const AvDeadline&) = delete;
  AvDeadline& operator=(const AvDeadline&) = delete;

  // Before each call that may block.
  void arm() { deadline_ = now_() + timeout_; }
  AVIOInterruptCB interrupt() { return {&AvDeadline::interrupted, this}; }

  // Why a call failed that gave `reason`: kCancelled, kTimeout, or else kUnavailable.
  Error failed(const std::string& what, const std::string& reason) const {
    if (stopped_()) return {ErrorCode::kCancelled, what + ": stopped"};
    if (now_() > deadline_) {
      return {ErrorCode::kTimeout, what + ": no answer for " + std::to_string(timeout_.count()) + " ms"};
    }
    return {ErrorCode::kUnavailable, what + ": " + reason};
  }

 private:
  static int interrupted(void* self) {
    const auto& deadline = *static_cast<AvDeadline*>(self);
    return deadline.stopped_() || deadline.now_() > deadline.deadline_ ? 1 : 0;
  }

  std::chrono::milliseconds timeout_;
  std::function<bool()> stopped_;
  std::function<SteadyTime()> now_;
  SteadyTime deadline_{};
};

}  // namespace grandstand::ingest

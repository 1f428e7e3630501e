// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/media/slate.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>

namespace grandstand::channels {

// The slates of all channels: each shape is encoded once, on a thread of its own, and kept as long as it is among the
// sixteen that were asked for last.
//
// Owner: Catalogue.   Runs on: request() on any thread, the rest on the loop given.   Stops: on destruction, which
// waits for the slate under work.
class SlateLibrary {
 public:
  using Outcome = Result<std::shared_ptr<const media::Slate>>;

  SlateLibrary(aio::Loop& home, ops::Metrics& metrics);
  ~SlateLibrary();
  SlateLibrary(const SlateLibrary&) = delete;
  SlateLibrary& operator=(const SlateLibrary&) = delete;

  // `deliver` is called on `loop`, once. kUnavailable: too many shapes wait to be encoded.
  void request(media::SlateShape shape, aio::Loop& loop, std::function<void(Outcome)> deliver);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::channels

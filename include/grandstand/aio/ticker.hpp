// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace grandstand::aio {

// Calls `work` on the loop every `interval` from construction to destruction. The edge where real time enters: what it
// calls is a `tick(now)` that tests call themselves. A late call is not made up for.
//
// Owner: the actor it ticks.   Runs on: the loop; construct and destroy it there.   Stops: on destruction.
class Ticker {
 public:
  Ticker(Loop& loop, std::chrono::milliseconds interval, std::function<void()> work);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Calls `work` once on the loop after `delay`; safe from any thread.
void run_after(Loop& loop, std::chrono::milliseconds delay, std::function<void()> work);

}  // namespace grandstand::aio

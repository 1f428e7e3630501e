// SPDX-License-Identifier: MIT
#pragma once

#include "av_input.hpp"
#include "eit_collector.hpp"

#include <grandstand/ingest/source.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>

namespace grandstand::ingest {

// Between a thread that reads a source with blocking calls and the loop that owns the source. The thread is never
// waited for: it may hang in a name lookup for longer than a channel lives. So it touches nothing of the outside but
// through here, and after stop() this answers it without doing so.
//
// Owner: shared by both sides.   Runs on: what the thread calls is safe from any thread; stop() and give() on the loop.
// Stops: stop().
class HandOver : public std::enable_shared_from_this<HandOver> {
 public:
  struct Discontinuity {
    std::string reason;
  };
  struct StateChange {
    SourceState state;
    std::string reason;
  };
  using Item = std::variant<media::Sample, std::shared_ptr<const media::TrackSet>, media::SpliceCue,
                            AvInput::GuideSection, Discontinuity, StateChange, SharedBytes>;

  // What may wait for the loop; beyond it the thread waits.
  static constexpr std::size_t kMaxItems = 512;
  static constexpr std::size_t kMaxBytes = 8u << 20;

  // `on_bytes` is called on the loop with the bytes that are pushed.
  explicit HandOver(SourceContext context, std::function<void(SharedBytes)> on_bytes = {});

  // On the thread. Waits while the loop is behind; false: it is stopped, end.
  bool push(Item item);
  bool push_state(SourceState state, std::string reason) { return push(StateChange{state, std::move(reason)}); }
  bool stopped() const;
  // The injected clock; stands still once stopped.
  SteadyTime now() const;
  // Waits until the injected clock shows `time`; false: stopped meanwhile.
  bool wait_until(SteadyTime time);
  bool wait_for(std::chrono::milliseconds duration) { return wait_until(now() + duration); }
  const std::string& channel() const { return channel_; }

  // On the loop. Nothing is delivered after it.
  void stop();

 private:
  void give();
  void give_item(Item& item);

  // given; used only while not stopped
  SourceContext context_;
  const std::function<void(SharedBytes)> on_bytes_;
  const std::string channel_;
  ops::Counter waits_;

  // state
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  bool give_posted_ = false;
  std::deque<Item> items_;
  std::size_t bytes_ = 0;
  EitCollector guide_;  // of the loop
  mutable SteadyTime last_now_{};
};

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/room/room.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::room {

struct Decision {
  std::uint64_t ticket = 0;
  Result<std::string> outcome;  // FeatureStore::commit
};

// Who waits for events to be stored. Called on the writer's loop.
class StoreListener {
 public:
  virtual ~StoreListener() = default;
  // The event is committed (true), or will not be (false: the queue was full, or the store refused it for good).
  virtual void on_stored(std::vector<std::uint64_t> offsets, bool stored) = 0;
  // What the store decided on committed events; an error of kUnavailable: it was not asked and will not be.
  virtual void on_committed(std::vector<Decision> decisions) = 0;
};

// The way of all rooms' events to the stores: one bounded queue, and for each feature at most one commit at a time, of
// all that waited (group commit). While the database is down it tries again; what was queued first is kept, what does
// not fit any more is not stored, and counted.
//
// Owner: hub.   Runs on: its loop; add() and flush() from elsewhere.   Stops: flush(), then destruction on its loop's
// end.
class StoreWriter {
 public:
  struct Settings {
    std::size_t queue_limit = 50'000;  // events
    std::size_t batch_limit = 1'000;   // events in one commit
    // From one commit of a feature to the next: a commit costs PostgreSQL as much as fifteen more rows in it do, and
    // what is said is to be stored within 50 ms.
    std::chrono::milliseconds interval{25};
    std::chrono::milliseconds retry_first{100};  // after a failure, doubling up to
    std::chrono::milliseconds retry_longest{2'000};
    int attempts = 5;  // of an event that the store refuses although it answers
  };
  StoreWriter(Settings settings, aio::Loop& loop, const Clock& clock, const FeatureCatalogue& features,
              ops::Metrics& metrics);
  ~StoreWriter();
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  // From any loop. All events are of the listener's room and in order.
  void add(std::shared_ptr<StoreListener> listener, std::vector<ToStore> events);

  // Waits until nothing is queued, at most `limit`; says how many events are left. Blocking; not from a loop, while the
  // loop runs.
  std::size_t flush(std::chrono::milliseconds limit);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::room

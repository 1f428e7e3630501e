// SPDX-License-Identifier: MIT
#pragma once

#include "connection.hpp"

#include <grandstand/base/back_off.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/ops/health.hpp>
#include <grandstand/ops/metrics.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace grandstand::storage {

// The idle connections, and the knowledge whether the database is there. While it is not, acquire() fails at once and a
// watch thread tries again with back-off, so that Health becomes true again without any request.
//
// Owner: Database.   Runs on: any thread that may block.   Stops: close().
class ConnectionPool {
 public:
  // `limit` idle ones are kept; `part` is what they are called in Health.
  ConnectionPool(Result<ConnectionTarget> target, std::size_t limit, ops::Health& health, std::string part,
                 ops::Gauge up);
  ~ConnectionPool();

  struct Lease {
    std::unique_ptr<Connection> connection;
    bool fresh = false;  // just made, so it cannot be stale
  };
  Result<Lease> acquire();
  // A connection that lay idle proved dead: forget the others too, and take a new one.
  Result<Lease> replace();
  // Open connections are kept; a broken one is dropped.
  void give_back(std::unique_ptr<Connection> connection);

  const SystemClock& clock() const { return clock_; }
  void close();

 private:
  Result<Lease> connect();
  void watch();
  bool check();

  // given
  Result<ConnectionTarget> target_;
  std::size_t limit_;
  ops::Health& health_;
  std::string part_;
  ops::Gauge up_;
  SystemClock clock_;

  // state, under mutex_
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  BackOff back_off_;
  SteadyTime try_again_{};
  std::optional<Error> down_;  // why, when the last attempt failed
  bool connecting_ = false;
  bool closed_ = false;
  SteadyTime last_used_{};
  std::thread watch_;  // from the first connection on
};

}  // namespace grandstand::storage

// SPDX-License-Identifier: MIT
#pragma once

#include "webhook_store.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/offload.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/fetch/fetch.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/webhooks/settings.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

namespace grandstand::webhooks {

// How long after that many failed attempts the next one comes: doubling, each shortened at random by up to a quarter.
std::chrono::milliseconds retry_delay(const Settings& settings, std::size_t attempts, std::minstd_rand& random);

// Makes the deliveries that are due. Each webhook has a lane of its own: two attempts at once while it answers well and
// quickly, one when it does not, and a rest that grows while it cannot be reached. Slow lanes together get half of the
// threads, so that they cannot keep the others waiting.
//
// Owner: Webhooks.   Runs on: its loop; wake() from anywhere.   Stops: stop(), blocking, not from the loop.
class Dispatcher : public std::enable_shared_from_this<Dispatcher> {
 public:
  struct Context {
    aio::Loop& loop;
    const Clock& clock;
    ops::Metrics& metrics;
    WebhookStore& store;
  };
  Dispatcher(Settings settings, Context context);

  void start();
  void tick();
  void wake() { woken_ = kWatchfulTicks; }
  void stop();

 private:
  static constexpr std::size_t kLaneWidth = 2;
  static constexpr int kWatchfulTicks = 8;

  struct Lane {
    std::size_t under_way = 0;
    int failures = 0;      // of the receiver itself, one after the other
    bool is_slow = false;  // the last attempt took long, or failed
    SteadyTime rests_until{};
    SteadyTime answered{};  // or did not, the last time
  };

  bool begin_round_due();
  void look();
  aio::Task<Status> run_round();
  void begin(DueDelivery due);
  aio::Task<Status> deliver(DueDelivery due, bool on_slow_lane);
  fetch::Request make_request(const DueDelivery& due) const;
  Attempt judge(const DueDelivery& due, const Result<fetch::Response>& response);
  void finish(const DueDelivery& due, const Attempt& attempt, std::chrono::milliseconds took);
  bool has_room(const Lane& lane) const;

  // given
  const Settings settings_;
  const Context context_;
  const std::string node_;

  // state, on the loop
  std::unique_ptr<aio::Ticker> ticker_;
  std::map<std::uint64_t, Lane> lanes_;
  std::set<std::uint64_t> under_way_;
  std::size_t slow_under_way_ = 0;
  bool in_round_ = false, looks_again_ = false;
  unsigned ticks_ = 0, tidied_ = 0;
  std::atomic<int> woken_{kWatchfulTicks};
  std::atomic<bool> stopped_{false};
  std::minstd_rand random_;

  ops::Counter delivered_, failed_, parked_, refused_;
  ops::Gauge waiting_;
  aio::Offload threads_;
};

}  // namespace grandstand::webhooks

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/room/outside.hpp>
#include <grandstand/sfu/settings.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace grandstand::sfu {

class JanusSession;

// The SFU of calls: one Janus (videoroom plugin), by its HTTP API. For each call a room of its own; for each seat a
// handle that publishes and one that watches everybody else.
//
// Asks: "seats" {"generation","seats":[...]}, the whole of what is wanted, and nothing with no seats; another
// generation begins anew. "signal" {"seat","leg","description" or "candidate"}. News: "reachable" {"reachable"}, at
// once and when it changes: then everything asked before is lost; "signal"
// {"generation","seat","leg","description" or "candidate","streams":[{"mid","seat"}]}.
//
// Owner: App.   Runs on: the given loop, and two threads of its own.   Stops: stop().
class Janus final : public room::Outside {
 public:
  // `sweep_interval`: how often rooms that nobody sits in are looked for.
  Janus(Settings settings, aio::Loop& loop, ops::Metrics& metrics,
        std::chrono::milliseconds sweep_interval = std::chrono::seconds(30));
  ~Janus() override;

  std::unique_ptr<room::Line> open(const RoomId& room, std::function<void(room::News)> hear) override;

  // Takes away what it has made in Janus, as far as that answers; blocking, with the loop still running.
  void stop();

 private:
  aio::Loop& loop_;
  std::shared_ptr<JanusSession> session_;
  std::atomic<std::uint64_t> last_line_{0};
};

}  // namespace grandstand::sfu

// SPDX-License-Identifier: MIT
#pragma once

#include "peer.hpp"
#include "site.hpp"
#include "ws_sender.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/ticker.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::http {

// The clients of one loop, and the one timer that watches over all of them: no connection has a timer of its own.
//
// Owner: the server.   Runs on: its loop.   Stops: stop().
class Worker : public std::enable_shared_from_this<Worker> {
 public:
  Worker(std::shared_ptr<Site> site, aio::Loop& loop);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  // Takes over an accepted socket.
  void accept(int descriptor, std::string address, Door door, ClientPlaces::Place place);
  // Clients finish what is under way, for up to `grace`; then they are cut. `done` runs when nobody is left.
  void stop(std::chrono::milliseconds grace, std::function<void()> done);

  void adopt(std::unique_ptr<Peer> peer);
  // The peer is destroyed soon, not from within this call.
  void retire(Peer& peer);

  const std::shared_ptr<Site>& site() const { return site_; }
  aio::Loop& loop() { return loop_; }
  // As of the last tick, rounded up, so that no time-out comes early.
  SteadyTime now() const { return now_; }
  std::string_view date_line() const { return date_line_; }
  bool stopping() const { return deadline_.has_value(); }
  WsSenderPool& senders() { return senders_; }
  // For bytes that are looked at at once and not kept.
  std::span<std::uint8_t> scratch() { return {scratch_.get(), kScratchBytes}; }

 private:
  static constexpr std::size_t kScratchBytes = 64u << 10;

  void tick();
  void for_each(void (*visit)(Peer&, SteadyTime now));
  void sweep();
  void finish_if_empty();

  // given
  std::shared_ptr<Site> site_;
  aio::Loop& loop_;
  std::chrono::milliseconds interval_;

  // state
  WsSenderPool senders_;
  SteadyTime now_{};
  std::string date_line_;
  std::unique_ptr<std::uint8_t[]> scratch_;
  Peer* first_ = nullptr;
  std::vector<std::unique_ptr<Peer>> retired_;
  bool sweep_posted_ = false;
  std::optional<SteadyTime> deadline_;
  std::function<void()> done_;
  std::unique_ptr<aio::Ticker> ticker_;
};

}  // namespace grandstand::http

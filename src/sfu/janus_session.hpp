// SPDX-License-Identifier: MIT
#pragma once

#include "janus_api.hpp"
#include "janus_call.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/back_off.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/room/outside.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace grandstand::sfu {

// Our session with Janus, and the calls in it. What is to be done is done one after the other; when something fails,
// the session is given up, everybody is told, and it is tried again with growing waits.
//
// Owner: Janus.   Runs on: its loop.   Stops: stop(), then join().
class JanusSession : public std::enable_shared_from_this<JanusSession> {
 public:
  JanusSession(const Settings& settings, aio::Loop& loop, ops::Metrics& metrics,
               std::chrono::milliseconds sweep_interval);

  void start();
  void open(std::uint64_t line, std::function<void(room::News)> hear);
  void ask(std::uint64_t line, room::Ask ask);
  void close(std::uint64_t line);
  // Takes everything away, then calls `then`.
  void stop(std::function<void()> then);
  // From any thread but the loop's.
  void join() { api_.stop(); }

 private:
  using Job = std::function<aio::Task<Status>()>;
  struct Line {
    std::function<void(room::News)> hear;
    std::unique_ptr<JanusCall> call;  // null: Janus is not reachable
  };

  void push(Job job);
  void run();
  aio::Task<Status> work();
  void on_worked(const Status& status);
  void give_up(const Error& error);
  void fail(std::uint64_t session, const Error& error);

  aio::Task<Status> connect();
  aio::Task<Status> clear_away(std::uint64_t old_session);
  aio::Task<Status> sweep();
  aio::Task<Status> carry_out(std::uint64_t line, room::Ask ask);
  aio::Task<Status> hang_up(std::uint64_t line);
  aio::Task<Status> take(Happening happening);
  aio::Task<Status> keep_alive();
  aio::Task<Status> part();
  aio::Task<Status> listen(std::uint64_t session, std::shared_ptr<std::atomic<bool>> over);
  void count();

  // given
  aio::Loop& loop_;
  const std::chrono::milliseconds sweep_interval_;
  JanusApi api_;
  ops::Gauge reachable_, calls_, seats_;

  // state
  std::map<std::uint64_t, Line> lines_;
  std::deque<Job> jobs_;
  bool working_ = false, stopped_ = false;
  bool up_ = false;
  std::uint64_t session_ = 0, control_ = 0;  // 0: there is none
  std::shared_ptr<std::atomic<bool>> over_;  // ends the listening of this session
  std::optional<Error> fault_;               // of what does not wait in line
  std::vector<std::uint64_t> left_behind_;   // rooms of sessions before
  std::set<std::uint64_t> empty_;            // rooms that nobody sat in at the last sweep
  BackOff back_off_;
  bool told_ = false;  // the log, that it is away
  std::function<void()> then_;
  std::unique_ptr<aio::Ticker> ticker_, sweeper_;
};

}  // namespace grandstand::sfu

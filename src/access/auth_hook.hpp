// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/offload.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/ops/metrics.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

namespace grandstand::access {

// What the hook is asked, field by field as MediaMTX asks it (authHTTPAddress), so that what answers that one answers
// us.
struct HookQuestion {
  std::string user;
  std::string password;
  std::string token;
  std::string ip;
  std::string action;    // "read", "publish"
  std::string path;      // the channel
  std::string protocol;  // "hls", "rtmp"
  std::string id;        // of the player
  std::string query;
  std::string user_agent;
};

// kBusy: it was not asked, because too many questions of the same client wait.
enum class HookAnswer { kAllowed, kRefused, kDown, kBusy };

// The server that decides by HTTP: POST with JSON, 2xx lets in, anything else refuses, no answer is an outage.
//
// Owner: Gate.   Runs on: ask() on any loop; the requests on threads of its own.   Stops: stop().
class AuthHook {
 public:
  // The questions of one loop that wait, by client; none of them zero.
  using Waiting = std::unordered_map<std::string, std::size_t>;

  AuthHook(std::string url, std::chrono::milliseconds timeout, std::size_t loops, const Clock& clock,
           ops::Metrics& metrics);

  // `waiting`: of the asking loop.
  aio::Task<HookAnswer> ask(HookQuestion question, Waiting& waiting);
  void stop();

 private:
  // given
  std::string url_;
  std::chrono::milliseconds timeout_;
  std::size_t most_of_one_;  // questions of one client that may wait, on each loop
  const Clock& clock_;

  // state
  ops::Counter allowed_, refused_, down_, busy_;
  ops::Histogram seconds_;
  std::shared_ptr<std::atomic<bool>> stopping_ = std::make_shared<std::atomic<bool>>(false);
  aio::Offload threads_;
};

}  // namespace grandstand::access

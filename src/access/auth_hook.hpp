// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/offload.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/ops/metrics.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

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

enum class HookAnswer { kAllowed, kRefused, kDown };

// The server that decides by HTTP: POST with JSON, 2xx lets in, anything else refuses, no answer is an outage.
//
// Owner: Gate.   Runs on: ask() on any loop; the requests on threads of its own.   Stops: stop().
class AuthHook {
 public:
  AuthHook(std::string url, std::chrono::milliseconds timeout, const Clock& clock, ops::Metrics& metrics);

  aio::Task<HookAnswer> ask(HookQuestion question);
  void stop();

 private:
  // given
  std::string url_;
  std::chrono::milliseconds timeout_;
  const Clock& clock_;

  // state
  ops::Counter allowed_, refused_, down_;
  ops::Histogram seconds_;
  std::shared_ptr<std::atomic<bool>> stopping_ = std::make_shared<std::atomic<bool>>(false);
  aio::Offload threads_;
};

}  // namespace grandstand::access

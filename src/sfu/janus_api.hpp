// SPDX-License-Identifier: MIT
#pragma once

#include "janus_codec.hpp"

#include <grandstand/aio/offload.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/sfu/settings.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::sfu {

// Janus over HTTP. Requests go one after the other, so that they arrive in order.
//
// Owner: Janus's session.   Runs on: its loop; two threads of its own.   Stops: stop().
class JanusApi {
 public:
  JanusApi(const Settings& settings, ops::Metrics& metrics);

  const Secrets& secrets() const { return secrets_; }
  // To "/<session>/<handle>", "/<session>" or "". An error: Janus is lost, or our session with it. What is only refused
  // is an answer.
  aio::Task<Result<Answer>> ask(std::string path, std::string body);
  // The same, where a refusal is an error, too.
  aio::Task<Result<Answer>> demand(std::string path, std::string body);
  // What comes next; half a minute may pass without anything. `over` ends it within a second or so.
  aio::Task<Result<std::vector<Happening>>> listen(std::uint64_t session, std::shared_ptr<std::atomic<bool>> over);
  void stop();

 private:
  const std::string url_;
  const Secrets secrets_;
  ops::Counter answered_, refused_, failed_;
  aio::Offload requests_, events_;
};

}  // namespace grandstand::sfu

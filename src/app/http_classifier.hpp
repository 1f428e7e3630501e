// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/offload.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/room/classifier.hpp>

#include <atomic>
#include <chrono>
#include <string>

namespace grandstand::app {

// A classifier behind an HTTP endpoint (docs/operations.md has the messages): one request for all that waits.
//
// Owner: App, shared with the stores.   Runs on: any loop; its own two threads.   Stops: with its last owner.
class HttpClassifier final : public room::Classifier {
 public:
  HttpClassifier(std::string url, std::chrono::milliseconds timeout, ops::Metrics& metrics);
  aio::Task<Result<std::vector<room::Classification>>> classify(std::vector<room::Utterance> utterances) override;

 private:
  std::string url_;
  std::chrono::milliseconds timeout_;
  ops::Counter answered_, failed_;
  std::atomic<bool> failing_{false};
  aio::Offload threads_;
};

}  // namespace grandstand::app

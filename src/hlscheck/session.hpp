// SPDX-License-Identifier: MIT
#pragma once

#include "findings.hpp"
#include "playlist.hpp"

#include <grandstand/hlscheck/check.hpp>

#include <optional>
#include <string>
#include <vector>

namespace grandstand::hlscheck {

// All that a check asks the server goes through here: counted, bounded, timed.
//
// Owner: a check.   Runs on: its thread, which it blocks.   Stops: no need.
class Session {
 public:
  Session(const Options& options, const World& world) : options_(options), world_(world) {}

  struct Ask {
    std::string method = "GET";
    std::vector<std::string> headers = {};
    std::optional<ByteRange> range = {};
    std::chrono::milliseconds timeout{10'000};
    bool decompress = true;
  };
  Result<fetch::Response> get(const std::string& url, const Ask& ask);
  Result<fetch::Response> get(const std::string& url) { return get(url, Ask{}); }

  SteadyTime now() const { return world_.clock.steady(); }
  void sleep(std::chrono::milliseconds time) { world_.sleep(time); }
  bool stopped() const;  // cancelled, or a limit is reached

  // Of ordinary requests; the 95th percentile.
  std::optional<Seconds> round_trip() const;

  // Adds a note once.
  void note(const std::string& text);
  Report& report() { return report_; }
  const Options& options() const { return options_; }

 private:
  const Options& options_;
  const World& world_;
  Report report_;
  std::vector<Seconds> round_trips_;
};

// Whether the answer has what was asked for: 200, 206, or a file.
bool is_success(const fetch::Response& response);

}  // namespace grandstand::hlscheck

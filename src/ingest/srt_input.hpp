// SPDX-License-Identifier: MIT
#pragma once

#include "av_deadline.hpp"
#include "av_handles.hpp"

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace grandstand::ingest {

// What comes by one SRT connection, through libavformat as the transport. Everything blocks; it is for a thread of its
// own.
//
// Owner: the reading thread.   Runs on: it.   Stops: when `stopped` says so, calls return within about 100 ms.
class SrtInput {
 public:
  struct Settings {
    std::string url;                            // with libavformat's options: mode, passphrase, streamid, latency
    std::chrono::milliseconds timeout{10'000};  // for connecting, and for each read
    std::function<bool()> stopped;
    std::function<SteadyTime()> now;
  };

  static Result<std::unique_ptr<SrtInput>> open(const Settings& settings);

  // The next message.
  Result<SharedBytes> read();

 private:
  explicit SrtInput(const Settings& settings) : deadline_(settings.timeout, settings.stopped, settings.now) {}

  AvDeadline deadline_;
  TransportHandle transport_;
};

}  // namespace grandstand::ingest

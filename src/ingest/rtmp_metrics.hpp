// SPDX-License-Identifier: MIT
#pragma once

#include "rtmp_connection.hpp"

#include <grandstand/base/ids.hpp>
#include <grandstand/ops/metrics.hpp>

#include <string>

namespace grandstand::ingest {

// The series of the RTMP server; their meaning is documented at RtmpServer.
class RtmpMetrics {
 public:
  explicit RtmpMetrics(ops::Metrics& metrics);

  ops::Counter& refused(RtmpRefusal why) { return refused_[static_cast<std::size_t>(why)]; }
  ops::Counter bytes(const ChannelId& channel);

  ops::Gauge connections;
  ops::Gauge publishers;
  ops::Counter protocol_errors;
  ops::Counter paused;
  ops::Counter damaged;
  ops::Counter replaced;

 private:
  ops::Metrics& metrics_;
  std::array<ops::Counter, 9> refused_;
};

}  // namespace grandstand::ingest

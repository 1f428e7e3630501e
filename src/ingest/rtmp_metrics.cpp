// SPDX-License-Identifier: MIT
#include "rtmp_metrics.hpp"

namespace grandstand::ingest {

RtmpMetrics::RtmpMetrics(ops::Metrics& metrics)
    : connections(metrics.gauge("grandstand_rtmp_connections", "Open RTMP connections.")),
      publishers(metrics.gauge("grandstand_rtmp_publishers", "RTMP publishers on the air.")),
      protocol_errors(metrics.counter("grandstand_rtmp_protocol_errors_total",
                                      "RTMP connections closed because the peer broke the protocol.")),
      paused(metrics.counter("grandstand_rtmp_paused_total",
                             "Times a publisher was not read because its channel did not keep up.")),
      damaged(metrics.counter("grandstand_rtmp_damaged_total", "Damaged FLV tags that were left out.")),
      replaced(metrics.counter("grandstand_rtmp_replaced_total",
                               "Publishers whose place another one with the right key took.")),
      metrics_(metrics) {
  constexpr std::array<const char*, 9> kReasons = {"limit",   "rate", "key",    "hook",  "busy",
                                                   "request", "late", "silent", "unread"};
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    refused_[i] = metrics.counter("grandstand_rtmp_refused_total", "RTMP peers refused or closed for cause.",
                                  {{"reason", kReasons[i]}});
  }
}

ops::Counter RtmpMetrics::bytes(const ChannelId& channel) {
  return metrics_.counter("grandstand_rtmp_bytes_total", "Bytes received from RTMP publishers.",
                          {{"channel", channel.value()}});
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "udp_metrics.hpp"

namespace grandstand::ingest {

UdpMetrics::UdpMetrics(ops::Metrics& metrics, const ChannelId& channel) {
  const auto series = [&](const char* name, const char* help) {
    return Series{metrics.counter(std::string("grandstand_ingest_") + name, help, {{"channel", channel.value()}}), 0};
  };
  datagrams_ = series("datagrams_total", "Datagrams received.");
  bytes_ = series("bytes_total", "Bytes received in datagrams.");
  garbage_ = series("garbage_total", "Datagrams that hold no MPEG-TS.");
  continuity_errors_ = series("cc_errors_total", "Jumps of MPEG-TS continuity counters.");
  transport_errors_ = series("transport_errors_total", "MPEG-TS packets marked as broken (TEI), dropped.");
  section_errors_ = series("section_errors_total", "PAT and PMT sections with a wrong CRC or length.");
  scrambled_ = series("scrambled_total", "Scrambled MPEG-TS packets, dropped.");
  null_packets_ = series("null_packets_total", "MPEG-TS null packets (stuffing).");
  packets_ = series("ts_packets_total", "MPEG-TS packets, all programmes and stuffing.");
  damaged_units_ = series("damaged_units_total", "Pictures dropped because a part of them was lost.");
  dropped_samples_ = series("dropped_samples_total", "Samples dropped because too many waited for the tracks.");
}

void UdpMetrics::Series::set(std::uint64_t value) {
  if (value > told) counter.add(static_cast<double>(value - told));
  told = value;
}

void UdpMetrics::update(const DatagramReader& reader, const TsDemuxer& demuxer) {
  datagrams_.set(reader.counts().datagrams);
  bytes_.set(reader.counts().bytes);
  garbage_.set(reader.counts().garbage);
  const TsCounts& ts = demuxer.counts();
  continuity_errors_.set(ts.continuity_errors);
  transport_errors_.set(ts.transport_errors);
  section_errors_.set(ts.section_errors);
  scrambled_.set(ts.scrambled);
  null_packets_.set(ts.null_packets);
  packets_.set(ts.packets);
  damaged_units_.set(ts.damaged_units);
  dropped_samples_.set(ts.dropped_samples);
}

}  // namespace grandstand::ingest

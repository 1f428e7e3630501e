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
  kernel_drops_ =
      series("kernel_drops_total", "Datagrams that the kernel dropped because the receive buffer was full.");
  rtp_lost_ = series("rtp_lost_total", "RTP packets that never came.");
  rtp_reordered_ = series("rtp_reordered_total", "RTP packets that came before their turn.");
  rtp_duplicates_ = series("rtp_duplicates_total", "RTP packets that came twice or too late, dropped.");
  continuity_errors_ = series("cc_errors_total", "Jumps of MPEG-TS continuity counters.");
  transport_errors_ = series("transport_errors_total", "MPEG-TS packets marked as broken (TEI), dropped.");
  section_errors_ = series("section_errors_total", "PAT and PMT sections with a wrong CRC or length.");
  scrambled_ = series("scrambled_total", "Scrambled MPEG-TS packets, dropped.");
  null_packets_ = series("null_packets_total", "MPEG-TS null packets (stuffing).");
  packets_ = series("ts_packets_total", "MPEG-TS packets, all programmes and stuffing.");
  damaged_units_ = series("damaged_units_total", "Pictures dropped because a part of them was lost.");
  dropped_samples_ = series("dropped_samples_total", "Samples dropped because too many waited for the tracks.");
  for (std::size_t i = 0; i < kSignalChecks; ++i) {
    const auto check = static_cast<SignalCheck>(i);
    const ops::Labels labels{{"channel", channel.value()},
                             {"priority", std::to_string(priority_of(check))},
                             {"check", std::string(to_string(check))}};
    checks_[i] = {
        metrics.counter("grandstand_tr101290_errors_total", "Errors by the checks of ETSI TR 101 290.", labels), 0};
    alarms_[i] = metrics.gauge("grandstand_tr101290_alarm",
                               "1 while a check of ETSI TR 101 290 fails, and for 5 s behind that.", labels);
  }
  const auto gauge = [&](const char* name, const char* help) {
    return metrics.gauge(std::string("grandstand_ingest_") + name, help, {{"channel", channel.value()}});
  };
  bit_rate_ = gauge("bits_per_second", "Bit rate of the transport stream, over the last second.");
  null_share_ = gauge("null_share", "Share of null packets in the transport stream, 0 to 1.");
  scrambled_share_ = gauge("scrambled_share", "Share of scrambled packets in the programme's streams, 0 to 1.");
  jitter_ = gauge("jitter_seconds", "Inter-arrival jitter of the RTP packets (RFC 3550).");
  delay_factor_ = gauge("mdi_delay_factor_seconds", "Delay factor of the media delivery index (RFC 4445).");
  loss_rate_ = gauge("mdi_loss_rate", "Media loss rate of the media delivery index: transport packets per second.");
}

void UdpMetrics::Series::set(std::uint64_t value) {
  if (value > told) counter.add(static_cast<double>(value - told));
  told = value;
}

void UdpMetrics::update(const DatagramReader& reader, const TsDemuxer& demuxer, const SignalReport& report) {
  datagrams_.set(reader.counts().datagrams);
  bytes_.set(reader.counts().bytes);
  garbage_.set(reader.counts().garbage);
  kernel_drops_.set(report.kernel_drops);
  rtp_lost_.set(reader.rtp_counts().lost);
  rtp_reordered_.set(reader.rtp_counts().reordered);
  rtp_duplicates_.set(reader.rtp_counts().duplicates);
  const TsCounts& ts = demuxer.counts();
  continuity_errors_.set(ts.continuity_errors);
  transport_errors_.set(ts.transport_errors);
  section_errors_.set(ts.section_errors);
  scrambled_.set(ts.scrambled);
  null_packets_.set(ts.null_packets);
  packets_.set(ts.packets);
  damaged_units_.set(ts.damaged_units);
  dropped_samples_.set(ts.dropped_samples);
  for (std::size_t i = 0; i < kSignalChecks; ++i) {
    checks_[i].set(report.checks[i].errors);
    alarms_[i].set(report.checks[i].in_alarm ? 1 : 0);
  }
  bit_rate_.set(report.bit_rate);
  null_share_.set(report.null_share);
  scrambled_share_.set(report.scrambled_share);
  jitter_.set(report.jitter_ms / 1'000);
  delay_factor_.set(report.delay_factor_ms / 1'000);
  loss_rate_.set(report.media_loss_rate);
}

}  // namespace grandstand::ingest

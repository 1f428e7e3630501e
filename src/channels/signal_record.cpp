// SPDX-License-Identifier: MIT
#include "signal_record.hpp"

#include <utility>

namespace grandstand::channels {

SignalRecord::SignalRecord(ops::Metrics& metrics, const ChannelId& channel, std::size_t source)
    : metrics_(metrics), labels_{{"channel", channel.value()}, {"source", std::to_string(source)}} {
  received_ = metrics.gauge("grandstand_ingest_received", "1 while the source is received, on air or not.", labels_);
  bit_rate_ =
      metrics.gauge("grandstand_ingest_bits_per_second", "Bit rate of the source, over the last second.", labels_);
}

bool SignalRecord::Total::add(std::uint64_t count, bool known) {
  // A source that was opened anew counts from 0.
  const auto before = known && count >= seen ? seen : known ? 0 : count;
  seen = count;
  if (count == before) return false;
  total += count - before;
  series.add(static_cast<double>(count - before));
  return true;
}

void SignalRecord::make_packet_series() {
  has_series_ = true;
  for (std::size_t i = 0; i < ingest::kSignalChecks; ++i) {
    const auto check = static_cast<ingest::SignalCheck>(i);
    auto labels = labels_;
    labels["check"] = ingest::to_string(check);
    labels["priority"] = std::to_string(ingest::priority_of(check));
    checks_[i].errors.series =
        metrics_.counter("grandstand_tr101290_errors_total", "Errors by the checks of ETSI TR 101 290.", labels);
    checks_[i].alarm = metrics_.gauge("grandstand_tr101290_alarm",
                                      "1 while a check of ETSI TR 101 290 fails, and for 5 s behind that.", labels);
  }
  rtp_lost_.series = metrics_.counter("grandstand_ingest_rtp_lost_total", "RTP packets that never came.", labels_);
  rtp_reordered_.series =
      metrics_.counter("grandstand_ingest_rtp_reordered_total", "RTP packets that came before their turn.", labels_);
  rtp_duplicates_.series = metrics_.counter("grandstand_ingest_rtp_duplicates_total",
                                            "RTP packets that came twice or too late, dropped.", labels_);
  kernel_drops_.series =
      metrics_.counter("grandstand_ingest_kernel_drops_total",
                       "Datagrams that the kernel dropped because the receive buffer was full.", labels_);
  null_share_ =
      metrics_.gauge("grandstand_ingest_null_share", "Share of null packets in the transport stream, 0 to 1.", labels_);
  scrambled_share_ = metrics_.gauge("grandstand_ingest_scrambled_share",
                                    "Share of scrambled packets in the programme's streams, 0 to 1.", labels_);
  jitter_ = metrics_.gauge("grandstand_ingest_jitter_seconds", "Inter-arrival jitter of the RTP packets (RFC 3550).",
                           labels_);
  delay_factor_ = metrics_.gauge("grandstand_ingest_mdi_delay_factor_seconds",
                                 "Delay factor of the media delivery index (RFC 4445).", labels_);
  loss_rate_ = metrics_.gauge("grandstand_ingest_mdi_loss_rate",
                              "Media loss rate of the media delivery index: transport packets per second.", labels_);
}

void SignalRecord::update(const std::optional<ingest::SignalReport>& report, UtcTime now) {
  monitor_.received = report.has_value();
  received_.set(report ? 1 : 0);
  auto next = report.value_or(ingest::SignalReport{});
  bit_rate_.set(next.bit_rate);
  if (next.packets && !has_series_) make_packet_series();
  // Of a source that is gone the gauges fall to 0 and the counts stay.
  if (has_series_) update_packets(next, now);
  monitor_.report = std::move(next);
  known_ = true;
}

void SignalRecord::update_packets(ingest::SignalReport& report, UtcTime now) {
  for (std::size_t i = 0; i < ingest::kSignalChecks; ++i) {
    auto& check = report.checks[i];
    if (checks_[i].errors.add(check.errors, known_) || check.in_alarm) monitor_.latest_errors[i] = now;
    check.errors = checks_[i].errors.total;
    checks_[i].alarm.set(check.in_alarm ? 1 : 0);
  }
  if (rtp_lost_.add(report.rtp_lost, known_)) monitor_.latest_rtp_loss = now;
  if (kernel_drops_.add(report.kernel_drops, known_)) monitor_.latest_kernel_drop = now;
  rtp_reordered_.add(report.rtp_reordered, known_);
  rtp_duplicates_.add(report.rtp_duplicates, known_);
  report.rtp_lost = rtp_lost_.total;
  report.kernel_drops = kernel_drops_.total;
  report.rtp_reordered = rtp_reordered_.total;
  report.rtp_duplicates = rtp_duplicates_.total;
  null_share_.set(report.null_share);
  scrambled_share_.set(report.scrambled_share);
  jitter_.set(report.jitter_ms / 1'000);
  delay_factor_.set(report.delay_factor_ms / 1'000);
  loss_rate_.set(report.media_loss_rate);
}

}  // namespace grandstand::channels

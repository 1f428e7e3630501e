// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/ingest/signal_report.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::channels {

// How grave an alarm is.
enum class Severity {
  kNotice,    // worth knowing: nobody sees anything of it
  kWarning,   // viewers may see something of it, or the next fault will be seen
  kCritical,  // viewers do not get the programme
};
std::string_view to_string(Severity severity);  // "notice", "warning", "critical"

// Something that an operator should look at. docs/operations.md, "Watching the headend", says of each name what to do.
struct Alarm {
  std::string name;  // "slate", "segments_late", "source_failing", "tr101290_continuity"
  Severity severity = Severity::kNotice;
  std::size_t source = 0;  // which one, from 1; 0: the channel
  std::string text;        // for people
  UtcTime since{};
};

// An alarm that began or ended.
struct AlarmChange {
  UtcTime at{};
  bool raised = false;
  Alarm alarm;
};

// How a source is measured. Of one that is not received only the totals say anything.
struct SourceMonitor {
  bool received = false;
  ingest::SignalReport report;  // as of the last second; its counts are those since the channel began
  std::array<std::optional<UtcTime>, ingest::kSignalChecks> latest_errors;
  std::optional<UtcTime> latest_rtp_loss, latest_kernel_drop;
};

// How a rendition comes out.
struct RenditionMonitor {
  std::string name;         // "fmp4", "ts", "fmp4-720p"
  std::string container;    // "fmp4", "ts", "webvtt"
  double bit_rate = 0;      // bit/s of its latest segments
  std::uint64_t media = 0;  // media sequence number of the latest one
};

// What was measured of a channel in the last second; immutable.
struct ChannelMonitor {
  UtcTime at{};
  UtcTime since{};                     // in the state that its status tells
  double bit_rate = 0;                 // bit/s of the source on air, as it arrives
  std::vector<double> bit_rates;       // the same over the last two minutes, every 2 s, oldest first
  std::vector<SourceMonitor> sources;  // as ChannelStatus::sources
  std::vector<RenditionMonitor> renditions;
  std::optional<std::chrono::milliseconds> segment_age;  // since the latest segment; empty: there was none
  std::chrono::milliseconds target_duration{0};
  std::string recording_trouble;     // why it is not recorded although it should be; empty: all is well
  std::vector<Alarm> alarms;         // the gravest first
  std::vector<AlarmChange> history;  // the newest first, bounded
};

}  // namespace grandstand::channels

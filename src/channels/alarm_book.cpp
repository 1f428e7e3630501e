// SPDX-License-Identifier: MIT
#include "alarm_book.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>

namespace grandstand::channels {
namespace {

using ingest::SignalCheck;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kStartingPatience{15};
// After a loss, so that one that comes again and again is one alarm.
constexpr seconds kLossLasts{15};
constexpr double kScrambledShare = 0.01;
// RFC 8216bis 6.2.1: a new playlist is there within 1.5 target durations. Plus the second of our own measuring.
constexpr milliseconds kMeasuringSlack{1'000};

std::string in_seconds(milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1'000);
  return text;
}

std::string_view describe(SignalCheck check) {
  switch (check) {
    case SignalCheck::kSyncLoss:
      return "no transport stream is found in what arrives";
    case SignalCheck::kSyncByte:
      return "packets do not begin with 0x47";
    case SignalCheck::kPat:
      return "the PAT is missing, late or scrambled";
    case SignalCheck::kContinuity:
      return "packets are lost or out of order";
    case SignalCheck::kPmt:
      return "the PMT is missing, late or scrambled";
    case SignalCheck::kPid:
      return "a stream of the programme is absent";
    case SignalCheck::kTransport:
      return "packets are marked as broken (transport_error_indicator)";
    case SignalCheck::kCrc:
      return "sections have a wrong CRC";
    case SignalCheck::kPcrRepetition:
      return "more than 40 ms lie between clock references";
    case SignalCheck::kPcrDiscontinuity:
      return "the clock reference jumps unannounced";
    case SignalCheck::kPts:
      return "more than 700 ms lie between time stamps";
    case SignalCheck::kCat:
      return "packets are scrambled without a CAT";
  }
  return "unknown";
}

class Finder {
 public:
  Finder(const ChannelStatus& status, const ChannelMonitor& monitor) : status_(status), monitor_(monitor) {}

  std::vector<Alarm> find() {
    look_at_channel();
    for (std::size_t i = 0; i < status_.sources.size(); ++i) {
      look_at_source(i);
      if (i < monitor_.sources.size() && monitor_.sources[i].received) look_at_signal(i);
    }
    return std::move(alarms_);
  }

 private:
  void raise(std::string name, Severity severity, std::size_t source, std::string text) {
    alarms_.push_back({std::move(name), severity, source, std::move(text), monitor_.at});
  }

  void look_at_channel() {
    if (status_.state == ChannelState::kDown) raise("down", Severity::kCritical, 0, status_.reason);
    if (status_.state == ChannelState::kSlate) {
      raise("slate", Severity::kCritical, 0, status_.reason);
    }
    if (status_.state == ChannelState::kStarting && monitor_.at - monitor_.since >= kStartingPatience) {
      raise("starting", Severity::kWarning, 0, status_.reason);
    }
    const auto due = monitor_.target_duration * 3 / 2;
    if (status_.state != ChannelState::kDown && monitor_.segment_age && *monitor_.segment_age > due + kMeasuringSlack) {
      raise("segments_late", Severity::kCritical, 0,
            "no new segment for " + in_seconds(*monitor_.segment_age) + "; one was due after " + in_seconds(due));
    }
    if (!status_.trouble.empty()) {
      raise(status_.ladder_failed ? "ladder_failed" : "ladder_shed", Severity::kWarning, 0, status_.trouble);
    }
    if (!monitor_.recording_trouble.empty()) {
      raise("recording_stopped", Severity::kWarning, 0, monitor_.recording_trouble);
    }
    for (std::size_t i = 1; i < status_.sources.size(); ++i) {
      if (!status_.sources[i].on_air) continue;
      raise("backup_on_air", Severity::kNotice, i + 1, "on air instead of source 1");
    }
  }

  void look_at_source(std::size_t index) {
    const auto& source = status_.sources[index];
    if (source.state == "failing") raise("source_failing", Severity::kWarning, index + 1, source.reason);
    if (source.state == "running" && !source.reason.empty()) {
      raise("source_degraded", Severity::kWarning, index + 1, source.reason);
    }
  }

  void look_at_signal(std::size_t index) {
    const auto& monitor = monitor_.sources[index];
    const auto& report = monitor.report;
    if (!report.packets) return;
    const auto& sync = report.check(SignalCheck::kSyncLoss);
    for (std::size_t i = 0; i < ingest::kSignalChecks; ++i) {
      const auto check = static_cast<SignalCheck>(i);
      // TR 101 290: without synchronisation nothing else can be said.
      if (!report.checks[i].in_alarm || (sync.in_alarm && check != SignalCheck::kSyncLoss)) continue;
      raise("tr101290_" + std::string(ingest::to_string(check)),
            ingest::priority_of(check) == 1 ? Severity::kWarning : Severity::kNotice, index + 1,
            std::string(describe(check)));
    }
    const auto lately = [&](const std::optional<UtcTime>& at) { return at && monitor_.at - *at < kLossLasts; };
    if (lately(monitor.latest_rtp_loss)) {
      raise("rtp_loss", Severity::kWarning, index + 1,
            "RTP packets are lost: " + std::to_string(report.rtp_lost) + " so far");
    }
    if (lately(monitor.latest_kernel_drop)) {
      raise("kernel_drops", Severity::kWarning, index + 1,
            "this machine drops datagrams: " + std::to_string(report.kernel_drops) + " so far");
    }
    if (report.scrambled_share >= kScrambledShare) {
      raise("scrambled", Severity::kWarning, index + 1,
            std::to_string(static_cast<int>(report.scrambled_share * 100)) + " % of the programme is scrambled");
    }
  }

  const ChannelStatus& status_;
  const ChannelMonitor& monitor_;
  std::vector<Alarm> alarms_;
};

bool same(const Alarm& a, const Alarm& b) {
  return a.name == b.name && a.source == b.source;
}

const Alarm* find(const std::vector<Alarm>& alarms, const Alarm& wanted) {
  const auto found =
      std::find_if(alarms.begin(), alarms.end(), [&](const Alarm& alarm) { return same(alarm, wanted); });
  return found == alarms.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kNotice:
      return "notice";
    case Severity::kWarning:
      return "warning";
    case Severity::kCritical:
      return "critical";
  }
  return "notice";
}

std::vector<Alarm> find_alarms(const ChannelStatus& status, const ChannelMonitor& monitor) {
  return Finder(status, monitor).find();
}

void AlarmBook::update(std::vector<Alarm> alarms, UtcTime now) {
  for (const auto& before : alarms_) {
    if (find(alarms, before) == nullptr) note(false, before, now);
  }
  for (auto& alarm : alarms) {
    const auto* const before = find(alarms_, alarm);
    alarm.since = before != nullptr ? before->since : now;
    if (before == nullptr) note(true, alarm, now);
  }
  std::sort(alarms.begin(), alarms.end(), [](const Alarm& a, const Alarm& b) {
    return std::tie(b.severity, a.source, a.name) < std::tie(a.severity, b.source, b.name);
  });
  alarms_ = std::move(alarms);
}

void AlarmBook::note(bool raised, const Alarm& alarm, UtcTime now) {
  history_.push_front({now, raised, alarm});
  if (history_.size() > kHistory) history_.pop_back();
}

}  // namespace grandstand::channels

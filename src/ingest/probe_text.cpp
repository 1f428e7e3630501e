// SPDX-License-Identifier: MIT
#include <grandstand/ingest/probe.hpp>

#include <cstdarg>
#include <cstdio>

namespace grandstand::ingest {

namespace {

class Lines {
 public:
  void add(const char* format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_ += line;
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string shape_of(const media::Track& track) {
  std::string shape;
  if (track.width > 0) shape += ", " + std::to_string(track.width) + "x" + std::to_string(track.height);
  if (track.frame_rate > 0) {
    char rate[32];
    std::snprintf(rate, sizeof rate, ", %.5g/s", track.frame_rate);
    shape += rate;
  }
  if (track.interlaced) shape += ", interlaced";
  if (track.sample_rate > 0) shape += ", " + std::to_string(track.sample_rate) + " Hz";
  if (track.channels > 0) shape += ", " + std::to_string(track.channels) + " channels";
  if (!track.language.empty()) shape += ", " + track.language;
  return shape;
}

void add_programmes(const ProbeReport& report, Lines& lines) {
  for (const ProbedProgramme& programme : report.programmes) {
    lines.add("programme %u%s%s%s: PMT on %u, %s", programme.number, programme.name.empty() ? "" : " ",
              programme.name.c_str(), programme.provider.empty() ? "" : (" (" + programme.provider + ")").c_str(),
              programme.pmt_pid,
              programme.pcr_pid == 0 ? "which did not come" : ("PCR on " + std::to_string(programme.pcr_pid)).c_str());
    for (const ProbedStream& stream : programme.streams) {
      lines.add("  %5u  %s%s%s", stream.pid, stream.description.c_str(), stream.language.empty() ? "" : ", ",
                stream.language.c_str());
    }
  }
}

void add_pids(const ProbeReport& report, Lines& lines) {
  if (report.pids.empty()) return;
  lines.add("PIDs:");
  for (const ProbedPid& pid : report.pids) {
    std::string more;
    if (pid.continuity_errors > 0) more += ", " + std::to_string(pid.continuity_errors) + " continuity errors";
    if (pid.scrambled_share > 0)
      more += ", " + std::to_string(static_cast<int>(pid.scrambled_share * 100)) + " % scrambled";
    if (pid.clock.count > 1) {
      char clock[96];
      std::snprintf(clock, sizeof clock, ", PCR jitter %.2f ms (largest %.2f)", pid.clock.jitter_ms,
                    pid.clock.largest_jitter_ms);
      more += clock;
    }
    lines.add("  %5u  %9.1f kbit/s  %s%s", pid.pid, pid.bit_rate / 1'000,
              pid.use.empty() ? "in no table" : pid.use.c_str(), more.c_str());
  }
}

void add_signal(const ProbeReport& report, Lines& lines) {
  const SignalReport& signal = report.signal;
  lines.add("bit rate: %.1f kbit/s", signal.bit_rate / 1'000);
  if (!signal.packets) return;
  lines.add("stuffing: %.1f %%, scrambled: %.1f %%", signal.null_share * 100, signal.scrambled_share * 100);
  lines.add("datagrams: %llu, without MPEG-TS: %llu, dropped by the kernel: %llu",
            static_cast<unsigned long long>(report.datagrams), static_cast<unsigned long long>(report.garbage),
            static_cast<unsigned long long>(signal.kernel_drops));
  lines.add("RTP: %llu lost, %llu reordered, %llu twice or late, jitter %.2f ms; MDI %.1f:%.1f",
            static_cast<unsigned long long>(signal.rtp_lost), static_cast<unsigned long long>(signal.rtp_reordered),
            static_cast<unsigned long long>(signal.rtp_duplicates), signal.jitter_ms, signal.delay_factor_ms,
            signal.media_loss_rate);
  lines.add("TR 101 290:");
  for (std::size_t i = 0; i < kSignalChecks; ++i) {
    const auto check = static_cast<SignalCheck>(i);
    lines.add("  %d  %-18s %llu%s", priority_of(check), std::string(to_string(check)).c_str(),
              static_cast<unsigned long long>(signal.checks[i].errors), signal.checks[i].in_alarm ? "  alarm" : "");
  }
}

}  // namespace

std::string to_text(const ProbeReport& report) {
  Lines lines;
  lines.add("%s, listened to for %.1f s", report.url.c_str(), static_cast<double>(report.duration.count()) / 1'000);
  add_programmes(report, lines);
  lines.add("a channel would get:%s", report.tracks.tracks.empty() ? " nothing" : "");
  for (const media::Track& track : report.tracks.tracks) {
    double rate = 0;
    for (const StreamReport& stream : report.signal.streams) {
      if (stream.track == track.id) rate = stream.bit_rate;
    }
    lines.add("  %5u  %s%s, %.1f kbit/s", track.id, std::string(media::to_string(track.codec)).c_str(),
              shape_of(track).c_str(), rate / 1'000);
  }
  add_pids(report, lines);
  add_signal(report, lines);
  if (!report.signal.trouble.empty()) lines.add("trouble: %s", report.signal.trouble.c_str());
  lines.add("%s", report.is_well() ? "The signal is well." : "The signal is not well.");
  return lines.take();
}

}  // namespace grandstand::ingest

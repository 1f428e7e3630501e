// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/ingest/settings.hpp>
#include <grandstand/ingest/signal_report.hpp>
#include <grandstand/media/sample.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::ingest {

// How the clock of a PID comes.
struct ProbedClock {
  std::uint64_t count = 0;       // of PCRs
  double jitter_ms = 0;          // mean difference between an interval by arrival and by PCR
  double largest_jitter_ms = 0;  // the largest one: what a network's buffer would have to hold
};

struct ProbedPid {
  std::uint16_t pid = 0;
  std::string use;      // "PAT", "PMT of 1", "H.264 video of 1", "null"; empty: no table names it
  double bit_rate = 0;  // bit/s of whole packets
  double scrambled_share = 0;
  std::uint64_t continuity_errors = 0;
  ProbedClock clock;  // count 0: it carries none
};

struct ProbedStream {
  std::uint16_t pid = 0;
  std::uint8_t stream_type = 0;
  std::string description;  // "H.264 video"; for the rest the stream_type
  std::string language;     // of three letters; may be empty
};

struct ProbedProgramme {
  std::uint16_t number = 0;
  std::uint16_t pmt_pid = 0;
  std::uint16_t pcr_pid = 0;  // 0: its PMT did not come
  std::string name;           // of the SDT; may be empty
  std::string provider;
  std::vector<ProbedStream> streams;
};

// What a source carried while it was listened to.
struct ProbeReport {
  std::string url;  // without secrets
  std::chrono::milliseconds duration{0};
  media::TrackSet tracks;  // that a channel would get
  SignalReport signal;     // its bit rates: of all that was heard
  // Of udp:// and rtp:// only:
  std::vector<ProbedProgramme> programmes;
  std::vector<ProbedPid> pids;
  std::uint64_t datagrams = 0;
  std::uint64_t bytes = 0;
  std::uint64_t garbage = 0;  // datagrams without MPEG-TS

  // Whether a channel would show it as it was: it has tracks, no error of TR 101 290's first priority, no loss.
  bool is_well() const;
};

// Where the probe lives.
struct ProbeWorld {
  const Clock& clock;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<bool()> cancelled;  // ends it early, with what there is
};

// Listens to a feed for `length`, as a channel would (udp, rtp, file, http(s), rtsp, srt). Blocking.
// kInvalidArgument: the URL is wrong; kUnavailable: nothing that could be reported arrived, the message says what did.
Result<ProbeReport> probe(const FeedSettings& feed, std::chrono::milliseconds length, const ProbeWorld& world);

std::string to_text(const ProbeReport& report);
std::string to_json(const ProbeReport& report);

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::ingest {

// The measurements of ETSI TR 101 290 5.2.1 and 5.2.2 that can be made on packets. PCR accuracy (2.4, +-500 ns) is not
// among them: a host receives by software, whose own jitter is a thousand times larger.
enum class SignalCheck {
  kSyncLoss,          // 1.1  no transport packets are found any more in what arrives
  kSyncByte,          // 1.2  a packet does not begin with 0x47
  kPat,               // 1.3  none for 0.5 s, scrambled, or another table on PID 0
  kContinuity,        // 1.4  on any PID: a packet lost, out of order, or more than twice
  kPmt,               // 1.5  of the programme: none for 0.5 s, or scrambled
  kPid,               // 1.6  a stream of the programme is absent for 5 s (FeedSettings::pid_timeout)
  kTransport,         // 2.1  transport_error_indicator
  kCrc,               // 2.2  PAT, PMT, CAT and the other sections that are read
  kPcrRepetition,     // 2.3a more than 40 ms between two, as they arrive
  kPcrDiscontinuity,  // 2.3b a step of more than 100 ms, or backwards, without discontinuity_indicator
  kPts,               // 2.5  more than 700 ms between two of a stream
  kCat,               // 2.6  scrambled packets but no CAT, or another table on PID 1
};
inline constexpr std::size_t kSignalChecks = 12;

std::string_view to_string(SignalCheck check);  // "sync_loss", "pcr_repetition"
int priority_of(SignalCheck check);             // 1 or 2

struct CheckReport {
  std::uint64_t errors = 0;  // since the source was made
  bool in_alarm = false;     // the fault lasts, or was there within the last 5 s
};

// One stream that the source announced.
struct StreamReport {
  std::uint32_t track = 0;
  media::Codec codec = media::Codec::kH264;
  double bit_rate = 0;                  // bit/s of its samples, over the last second
  std::chrono::milliseconds silent{0};  // since its last sample, or since it was announced
  std::uint64_t samples = 0;
};

// How well the signal of a source is right now.
struct SignalReport {
  // Of every kind of source.
  bool has_video = false;  // the present tracks hold pictures
  bool has_audio = false;
  std::chrono::milliseconds since_picture{0};  // since the last picture, whichever stream, or since the start
  std::chrono::milliseconds since_sound{0};
  std::vector<StreamReport> streams;  // of the present tracks
  double bit_rate = 0;                // bit/s as received, over the last second; of samples where packets are not seen

  // Of MPEG-TS that is received as packets (udp, rtp); else `packets` is false and nothing here says anything.
  bool packets = false;
  std::array<CheckReport, kSignalChecks> checks{};
  double null_share = 0;       // 0..1 of all packets, over the last second: stuffing
  double scrambled_share = 0;  // 0..1 of the packets of the programme's streams, over the last second
  std::chrono::milliseconds since_packet{0};
  std::chrono::milliseconds since_pcr{0};  // 0 where the programme has none, by its PMT
  std::uint64_t rtp_lost = 0;
  std::uint64_t rtp_reordered = 0;
  std::uint64_t rtp_duplicates = 0;
  std::uint64_t kernel_drops = 0;
  double jitter_ms = 0;        // inter-arrival jitter by the RTP time stamps (RFC 3550 6.4.1)
  double delay_factor_ms = 0;  // media delivery index DF:MLR (RFC 4445), over the last second
  double media_loss_rate = 0;  // transport packets lost per second
  std::string trouble;         // why no samples come, for people; empty when nothing is known against it

  const CheckReport& check(SignalCheck which) const { return checks[static_cast<std::size_t>(which)]; }
};

}  // namespace grandstand::ingest

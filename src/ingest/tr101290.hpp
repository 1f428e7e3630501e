// SPDX-License-Identifier: MIT
#pragma once

#include "ts_packet.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/ingest/signal_report.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

// The checks of ETSI TR 101 290 5.2.1 and 5.2.2 on one transport stream, as far as packets show them; of PCR accuracy
// nothing is said, a host cannot measure it. Continuity, sync byte, transport errors, PAT and CAT are watched on the
// whole stream; PMT, PIDs, PCR and PTS of the programme that is followed. What lasts counts again each time that its
// limit passes. While no packets come at all, only the loss of sync counts.
//
// PCR and PTS intervals are those of the clock in the stream, so that delivery in bursts is no fault of theirs; all
// other intervals are of arrival.
//
// Pure: time is given. Owner: DatagramReader.
class Tr101290 {
 public:
  static constexpr std::chrono::milliseconds kTableTimeout{500};
  static constexpr std::chrono::milliseconds kSyncTimeout{1'000};
  static constexpr std::chrono::milliseconds kPause{200};         // nothing arrived: nothing is judged
  static constexpr std::chrono::milliseconds kPcrTimeout{1'000};  // none at all, by arrival
  static constexpr std::chrono::milliseconds kCatTimeout{2'000};
  static constexpr std::chrono::milliseconds kPcrInterval{40};
  static constexpr std::chrono::milliseconds kPcrStep{100};
  static constexpr std::chrono::milliseconds kPtsInterval{700};
  static constexpr std::chrono::milliseconds kAlarmHold{5'000};
  static constexpr std::chrono::milliseconds kPidTimeout{5'000};

  // What is followed.
  struct Programme {
    struct Stream {
      std::uint16_t pid = kNullPid;
      bool timed = false;  // pictures or sound: their time stamps are watched
    };
    std::uint16_t pmt_pid = kNullPid;
    std::uint16_t pcr_pid = kNullPid;
    std::vector<Stream> streams;
  };

  explicit Tr101290(std::chrono::milliseconds pid_timeout = kPidTimeout);

  void follow(const Programme& programme, SteadyTime now);

  // Whole packets of 188 bytes, whatever their first byte is.
  void push(std::span<const std::uint8_t> packets, SteadyTime now);
  void tick(SteadyTime now);

  // The transport was found to hold something else.
  void on_sync_lost(SteadyTime now) { fail(SignalCheck::kSyncLoss, now); }
  void on_section_errors(std::uint64_t count, SteadyTime now);

  // The next packets are no continuation.
  void forget();

  CheckReport report(SignalCheck check, SteadyTime now) const;
  std::uint64_t lost_packets() const { return lost_packets_; }            // by continuity counters, at least
  std::uint64_t scrambled_packets() const { return scrambled_packets_; }  // of the programme's streams
  std::uint64_t stream_packets() const { return stream_packets_; }
  std::optional<SteadyTime> last_packet() const { return last_packet_; }
  // Or since when one is awaited; empty where the programme has none, by its PMT.
  std::optional<SteadyTime> last_pcr() const { return last_pcr_arrival_; }

 private:
  struct Counter {
    std::uint64_t errors = 0;
    std::optional<SteadyTime> last;
  };
  struct WatchedStream {
    Programme::Stream stream;
    SteadyTime seen{};                        // or counted as absent
    std::optional<std::uint64_t> stamped_at;  // PCR when the last PTS came, or its absence was counted
  };

  void fail(SignalCheck check, SteadyTime now);
  void push_packet(const std::uint8_t* bytes, SteadyTime now);
  void check_continuity(const TsPacket& packet, SteadyTime now);
  void check_tables(const TsPacket& packet, SteadyTime now);
  void check_pcr(const TsPacket& packet, SteadyTime now);
  void check_stream(const TsPacket& packet, SteadyTime now);
  bool overdue(SteadyTime& since, std::chrono::milliseconds limit, SteadyTime now);

  // given
  std::chrono::milliseconds pid_timeout_;
  Programme programme_;

  // state
  std::array<Counter, kSignalChecks> counters_;
  std::vector<std::uint8_t> continuity_;  // by PID: the last counter, kUnknown, and kRepeated
  std::vector<WatchedStream> streams_;
  std::uint64_t lost_packets_ = 0;
  std::uint64_t scrambled_packets_ = 0;
  std::uint64_t stream_packets_ = 0;
  std::optional<SteadyTime> last_packet_;
  SteadyTime sync_since_{};
  SteadyTime pat_since_{};
  SteadyTime pmt_since_{};
  SteadyTime cat_since_{};
  std::optional<SteadyTime> scrambling_seen_;
  std::optional<std::uint64_t> last_pcr_;
  std::optional<SteadyTime> last_pcr_arrival_;
  SteadyTime pcr_since_{};
  bool begun_ = false;
};

}  // namespace grandstand::ingest

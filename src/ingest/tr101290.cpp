// SPDX-License-Identifier: MIT
#include "tr101290.hpp"

#include <algorithm>

namespace grandstand::ingest {

namespace {

constexpr std::uint8_t kUnknown = 0xFF;
constexpr std::uint8_t kRepeated = 0x10;
constexpr std::uint64_t kTurn = std::uint64_t{1} << 33;

constexpr std::uint64_t ticks(std::chrono::milliseconds duration) {
  return static_cast<std::uint64_t>(duration.count()) * 90;
}

// The table_id of the section that begins in the packet.
std::optional<std::uint8_t> table_of(const TsPacket& packet) {
  if (!packet.unit_start || packet.payload.empty()) return std::nullopt;
  const std::size_t at = 1u + packet.payload[0];
  if (at >= packet.payload.size()) return std::nullopt;
  return packet.payload[at];
}

// A PES header with a time stamp begins in the packet.
bool has_time_stamp(const TsPacket& packet) {
  const auto bytes = packet.payload;
  return packet.unit_start && bytes.size() >= 9 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 1 &&
         (bytes[7] & 0x80) != 0;
}

}  // namespace

Tr101290::Tr101290(std::chrono::milliseconds pid_timeout)
    : pid_timeout_(pid_timeout), continuity_(kPidCount, kUnknown) {}

void Tr101290::follow(const Programme& programme, SteadyTime now) {
  if (programme.pmt_pid != programme_.pmt_pid) pmt_since_ = now;
  if (programme.pcr_pid != programme_.pcr_pid) {
    last_pcr_.reset();
    pcr_since_ = now;
    last_pcr_arrival_ = programme.pcr_pid == kNullPid ? std::nullopt : std::optional(now);
  }
  programme_ = programme;
  std::vector<WatchedStream> streams;
  for (const Programme::Stream& stream : programme.streams) {
    const auto same = std::ranges::find_if(streams_, [&](const auto& old) { return old.stream.pid == stream.pid; });
    streams.push_back({stream, same != streams_.end() ? same->seen : now, std::nullopt});
  }
  streams_ = std::move(streams);
}

void Tr101290::fail(SignalCheck check, SteadyTime now) {
  Counter& counter = counters_[static_cast<std::size_t>(check)];
  ++counter.errors;
  counter.last = now;
}

void Tr101290::on_section_errors(std::uint64_t count, SteadyTime now) {
  for (std::uint64_t i = 0; i < count; ++i) fail(SignalCheck::kCrc, now);
}

CheckReport Tr101290::report(SignalCheck check, SteadyTime now) const {
  const Counter& counter = counters_[static_cast<std::size_t>(check)];
  return {counter.errors, counter.last && now - *counter.last < kAlarmHold};
}

void Tr101290::forget() {
  std::ranges::fill(continuity_, kUnknown);
  last_pcr_.reset();
  for (WatchedStream& stream : streams_) stream.stamped_at.reset();
}

void Tr101290::push(std::span<const std::uint8_t> packets, SteadyTime now) {
  if (packets.size() < kTsPacketSize) return;
  // Behind a pause, tables and streams have their time anew.
  if (!begun_ || !last_packet_ || now - *last_packet_ >= kSyncTimeout) {
    pat_since_ = pmt_since_ = cat_since_ = pcr_since_ = now;
    if (last_pcr_arrival_) last_pcr_arrival_ = now;
    for (WatchedStream& stream : streams_) stream.seen = now;
  }
  begun_ = true;
  for (std::size_t at = 0; at + kTsPacketSize <= packets.size(); at += kTsPacketSize) {
    push_packet(packets.data() + at, now);
  }
}

void Tr101290::push_packet(const std::uint8_t* bytes, SteadyTime now) {
  if (bytes[0] != kTsSync) return fail(SignalCheck::kSyncByte, now);
  last_packet_ = sync_since_ = now;
  TsPacket packet;
  const bool whole = TsPacket::parse(bytes, packet);
  if (packet.transport_error) return fail(SignalCheck::kTransport, now);
  if (!whole || packet.pid == kNullPid) return;
  check_continuity(packet, now);
  if (packet.scrambling != 0) scrambling_seen_ = now;
  check_tables(packet, now);
  if (packet.pid == programme_.pcr_pid && packet.pcr) check_pcr(packet, now);
  check_stream(packet, now);
}

void Tr101290::check_continuity(const TsPacket& packet, SteadyTime now) {
  if (!packet.has_payload) return;
  std::uint8_t& last = continuity_[packet.pid];
  if (last != kUnknown && !packet.discontinuity) {
    const unsigned step = (packet.continuity - last) & 0x0Fu;
    if (step == 0 && (last & kRepeated) == 0) {
      last |= kRepeated;  // once is legal
      return;
    }
    if (step != 1) {
      fail(SignalCheck::kContinuity, now);
      if (step > 1) lost_packets_ += step - 1;
    }
  }
  last = packet.continuity;
}

void Tr101290::check_tables(const TsPacket& packet, SteadyTime now) {
  const auto table = table_of(packet);
  if (packet.pid == kPatPid) {
    if (packet.scrambling != 0 || (table && *table != 0x00)) fail(SignalCheck::kPat, now);
    if (table == std::uint8_t{0x00}) pat_since_ = now;
  } else if (packet.pid == kCatPid) {
    if (table && *table != 0x01) fail(SignalCheck::kCat, now);
    if (table == std::uint8_t{0x01}) cat_since_ = now;
  } else if (packet.pid == programme_.pmt_pid) {
    if (packet.scrambling != 0) fail(SignalCheck::kPmt, now);
    if (table == std::uint8_t{0x02}) pmt_since_ = now;
  }
}

void Tr101290::check_pcr(const TsPacket& packet, SteadyTime now) {
  const std::uint64_t pcr = *packet.pcr;
  if (last_pcr_ && !packet.discontinuity) {
    const std::uint64_t step = (pcr - *last_pcr_) & (kTurn - 1);
    if (step > ticks(kPcrStep)) {
      fail(SignalCheck::kPcrDiscontinuity, now);
    } else if (step > ticks(kPcrInterval)) {
      fail(SignalCheck::kPcrRepetition, now);
    }
  }
  const bool jumped = packet.discontinuity || !last_pcr_ || ((pcr - *last_pcr_) & (kTurn - 1)) > ticks(kPtsInterval);
  last_pcr_ = pcr;
  last_pcr_arrival_ = pcr_since_ = now;
  for (WatchedStream& stream : streams_) {
    if (!stream.stream.timed) continue;
    if (jumped || !stream.stamped_at) {
      stream.stamped_at = pcr;
    } else if (((pcr - *stream.stamped_at) & (kTurn - 1)) > ticks(kPtsInterval)) {
      fail(SignalCheck::kPts, now);
      stream.stamped_at = pcr;
    }
  }
}

void Tr101290::check_stream(const TsPacket& packet, SteadyTime now) {
  for (WatchedStream& stream : streams_) {
    if (stream.stream.pid != packet.pid) continue;
    stream.seen = now;
    if (packet.has_payload) ++stream_packets_;
    if (packet.scrambling != 0) {
      ++scrambled_packets_;
      stream.stamped_at = last_pcr_;  // nothing can be seen in it
    } else if (has_time_stamp(packet)) {
      stream.stamped_at = last_pcr_;
    }
    return;
  }
}

bool Tr101290::overdue(SteadyTime& since, std::chrono::milliseconds limit, SteadyTime now) {
  if (now - since <= limit) return false;
  since = now;
  return true;
}

void Tr101290::tick(SteadyTime now) {
  if (!begun_) {
    begun_ = true;
    sync_since_ = now;
  }
  if (overdue(sync_since_, kSyncTimeout, now)) fail(SignalCheck::kSyncLoss, now);
  if (!last_packet_ || now - *last_packet_ > kPause) return;
  if (overdue(pat_since_, kTableTimeout, now)) fail(SignalCheck::kPat, now);
  if (scrambling_seen_ && now - *scrambling_seen_ < kCatTimeout && overdue(cat_since_, kCatTimeout, now)) {
    fail(SignalCheck::kCat, now);
  }
  if (programme_.pmt_pid == kNullPid) return;
  if (overdue(pmt_since_, kTableTimeout, now)) fail(SignalCheck::kPmt, now);
  if (programme_.pcr_pid != kNullPid && overdue(pcr_since_, kPcrTimeout, now)) fail(SignalCheck::kPcrRepetition, now);
  for (WatchedStream& stream : streams_) {
    if (overdue(stream.seen, pid_timeout_, now)) fail(SignalCheck::kPid, now);
  }
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

// A datagram as RTP (RFC 3550 5.1); the payload is without CSRC list, extension and padding.
struct RtpPacket {
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint8_t payload_type = 0;
  std::span<const std::uint8_t> payload;

  static std::optional<RtpPacket> parse(std::span<const std::uint8_t> datagram);
};

// Puts RTP packets in the order of their sequence numbers. What is missing is waited for until 64 packets or 100 ms are
// behind it, then counted as lost. Second copies are dropped, so two paths of one stream (SMPTE ST 2022-7) merge by
// being received by the same socket. In order, nothing is copied.
//
// Pure: time is given. Owner: DatagramReader.
class RtpReorder {
 public:
  static constexpr std::size_t kWindow = 64;
  static constexpr std::chrono::milliseconds kPatience{100};
  // A sequence number further away than this, or this many late packets in a row, is a sender that began anew.
  static constexpr int kRestartDistance = 1'000;
  static constexpr unsigned kRestartLate = 512;

  struct Counts {
    std::uint64_t lost = 0;
    std::uint64_t duplicates = 0;  // and packets that came too late
    std::uint64_t reordered = 0;
    std::uint64_t restarts = 0;
  };

  // `on_payload` is called for each payload that is due.
  template <class OnPayload>
  void push(const RtpPacket& packet, SteadyTime now, OnPayload on_payload) {
    const int ahead = place(packet.sequence, on_payload);
    if (ahead < 0) return;
    if (ahead == 0) {
      ++next_;
      on_payload(packet.payload);
      give_following(on_payload);
      return;
    }
    // Beyond the window: what is missing at its beginning is given up.
    while (static_cast<std::int16_t>(packet.sequence - next_) >= static_cast<int>(kWindow)) skip_one(on_payload);
    if (packet.sequence == next_) {
      ++next_;
      on_payload(packet.payload);
      return give_following(on_payload);
    }
    keep(packet, now);
  }

  // Gives up what is missing for too long.
  template <class OnPayload>
  void tick(SteadyTime now, OnPayload on_payload) {
    while (held_ > 0 && now - oldest_held() >= kPatience) {
      while (!slot(next_).used) skip_one(on_payload);
      give_following(on_payload);
    }
  }

  const Counts& counts() const { return counts_; }

 private:
  struct Slot {
    bool used = false;
    SteadyTime arrived{};
    std::vector<std::uint8_t> payload;
  };

  Slot& slot(std::uint16_t sequence) { return slots_[sequence % kWindow]; }
  SteadyTime oldest_held() const;
  void keep(const RtpPacket& packet, SteadyTime now);

  // The distance to what is due; negative: drop it.
  template <class OnPayload>
  int place(std::uint16_t sequence, OnPayload& on_payload) {
    if (!begun_) {
      begun_ = true;
      next_ = sequence;
    }
    int ahead = static_cast<std::int16_t>(sequence - next_);
    late_in_row_ = ahead < 0 ? late_in_row_ + 1 : 0;
    if (ahead > kRestartDistance || ahead < -kRestartDistance || late_in_row_ >= kRestartLate) {
      while (held_ > 0) skip_one(on_payload);
      ++counts_.restarts;
      late_in_row_ = 0;
      next_ = sequence;
      ahead = 0;
    }
    if (ahead < 0 || (ahead > 0 && ahead < static_cast<int>(kWindow) && slot(sequence).used)) {
      ++counts_.duplicates;
      return -1;
    }
    return ahead;
  }

  template <class OnPayload>
  void skip_one(OnPayload& on_payload) {
    if (slot(next_).used) return give_following(on_payload);
    ++counts_.lost;
    ++next_;
  }

  template <class OnPayload>
  void give_following(OnPayload& on_payload) {
    while (held_ > 0 && slot(next_).used) {
      Slot& due = slot(next_);
      due.used = false;
      --held_;
      ++next_;
      on_payload(std::span<const std::uint8_t>(due.payload));
    }
  }

  bool begun_ = false;
  std::uint16_t next_ = 0;
  unsigned late_in_row_ = 0;
  std::size_t held_ = 0;
  std::array<Slot, kWindow> slots_;
  Counts counts_;
};

}  // namespace grandstand::ingest

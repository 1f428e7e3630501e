// SPDX-License-Identifier: MIT
#pragma once

#include "ts_packet.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace grandstand::ingest {

// Finds the transport packets in what datagrams carry: 188 bytes, 192 (a time code before each packet) or 204
// (Reed-Solomon behind it). Datagrams usually hold whole packets, and then nothing is copied; when they do not, packets
// go on in the next one.
//
// Pure. Owner: DatagramReader.
class TsSync {
 public:
  struct Layout {
    std::size_t stride = 0;  // 0: none
    std::size_t offset = 0;  // of the sync byte
  };

  // Calls `on_packets` (whole 188-byte packets) for what is found. False when nothing was, and nothing has begun
  // either.
  template <class OnPackets>
  bool push(std::span<const std::uint8_t> bytes, OnPackets on_packets) {
    if (const Layout layout = tolerant_layout(bytes); layout.stride != 0 && !continues(bytes)) {
      forget();
      give(bytes, layout, on_packets);
      return true;
    }
    carry_.insert(carry_.end(), bytes.begin(), bytes.end());
    bool found = false;
    std::size_t at = 0;
    while (true) {
      const auto rest = std::span<const std::uint8_t>(carry_).subspan(at);
      if (!in_step_) {
        at += find_step(rest);
        if (!in_step_) break;
        continue;
      }
      if (rest.size() < layout_.stride) break;
      if (rest[layout_.offset] != kTsSync) {
        in_step_ = false;
        continue;
      }
      on_packets(rest.subspan(layout_.offset, kTsPacketSize));
      found = true;
      at += layout_.stride;
    }
    carry_.erase(carry_.begin(), carry_.begin() + static_cast<std::ptrdiff_t>(at));
    return found || in_step_;
  }

  // What is half there is thrown away.
  void forget() {
    carry_.clear();
    in_step_ = false;
  }

  // Whether the bytes are whole packets of any of the three sizes.
  static bool is_aligned(std::span<const std::uint8_t> bytes) { return aligned_layout(bytes).stride != 0; }

 private:
  static Layout aligned_layout(std::span<const std::uint8_t> bytes);
  // Also when one sync byte in four is damaged; the packets are given as they are.
  static Layout tolerant_layout(std::span<const std::uint8_t> bytes);

  template <class OnPackets>
  static void give(std::span<const std::uint8_t> bytes, Layout layout, OnPackets& on_packets) {
    if (layout.stride == kTsPacketSize) return on_packets(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += layout.stride) {
      on_packets(bytes.subspan(at + layout.offset, kTsPacketSize));
    }
  }

  // Whether the half packet that is kept goes on at the beginning of `bytes`.
  bool continues(std::span<const std::uint8_t> bytes) const;

  // How many bytes to skip: up to where packets begin (then it sets in_step_ and layout_), or as far as they cannot
  // begin.
  std::size_t find_step(std::span<const std::uint8_t> bytes);

  std::vector<std::uint8_t> carry_;
  Layout layout_;
  bool in_step_ = false;
};

}  // namespace grandstand::ingest

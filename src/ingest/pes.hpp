// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace grandstand::ingest {

// Reads one PID's PES packets (ISO/IEC 13818-1 2.4.3.6): hands out the header as soon as it is whole, then payload as
// it comes.
//
// Pure. Owner: TsStream.
class PesReader {
 public:
  struct Header {
    std::uint8_t stream_id = 0;
    bool scrambled = false;
    std::optional<std::uint64_t> pts;  // 33 bits
    std::optional<std::uint64_t> dts;
  };

  // A packet with payload_unit_start_indicator comes.
  void begin();

  // Nothing counts until the next begin().
  void forget() { state_ = State::kIdle; }

  // Takes the payload of one transport packet. `on_header(header, payload behind it)` comes first, then
  // `on_payload(bytes)`; `on_end()` when the length given in the header is reached.
  template <class OnHeader, class OnPayload, class OnEnd>
  void push(std::span<const std::uint8_t> bytes, OnHeader on_header, OnPayload on_payload, OnEnd on_end) {
    if (state_ == State::kHeader) {
      bytes = bytes.subspan(take_header(bytes));
      if (state_ == State::kPayload) on_header(header_, bytes);
    }
    if (state_ != State::kPayload) return;
    if (remaining_) {
      if (bytes.size() > *remaining_) bytes = bytes.first(*remaining_);
      *remaining_ -= bytes.size();
    }
    if (!bytes.empty()) on_payload(bytes);
    if (remaining_ == std::size_t{0}) {
      state_ = State::kIdle;
      on_end();
    }
  }

 private:
  enum class State { kIdle, kHeader, kPayload };

  // Gives how many bytes belonged to the header.
  std::size_t take_header(std::span<const std::uint8_t> bytes);
  bool parse_header();

  State state_ = State::kIdle;
  std::array<std::uint8_t, 9 + 255> raw_;
  std::size_t raw_size_ = 0;
  Header header_;
  std::optional<std::size_t> remaining_;  // payload bytes to come; empty: until the next packet begins
};

}  // namespace grandstand::ingest

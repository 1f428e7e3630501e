// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grandstand::ingest {

// The server's side of the RTMP handshake (5.2), with the digests that Flash-era clients look for: when C1 carries one
// (either place), S1 and S2 are signed, otherwise they echo. Bytes in, bytes out; any cutting.
class RtmpHandshake {
 public:
  static constexpr std::size_t kBlockSize = 1536;

  // `seed` makes the random part of S1.
  explicit RtmpHandshake(std::uint64_t seed) : seed_(seed) {}

  // Takes what belongs to the handshake and says how many bytes that was; appends the answer to `out`. Fails when the
  // peer speaks something else.
  Result<std::size_t> feed(std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>& out);

  bool done() const { return state_ == State::kDone; }

 private:
  enum class State { kVersion, kClientBlock, kClientEcho, kDone };
  using Block = std::array<std::uint8_t, kBlockSize>;

  void answer(std::vector<std::uint8_t>& out);
  void fill_random(std::span<std::uint8_t> bytes);

  std::uint64_t seed_;
  State state_ = State::kVersion;
  Block block_{};  // C1; of C2 only the length matters
  std::size_t received_ = 0;
};

}  // namespace grandstand::ingest

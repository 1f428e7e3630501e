// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace grandstand::ingest {

// RTMP 1.0 message types (5.4, 7.1).
namespace rtmp_type {
inline constexpr std::uint8_t kSetChunkSize = 1;
inline constexpr std::uint8_t kAbort = 2;
inline constexpr std::uint8_t kAcknowledgement = 3;
inline constexpr std::uint8_t kUserControl = 4;
inline constexpr std::uint8_t kWindowAckSize = 5;
inline constexpr std::uint8_t kSetPeerBandwidth = 6;
inline constexpr std::uint8_t kAudio = 8;
inline constexpr std::uint8_t kVideo = 9;
inline constexpr std::uint8_t kAmf3Command = 17;
inline constexpr std::uint8_t kAmf0Command = 20;
inline constexpr std::uint8_t kAggregate = 22;
}  // namespace rtmp_type

// One message, put together from its chunks.
struct RtmpMessage {
  std::uint8_t type = 0;
  std::uint32_t stream = 0;
  std::uint32_t timestamp = 0;  // ms; wraps after 49.7 days
  std::vector<std::uint8_t> payload;
};

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace grandstand::ingest {

inline constexpr std::size_t kTsPacketSize = 188;
inline constexpr std::uint8_t kTsSync = 0x47;
inline constexpr std::uint16_t kPatPid = 0;
inline constexpr std::uint16_t kCatPid = 1;
inline constexpr std::uint16_t kNitPid = 0x10;
inline constexpr std::uint16_t kSdtPid = 0x11;
inline constexpr std::uint16_t kEitPid = 0x12;
inline constexpr std::uint16_t kNullPid = 0x1FFF;
inline constexpr std::size_t kPidCount = 0x2000;

// One transport stream packet, taken apart (ISO/IEC 13818-1 2.4.3.2). `payload` points into the packet given.
struct TsPacket {
  std::uint16_t pid = kNullPid;
  bool transport_error = false;
  bool unit_start = false;
  bool discontinuity = false;
  bool has_payload = false;
  std::uint8_t scrambling = 0;
  std::uint8_t continuity = 0;
  std::optional<std::uint64_t> pcr;  // the 33 bits of 90 kHz
  std::span<const std::uint8_t> payload;

  // `bytes` are 188. False when the packet contradicts itself (sync byte, adaptation field beyond its end).
  static bool parse(const std::uint8_t* bytes, TsPacket& packet);
};

}  // namespace grandstand::ingest

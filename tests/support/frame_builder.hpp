// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

// Frames as a WebSocket client sends them (RFC 6455 5.2), right or wrong.
namespace grandstand {

inline constexpr int kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;
enum Final { kFinal, kMore };

// `first`: opcode, perhaps with reserved bits. Masked with a fixed mask.
inline std::string frame(int first, std::string_view payload, Final final = kFinal) {
  std::string bytes{static_cast<char>(first | (final == kFinal ? 0x80 : 0))};
  const auto size = payload.size();
  const int length_bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
  bytes += static_cast<char>(0x80 | (length_bytes == 0 ? static_cast<int>(size) : length_bytes == 2 ? 126 : 127));
  for (int i = length_bytes - 1; i >= 0; --i) bytes += static_cast<char>(static_cast<std::uint64_t>(size) >> (8 * i));
  constexpr std::array<char, 4> kMask{'\x37', '\xfa', '\x21', '\x3d'};
  bytes.append(kMask.data(), kMask.size());
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(payload[i] ^ kMask[i & 3]);
  return bytes;
}

}  // namespace grandstand

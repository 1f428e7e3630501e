// SPDX-License-Identifier: MIT
#include <grandstand/wire/frame.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace grandstand::wire {

namespace {
constexpr std::uint8_t kFinalText = 0x81;  // FIN, opcode 1
}

SharedBytes make_text_frame(std::string_view text) {
  std::vector<std::uint8_t> frame;
  const std::uint64_t size = text.size();
  frame.reserve(size + 10);
  frame.push_back(kFinalText);
  // RFC 6455 5.2: the shortest of the three length forms, network byte order; the server does not mask.
  if (size < 126) {
    frame.push_back(static_cast<std::uint8_t>(size));
  } else if (size <= 0xffff) {
    frame.push_back(126);
    frame.push_back(static_cast<std::uint8_t>(size >> 8));
    frame.push_back(static_cast<std::uint8_t>(size));
  } else {
    frame.push_back(127);
    for (int shift = 56; shift >= 0; shift -= 8) frame.push_back(static_cast<std::uint8_t>(size >> shift));
  }
  frame.insert(frame.end(), text.begin(), text.end());
  return SharedBytes(std::move(frame));
}

}  // namespace grandstand::wire

// SPDX-License-Identifier: MIT
#pragma once

#include <string>

// A masked text frame; the mask is zero, which is valid and saves the masking.
inline std::string client_frame(const std::string& text) {
  std::string bytes = "\x81";
  if (text.size() < 126) {
    bytes += static_cast<char>(0x80 | text.size());
  } else {
    bytes += static_cast<char>(0x80 | 126);
    bytes += static_cast<char>(text.size() >> 8);
    bytes += static_cast<char>(text.size() & 255);
  }
  bytes.append(4, '\0');
  return bytes + text;
}

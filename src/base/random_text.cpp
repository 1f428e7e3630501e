// SPDX-License-Identifier: MIT
#include <grandstand/base/assert.hpp>
#include <grandstand/base/random_text.hpp>

#include <array>

#include <unistd.h>

namespace grandstand {

std::string random_text(std::string_view alphabet, std::size_t length) {
  // What lies beyond is thrown away, or the first characters would be likelier.
  const auto usable = 256 - 256 % alphabet.size();
  std::string text;
  while (text.size() < length) {
    std::array<unsigned char, 64> bytes{};
    GRANDSTAND_ASSERT(::getentropy(bytes.data(), bytes.size()) == 0);
    for (const auto byte : bytes) {
      if (byte < usable && text.size() < length) text += alphabet[byte % alphabet.size()];
    }
  }
  return text;
}

}  // namespace grandstand

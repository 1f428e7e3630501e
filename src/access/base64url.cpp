// SPDX-License-Identifier: MIT
#include "base64url.hpp"

#include <algorithm>

#include <openssl/evp.h>

namespace grandstand::access {

std::string encode_base64url(std::span<const std::uint8_t> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const auto size =
      EVP_EncodeBlock(reinterpret_cast<std::uint8_t*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  while (text.ends_with('=')) text.pop_back();
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::string encode_base64url(std::string_view text) {
  return encode_base64url({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::optional<std::string> decode_base64url(std::string_view text) {
  if (text.size() % 4 == 1 || text.find_first_of("+/= \t\r\n") != std::string_view::npos) return std::nullopt;
  std::string padded(text);
  std::ranges::replace(padded, '-', '+');
  std::ranges::replace(padded, '_', '/');
  const auto padding = (4 - padded.size() % 4) % 4;
  padded.append(padding, '=');
  std::string bytes(padded.size() / 4 * 3, '\0');
  const auto size =
      EVP_DecodeBlock(reinterpret_cast<std::uint8_t*>(bytes.data()),
                      reinterpret_cast<const std::uint8_t*>(padded.data()), static_cast<int>(padded.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace grandstand::access

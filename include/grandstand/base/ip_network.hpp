// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand {

// An IP address. An IPv4 address and its IPv4-mapped IPv6 form (RFC 4291 2.5.5.2) are the same.
class IpAddress {
 public:
  // "192.0.2.1", "2001:db8::1"; nothing for other text.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }  // in the IPv6 form, network order

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// A block of addresses in CIDR notation (RFC 4632).
class IpNetwork {
 public:
  // "192.0.2.0/24", "2001:db8::/32"; an address without a length is a network of one. kInvalidArgument when it is none,
  // or has bits beyond its length.
  static Result<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  const std::string& text() const { return text_; }

  friend bool operator==(const IpNetwork& a, const IpNetwork& b) { return a.text_ == b.text_; }

 private:
  IpAddress first_;
  unsigned length_ = 128;  // of the IPv6 form
  std::string text_;
};

bool contains(std::span<const IpNetwork> networks, const IpAddress& address);

}  // namespace grandstand

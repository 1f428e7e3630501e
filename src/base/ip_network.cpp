// SPDX-License-Identifier: MIT
#include <grandstand/base/ip_network.hpp>

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace grandstand {
namespace {

constexpr unsigned kV4Offset = 96;  // bits before an IPv4 address in its IPv6 form

Error wrong(std::string_view text, std::string_view what) {
  return {ErrorCode::kInvalidArgument, "'" + std::string(text) + "' " + std::string(what)};
}

bool bit(const IpAddress& address, unsigned index) {
  return (address.bytes()[index / 8] >> (7 - index % 8) & 1) != 0;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  address.bytes_ = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes_.data() + kV4Offset / 8) == 1) return address;
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  return std::all_of(bytes_.begin(), bytes_.begin() + 10, [](auto byte) { return byte == 0; }) && bytes_[10] == 0xFF &&
         bytes_[11] == 0xFF;
}

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return wrong(text, "is no IP network; expected such as 192.0.2.0/24 or 2001:db8::/32");
  IpNetwork network;
  network.first_ = *address;
  network.text_ = text;
  if (slash == std::string_view::npos) return network;
  const bool short_form = address->is_v4() && text.find(':') == std::string_view::npos;
  const auto digits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.length_);
  if (error != std::errc{} || end != digits.data() + digits.size() || network.length_ > (short_form ? 32U : 128U)) {
    return wrong(text, short_form ? "has no length from 0 to 32" : "has no length from 0 to 128");
  }
  if (short_form) network.length_ += kV4Offset;
  for (unsigned i = network.length_; i < 128; ++i) {
    if (bit(*address, i)) return wrong(text, "has bits set beyond its length");
  }
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  for (unsigned i = 0; i < length_; ++i) {
    if (bit(address, i) != bit(first_, i)) return false;
  }
  return true;
}

bool contains(std::span<const IpNetwork> networks, const IpAddress& address) {
  return std::ranges::any_of(networks, [&](const auto& network) { return network.contains(address); });
}

}  // namespace grandstand

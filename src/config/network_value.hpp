// SPDX-License-Identifier: MIT
#pragma once

#include "values.hpp"

#include <grandstand/base/ip_network.hpp>

#include <string>
#include <utility>

namespace grandstand::config {

// A block of addresses.
struct Network {
  bool read(const YamlNode& node, IpNetwork& field, const Reporter& report) const {
    const std::string* const text = scalar(node, report, expected(), false);
    if (text == nullptr) return false;
    auto network = IpNetwork::parse(*text);
    if (!network) return report(node.position, network.error().message, "");
    return field = std::move(network).value(), true;
  }
  std::string print(const IpNetwork& field) const { return print_text(field.text()); }
  std::string expected() const { return "a network such as 192.0.2.0/24 or 2001:db8::/32"; }
};

}  // namespace grandstand::config

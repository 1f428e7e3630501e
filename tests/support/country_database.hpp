// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>

namespace grandstand {

// Writes a database of countries in MaxMind DB format 2.0 (maxmind.github.io/MaxMind-DB): a binary tree of 24-bit
// records over IPv6, IPv4 below ::/96, and one map {"country": {"iso_code": "DE"}} for each network.
class CountryDatabase {
 public:
  void add(const std::string& address, unsigned length, const std::string& country) {
    std::array<std::uint8_t, 16> bits{};
    if (::inet_pton(AF_INET6, address.c_str(), bits.data()) != 1) {
      ::inet_pton(AF_INET, address.c_str(), bits.data() + 12);
      length += 96;
    }
    std::size_t node = 0;
    for (unsigned i = 0; i < length; ++i) {
      const unsigned side = bits[i / 8] >> (7 - i % 8) & 1;
      if (i + 1 == length) {
        tree_[node][side] = -static_cast<std::int64_t>(countries_.size()) - 1;
      } else {
        if (tree_[node][side] <= 0) {
          tree_[node][side] = static_cast<std::int64_t>(tree_.size());
          tree_.push_back({0, 0});
        }
        node = static_cast<std::size_t>(tree_[node][side]);
      }
    }
    countries_.push_back(country);
  }

  void write(const std::string& file) const {
    std::string data;
    std::vector<std::size_t> places;
    for (const auto& country : countries_) {
      places.push_back(data.size());
      data += map(1) + text("country") + map(1) + text("iso_code") + text(country);
    }
    std::string tree;
    for (const auto& node : tree_) {
      for (const auto record : node) {
        // 0: nothing is known; beyond the tree: a place in the data, 16 bytes after it.
        const auto value = record > 0    ? static_cast<std::size_t>(record)
                           : record == 0 ? tree_.size()
                                         : tree_.size() + 16 + places[static_cast<std::size_t>(-record) - 1];
        tree += {static_cast<char>(value >> 16), static_cast<char>(value >> 8), static_cast<char>(value)};
      }
    }
    std::ofstream out(file, std::ios::binary);
    out << tree << std::string(16, '\0') << data << "\xAB\xCD\xEFMaxMind.com" << map(9) << text("node_count")
        << number(6, tree_.size(), 4) << text("record_size") << number(5, 24, 2) << text("ip_version")
        << number(5, 6, 2) << text("database_type") << text("Test-Country") << text("languages")
        << std::string("\x00\x04", 2) << text("binary_format_major_version") << number(5, 2, 2)
        << text("binary_format_minor_version") << std::string("\xA0", 1) << text("build_epoch")
        << std::string("\x04\x02", 2) << std::string("\x67\x00\x00\x00", 4) << text("description") << map(0);
  }

 private:
  static std::string map(unsigned size) { return {static_cast<char>(7 << 5 | size)}; }
  static std::string text(const std::string& value) {
    return static_cast<char>(2 << 5 | static_cast<int>(value.size())) + value;  // up to 28 bytes
  }
  static std::string number(int type, std::size_t value, unsigned size) {
    std::string out{static_cast<char>(type << 5 | static_cast<int>(size))};
    for (unsigned i = size; i-- > 0;) out += static_cast<char>(value >> 8 * i);
    return out;
  }

  std::vector<std::array<std::int64_t, 2>> tree_{{0, 0}};  // > 0: a node; < 0: a country; 0: nothing
  std::vector<std::string> countries_;
};

}  // namespace grandstand

// SPDX-License-Identifier: MIT
#pragma once

#include "values.hpp"

#include <grandstand/channels/ladder_settings.hpp>

namespace grandstand::config {

// "2500k", "3M", "800000": bits per second.
Result<std::int64_t> parse_bit_rate(std::string_view text);
std::string print_bit_rate(std::int64_t bits);

// The rungs of a ladder: the name of one, or a list of {height: 720, bitrate: 2500k}, highest first.
struct Rungs {
  bool read(const YamlNode& node, std::vector<media::VideoRung>& field, const Reporter& report) const;
  std::string print(const std::vector<media::VideoRung>& field) const;
  std::string expected() const;
};

}  // namespace grandstand::config

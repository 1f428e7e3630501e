// SPDX-License-Identifier: MIT
// The sections of grandstand.yaml, each in the file of its room.
#pragma once

#include "schema.hpp"

#include <grandstand/config/server_config.hpp>

#include <string>
#include <utility>

namespace grandstand::config {

// server_sections.cpp: the daemon itself
Section<ServerConfig> top_section();
Section<ServerConfig> log_section();
Section<ServerConfig> http_section();
Section<ServerConfig> clients_section();
Section<ServerConfig> cluster_section();
Section<ServerConfig> database_section();
// media_sections.cpp
Section<ServerConfig> rtmp_section();
Section<ServerConfig> hls_section();
Section<ServerConfig> guide_section();
Section<ServerConfig> dvr_section();
// audience_sections.cpp
Section<ServerConfig> hub_section();
Section<ServerConfig> calls_section();
Section<ServerConfig> identity_section();
Section<ServerConfig> webhooks_section();

inline constexpr std::uint64_t KiB = 1u << 10;
inline constexpr std::uint64_t MiB = 1u << 20;

inline const Integer kPort{0, 65535};
inline const Text kPath{0, 4096, "a path of at most 4096 characters"};
inline const Text kAddress{1, 64, "an IP address such as 0.0.0.0, 127.0.0.1 or ::", is_ip_address};

template <class FieldOf, class Kind>
Key<ServerConfig> key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<ServerConfig>(std::move(name), field, std::move(kind), std::move(meaning));
}

}  // namespace grandstand::config

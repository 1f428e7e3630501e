// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ip_network.hpp>
#include <grandstand/base/result.hpp>

#include <filesystem>
#include <memory>
#include <string>

struct MMDB_s;

namespace grandstand::access {

// Where addresses are, by a file in MaxMind DB format 2.0 with countries (GeoLite2-Country, DB-IP Country Lite).
// Immutable; safe from any thread.
class GeoDatabase {
 public:
  // kUnavailable when the file cannot be opened or is no such database.
  static Result<std::shared_ptr<const GeoDatabase>> open(const std::filesystem::path& file);

  // ISO 3166-1 alpha-2 in capitals; empty when it is not known.
  std::string country_of(const IpAddress& address) const;

 private:
  struct Close {
    void operator()(MMDB_s* database) const;
  };
  std::unique_ptr<MMDB_s, Close> database_;
};

}  // namespace grandstand::access

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <filesystem>
#include <optional>

namespace grandstand::storage {

// An installed PostgreSQL server.
struct PostgresPrograms {
  int version = 0;  // major
  std::filesystem::path folder;

  std::filesystem::path initdb() const { return folder / "initdb"; }
  std::filesystem::path postgres() const { return folder / "postgres"; }
};

// The newest one below `root`, or exactly `version`: a cluster is never upgraded silently.
Result<PostgresPrograms> find_postgres(std::optional<int> version,
                                       const std::filesystem::path& root = "/usr/lib/postgresql");

// The major version that made the cluster; nothing when there is no cluster.
std::optional<int> cluster_version(const std::filesystem::path& cluster);

}  // namespace grandstand::storage

// SPDX-License-Identifier: MIT
#pragma once

#include "descriptor.hpp"
#include "system_user.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/storage/private_postgres.hpp>

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

namespace grandstand::storage {

// Where a private cluster lives and who owns it.
struct ClusterPlace {
  Descriptor lock;                 // held as long as we use the directory
  std::filesystem::path log_file;  // in the directory that was asked for
  std::filesystem::path cluster;   // PGDATA
  std::filesystem::path sockets;
  std::optional<SystemUser> user;  // to become, when we are root
  std::string user_name;           // that PostgreSQL runs as
};

// Takes the directory for ourselves, makes what is missing, and finds a place that the user can reach.
Result<ClusterPlace> take_place(const PrivatePostgres::Settings& settings);

// Writes a file of the cluster by rename, so that a crash leaves the old or the new one.
Status write_cluster_file(const ClusterPlace& place, const std::string& name, const std::string& text);

}  // namespace grandstand::storage

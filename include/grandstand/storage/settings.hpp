// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace grandstand::storage {

struct Settings {
  // PostgreSQL to use, as a URI ("postgresql://user@host/name"). Empty: a private PostgreSQL in the data directory.
  std::string url;
  std::size_t connections = 4;      // one thread each; 1..64
  std::size_t queue_limit = 4'096;  // requests that wait for a connection; further ones fail as unavailable
  std::chrono::milliseconds connect_timeout{5'000};
};

}  // namespace grandstand::storage

// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>

namespace grandstand::identity {

struct Settings {
  bool registration = true;  // whether anyone may make an account
  std::chrono::hours session_lifetime{24 * 30};
  std::size_t min_password_length = 8;  // characters
  std::size_t hashing_threads = 1;      // Argon2id costs 64 MiB and about 0.1 s each
};

}  // namespace grandstand::identity

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/storage/migration.hpp>

#include <span>

#include <pqxx/connection>

namespace grandstand::storage {

// Applies what is missing, one transaction per step, under an advisory lock so that nodes that start together take
// turns. Throws what pqxx throws; the value says how many steps were applied.
Result<int> apply_migrations(pqxx::connection& session, std::span<const Migration> migrations);

}  // namespace grandstand::storage

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/storage/database.hpp>

#include <string>

namespace grandstand::cluster {

// The secret of that name that all nodes of the database have: `own` of whoever came first. Blocking.
Result<std::string> share_secret(storage::Database& database, const std::string& name, const std::string& own);

}  // namespace grandstand::cluster

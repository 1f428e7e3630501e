// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/storage/database.hpp>

namespace grandstand::identity {

// After the migrations, what SQL cannot: tells what names look like where that is not known, or was told by other
// Unicode data. Blocking.
Status complete_name_looks(storage::Database& database);

}  // namespace grandstand::identity

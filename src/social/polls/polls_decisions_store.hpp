// SPDX-License-Identifier: MIT
#pragma once

#include "polls_rows_store.hpp"

#include <grandstand/room/feature.hpp>

#include <string>
#include <vector>

namespace grandstand::social::polls {

// polls.vote and polls.count in their order, each decided by SQL after those before it: what the room is told of each.
Result<std::vector<Result<std::string>>> decide_all(pqxx::work& transaction,
                                                    const std::vector<room::StoredEvent>& events, const SharedKey& key);

}  // namespace grandstand::social::polls

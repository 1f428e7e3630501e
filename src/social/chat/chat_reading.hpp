// SPDX-License-Identifier: MIT
#pragma once

#include "chat.hpp"

#include <grandstand/storage/database.hpp>

#include <functional>
#include <string>
#include <vector>

// What the store reads: messages as they are now, with the quotes of what they answer.
namespace grandstand::social::chat {

// For a new room, oldest first: the newest messages, then the pins.
std::vector<room::Event> read_newest(pqxx::work& transaction, const RoomId& room, std::size_t limit);

// The query's parameters and rights are checked here, its work is for the database.
using QueryWork = std::function<Result<std::string>(pqxx::work&)>;
Result<QueryWork> prepare_query(RoomId room, std::string_view name, const room::QueryParameters& parameters,
                                const std::optional<room::User>& asker);

}  // namespace grandstand::social::chat

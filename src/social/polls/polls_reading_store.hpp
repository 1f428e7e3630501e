// SPDX-License-Identifier: MIT
#pragma once

#include "polls_rows_store.hpp"

#include <grandstand/room/feature.hpp>

#include <string>
#include <vector>

namespace grandstand::social::polls {

// Polls whose result is not told yet and the newest others, oldest first, each with what came after it.
std::vector<room::Event> read_polls(pqxx::work& transaction, const RoomId& room, std::size_t limit);

// The polls that were to be seen in a stretch of the timeline, as they ended, the earliest first.
Result<std::string> read_timeline(pqxx::work& transaction, const RoomId& room, const Stretch& stretch);

// Pages of the record of a poll that is counted, and the proof that a ballot is in its tree: for whoever recounts.
Result<std::string> read_export(pqxx::work& transaction, const RoomId& room, const PollQuery& query);
Result<std::string> read_proof(pqxx::work& transaction, const RoomId& room, const PollQuery& query);

}  // namespace grandstand::social::polls

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/room/feature.hpp>

#include <memory>
#include <string_view>

namespace grandstand::social {

// The store of a feature whose events are decisions of moderators: an append-only log, in which the latest row about a
// subject says how things are. Events carry in their body {"scope","subject"} (what was decided, about what), and may
// carry "reason", "text" (of which a hash is kept beside the row as evidence) and "hidden": not for the log's readers.
// `table` has the columns of moderation.sql. Query "log" {user, before, limit}, for moderators. `acts`: what moderators
// do in the other features stands in it, too (Announcement::logged).
std::unique_ptr<room::FeatureStore> make_decision_store(storage::Database& database, std::string_view table,
                                                        bool acts = false);

}  // namespace grandstand::social

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/room/feature.hpp>

#include <memory>
#include <string>
#include <vector>

namespace grandstand::social {

// The store of a feature whose events are decisions of moderators: an append-only log, in which the latest row about a
// subject says how things are. Events carry in their body {"scope","subject"} (what was decided, about what), and may
// carry "reason", "text" (of which a hash is kept beside the row as evidence) and "hidden": not for the log's readers.
// Query "log" {user, before, limit}, for moderators.
struct DecisionLog {
  std::string feature;              // whose table <feature>_log has the columns of moderation.sql
  std::vector<std::string> passed;  // events after which nothing is in force about their subject: "lifted"
  bool acts = false;                // what moderators do in other features is in it, too (Announcement::logged)
};
std::unique_ptr<room::FeatureStore> make_decision_store(storage::Database& database, DecisionLog log);

}  // namespace grandstand::social

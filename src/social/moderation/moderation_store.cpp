// SPDX-License-Identifier: MIT
#include "moderation.hpp"

#include <grandstand/social/decision_store.hpp>

namespace grandstand::social::moderation {

std::unique_ptr<room::FeatureStore> make_store(storage::Database& database) {
  return make_decision_store(database, {"moderation", {"resolved", "lifted", "noted", "erased"}, true});
}

}  // namespace grandstand::social::moderation

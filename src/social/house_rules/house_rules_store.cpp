// SPDX-License-Identifier: MIT
#include "house_rules.hpp"

#include <grandstand/social/decision_store.hpp>

namespace grandstand::social::house_rules {

std::unique_ptr<room::FeatureStore> make_store(storage::Database& database) {
  return make_decision_store(database, "house_rules_log");
}

}  // namespace grandstand::social::house_rules

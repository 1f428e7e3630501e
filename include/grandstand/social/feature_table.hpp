// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/room/feature.hpp>
#include <grandstand/social/call_settings.hpp>
#include <grandstand/storage/migration.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace grandstand::social {

// Every feature that rooms have, one line each in feature_table.cpp: the only list of them.
std::span<const room::FeatureSpec* const> feature_table();

// The kinds of events that other systems may be told of: "chat.message".
std::vector<std::string> reported_kinds();

// The steps of their schemas.
std::vector<storage::Migration> migrations();

// The table with its stores on `database`, which must outlive it. `key`: what they sign with; null: nothing is signed.
// `classifier`: who judges texts for them; null: nobody. `outbox`: who is told of what they store, and outlives it;
// null: nobody. `calls`: by what those in a party's call reach each other. `sfu`: what large
// calls go through; null: there are none.
std::unique_ptr<room::FeatureCatalogue> make_feature_catalogue(storage::Database& database,
                                                               std::shared_ptr<const ballots::SigningKey> key = {},
                                                               std::shared_ptr<room::Classifier> classifier = {},
                                                               room::Outbox* outbox = nullptr, CallSettings calls = {},
                                                               std::shared_ptr<room::Outside> sfu = {});

}  // namespace grandstand::social

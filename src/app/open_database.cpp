// SPDX-License-Identifier: MIT
#include "open_database.hpp"

#include <grandstand/cluster/leases.hpp>
#include <grandstand/guide/guide.hpp>
#include <grandstand/identity/accounts.hpp>
#include <grandstand/identity/name_looks.hpp>
#include <grandstand/social/feature_table.hpp>
#include <grandstand/webhooks/webhooks.hpp>

#include <algorithm>
#include <iterator>

namespace grandstand::app {

std::vector<storage::Migration> all_migrations() {
  std::vector<storage::Migration> migrations;
  std::ranges::copy(identity::Accounts::migrations(), std::back_inserter(migrations));
  std::ranges::copy(cluster::Leases::migrations(), std::back_inserter(migrations));
  std::ranges::copy(webhooks::Webhooks::migrations(), std::back_inserter(migrations));
  std::ranges::copy(guide::Guide::migrations(), std::back_inserter(migrations));
  std::ranges::copy(social::migrations(), std::back_inserter(migrations));
  return migrations;
}

void OpenDatabase::stop() {
  if (database) database->stop();
  if (postgres) postgres->stop();
}

Result<OpenDatabase> open_database(const config::ServerConfig& config, RunningDaemon running, ops::Metrics& metrics,
                                   ops::Health& health) {
  OpenDatabase opened;
  auto url = config.database.url;
  if (url.empty()) {
    const auto directory = config.data_directory / "postgres";
    auto started = storage::PrivatePostgres::start({.directory = directory});
    if (started) {
      opened.postgres = std::move(*started);
      url = opened.postgres->url();
    } else if (started.error().code == ErrorCode::kConflict && running == RunningDaemon::kShareItsDatabase) {
      GRANDSTAND_TRY(url, storage::PrivatePostgres::url_of_running(directory));
    } else {
      return started.error();
    }
  }
  opened.database = std::make_unique<storage::Database>(config.database, url, metrics, health);
  GRANDSTAND_TRY(auto migrated, opened.database->migrate(all_migrations()));
  static_cast<void>(migrated);
  GRANDSTAND_TRY(auto completed, identity::complete_name_looks(*opened.database));
  static_cast<void>(completed);
  return opened;
}

}  // namespace grandstand::app

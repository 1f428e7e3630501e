// SPDX-License-Identifier: MIT
#include "open_database.hpp"

#include <grandstand/identity/accounts.hpp>
#include <grandstand/social/feature_table.hpp>

#include <algorithm>
#include <iterator>

namespace grandstand::app {

std::vector<storage::Migration> all_migrations() {
  std::vector<storage::Migration> migrations;
  std::ranges::copy(identity::Accounts::migrations(), std::back_inserter(migrations));
  std::ranges::copy(social::migrations(), std::back_inserter(migrations));
  return migrations;
}

void OpenDatabase::stop() {
  if (database) database->stop();
  if (postgres) postgres->stop();
}

Result<OpenDatabase> open_database(const config::ServerConfig& config, ops::Metrics& metrics, ops::Health& health) {
  OpenDatabase opened;
  auto url = config.database.url;
  if (url.empty()) {
    storage::PrivatePostgres::Settings settings{.directory = config.data_directory / "postgres"};
    GRANDSTAND_TRY(opened.postgres, storage::PrivatePostgres::start(std::move(settings)));
    url = opened.postgres->url();
  }
  opened.database = std::make_unique<storage::Database>(config.database, url, metrics, health);
  GRANDSTAND_TRY(auto migrated, opened.database->migrate(all_migrations()));
  static_cast<void>(migrated);
  return opened;
}

}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/config/server_config.hpp>
#include <grandstand/ops/health.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/storage/private_postgres.hpp>

#include <memory>
#include <vector>

namespace grandstand::app {

// Every step of the schema, of all modules and features.
std::vector<storage::Migration> all_migrations();

// The configured database, or the private one, with its schema up to date.
//
// Owner: App, or a command that ends soon.   Runs on: made and stopped on the main thread.
struct OpenDatabase {
  std::unique_ptr<storage::PrivatePostgres> postgres;  // null when database.url names one, or the daemon runs it
  std::unique_ptr<storage::Database> database;

  void stop();
};
// What to do when a daemon runs the private PostgreSQL already.
enum class RunningDaemon { kRefuse, kShareItsDatabase };
Result<OpenDatabase> open_database(const config::ServerConfig& config, RunningDaemon running, ops::Metrics& metrics,
                                   ops::Health& health);

}  // namespace grandstand::app

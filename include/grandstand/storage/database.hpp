// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/offload.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/ops/health.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/storage/migration.hpp>
#include <grandstand/storage/settings.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>

#include <pqxx/transaction>

namespace grandstand::storage {

// PostgreSQL behind a bounded queue: one thread per connection; lost connections are made again with back-off, and
// Health
// ("database") says so meanwhile. libpqxx's exceptions end here: connection loss is kUnavailable, a unique violation
// kConflict, the rest kInternal (logged without parameters).
//
// Owner: app.   Runs on: its own threads; run() from any loop.   Stops: stop() finishes what is queued.
class Database {
 public:
  // Does not connect yet. `url` is what Settings::url says, or the private instance's.
  Database(Settings settings, std::string url, ops::Metrics& metrics, ops::Health& health);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Another queue to the same PostgreSQL, with connections of its own: for what must not wait behind everything else.
  // The name tells its health ("database_<name>") and its gauges (queue="<name>") apart.
  std::unique_ptr<Database> apart(const std::string& name, std::size_t connections) const;

  // Blocking, for start-up: connects and brings the schema up. Clear errors: cannot reach (with host and reason, never
  // the password), and kConflict "the schema is newer than this binary" naming area and versions.
  Status migrate(std::span<const Migration> migrations);

  // Runs `work` in a transaction on one of the threads: commits when it returns a value, rolls back on error.
  template <class T>
  aio::Task<Result<T>> run(std::function<Result<T>(pqxx::work&)> work) {
    GRANDSTAND_CO_RETURN_IF_ERROR(admit());
    std::function<Result<T>()> job = [this, work = std::move(work)] { return run_blocking<T>(work); };
    co_return co_await offload_->run<T>(std::move(job));
  }

  // The same, from a thread that may block.
  template <class T>
  Result<T> run_blocking(const std::function<Result<T>(pqxx::work&)>& work) {
    Result<T> outcome = Error{ErrorCode::kInternal, "the transaction did not run"};
    auto status = transact([&](pqxx::work& transaction) {
      outcome = work(transaction);
      return outcome.ok();
    });
    if (!status.ok()) return status.error();
    return outcome;
  }

  void stop();

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);

  // Calls `work` (at most twice: once more on a fresh connection if the first was stale before anything ran), commits
  // if true.
  Status transact(const std::function<bool(pqxx::work&)>& work);

  // kUnavailable when too many requests wait already.
  Status admit();

  std::unique_ptr<State> state_;
  std::unique_ptr<aio::Offload> offload_;
};

}  // namespace grandstand::storage

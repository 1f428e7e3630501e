// SPDX-License-Identifier: MIT
#include "connection.hpp"
#include "connection_pool.hpp"
#include "migrator.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/storage/database.hpp>

#include <atomic>
#include <map>

namespace grandstand::storage {
namespace {

constexpr ErrorCode kCodes[] = {ErrorCode::kInvalidArgument, ErrorCode::kUnauthenticated, ErrorCode::kForbidden,
                                ErrorCode::kNotFound,        ErrorCode::kConflict,        ErrorCode::kTooLarge,
                                ErrorCode::kRateLimited,     ErrorCode::kUnavailable,     ErrorCode::kTimeout,
                                ErrorCode::kCancelled,       ErrorCode::kUnsupported,     ErrorCode::kInternal};

std::map<ErrorCode, ops::Counter> make_error_counters(ops::Metrics& metrics) {
  std::map<ErrorCode, ops::Counter> counters;
  for (const ErrorCode code : kCodes)
    counters[code] = metrics.counter("grandstand_database_errors_total", "Database transactions that failed, by kind.",
                                     {{"code", std::string(to_string(code))}});
  return counters;
}

}  // namespace

struct Database::State {
  State(Settings given, std::string address, ops::Metrics& m, ops::Health& h, const std::string& name)
      : settings(std::move(given)),
        url(std::move(address)),
        metrics(m),
        health(h),
        labels(name.empty() ? ops::Labels{} : ops::Labels{{"queue", name}}),
        pool(ConnectionTarget::parse(url, settings.connect_timeout), settings.connections, health,
             name.empty() ? "database" : "database_" + name,
             metrics.gauge("grandstand_database_up", "1 while the database can be reached.", labels)),
        queries(metrics.counter("grandstand_database_queries_total", "Database transactions begun.")),
        errors(make_error_counters(metrics)),
        seconds(metrics.histogram("grandstand_database_seconds", "Duration of database transactions.",
                                  {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10})),
        queued(metrics.gauge("grandstand_database_queued", "Requests that wait for a database connection.", labels)),
        refused(metrics.counter("grandstand_database_refused_total",
                                "Requests refused because too many waited for a database connection.")) {}

  // The transaction, begun: the round trip of BEGIN proves that the connection lives, so that work runs once at most.
  Result<ConnectionPool::Lease> begin(std::unique_ptr<pqxx::work>& transaction);
  Status run(const std::function<bool(pqxx::work&)>& work);

  // given
  Settings settings;
  std::string url;
  ops::Metrics& metrics;
  ops::Health& health;
  ops::Labels labels;

  // state
  ConnectionPool pool;
  ops::Counter queries;
  std::map<ErrorCode, ops::Counter> errors;
  ops::Histogram seconds;
  ops::Gauge queued;
  ops::Counter refused;
};

Result<ConnectionPool::Lease> Database::State::begin(std::unique_ptr<pqxx::work>& transaction) {
  auto lease = pool.acquire();
  while (lease.ok()) {
    try {
      transaction = std::make_unique<pqxx::work>(lease->connection->session());
      return lease;
    } catch (const std::exception&) {
      if (lease->fresh) return translate_exception();
    }
    lease = pool.replace();
  }
  return lease;
}

Status Database::State::run(const std::function<bool(pqxx::work&)>& work) {
  std::unique_ptr<pqxx::work> transaction;
  GRANDSTAND_TRY(auto lease, begin(transaction));
  Status status = success();
  try {
    if (work(*transaction)) {
      transaction->commit();
    } else {
      transaction->abort();
    }
  } catch (...) {
    status = translate_exception();
  }
  transaction.reset();
  pool.give_back(std::move(lease.connection));
  return status;
}

Database::Database(Settings settings, std::string url, ops::Metrics& metrics, ops::Health& health)
    : Database(std::make_unique<State>(std::move(settings), std::move(url), metrics, health, "")) {}

Database::Database(std::unique_ptr<State> state)
    : state_(std::move(state)),
      offload_(std::make_unique<aio::Offload>("database", state_->settings.connections, state_->settings.queue_limit)) {
}

Database::~Database() {
  stop();
}

std::unique_ptr<Database> Database::apart(const std::string& name, std::size_t connections) const {
  auto settings = state_->settings;
  settings.connections = connections;
  return std::unique_ptr<Database>(
      new Database(std::make_unique<State>(std::move(settings), state_->url, state_->metrics, state_->health, name)));
}

Status Database::migrate(std::span<const Migration> migrations) {
  GRANDSTAND_TRY(auto lease, state_->pool.acquire());
  try {
    GRANDSTAND_RETURN_IF_ERROR(apply_migrations(lease.connection->session(), migrations));
  } catch (const std::exception& e) {
    const Error error = translate_exception();
    return Error{error.code, std::string("the schema cannot be brought up: ") + e.what()};
  }
  state_->pool.give_back(std::move(lease.connection));
  return success();
}

Status Database::admit() {
  const std::size_t waiting = offload_->queued();
  state_->queued.set(static_cast<double>(waiting));
  if (waiting < state_->settings.queue_limit) return success();
  state_->refused.add();
  return Error{ErrorCode::kUnavailable, "too many requests wait for the database; try again"};
}

Status Database::transact(const std::function<bool(pqxx::work&)>& work) {
  state_->queries.add();
  state_->queued.set(static_cast<double>(offload_->queued()));
  const SteadyTime begin = state_->pool.clock().steady();
  Status status = state_->run(work);
  state_->seconds.observe(std::chrono::duration<double>(state_->pool.clock().steady() - begin).count());
  if (!status.ok()) state_->errors[status.error().code].add();
  return status;
}

void Database::stop() {
  offload_->stop();
  state_->pool.close();
}

}  // namespace grandstand::storage

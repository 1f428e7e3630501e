// SPDX-License-Identifier: MIT
#include "migrator.hpp"

#include <grandstand/base/log.hpp>

#include <map>
#include <string>

#include <pqxx/pqxx>

namespace grandstand::storage {
namespace {

// A step may rewrite a big table, and another node may be doing so: no timeouts here. "gran" as a number is our lock.
constexpr char kTakeTurn[] =
    "set local statement_timeout = 0; set local lock_timeout = 0; select pg_advisory_xact_lock(1735549294)";

using Versions = std::map<std::string, int>;

// Steps of an area are numbered 1, 2, ... in the order given; anything else is a fault in the tables of a feature.
Result<Versions> newest_known(std::span<const Migration> migrations) {
  Versions newest;
  for (const Migration& step : migrations) {
    int& version = newest[std::string(step.area)];
    if (step.version != version + 1)
      return Error{ErrorCode::kInternal, "migrations of area \"" + std::string(step.area) + "\": version " +
                                             std::to_string(step.version) + " comes after " + std::to_string(version) +
                                             ", expected " + std::to_string(version + 1)};
    version = step.version;
  }
  return newest;
}

Versions applied_versions(pqxx::work& transaction) {
  Versions applied;
  for (const auto& row : transaction.exec("select area, max(version) from grandstand_schema group by area"))
    applied[row[0].as<std::string>()] = row[1].as<int>();
  return applied;
}

Status check_not_newer(const Versions& applied, const Versions& known) {
  std::string newer;
  for (const auto& [area, version] : applied) {
    const auto found = known.find(area);
    if (found == known.end()) {
      log::warning("storage", "the database has tables of an area that this binary does not know", {{"area", area}});
    } else if (version > found->second) {
      newer += (newer.empty() ? "" : "; ") + std::string("area \"") + area + "\" is at version " +
               std::to_string(version) + ", this binary knows up to " + std::to_string(found->second);
    }
  }
  if (newer.empty()) return success();
  return Error{ErrorCode::kConflict, "the schema is newer than this binary: " + newer +
                                         ". Run the newer grandstand, or restore an older backup"};
}

Result<bool> apply_step(pqxx::connection& session, const Migration& step) {
  pqxx::work transaction(session);
  transaction.exec(kTakeTurn);
  const std::string area(step.area);
  // Another node may have been here since we looked.
  if (!transaction.exec_params("select 1 from grandstand_schema where area = $1 and version = $2", area, step.version)
           .empty())
    return false;
  try {
    transaction.exec(std::string(step.sql));
  } catch (const pqxx::sql_error& e) {
    return Error{ErrorCode::kInternal, "area \"" + area + "\" version " + std::to_string(step.version) +
                                           " of the schema cannot be applied: " + e.what()};
  }
  transaction.exec_params("insert into grandstand_schema (area, version) values ($1, $2)", area, step.version);
  transaction.commit();
  log::info("storage", "schema step applied", {{"area", area}, {"version", step.version}});
  return true;
}

}  // namespace

Result<int> apply_migrations(pqxx::connection& session, std::span<const Migration> migrations) {
  GRANDSTAND_TRY(const Versions known, newest_known(migrations));
  Versions applied;
  {
    pqxx::work transaction(session);
    transaction.exec(kTakeTurn);
    transaction.exec(
        "create table if not exists grandstand_schema (area text not null, version integer not null, "
        "applied_at timestamptz not null default now(), primary key (area, version))");
    applied = applied_versions(transaction);
    transaction.commit();
  }
  GRANDSTAND_RETURN_IF_ERROR(check_not_newer(applied, known));
  int count = 0;
  for (const Migration& step : migrations) {
    if (step.version <= applied[std::string(step.area)]) continue;
    GRANDSTAND_TRY(const bool done, apply_step(session, step));
    if (done) ++count;
  }
  // initdb does not sync: this is where a new private cluster becomes safe against a crash. Others may not let us.
  if (count > 0) {
    pqxx::nontransaction plain(session);
    if (plain.exec("select 1 from pg_roles where rolname = current_user and rolsuper").size() == 1)
      plain.exec("checkpoint");
  }
  return count;
}

}  // namespace grandstand::storage

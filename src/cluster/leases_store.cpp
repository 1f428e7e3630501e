// SPDX-License-Identifier: MIT
#include "leases_store.hpp"

#include "rendezvous.hpp"

#include <pqxx/pqxx>

namespace grandstand::cluster {
namespace {

// Names hold no character that an array literal would have to escape.
std::string array_of(const std::vector<std::string>& names) {
  std::string text = "{";
  for (const auto& name : names) {
    if (text.size() > 1) text += ',';
    text += '"' + name + '"';
  }
  return text + "}";
}

std::string interval_of(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + " milliseconds";
}

std::vector<std::string> note_alive(pqxx::work& work, const LeasesStore::Round& round) {
  work.exec_params0(
      "insert into cluster_node (name, address, seen_at) values ($1, $2, now()) "
      "on conflict (name) do update set address = excluded.address, seen_at = excluded.seen_at",
      round.node, round.address);
  std::vector<std::string> alive;
  for (const auto& row : work.exec_params("select name from cluster_node where seen_at > now() - $1::interval",
                                          interval_of(round.lease))) {
    alive.emplace_back(row[0].c_str());
  }
  return alive;
}

// Rows are always locked in the order of their names, or nodes would wait for each other.
void renew(pqxx::work& work, const LeasesStore::Round& round) {
  work.exec_params0(
      "with mine as (select name from cluster_lease where node = $1 and name = any($2::text[]) and expires_at > now() "
      "order by name for update) "
      "update cluster_lease set expires_at = now() + $3::interval where name in (select name from mine)",
      round.node, array_of(round.held), interval_of(round.lease));
}

void give_up(pqxx::work& work, const std::string& node) {
  work.exec_params0(
      "with mine as (select name from cluster_lease where node = $1 and expires_at > now() order by name for update) "
      "update cluster_lease set expires_at = now() where name in (select name from mine)",
      node);
}

void take(pqxx::work& work, const LeasesStore::Round& round, const std::vector<std::string>& alive) {
  std::vector<std::string> mine;
  for (const auto& name : round.wanted) {
    if (highest_ranked(alive, name) == round.node) mine.push_back(name);
  }
  work.exec_params0(
      "insert into cluster_lease (name, node, term, expires_at) "
      "select name, $1, 1, now() + $3::interval from unnest($2::text[]) as name order by name "
      "on conflict (name) do update set node = excluded.node, term = cluster_lease.term + 1, "
      "expires_at = excluded.expires_at where cluster_lease.expires_at <= now()",
      round.node, array_of(mine), interval_of(round.lease));
}

LeasesStore::Owners look(pqxx::work& work, const LeasesStore::Round& round) {
  LeasesStore::Owners owners;
  for (const auto& row : work.exec_params(
           "select l.name, l.node, coalesce(n.address, ''), l.term from cluster_lease l "
           "left join cluster_node n on n.name = l.node where l.expires_at > now() and l.name = any($1::text[])",
           array_of(round.wanted))) {
    owners[row[0].c_str()] = {row[1].c_str(), row[2].c_str(), row[3].as<std::uint64_t>()};
  }
  return owners;
}

}  // namespace

aio::Task<Result<LeasesStore::Owners>> LeasesStore::run(Round round) {
  std::function<Result<Owners>(pqxx::work&)> work = [round = std::move(round)](pqxx::work& work) -> Result<Owners> {
    if (round.healthy) {
      const auto alive = note_alive(work, round);
      renew(work, round);
      if (round.takes) take(work, round, alive);
    } else {
      give_up(work, round.node);
    }
    return look(work, round);
  };
  return database_.run<Owners>(std::move(work));
}

Status LeasesStore::release_blocking(const std::string& node) {
  return database_.run_blocking<std::monostate>([&](pqxx::work& work) -> Status {
    give_up(work, node);
    work.exec_params0("delete from cluster_node where name = $1", node);
    return success();
  });
}

}  // namespace grandstand::cluster

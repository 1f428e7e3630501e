// SPDX-License-Identifier: MIT
#include "leases_store.hpp"

#include "shares.hpp"

#include <grandstand/storage/sql_text.hpp>

#include <map>
#include <set>

#include <pqxx/pqxx>

namespace grandstand::cluster {
namespace {

using Round = LeasesStore::Round;
using Identity = LeasesStore::Identity;

std::string interval_of(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + " milliseconds";
}

// False: the name belongs to another daemon, which was heard of within the lease.
bool note_alive(pqxx::work& work, const Round& round) {
  const auto noted = work.exec_params(
      "insert into cluster_node (kind, name, address, instance, seen_at) values ($1, $2, $3, $4, now()) "
      "on conflict (kind, name) do update set address = excluded.address, instance = excluded.instance, "
      "seen_at = excluded.seen_at "
      "where cluster_node.instance = excluded.instance or cluster_node.seen_at < now() - $5::interval",
      round.kind, round.node, round.address, round.instance, interval_of(round.lease));
  return noted.affected_rows() > 0;
}

std::vector<Leases::Node> look_at_nodes(pqxx::work& work, const Round& round) {
  std::vector<Leases::Node> alive;
  for (const auto& row : work.exec_params(
           "select name, address from cluster_node where kind = $1 and seen_at > now() - $2::interval order by name",
           round.kind, interval_of(round.lease))) {
    alive.push_back({row[0].c_str(), row[1].c_str()});
  }
  return alive;
}

// Rows are always locked in the order of their names, or nodes would wait for each other. What was the node's own and
// ran out, or what an earlier life of it owned, is its own again under a new term, as long as nobody else took it.
void renew(pqxx::work& work, const Round& round) {
  work.exec_params0(
      "with mine as (select name from cluster_lease where kind = $1 and node = $2 and name = any($5::text[]) "
      "order by name for update) "
      "update cluster_lease set expires_at = now() + $4::interval, "
      "term = case when expires_at > now() and name = any($3::text[]) then term else nextval('cluster_term') end "
      "where kind = $1 and name in (select name from mine)",
      round.kind, round.node, storage::array_text(round.held), interval_of(round.lease),
      storage::array_text(round.wanted));
}

void give_up(pqxx::work& work, const Identity& us) {
  // It counts no more among those to whom things fall. Where the name is another daemon's, so are the leases.
  const auto left = work.exec_params("delete from cluster_node where kind = $1 and name = $2 and instance = $3",
                                     us.kind, us.node, us.instance);
  if (left.affected_rows() == 0) return;
  work.exec_params0(
      "with mine as (select name from cluster_lease where kind = $1 and node = $2 and expires_at > now() "
      "order by name for update) "
      "update cluster_lease set expires_at = now() where kind = $1 and name in (select name from mine)",
      us.kind, us.node);
}

void take(pqxx::work& work, const Round& round, const std::vector<Leases::Node>& alive) {
  std::map<std::string, std::size_t> counts;
  for (const auto& node : alive) counts[node.name] = 0;
  std::set<std::string, std::less<>> owned;
  for (const auto& row :
       work.exec_params("select name, node from cluster_lease where kind = $1 and expires_at > now()", round.kind)) {
    owned.insert(row[0].c_str());
    if (const auto count = counts.find(row[1].c_str()); count != counts.end()) ++count->second;
  }
  std::vector<std::string> free, first_come;
  for (const auto& name : round.wanted) {
    if (!owned.contains(name)) (round.first_come.contains(name) ? first_come : free).push_back(name);
  }
  auto mine = share_of(round.node, std::move(counts), free);
  mine.insert(mine.end(), first_come.begin(), first_come.end());
  if (mine.empty()) return;
  // What a node has locked that was cut off meanwhile is left for a later round: our own leases do not wait for it.
  work.exec_params0(
      "with free as (select name from cluster_lease where kind = $1 and name = any($3::text[]) "
      "and expires_at <= now() order by name for update skip locked) "
      "update cluster_lease set node = $2, term = nextval('cluster_term'), expires_at = now() + $4::interval "
      "where kind = $1 and name in (select name from free)",
      round.kind, round.node, storage::array_text(mine), interval_of(round.lease));
  work.exec_params0(
      "insert into cluster_lease (kind, name, node, term, expires_at) "
      "select $1, name, $2, nextval('cluster_term'), now() + $4::interval from unnest($3::text[]) as name order by "
      "name "
      "on conflict do nothing",
      round.kind, round.node, storage::array_text(mine), interval_of(round.lease));
}

Error another_of_that_name(const std::string& node) {
  return {ErrorCode::kConflict, "another daemon is called \"" + node + "\" (cluster.node): each needs its own name"};
}

// Rooms of parties that are over, and whatever else nobody wants any more.
void forget(pqxx::work& work, const Round& round) {
  work.exec_params0(
      "with old as (select name from cluster_lease where kind = $1 and expires_at < now() - interval '1 day' "
      "order by name limit 100 for update skip locked) "
      "delete from cluster_lease where kind = $1 and name in (select name from old)",
      round.kind);
}

LeasesStore::Owners look(pqxx::work& work, const Round& round) {
  LeasesStore::Owners owners;
  for (const auto& row : work.exec_params("select l.name, l.node, coalesce(n.address, ''), l.term from cluster_lease l "
                                          "left join cluster_node n on n.kind = l.kind and n.name = l.node "
                                          "where l.kind = $1 and l.expires_at > now() and l.name = any($2::text[])",
                                          round.kind, storage::array_text(round.wanted))) {
    owners[row[0].c_str()] = {row[1].c_str(), row[2].c_str(), row[3].as<std::uint64_t>()};
  }
  return owners;
}

}  // namespace

aio::Task<Result<LeasesStore::View>> LeasesStore::run(Round round) {
  std::function<Result<View>(pqxx::work&)> work = [round = std::move(round)](pqxx::work& work) -> Result<View> {
    View view;
    // A node that is cut off in the middle lets go of what it has locked as soon as its leases run out.
    work.exec0("set local idle_in_transaction_session_timeout = " + std::to_string(round.lease.count()));
    if (round.healthy) {
      if (!note_alive(work, round)) return another_of_that_name(round.node);
      view.nodes = look_at_nodes(work, round);
      renew(work, round);
      if (round.takes) take(work, round, view.nodes);
      if (round.forgets) forget(work, round);
    } else {
      give_up(work, round);
      view.nodes = look_at_nodes(work, round);
    }
    view.owners = look(work, round);
    return view;
  };
  return database_.run<View>(std::move(work));
}

aio::Task<Status> LeasesStore::claim(Identity us, std::string name) {
  std::function<Status(pqxx::work&)> work = [us = std::move(us), name = std::move(name)](pqxx::work& work) -> Status {
    const auto known = work.exec_params("select from cluster_node where kind = $1 and name = $2 and instance <> $3",
                                        us.kind, us.node, us.instance);
    if (!known.empty()) return another_of_that_name(us.node);
    work.exec_params0(
        "insert into cluster_lease (kind, name, node, term, expires_at) "
        "values ($1, $2, $3, nextval('cluster_term'), now() + $4::interval) "
        "on conflict (kind, name) do update set node = excluded.node, term = nextval('cluster_term'), "
        "expires_at = excluded.expires_at where cluster_lease.node <> excluded.node",
        us.kind, name, us.node, interval_of(us.lease));
    return success();
  };
  return database_.run<std::monostate>(std::move(work));
}

Status LeasesStore::release_blocking(const Identity& us) {
  return database_.run_blocking<std::monostate>([&](pqxx::work& work) -> Status {
    give_up(work, us);
    return success();
  });
}

}  // namespace grandstand::cluster

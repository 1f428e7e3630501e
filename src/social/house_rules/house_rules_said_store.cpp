// SPDX-License-Identifier: MIT
#include "house_rules_said_store.hpp"

#include "house_rules.hpp"
#include "house_rules_codec.hpp"

#include <grandstand/storage/sql_text.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::house_rules {
namespace {

using storage::microseconds;

constexpr const char* kKeep =
    "INSERT INTO house_rules_said (room, fingerprint, at) SELECT DISTINCT $1::text, said.fingerprint, " TIME_OF("$3")
    " FROM unnest($2::text[]) AS said(fingerprint) "
    "ON CONFLICT (room, fingerprint) DO UPDATE SET at = excluded.at WHERE house_rules_said.at < excluded.at";

constexpr const char* kTidy =
    "DELETE FROM house_rules_said WHERE room = $1 AND at < greatest(" TIME_OF("$2") ", (SELECT at FROM "
    "house_rules_said WHERE room = $1 ORDER BY at DESC OFFSET $3 LIMIT 1))";

// What was said at one time is one event again.
constexpr const char* kLoad =
    "SELECT " MICROSECONDS("at") ", json_build_object('scope', 'said', 'fingerprints', json_agg(fingerprint))::text "
    "FROM (SELECT at, fingerprint FROM house_rules_said WHERE room = $1 ORDER BY at DESC LIMIT $2) newest GROUP BY at "
    "ORDER BY at";

// Now and then is enough: of some hundred fingerprints, one ends so.
bool is_time_to_tidy(const std::vector<std::string>& fingerprints) {
  return std::ranges::any_of(fingerprints, [](const std::string& one) { return one.ends_with("00"); });
}

}  // namespace

aio::Task<Status> SaidStore::keep(std::vector<room::StoredEvent> events) {
  std::function<Status(pqxx::work&)> work = [events = std::move(events)](pqxx::work& work) -> Status {
    for (const auto& [room, event] : events) {
      const auto fingerprints = fingerprints_of(event);
      work.exec_params0(kKeep, room.value(), storage::array_text(fingerprints), microseconds(event.server_time));
      if (is_time_to_tidy(fingerprints)) {
        work.exec_params0(kTidy, room.value(), microseconds(event.server_time - kUniqueFor), kMaxUnique);
      }
    }
    return success();
  };
  co_return co_await database_.run<std::monostate>(std::move(work));
}

aio::Task<Result<std::vector<room::Event>>> SaidStore::load(RoomId room) {
  using Events = std::vector<room::Event>;
  std::function<Result<Events>(pqxx::work&)> work = [room = std::move(room)](pqxx::work& work) -> Result<Events> {
    Events events;
    for (const auto& row : work.exec_params(kLoad, room.value(), kMaxUnique)) {
      auto& event = events.emplace_back();
      event.kind = "house_rules.said";
      event.server_time = storage::time_of(row[0]);
      event.body = row[1].c_str();
    }
    return events;
  };
  co_return co_await database_.run<Events>(std::move(work));
}

}  // namespace grandstand::social::house_rules

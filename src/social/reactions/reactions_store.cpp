// SPDX-License-Identifier: MIT
#include "reactions.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/storage/database.hpp>
#include <grandstand/storage/sql_text.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::reactions {

namespace {

using storage::ArrayText;
using storage::microseconds;

constexpr const char* kKeep =
    "INSERT INTO reaction_count (room, media_time, reaction, counted_at, count)"
    " SELECT $1, " TIME_OF("mark.at") ", mark.reaction, " TIME_OF("$2") ", mark.count"
    " FROM unnest($3::bigint[], $4::text[], $5::bigint[]) AS mark(at, reaction, count) ON CONFLICT DO NOTHING";

constexpr const char* kRead =
    "SELECT (extract(epoch FROM media_time) * 1000)::bigint, reaction, sum(count)::bigint FROM reaction_count"
    " WHERE room = $1 AND media_time >= " TIME_OF("$2") " AND media_time < " TIME_OF("$3") " AND reaction = ANY($4::text[])"
    " GROUP BY media_time, reaction ORDER BY media_time, reaction LIMIT $5";

Result<std::string> keep(pqxx::work& work, const room::StoredEvent& stored) {
  const auto& [room, event] = stored;
  GRANDSTAND_TRY(const auto marks, decode_marks(event.body));
  ArrayText times, reactions, counts;
  for (const auto& mark : marks) {
    times.add(std::to_string(microseconds(mark.media_time.value_or(event.server_time))));
    reactions.add(mark.reaction);
    counts.add(std::to_string(mark.count));
  }
  work.exec_params0(kKeep, room.value(), microseconds(event.server_time), std::move(times).finish(),
                    std::move(reactions).finish(), std::move(counts).finish());
  return std::string();
}

Result<std::string> read_timeline(pqxx::work& work, const RoomId& room, const TimelineQuery& query) {
  const auto rows = work.exec_params(kRead, room.value(), microseconds(query.stretch.from),
                                     microseconds(query.stretch.to), storage::array_text(kReactions), query.limit + 1);
  std::vector<Mark> marks;
  for (const auto& row : rows) {
    const auto reaction = *std::ranges::find(kReactions, std::string_view(row[1].c_str()));
    marks.push_back({from_unix_ms(row[0].as<std::int64_t>()), reaction, row[2].as<std::uint64_t>()});
  }
  const bool more = rows.size() > query.limit;
  if (more) {
    const auto last = marks.back().media_time;  // the rest of it may be on the next page
    std::erase_if(marks, [&](const Mark& mark) { return mark.media_time == last; });
  }
  auto page = encode_marks(marks);
  page.back() = ',';
  return page + (more ? "\"more\":true}" : "\"more\":false}");
}

// Sums of reactions in the table of reactions.sql.
class ReactionsStore final : public room::FeatureStore {
 public:
  explicit ReactionsStore(storage::Database& database) : database_(database) {}

  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    co_return success();  // none of its events has a place in the room's order
  }

  aio::Task<Result<std::vector<Result<std::string>>>> commit(
      std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    using Decisions = std::vector<Result<std::string>>;
    std::function<Result<Decisions>(pqxx::work&)> work = [events = std::move(events)](pqxx::work& work) {
      Decisions decisions;
      for (const auto& stored : *events) decisions.push_back(keep(work, stored));
      return decisions;
    };
    co_return co_await database_.run<Decisions>(std::move(work));
  }

  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    co_return std::vector<room::Event>{};  // the room needs none of it
  }

  aio::Task<Result<std::string>> query(RoomId room, std::string name, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    GRANDSTAND_CO_TRY(auto query, read_timeline_query(parameters));
    std::function<Result<std::string>(pqxx::work&)> work = [room = std::move(room),
                                                            query = std::move(query)](pqxx::work& work) {
      return read_timeline(work, room, query);
    };
    co_return co_await database_.run<std::string>(std::move(work));
  }

 private:
  storage::Database& database_;
};

}  // namespace

std::unique_ptr<room::FeatureStore> make_store(storage::Database& database) {
  return std::make_unique<ReactionsStore>(database);
}

}  // namespace grandstand::social::reactions

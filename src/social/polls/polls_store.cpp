// SPDX-License-Identifier: MIT
#include "polls_decisions_store.hpp"
#include "polls_reading_store.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/room/outbox.hpp>
#include <grandstand/room/settings.hpp>
#include <grandstand/storage/database.hpp>

#include <functional>
#include <string>
#include <utility>

#include <pqxx/pqxx>

namespace grandstand::social::polls {
namespace {

Status store_opened(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  GRANDSTAND_TRY(const auto opening, decode_opened(event.body));
  const auto user = event.user.value_or(room::User{});
  // A key stands for one poll as long as rooms remember it: then it may be used again.
  transaction.exec_params(
      "UPDATE poll SET key = '' WHERE room = $1 AND user_id = $2 AND key = $3 AND key <> ''"
      " AND at <= " TIME_OF("$4"),
      room.value(), user.id.value(), event.key, microseconds(event.server_time - room::Settings{}.key_lifetime));
  transaction.exec_params(
      "INSERT INTO poll (room, epoch, event_offset, at, media_time, user_id, user_name, user_role, key, body, options,"
      " may_change, closes_at) VALUES ($1, $2, $3, " TIME_OF("$4") ", " TIME_OF("$5") ", $6, $7, $8, $9, $10, $11,"
      " $12, " TIME_OF("$13") ") ON CONFLICT DO NOTHING",
      room.value(), event.epoch, static_cast<std::int64_t>(event.offset), microseconds(event.server_time),
      microseconds(event.media_time), user.id.value(), user.name, std::string(to_string(user.role)), event.key,
      event.body, static_cast<int>(opening.options.size()), opening.change, microseconds(opening.closes_at));
  return success();
}

// polls.closed and polls.final. One about a poll that is not there is dropped: there is nothing to close.
Status store_later(pqxx::work& transaction, const RoomId& room, const room::Event& event) {
  GRANDSTAND_TRY(const auto id, decode_poll(event.body));
  const auto poll = lock_poll(transaction, room, id);
  if (!poll) return success();
  transaction.exec_params(
      "INSERT INTO poll_event (poll, kind, epoch, event_offset, at, media_time, body)"
      " VALUES ($1, $2, $3, $4, " TIME_OF("$5") ", " TIME_OF("$6") ", $7) ON CONFLICT DO NOTHING",
      *poll, event.kind, event.epoch, static_cast<std::int64_t>(event.offset), microseconds(event.server_time),
      microseconds(event.media_time), event.body);
  if (event.kind == "polls.closed") {
    transaction.exec_params("UPDATE poll SET closed_at = " TIME_OF("$2") " WHERE id = $1 AND closed_at IS NULL", *poll,
                            microseconds(event.server_time));
  }
  return success();
}

// Polls and votes in the tables of polls.sql.
class PollsStore final : public room::FeatureStore {
 public:
  explicit PollsStore(storage::Database& database) : database_(database) {}

  void sign_with(SharedKey key) override { key_ = std::move(key); }

  aio::Task<Status> append(std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    std::function<Status(pqxx::work&)> work = [events = std::move(events),
                                               outbox = outbox_](pqxx::work& transaction) -> Status {
      if (outbox != nullptr) outbox->put(transaction, *events);
      for (const auto& [room, event] : *events) {
        GRANDSTAND_RETURN_IF_ERROR(event.kind == "polls.opened" ? store_opened(transaction, room, event)
                                                                : store_later(transaction, room, event));
      }
      return success();
    };
    co_return co_await database_.run<std::monostate>(std::move(work));
  }

  aio::Task<Result<std::vector<Result<std::string>>>> commit(
      std::shared_ptr<const std::vector<room::StoredEvent>> events) override {
    using Decisions = std::vector<Result<std::string>>;
    std::function<Result<Decisions>(pqxx::work&)> work = [events = std::move(events),
                                                          key = key_](pqxx::work& transaction) {
      return decide_all(transaction, *events, key);
    };
    co_return co_await database_.run<Decisions>(std::move(work));
  }

  aio::Task<Result<std::vector<room::Event>>> load_newest(RoomId room, std::size_t limit) override {
    std::function<Result<std::vector<room::Event>>(pqxx::work&)> work =
        [room = std::move(room), limit](pqxx::work& transaction) -> Result<std::vector<room::Event>> {
      return read_polls(transaction, room, limit);
    };
    co_return co_await database_.run<std::vector<room::Event>>(std::move(work));
  }

  aio::Task<Result<std::string>> query(RoomId room, std::string name, room::QueryParameters parameters,
                                       std::optional<room::User> asker) override {
    std::function<Result<std::string>(pqxx::work&)> work;
    if (name == "timeline") {
      GRANDSTAND_CO_TRY(const auto stretch, read_stretch(parameters));
      work = [room = std::move(room), stretch](pqxx::work& transaction) {
        return read_timeline(transaction, room, stretch);
      };
    } else {
      GRANDSTAND_CO_TRY(auto query, read_query(name, parameters));
      work = [room = std::move(room), read = name == "proof" ? read_proof : read_export,
              query = std::move(query)](pqxx::work& transaction) { return read(transaction, room, query); };
    }
    co_return co_await database_.run<std::string>(std::move(work));
  }

 private:
  storage::Database& database_;
  SharedKey key_;
};

}  // namespace

std::unique_ptr<room::FeatureStore> make_store(storage::Database& database) {
  return std::make_unique<PollsStore>(database);
}

}  // namespace grandstand::social::polls

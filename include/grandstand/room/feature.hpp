// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/base/token_bucket.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/storage/migration.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::storage {
class Database;
}

namespace grandstand::room {

// What every feature may know of its room, read-only.
struct Facts {
  const RoomId& room;
  SteadyTime now{};  // for intervals
  UtcTime utc{};     // for stamps
  std::size_t members = 0;
};

// What a session asks of a feature; the room has checked permission, rate, size and repetition.
struct Command {
  std::string_view name;  // the feature's own: "send"
  const User& user;
  std::optional<UtcTime> media_time;
  std::string_view body;  // JSON object
};

// One social capability inside one room (docs/adding_a_feature.md): pure rules behind a codec. Time arrives as tick(),
// results leave as announcements; it holds no task, timer or thread.
//
// Owner: Room.   Runs on: the room's loop.   Stops: with the room.
class Feature {
 public:
  virtual ~Feature() = default;

  // Errors go to the sender only; the message is a sentence for people.
  virtual Result<std::vector<Announcement>> on_command(const Facts& facts, const Command& command) = 0;

  // One of its own stored events happened: the state follows from these calls alone.
  virtual void apply(const Event& event) = 0;

  // Stored events of earlier lifetimes of the room, oldest first; may come after newer ones were applied.
  virtual void restore(std::span<const Event> events) = 0;

  // When tick() should be called next, if at all.
  virtual std::optional<SteadyTime> tick_due() const { return std::nullopt; }
  // Called twice with the same facts, the second call announces nothing.
  virtual std::vector<Announcement> tick(const Facts& facts) { return {}; }

  // What somebody who joins needs: a JSON object.
  virtual std::string snapshot(const Facts& facts) const = 0;
};

using QueryParameters = std::map<std::string, std::string>;

// Where a feature's stored events of all rooms lie. May be called from any loop.
class FeatureStore {
 public:
  virtual ~FeatureStore() = default;
  // All or none, committed when it returns. Events that are there already (a commit whose answer was lost) are no
  // error.
  virtual aio::Task<Status> append(std::shared_ptr<const std::vector<StoredEvent>> events) = 0;
  // The newest of the room, oldest first.
  virtual aio::Task<Result<std::vector<Event>>> load_newest(RoomId room, std::size_t limit) = 0;
  // A JSON object, for GET /api/v1/rooms/<room>/<feature>/<query>.
  virtual aio::Task<Result<std::string>> query(RoomId room, std::string query, QueryParameters parameters) = 0;
};

struct CommandSpec {
  std::string_view name;
  Role minimum_role = Role::kGuest;
  RateLimit limit;            // per user and room; moderators are exempt
  std::size_t max_bytes = 0;  // of the body
};

struct EventSpec {
  std::string_view name;
  Durability durability = Durability::kPassing;
};

struct QuerySpec {
  std::string_view name;
};

// All that the platform knows of a feature. Dispatch, permissions, limits, metrics and migrations derive from it.
struct FeatureSpec {
  std::string_view name;  // [a-z_]+, the folder in src/social
  std::span<const CommandSpec> commands;
  std::span<const EventSpec> events;
  std::span<const QuerySpec> queries;
  std::span<const storage::Migration> migrations;
  std::size_t restored_events = 0;  // how many stored ones a new room gets back
  std::unique_ptr<Feature> (*make)() = nullptr;
  std::unique_ptr<FeatureStore> (*make_store)(storage::Database& database) = nullptr;  // null: nothing is stored
};

// The features of every room, with their stores.
//
// Owner: app.   Runs on: read on any loop.
class FeatureCatalogue {
 public:
  struct Entry {
    const FeatureSpec* spec = nullptr;
    std::unique_ptr<FeatureStore> store;  // may be null
  };
  explicit FeatureCatalogue(std::vector<Entry> entries) : entries_(std::move(entries)) {}

  std::span<const Entry> entries() const { return entries_; }
  const Entry* find(std::string_view name) const {
    for (const auto& entry : entries_) {
      if (entry.spec->name == name) return &entry;
    }
    return nullptr;
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace grandstand::room

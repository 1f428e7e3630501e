// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/base/token_bucket.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/room/outside.hpp>
#include <grandstand/storage/migration.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::ballots {
class SigningKey;
}
namespace grandstand::room {
class Classifier;
}
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

// What somebody is in this room, beyond the User, whose role is already that in the room.
struct Standing {
  std::optional<UtcTime> follower_since;  // of the room's channel
  std::string network;                    // what counts as one client where attempts are limited (client_network.hpp)
  UserId owner = {};                      // of a bot: whose it is; empty: it is no bot
};

// What a session asks of a feature; the room has checked permission, rate, size and repetition.
struct Command {
  std::string_view name;  // the feature's own: "send"
  const User& user;
  std::optional<UtcTime> media_time;
  std::string_view body;  // JSON object
  Standing standing = {};
};

// A command that a guard keeps until it is released.
struct HeldCommand {
  std::string name;  // "chat.send"
  User user;
  Standing standing;
  std::optional<UtcTime> media_time;
  std::string body;
  std::string key;
  std::string text = {};  // as Judged::text
};

// Who is in the room, each once, whoever has a name: all of them while the room is small, else members and above.
struct Attendance {
  std::vector<User> users;  // at most kMostPresent
  bool complete = true;     // these are all
};
inline constexpr std::size_t kMostPresent = 200;
inline constexpr std::string_view kHiddenName = "***";

// What a command or a tick leads to.
struct Outcome {
  Outcome() = default;
  Outcome(std::vector<Announcement> a) : announcements(std::move(a)) {}

  std::vector<Announcement> announcements;
  std::vector<HeldCommand> released = {};  // are carried out now, past the guards
  std::vector<UserId> expelled = {};       // are in the room no more
  std::vector<Event> redacted = {};        // stored events with the bodies that those who resume get from now on
  std::string result = {};                 // JSON object for the sender's reply; empty: none
  std::vector<Ask> asks = {};              // to what the feature has outside
  bool unseen = false;                     // it is about what only the sender saw: so are the announcements
};

// Whether somebody may come into the room.
struct Entry {
  Status status = success();
  std::optional<std::chrono::milliseconds> retry_after = {};  // of a refusal that may become another answer by itself
  Outcome outcome = {};                                       // of coming in
};

// What a guard says of a command of another feature.
struct Verdict {
  enum class Kind {
    kPass,
    kRefuse,  // `error` goes to the sender
    kHold,    // given to hold(); the sender is told that it waits
    kShadow,  // the sender sees it happen, nobody else does
  };
  Kind kind = Kind::kPass;
  Error error = {ErrorCode::kForbidden, ""};
  std::optional<std::chrono::milliseconds> retry_after = {};  // of a refusal, when waiting helps
  std::string reason = {};                                    // of a hold, for moderators
  std::string_view stage = {};                                // which of the guard's checks decided; a literal
};

// A command before a guard.
struct Judged {
  std::string_view name;  // "chat.send"
  const Command& command;
  bool shown = false;               // others will see that it happened
  std::optional<std::string> text;  // what they will read, cleaned by its feature
  bool released = false;            // another guard held it and lets it go: it has passed the limits before
  bool amends = false;              // as in its CommandSpec
};

// What a feature is that may keep the commands of others from being carried out. Asked in the order of the feature
// table, of the commands of other features; the first that does not pass decides, but a refusal comes before a shadow,
// so that nobody can tell by being heard where nobody is.
class Guard {
 public:
  virtual ~Guard() = default;
  virtual Verdict judge(const Facts& facts, const Judged& judged) = 0;
  // It was carried out, held or shadowed.
  virtual void said(const Facts& facts, const Judged& judged) {}
  virtual Outcome hold(const Facts& facts, HeldCommand command, std::string reason) = 0;
  // What it had held and let go could not be carried out.
  virtual Outcome lost(const Facts& facts, const HeldCommand& command, const Error& error) { return {}; }
  // `event` is what the sender alone got.
  virtual Outcome shadow(const Facts& facts, const Event& event) = 0;
  // Whether others must not read the user's name in this room: they read kHiddenName in lists of who is there.
  virtual bool hides_name(const Facts& facts, const User& user) const { return false; }
  // The command, which others would have read, was refused for the rate of its user.
  virtual void exceeded(const Facts& facts, const Command& command) {}
};

// One social capability inside one room (docs/adding_a_feature.md): pure rules behind a codec. Time arrives as tick(),
// results leave as announcements; it holds no task, timer or thread.
//
// Owner: Room.   Runs on: the room's loop.   Stops: with the room.
class Feature {
 public:
  virtual ~Feature() = default;

  // Errors go to the sender only; the message is a sentence for people.
  virtual Result<Outcome> on_command(const Facts& facts, const Command& command) = 0;

  // One of its own stored or committed events happened: the state follows from these calls alone.
  virtual void apply(const Event& event) = 0;

  // The store would not take one of its committed events: it did not happen.
  virtual void on_refused(const Event& event) {}

  // What would have been one of its stored events, but was shown to its sender alone.
  virtual void apply_unseen(const Event& event) {}

  // Stored events of earlier lifetimes of the room, oldest first; may come after newer ones were applied.
  virtual void restore(std::span<const Event> events) = 0;

  // When tick() should be called next, if at all.
  virtual std::optional<SteadyTime> tick_due() const { return std::nullopt; }
  // Called twice with the same facts, the second call announces nothing.
  virtual Outcome tick(const Facts& facts) { return {}; }

  // The room ends here: what has been accepted and still waits goes out now.
  virtual Outcome stop(const Facts& facts) { return {}; }

  // Somebody asks to come in, or to come again; a spectator has no user. `ticket` is what was brought along, or empty.
  virtual Entry enter(const Facts& facts, const std::optional<User>& user, std::string_view ticket) { return {}; }
  // Whom it makes moderators of its rooms, beyond those who are so anyway.
  virtual std::vector<UserId> moderators() const { return {}; }
  // Somebody comes in, or comes again; a spectator has no user.
  virtual void on_join(const Facts& facts, const std::optional<User>& user) {}
  // Every few seconds: who is here now.
  virtual void on_attendance(const Attendance& attendance) {}
  // What somebody who joins needs: a JSON object.
  virtual std::string snapshot(const Facts& facts) const = 0;
  // What only this user needs, also when resuming: a JSON object, or nothing.
  virtual std::string personal(const Facts& facts, const User& user) const { return {}; }

  // What it has outside tells it something, asked or not.
  virtual Outcome on_news(const Facts& facts, const News& news) { return {}; }
  // The user is in the room no more: a feature said so (Outcome::expelled).
  virtual Outcome on_expelled(const Facts& facts, const UserId& user) { return {}; }

  // A decision that takes away what the user said is committed (Announcement::erases).
  virtual Outcome erase(const Facts& facts, const UserId& user) { return {}; }

  // Null: it guards nothing.
  virtual Guard* guard() { return nullptr; }
};

class Outbox;  // outbox.hpp

using QueryParameters = std::map<std::string, std::string>;

// Where a feature's stored events of all rooms lie. May be called from any loop.
class FeatureStore {
 public:
  virtual ~FeatureStore() = default;
  // What the daemon signs with; before anything else is asked, if at all.
  virtual void sign_with(std::shared_ptr<const ballots::SigningKey> key) {}
  // Who judges texts; before anything is asked, if at all.
  virtual void classify_with(std::shared_ptr<Classifier> classifier) {}
  // All or none, committed when it returns. Events that are there already (a commit whose answer was lost) are no
  // error.
  virtual aio::Task<Status> append(std::shared_ptr<const std::vector<StoredEvent>> events) = 0;
  // Committed events, decided one by one in one transaction: a JSON object for the sender (or nothing), or why it did
  // not happen. An error of the whole is tried again; what was decided before then must be decided alike.
  virtual aio::Task<Result<std::vector<Result<std::string>>>> commit(
      std::shared_ptr<const std::vector<StoredEvent>> events);
  // The newest of the room, oldest first.
  virtual aio::Task<Result<std::vector<Event>>> load_newest(RoomId room, std::size_t limit) = 0;
  // A JSON object, for GET /api/v1/rooms/<room>/<feature>/<query>. `asker`: with the role in this room; none: nobody
  // signed in. Who may ask is the store's to say.
  virtual aio::Task<Result<std::string>> query(RoomId room, std::string query, QueryParameters parameters,
                                               std::optional<User> asker) = 0;
  // Of a feature with rooms of its own (FeatureSpec::founds). Makes a room; gives its founder a JSON object.
  virtual aio::Task<Result<std::string>> found_room(std::string body, User founder, UtcTime now);
  // Whether there is such a room; and as what the asker may see what is stored of it, if at all.
  virtual aio::Task<Result<bool>> has_room(RoomId room);
  virtual aio::Task<Result<std::optional<Role>>> reading_role(RoomId room, std::optional<User> asker);
  // Who is told of what append() and commit() keep, by their transactions; before anything is stored, if at all.
  virtual void report_to(std::shared_ptr<Outbox> outbox) { outbox_ = std::move(outbox); }
  // Hears of what all the stores keep; null: does not have to.
  virtual Outbox* listener() { return nullptr; }

 protected:
  std::shared_ptr<Outbox> outbox_;
};

struct CommandSpec {
  std::string_view name;
  Role minimum_role = Role::kGuest;
  RateLimit limit;            // per user and room; moderators are exempt
  std::size_t max_bytes = 0;  // of the body
  bool shown = false;         // others will see that it happened
  // What others will read of the body, cleaned, or why it cannot be sent; null: they read nothing.
  Result<std::string> (*spoken)(std::string_view body) = nullptr;
  bool amends = false;  // it changes what was said before, and says nothing more
};

struct EventSpec {
  std::string_view name;
  Durability durability = Durability::kPassing;
  bool reported = false;  // of a committed one: other systems may be told of it, as they may of all stored ones
};

struct QuerySpec {
  std::string_view name;
  bool of_room = true;   // it is asked of one room; otherwise of all of them, with an empty id
  bool by_code = false;  // it is asked with a code that somebody may guess: it is not found when the code is wrong
};

// "channel:news" -> "channel".
inline std::string_view kind_of(const RoomId& room) {
  return std::string_view(room.value()).substr(0, room.value().find(':'));
}

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
  // It is in rooms of this kind only: "party" is in "party:k3f9". Empty: it is in every room.
  std::string_view rooms = {};
  bool founds = false;  // rooms of that kind are its own: its store makes them
  // Each account has one of them, "couch:<user id>", without anybody making it; nobody else comes in, and no other
  // feature is there.
  bool personal = false;

  bool is_in(const RoomId& room) const { return rooms.empty() || kind_of(room) == rooms; }
  // The user's own, of a personal kind.
  RoomId room_of(const UserId& user) const { return RoomId(std::string(rooms) + ":" + user.value()); }
};

// The features of every room, with their stores.
//
// Owner: app.   Runs on: read on any loop.
class FeatureCatalogue {
 public:
  struct Entry {
    const FeatureSpec* spec = nullptr;
    std::unique_ptr<FeatureStore> store;  // may be null
    // Instead of the spec's own: with what the feature was configured to.
    std::function<std::unique_ptr<Feature>()> make = {};
    std::shared_ptr<Outside> outside = {};  // may be null: its asks go nowhere
  };
  explicit FeatureCatalogue(std::vector<Entry> entries) : entries_(std::move(entries)) {}

  std::span<const Entry> entries() const { return entries_; }
  const Entry* find(std::string_view name) const {
    for (const auto& entry : entries_) {
      if (entry.spec->name == name) return &entry;
    }
    return nullptr;
  }
  // Whether the feature is in the room.
  bool has(const RoomId& room, const FeatureSpec& spec) const {
    const auto* const founder = founder_of(room);
    return founder != nullptr && founder->spec->personal ? founder->spec == &spec : spec.is_in(room);
  }
  // The feature that the room is one of; null: it is a channel's.
  const Entry* founder_of(const RoomId& room) const {
    for (const auto& entry : entries_) {
      if (entry.spec->founds && entry.spec->is_in(room)) return &entry;
    }
    return nullptr;
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace grandstand::room

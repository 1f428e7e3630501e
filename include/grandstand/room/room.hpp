// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/room/settings.hpp>
#include <grandstand/wire/client_message.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::room {

struct Moment {
  SteadyTime steady{};
  UtcTime utc{};
};

// What a member asks, not yet checked. A spectator has no user.
struct CommandRequest {
  std::optional<User> user;
  std::string name;  // "chat.send"
  std::string key;
  std::optional<UtcTime> media_time;
  std::string body;
  Standing standing = {};
};

struct CommandOutcome {
  Status status = success();
  std::optional<std::chrono::milliseconds> retry_after;  // when refused for its rate
  // The last stored event of the command, now or when the key was first used; offset 0: nothing was to be stored.
  wire::Position position;
  bool repeated = false;
  std::uint64_t ticket = 0;  // of the last committed event, which is not decided yet; 0: there is none
  bool held = false;         // it waits for a moderator
  bool shadowed = false;     // `position` is made up, and counts as stored
  std::string result = {};   // JSON object for the sender, or nothing
};

// Events that leave the room together: one frame.
struct Batch {
  std::vector<std::string> events;  // wire texts
  bool conflatable = false;         // all of them
  // How many come from each feature, as in the catalogue; the last is the room's own.
  std::vector<std::size_t> features;
};

// An event for some of the members only.
struct Directed {
  std::string event;  // wire text
  Audience audience = Audience::kModerators;
  std::vector<UserId> to;  // kUser; of kModerators, those whom features of the room make so
};

struct ToStore {
  std::size_t feature = 0;  // index in the catalogue
  StoredEvent event;
  std::uint64_t ticket = 0;  // of a committed event; 0: a stored one
};

struct Asked {
  std::size_t feature = 0;  // index in the catalogue
  Ask ask;
};

// What a room forgot before its time, because it remembers a bounded number.
struct Forgotten {
  std::size_t keys = 0;   // idempotency keys
  std::size_t users = 0;  // users whose rate was limited
};

// How often a check of a guard did not let a command pass.
struct GuardCount {
  std::size_t feature = 0;  // the guard's
  std::string_view stage;
  Verdict::Kind kind = Verdict::Kind::kRefuse;
  std::size_t count = 0;
};

// What somebody who joins gets.
struct Joining {
  std::uint64_t offset = 0;
  bool recovered = false;
  std::string events;     // recovered: the missed ones' wire texts, comma-separated
  std::string snapshots;  // object by feature; recovered: of those only whose changes have no offset; empty: nothing
  std::string personal;   // object of what only this user gets, by feature; empty: nothing
};

// One room: total order, (epoch, offset), bounded history, gates before the features, batches after them. Pure: time is
// given, nothing is awaited; what is to be sent and stored is fetched by the owner.
//
// Owner: hub.   Runs on: the room's loop.
class Room {
 public:
  Room(RoomId id, std::string epoch, const FeatureCatalogue& features, Settings settings, Moment now);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  const RoomId& id() const;
  const std::string& epoch() const;

  CommandOutcome execute(Moment now, const CommandRequest& request);

  // Stored events of the feature from earlier lifetimes. Their keys count as used.
  void restore(Moment now, std::size_t feature, std::span<const Event> events);

  // What the store decided on a committed event. Gives what its sender is told: the JSON object, or the error.
  Result<std::string> committed(Moment now, std::uint64_t ticket, Result<std::string> decision);

  // What the feature has outside tells it something.
  void hear(Moment now, std::size_t feature, const News& news);

  // Before join(): whether the user may come in. The features that say so may announce it.
  Entry enter(Moment now, const std::optional<User>& user, std::string_view ticket);
  // Only while no batch waits (its events would come twice): take it first.
  Joining join(Moment now, const std::optional<wire::Position>& since, const std::optional<User>& user);

  void set_members(std::size_t members);
  // Names that a guard hides are not told on.
  void set_attendance(Moment now, Attendance attendance);
  // Announces that the room is gone.
  void close(Moment now);
  // Before it ends: nothing waits any more but for the store.
  void stop(Moment now);

  // Several times a second, and when due() says so.
  void tick(Moment now);
  // When tick() or take_batch() must be called at the latest.
  std::optional<SteadyTime> due() const;
  bool batch_waits() const;
  bool batch_due(SteadyTime now) const;
  Batch take_batch();
  // The batch has been sent, which took so long, until now: the next one waits as long.
  void on_batch_sent(SteadyTime now, SteadyTime::duration took);
  std::vector<Directed> take_directed();
  std::vector<ToStore> take_to_store();
  std::vector<Asked> take_asks();
  // Who is not in the room any more, whatever they think.
  std::vector<UserId> take_expelled();
  Forgotten take_forgotten();
  std::vector<GuardCount> take_guarded();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::room

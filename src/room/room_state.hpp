// SPDX-License-Identifier: MIT
#pragma once

#include "batch_policy.hpp"
#include "command_gates.hpp"
#include "guards.hpp"
#include "history.hpp"
#include "used_keys.hpp"

#include <grandstand/room/room.hpp>

#include <map>

namespace grandstand::room {

// What a room is between two calls, and what the outcomes of its features do to it.
struct Room::State {
  State(RoomId i, std::string e, const FeatureCatalogue& f, Settings s, Moment now);

  Facts facts(Moment now) const { return {id, now.steady, now.utc, members}; }
  std::vector<UserId> moderators() const;
  User standing_here(User user) const;

  // given
  RoomId id;
  std::string epoch;
  const FeatureCatalogue& features;
  Settings settings;

  // state
  std::vector<std::unique_ptr<Feature>> hosted;  // as in the catalogue
  Guards guards;
  History history;
  UsedKeys keys;
  RateGate rates;
  BatchPolicy policy;
  std::size_t members = 0;
  std::size_t announced_members = 0;
  SteadyTime members_announced_at{};
  // Objects by feature.
  struct Snapshots {
    std::string all;
    std::string unordered;  // of what changes without an offset, so that a history of events cannot tell; or empty
  };
  std::optional<Snapshots> kept_snapshots;  // until something changes
  // Events that the store has not decided yet, by ticket.
  struct Undecided {
    std::size_t feature = 0;
    Event event;
    Audience audience = Audience::kEveryone;
    UserId to;
  };
  std::map<std::uint64_t, Undecided> undecided;
  std::uint64_t last_ticket = 0;
  // What only its sender sees has places in an order of its own.
  std::string shadow_epoch;
  std::uint64_t last_shadow = 0;

  // out
  Batch batch;
  std::size_t batch_bytes = 0;
  SteadyTime batch_due{};
  std::vector<Directed> directed;
  std::vector<ToStore> to_store;
  std::vector<UserId> expelled;
  std::vector<Asked> asks;

  CommandOutcome carry_out(Moment now, const FoundCommand& found, const Command& command, std::string_view key,
                           bool unseen);
  void show_to_sender(Moment now, std::size_t feature, Outcome outcome, const UserId& sender, CommandOutcome& into);
  CommandOutcome hold(Moment now, const CommandRequest& request, std::string text, std::size_t guard,
                      std::string reason);
  void absorb(Moment now, std::size_t feature, Outcome outcome, std::string_view key, CommandOutcome& into);
  void release(Moment now, std::size_t guard, const HeldCommand& held);
  Event event_of(Moment now, std::size_t feature, Announcement& announcement, std::string_view key) const;
  void announce(Moment now, std::size_t feature, Announcement announcement, std::string_view key, CommandOutcome& into);
  void tell(Moment now, std::size_t feature, const Event& event, Audience audience, const UserId& to,
            Durability durability);
  void enqueue(Moment now, std::size_t feature, std::string text, Durability durability);
  void announce_room(Moment now, std::string_view name, std::string body, Durability durability);
  const Snapshots& snapshots(Moment now);
  std::string all_personal(Moment now, const User& user) const;
  std::optional<SteadyTime> members_due() const;
};

}  // namespace grandstand::room

// SPDX-License-Identifier: MIT
#include "room_state.hpp"

#include "absent_feature.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/room/event_text.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace grandstand::room {

namespace {

constexpr std::chrono::seconds kMembersAgain{30};  // for those for whom it was left out

const EventSpec* find_event(const FeatureSpec& spec, std::string_view name) {
  const auto found = std::ranges::find(spec.events, name, &EventSpec::name);
  return found == spec.events.end() ? nullptr : &*found;
}

// To an object that is open still; empty: not begun.
void append_member(std::string& object, std::string_view name, std::string_view value) {
  object += object.empty() ? "{\"" : ",\"";
  object += name;
  object += "\":";
  object += value;
}

std::vector<std::unique_ptr<Feature>> make_features(const FeatureCatalogue& features, const RoomId& room) {
  std::vector<std::unique_ptr<Feature>> made;
  for (const auto& entry : features.entries()) {
    if (!features.has(room, *entry.spec)) {
      made.push_back(std::make_unique<AbsentFeature>());
    } else {
      made.push_back(entry.make ? entry.make() : entry.spec->make());
    }
  }
  return made;
}

}  // namespace

Room::State::State(RoomId i, std::string e, const FeatureCatalogue& f, Settings s, Moment now)
    : id(std::move(i)),
      epoch(std::move(e)),
      features(f),
      settings(s),
      hosted(make_features(f, id)),
      guards(hosted),
      history(s),
      keys(s),
      rates(s.limited_users) {
  members_announced_at = now.steady;
  shadow_epoch.assign(epoch.rbegin(), epoch.rend());
}

std::vector<UserId> Room::State::moderators() const {
  std::vector<UserId> all;
  for (const auto& feature : hosted) std::ranges::move(feature->moderators(), std::back_inserter(all));
  return all;
}

User Room::State::standing_here(User user) const {
  const auto here = moderators();
  if (std::ranges::find(here, user.id) != here.end()) user.role = std::max(user.role, Role::kModerator);
  return user;
}

Event Room::State::event_of(Moment now, std::size_t feature, Announcement& announcement, std::string_view key) const {
  Event event;
  event.kind = std::string(features.entries()[feature].spec->name) + "." + announcement.name;
  event.server_time = now.utc;
  event.media_time = announcement.media_time;
  event.user = std::move(announcement.user);
  event.body = std::move(announcement.body);
  event.key = key;
  event.erases = std::move(announcement.erases);
  event.logged = std::move(announcement.logged);
  return event;
}

void Room::State::announce(Moment now, std::size_t feature, Announcement announcement, std::string_view key,
                           CommandOutcome& into) {
  const auto* event_spec = find_event(*features.entries()[feature].spec, announcement.name);
  GRANDSTAND_ASSERT(event_spec != nullptr);
  const auto durability = event_spec->durability;
  auto event = event_of(now, feature, announcement, key);
  if (durability == Durability::kCommitted) {
    into.ticket = ++last_ticket;
    to_store.push_back({feature, StoredEvent{id, event}, into.ticket});
    undecided[into.ticket] = {feature, std::move(event), announcement.audience, std::move(announcement.to)};
    return;
  }
  if (durability != Durability::kStored) {
    return tell(now, feature, event, announcement.audience, announcement.to, durability);
  }
  GRANDSTAND_ASSERT(announcement.audience == Audience::kEveryone);
  event.epoch = epoch;
  event.offset = history.last_offset() + 1;
  into.position = {epoch, event.offset};
  auto text = event_text(id, event);
  history.append(now.steady, text);
  hosted[feature]->apply(event);
  to_store.push_back({feature, StoredEvent{id, std::move(event)}});
  enqueue(now, feature, std::move(text), durability);
}

// Of what has no place in the room's order.
void Room::State::tell(Moment now, std::size_t feature, const Event& event, Audience audience, const UserId& to,
                       Durability durability) {
  switch (audience) {
    case Audience::kEveryone:
      return enqueue(now, feature, event_text(id, event), durability);
    case Audience::kModerators:
      return directed.push_back({event_text(id, event), audience, moderators()});
    case Audience::kUser:
      return directed.push_back({event_text(id, event), audience, {to}});
    case Audience::kNobody:
      return;
  }
}

void Room::State::absorb(Moment now, std::size_t feature, Outcome outcome, std::string_view key, CommandOutcome& into) {
  kept_snapshots.reset();
  into.result = std::move(outcome.result);
  for (auto& announcement : outcome.announcements) announce(now, feature, std::move(announcement), key, into);
  for (const auto& event : outcome.redacted) {
    if (event.epoch == epoch) history.replace(event.offset, event_text(id, event));
  }
  for (auto& ask : outcome.asks) asks.push_back({feature, std::move(ask)});
  for (const auto& user : outcome.expelled) {
    expelled.push_back(user);
    for (std::size_t i = 0; i < hosted.size(); ++i) {
      CommandOutcome ignored;
      absorb(now, i, hosted[i]->on_expelled(facts(now), user), {}, ignored);
    }
  }
  for (const auto& held : outcome.released) release(now, feature, held);
}

// Past the guard that held it. What the others have against its sender by now holds.
void Room::State::release(Moment now, std::size_t guard, const HeldCommand& held) {
  const auto found = find_command(features, held.name);
  if (!found.ok()) return;
  const Command command{found.value().spec->name, held.user, held.media_time, held.body, held.standing};
  const auto verdict = guards
                           .judge(facts(now), {held.name, command, true, held.text, true, found.value().spec->amends},
                                  {guard, found.value().feature})
                           .verdict;
  CommandOutcome outcome;
  if (verdict.kind == Verdict::Kind::kRefuse) {
    outcome.status = verdict.error;
  } else {
    outcome = carry_out(now, found.value(), command, held.key, verdict.kind == Verdict::Kind::kShadow);
  }
  if (outcome.status.ok()) {
    keys.remember(now.steady, held.user.id, held.key,
                  {outcome.position, outcome.ticket, outcome.result, false, outcome.shadowed});
  } else {
    CommandOutcome ignored;
    absorb(now, guard, hosted[guard]->guard()->lost(facts(now), held, outcome.status.error()), {}, ignored);
  }
}

CommandOutcome Room::State::carry_out(Moment now, const FoundCommand& found, const Command& command,
                                      std::string_view key, bool unseen) {
  CommandOutcome into;
  auto outcome = hosted[found.feature]->on_command(facts(now), command);
  if (!outcome.ok()) {
    into.status = outcome.error();
  } else if (unseen || outcome->unseen) {
    show_to_sender(now, found.feature, std::move(outcome).value(), command.user.id, into);
  } else {
    absorb(now, found.feature, std::move(outcome).value(), key, into);
  }
  return into;
}

// For the sender's eyes only: nothing is applied or stored, and the reply looks like any other.
void Room::State::show_to_sender(Moment now, std::size_t feature, Outcome outcome, const UserId& sender,
                                 CommandOutcome& into) {
  into.shadowed = true;
  for (auto& announcement : outcome.announcements) {
    const auto* event_spec = find_event(*features.entries()[feature].spec, announcement.name);
    auto event = event_of(now, feature, announcement, {});
    if (event_spec->durability == Durability::kStored) {
      event.epoch = shadow_epoch;
      event.offset = ++last_shadow;
      into.position = {event.epoch, event.offset};
      hosted[feature]->apply_unseen(event);
    }
    directed.push_back({event_text(id, event), Audience::kUser, {sender}});
    for (const auto& [i, guard] : guards.all()) {
      CommandOutcome ignored;
      absorb(now, i, guard.shadow(facts(now), event), {}, ignored);
    }
  }
}

CommandOutcome Room::State::hold(Moment now, const CommandRequest& request, std::string text, std::size_t guard,
                                 std::string reason) {
  CommandOutcome into;
  HeldCommand held{request.name, *request.user, request.standing, request.media_time,
                   request.body, request.key,   std::move(text)};
  absorb(now, guard, hosted[guard]->guard()->hold(facts(now), std::move(held), std::move(reason)), {}, into);
  into.held = true;
  return into;
}

void Room::State::enqueue(Moment now, std::size_t feature, std::string text, Durability durability) {
  policy.on_event(now.steady);
  const bool conflatable = durability == Durability::kConflatable;
  if (batch.events.empty()) {
    batch_due = now.steady + policy.delay(now.steady);
    batch.conflatable = conflatable;
    batch.features.assign(hosted.size() + 1, 0);
  }
  batch.conflatable = batch.conflatable && conflatable;
  ++batch.features[feature];
  batch_bytes += text.size() + 1;
  batch.events.push_back(std::move(text));
  if (batch.events.size() >= settings.batch_events || batch_bytes >= settings.batch_bytes) batch_due = now.steady;
}

void Room::State::announce_room(Moment now, std::string_view name, std::string body, Durability durability) {
  Event event;
  event.kind = name;
  event.server_time = now.utc;
  event.body = std::move(body);
  enqueue(now, hosted.size(), event_text(id, event), durability);
}

const Room::State::Snapshots& Room::State::snapshots(Moment now) {
  if (!kept_snapshots) {
    auto& [all, unordered] = kept_snapshots.emplace();
    for (std::size_t i = 0; i < hosted.size(); ++i) {
      const auto& spec = *features.entries()[i].spec;
      if (!features.has(id, spec)) continue;
      const auto snapshot = hosted[i]->snapshot(facts(now));
      append_member(all, spec.name, snapshot);
      const bool ordered =
          std::ranges::find(spec.events, Durability::kStored, &EventSpec::durability) != spec.events.end();
      if (!ordered && snapshot != "{}") append_member(unordered, spec.name, snapshot);
    }
    all += all.empty() ? "{}" : "}";
    if (!unordered.empty()) unordered += '}';
  }
  return *kept_snapshots;
}

std::string Room::State::all_personal(Moment now, const User& user) const {
  std::string all;
  for (std::size_t i = 0; i < hosted.size(); ++i) {
    const auto own = hosted[i]->personal(facts(now), user);
    if (own.empty()) continue;
    append_member(all, features.entries()[i].spec->name, own);
  }
  if (!all.empty()) all += '}';
  return all;
}

std::optional<SteadyTime> Room::State::members_due() const {
  if (members != announced_members) return members_announced_at + settings.members_interval;
  if (members == 0) return std::nullopt;
  return members_announced_at + kMembersAgain;
}

}  // namespace grandstand::room

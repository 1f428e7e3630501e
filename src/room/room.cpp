// SPDX-License-Identifier: MIT
#include "batch_policy.hpp"
#include "command_gates.hpp"
#include "history.hpp"
#include "used_keys.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/room/room.hpp>
#include <grandstand/wire/server_message.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::room {

namespace {

std::string wire_text(const RoomId& room, const Event& event) {
  wire::EventView view{room.value(),      event.epoch,      event.offset, event.kind,
                       event.server_time, event.media_time, {},           event.body};
  if (event.user) view.user = wire::UserView{event.user->id.value(), event.user->name, to_string(event.user->role)};
  std::string text;
  text.reserve(256 + event.body.size());
  wire::append_event(text, view);
  return text;
}

const EventSpec* find_event(const FeatureSpec& spec, std::string_view name) {
  const auto found = std::ranges::find(spec.events, name, &EventSpec::name);
  return found == spec.events.end() ? nullptr : &*found;
}

}  // namespace

struct Room::State {
  State(RoomId i, std::string e, const FeatureCatalogue& f, Settings s, Moment now)
      : id(std::move(i)), epoch(std::move(e)), features(f), settings(s), history(s), keys(s), rates(s.limited_users) {
    for (const auto& entry : features.entries()) hosted.push_back(entry.spec->make());
    members_announced_at = now.steady;
  }

  Facts facts(Moment now) const { return {id, now.steady, now.utc, members}; }

  // given
  RoomId id;
  std::string epoch;
  const FeatureCatalogue& features;
  Settings settings;

  // state
  std::vector<std::unique_ptr<Feature>> hosted;  // as in the catalogue
  History history;
  UsedKeys keys;
  RateGate rates;
  BatchPolicy policy;
  std::size_t members = 0;
  std::size_t announced_members = 0;
  SteadyTime members_announced_at{};
  std::optional<std::string> snapshots;  // until something changes

  // out
  Batch batch;
  std::size_t batch_bytes = 0;
  SteadyTime batch_due{};
  std::vector<ToStore> to_store;

  std::uint64_t announce(Moment now, std::size_t feature, Announcement announcement, std::string_view key);
  void enqueue(Moment now, std::size_t feature, std::string text, Durability durability);
  void announce_room(Moment now, std::string_view name, std::string body, Durability durability);
  std::string all_snapshots(Moment now);
  std::optional<SteadyTime> members_due() const;
};

std::uint64_t Room::State::announce(Moment now, std::size_t feature, Announcement announcement, std::string_view key) {
  const auto& spec = *features.entries()[feature].spec;
  const auto* event_spec = find_event(spec, announcement.name);
  GRANDSTAND_ASSERT(event_spec != nullptr);
  Event event;
  event.kind = std::string(spec.name) + "." + announcement.name;
  event.server_time = now.utc;
  event.media_time = announcement.media_time;
  event.user = std::move(announcement.user);
  event.body = std::move(announcement.body);
  event.key = key;
  if (event_spec->durability == Durability::kStored) {
    event.epoch = epoch;
    event.offset = history.last_offset() + 1;
  }
  auto text = wire_text(id, event);
  const auto offset = event.offset;
  if (offset > 0) {
    history.append(now.steady, text);
    hosted[feature]->apply(event);
    to_store.push_back({feature, StoredEvent{id, std::move(event)}});
  }
  enqueue(now, feature, std::move(text), event_spec->durability);
  return offset;
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
  enqueue(now, hosted.size(), wire_text(id, event), durability);
}

std::string Room::State::all_snapshots(Moment now) {
  if (!snapshots) {
    std::string all = "{";
    for (std::size_t i = 0; i < hosted.size(); ++i) {
      if (i > 0) all += ',';
      all += '"';
      all += features.entries()[i].spec->name;
      all += "\":";
      all += hosted[i]->snapshot(facts(now));
    }
    all += '}';
    snapshots = std::move(all);
  }
  return *snapshots;
}

std::optional<SteadyTime> Room::State::members_due() const {
  if (members == announced_members) return std::nullopt;
  return members_announced_at + settings.members_interval;
}

Room::Room(RoomId id, std::string epoch, const FeatureCatalogue& features, Settings settings, Moment now)
    : state_(std::make_unique<State>(std::move(id), std::move(epoch), features, settings, now)) {}
Room::~Room() = default;

const RoomId& Room::id() const {
  return state_->id;
}
const std::string& Room::epoch() const {
  return state_->epoch;
}

CommandOutcome Room::execute(Moment now, const CommandRequest& request) {
  auto& state = *state_;
  const auto found = find_command(state.features, request.name);
  if (!found.ok()) return {found.error(), {}, {}, false};
  if (auto checked = check_command(*found.value().spec, request, state.settings, now.utc); !checked.ok()) {
    return {checked.error(), {}, {}, false};
  }
  const User& user = *request.user;
  if (auto used = state.keys.find(now.steady, user.id, request.key)) return {success(), {}, std::move(*used), true};
  const auto feature = found.value().feature;
  if (const auto wait = state.rates.try_pass(now.steady, request.name, found.value().spec->limit, user)) {
    return {Error{ErrorCode::kRateLimited, "You are sending too fast. Wait a moment."}, wait, {}, false};
  }
  const Command command{found.value().spec->name, user, request.media_time, request.body};
  auto announcements = state.hosted[feature]->on_command(state.facts(now), command);
  if (!announcements.ok()) return {announcements.error(), {}, {}, false};
  state.snapshots.reset();
  CommandOutcome outcome;
  for (auto& announcement : *announcements) {
    const auto offset = state.announce(now, feature, std::move(announcement), request.key);
    if (offset > 0) outcome.position = {state.epoch, offset};
  }
  state.keys.remember(now.steady, user.id, request.key, outcome.position);
  return outcome;
}

void Room::restore(Moment now, std::size_t feature, std::span<const Event> events) {
  auto& state = *state_;
  state.hosted[feature]->restore(events);
  state.snapshots.reset();
  // A client that sends again after a crash of ours must not be carried out twice.
  for (const auto& event : events) {
    const auto age = now.utc - event.server_time;
    if (event.key.empty() || !event.user || age > state.settings.key_lifetime) continue;
    state.keys.remember(now.steady, event.user->id, event.key, {event.epoch, event.offset});
  }
}

Joining Room::join(Moment now, const std::optional<wire::Position>& since) {
  auto& state = *state_;
  GRANDSTAND_ASSERT(!batch_waits());
  state.history.forget_old(now.steady);
  const auto offset = state.history.last_offset();
  if (since && since->epoch == state.epoch) {
    if (auto missed = state.history.since(since->offset)) return {offset, true, std::move(*missed)};
  }
  return {offset, false, state.all_snapshots(now)};
}

void Room::set_members(std::size_t members) {
  state_->members = members;
}

void Room::close(Moment now) {
  state_->announce_room(now, "room.closed", "{}", Durability::kPassing);
}

void Room::tick(Moment now) {
  auto& state = *state_;
  for (std::size_t i = 0; i < state.hosted.size(); ++i) {
    const auto due = state.hosted[i]->tick_due();
    if (!due || *due > now.steady) continue;
    state.snapshots.reset();
    for (auto& announcement : state.hosted[i]->tick(state.facts(now)))
      state.announce(now, i, std::move(announcement), {});
  }
  if (const auto due = state.members_due(); due && *due <= now.steady) {
    state.announced_members = state.members;
    state.members_announced_at = now.steady;
    state.announce_room(now, "room.members", "{\"members\":" + std::to_string(state.members) + "}",
                        Durability::kConflatable);
  }
  state.history.forget_old(now.steady);
  state.keys.forget_old(now.steady);
}

std::optional<SteadyTime> Room::due() const {
  std::optional<SteadyTime> earliest = state_->members_due();
  const auto consider = [&](std::optional<SteadyTime> time) {
    if (time && (!earliest || *time < *earliest)) earliest = time;
  };
  if (batch_waits()) consider(state_->batch_due);
  for (const auto& feature : state_->hosted) consider(feature->tick_due());
  return earliest;
}

bool Room::batch_waits() const {
  return !state_->batch.events.empty();
}

bool Room::batch_due(SteadyTime now) const {
  return batch_waits() && state_->batch_due <= now;
}

Batch Room::take_batch() {
  state_->batch_bytes = 0;
  return std::exchange(state_->batch, {});
}

std::vector<ToStore> Room::take_to_store() {
  return std::exchange(state_->to_store, {});
}

Forgotten Room::take_forgotten() {
  return {state_->keys.take_forgotten(), state_->rates.take_forgotten()};
}

}  // namespace grandstand::room

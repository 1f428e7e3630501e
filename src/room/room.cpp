// SPDX-License-Identifier: MIT
#include "absent_feature.hpp"
#include "batch_policy.hpp"
#include "command_gates.hpp"
#include "guards.hpp"
#include "history.hpp"
#include "used_keys.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/room/event_text.hpp>
#include <grandstand/room/room.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace grandstand::room {

namespace {

const EventSpec* find_event(const FeatureSpec& spec, std::string_view name) {
  const auto found = std::ranges::find(spec.events, name, &EventSpec::name);
  return found == spec.events.end() ? nullptr : &*found;
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

struct Room::State {
  State(RoomId i, std::string e, const FeatureCatalogue& f, Settings s, Moment now)
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

  Facts facts(Moment now) const { return {id, now.steady, now.utc, members}; }
  std::vector<UserId> moderators() const {
    std::vector<UserId> all;
    for (const auto& feature : hosted) std::ranges::move(feature->moderators(), std::back_inserter(all));
    return all;
  }
  User standing_here(User user) const {
    const auto here = moderators();
    if (std::ranges::find(here, user.id) != here.end()) user.role = std::max(user.role, Role::kModerator);
    return user;
  }

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
  std::optional<std::string> snapshots;  // until something changes
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
  std::string all_snapshots(Moment now);
  std::string all_personal(Moment now, const User& user) const;
  std::optional<SteadyTime> members_due() const;
};

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
  snapshots.reset();
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

std::string Room::State::all_snapshots(Moment now) {
  if (!snapshots) {
    std::string all = "{";
    for (std::size_t i = 0; i < hosted.size(); ++i) {
      if (!features.has(id, *features.entries()[i].spec)) continue;
      if (all.size() > 1) all += ',';
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

std::string Room::State::all_personal(Moment now, const User& user) const {
  std::string all;
  for (std::size_t i = 0; i < hosted.size(); ++i) {
    const auto own = hosted[i]->personal(facts(now), user);
    if (own.empty()) continue;
    all += all.empty() ? "{\"" : ",\"";
    all += features.entries()[i].spec->name;
    all += "\":";
    all += own;
  }
  if (!all.empty()) all += '}';
  return all;
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

CommandOutcome Room::execute(Moment now, const CommandRequest& asked) {
  auto& state = *state_;
  auto request = asked;
  if (request.user) request.user = state.standing_here(*std::move(request.user));
  const auto found = find_command(state.features, request.name);
  if (!found.ok()) return {found.error()};
  if (auto checked = check_command(*found.value().spec, request, state.settings, now.utc); !checked.ok()) {
    return {checked.error()};
  }
  const User& user = *request.user;
  if (auto used = state.keys.find(now.steady, user.id, request.key)) {
    return {.position = std::move(used->position),
            .repeated = true,
            .ticket = used->ticket,
            .held = used->held,
            .shadowed = used->shadowed,
            .result = std::move(used->result)};
  }
  const Command command{found.value().spec->name, user, request.media_time, request.body, request.standing};
  if (const auto wait = state.rates.try_pass(now.steady, request.name, found.value().spec->limit, user)) {
    if (found.value().spec->spoken != nullptr) state.guards.exceeded(state.facts(now), command);
    return {Error{ErrorCode::kRateLimited, "You are sending too fast. Wait a moment."}, wait};
  }
  const auto& spec = *found.value().spec;
  Judged judged{.name = request.name, .command = command, .shown = spec.shown, .amends = spec.amends};
  if (spec.spoken != nullptr) {
    auto text = spec.spoken(request.body);
    if (!text.ok()) return {text.error()};
    judged.text = std::move(text).value();
  }
  auto [verdict, guard] = state.guards.judge(state.facts(now), judged, {found.value().feature});
  CommandOutcome outcome;
  switch (verdict.kind) {
    case Verdict::Kind::kPass:
    case Verdict::Kind::kShadow:
      outcome = state.carry_out(now, found.value(), command, request.key, verdict.kind == Verdict::Kind::kShadow);
      break;
    case Verdict::Kind::kRefuse:
      outcome.status = std::move(verdict.error);
      outcome.retry_after = verdict.retry_after;
      break;
    case Verdict::Kind::kHold:
      outcome = state.hold(now, request, judged.text.value_or(""), guard, std::move(verdict.reason));
      break;
  }
  if (outcome.status.ok()) {
    state.guards.said(state.facts(now), judged, found.value().feature);
    state.keys.remember(now.steady, user.id, request.key,
                        {outcome.position, outcome.ticket, outcome.result, outcome.held, outcome.shadowed});
  }
  return outcome;
}

Result<std::string> Room::committed(Moment now, std::uint64_t ticket, Result<std::string> decision) {
  auto& state = *state_;
  const auto found = state.undecided.find(ticket);
  GRANDSTAND_ASSERT(found != state.undecided.end());
  auto undecided = std::move(found->second);
  state.undecided.erase(found);
  auto& event = undecided.event;
  if (event.user && !event.key.empty()) {
    state.keys.decide(event.user->id, event.key, decision.ok() ? std::optional(decision.value()) : std::nullopt);
  }
  if (!decision.ok()) {
    state.hosted[undecided.feature]->on_refused(event);
    return decision;
  }
  event.result = decision.value();
  state.hosted[undecided.feature]->apply(event);
  state.snapshots.reset();
  state.tell(now, undecided.feature, event, undecided.audience, undecided.to, Durability::kPassing);
  for (const auto& user : event.erases) {
    for (std::size_t i = 0; i < state.hosted.size(); ++i) {
      CommandOutcome ignored;
      state.absorb(now, i, state.hosted[i]->erase(state.facts(now), user), {}, ignored);
    }
  }
  return decision;
}

void Room::restore(Moment now, std::size_t feature, std::span<const Event> events) {
  auto& state = *state_;
  state.hosted[feature]->restore(events);
  state.snapshots.reset();
  // A client that sends again after a crash of ours must not be carried out twice.
  for (const auto& event : events) {
    const auto age = now.utc - event.server_time;
    if (event.key.empty() || !event.user || age > state.settings.key_lifetime) continue;
    state.keys.remember(now.steady, event.user->id, event.key, {{event.epoch, event.offset}});
  }
}

Entry Room::enter(Moment now, const std::optional<User>& user, std::string_view ticket) {
  auto& state = *state_;
  for (std::size_t i = 0; i < state.hosted.size(); ++i) {
    auto entry = state.hosted[i]->enter(state.facts(now), user, ticket);
    if (!entry.status.ok()) return entry;
    CommandOutcome ignored;
    const bool changes = !entry.outcome.announcements.empty();
    if (changes) state.absorb(now, i, std::move(entry.outcome), {}, ignored);
  }
  return {};
}

Joining Room::join(Moment now, const std::optional<wire::Position>& since, const std::optional<User>& joiner) {
  auto& state = *state_;
  const auto user = joiner ? std::optional(state.standing_here(*joiner)) : std::nullopt;
  GRANDSTAND_ASSERT(!batch_waits());
  state.history.forget_old(now.steady);
  for (const auto& feature : state.hosted) feature->on_join(state.facts(now), user);
  const auto offset = state.history.last_offset();
  auto personal = user ? state.all_personal(now, *user) : std::string();
  if (since && since->epoch == state.epoch) {
    if (auto missed = state.history.since(since->offset))
      return {offset, true, std::move(*missed), std::move(personal)};
  }
  return {offset, false, state.all_snapshots(now), std::move(personal)};
}

void Room::hear(Moment now, std::size_t feature, const News& news) {
  auto& state = *state_;
  CommandOutcome ignored;
  state.absorb(now, feature, state.hosted[feature]->on_news(state.facts(now), news), {}, ignored);
}

void Room::set_members(std::size_t members) {
  state_->members = members;
}

void Room::set_attendance(const Attendance& attendance) {
  for (const auto& feature : state_->hosted) feature->on_attendance(attendance);
}

void Room::close(Moment now) {
  state_->announce_room(now, "room.closed", "{}", Durability::kPassing);
}

void Room::stop(Moment now) {
  for (std::size_t i = 0; i < state_->hosted.size(); ++i) {
    CommandOutcome ignored;
    state_->absorb(now, i, state_->hosted[i]->stop(state_->facts(now)), {}, ignored);
  }
}

void Room::tick(Moment now) {
  auto& state = *state_;
  for (std::size_t i = 0; i < state.hosted.size(); ++i) {
    const auto due = state.hosted[i]->tick_due();
    if (!due || *due > now.steady) continue;
    CommandOutcome ignored;
    state.absorb(now, i, state.hosted[i]->tick(state.facts(now)), {}, ignored);
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

void Room::on_batch_sent(SteadyTime now, SteadyTime::duration took) {
  state_->policy.on_sent(now, took);
}

std::vector<Directed> Room::take_directed() {
  return std::exchange(state_->directed, {});
}

std::vector<ToStore> Room::take_to_store() {
  return std::exchange(state_->to_store, {});
}

std::vector<Asked> Room::take_asks() {
  return std::exchange(state_->asks, {});
}

std::vector<UserId> Room::take_expelled() {
  return std::exchange(state_->expelled, {});
}

std::vector<GuardCount> Room::take_guarded() {
  return state_->guards.take_counts();
}

Forgotten Room::take_forgotten() {
  return {state_->keys.take_forgotten(), state_->rates.take_forgotten()};
}

}  // namespace grandstand::room

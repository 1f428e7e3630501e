// SPDX-License-Identifier: MIT
#include "room_state.hpp"

#include <grandstand/base/assert.hpp>

#include <utility>

namespace grandstand::room {

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
  state.kept_snapshots.reset();
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
  state.kept_snapshots.reset();
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
      return {offset, true, std::move(*missed), state.snapshots(now).unordered, std::move(personal)};
  }
  return {offset, false, {}, state.snapshots(now).all, std::move(personal)};
}

void Room::hear(Moment now, std::size_t feature, const News& news) {
  auto& state = *state_;
  CommandOutcome ignored;
  state.absorb(now, feature, state.hosted[feature]->on_news(state.facts(now), news), {}, ignored);
}

void Room::set_members(std::size_t members) {
  state_->members = members;
}

void Room::set_attendance(Moment now, Attendance attendance) {
  const auto facts = state_->facts(now);
  for (auto& user : attendance.users) {
    if (state_->guards.hides_name(facts, user)) user.name = kHiddenName;
  }
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
  std::optional<SteadyTime> earliest;
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

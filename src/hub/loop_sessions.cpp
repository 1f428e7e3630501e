// SPDX-License-Identifier: MIT
#include "loop_sessions.hpp"

#include "client_session.hpp"
#include "core.hpp"
#include "room_port.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/wire/frame.hpp>
#include <grandstand/wire/server_message.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace grandstand::hub {

namespace {

constexpr std::chrono::milliseconds kTick{250};  // of each room
constexpr std::size_t kTurns = 10;               // in which the rooms take it: not all of them tell at once
constexpr std::chrono::seconds kCheckAgain{2};
constexpr std::size_t kCheckedAtOnce = 500;
constexpr std::chrono::minutes kLookForEnded{1};

using Check = aio::Task<Status> (identity::Accounts::*)(std::vector<identity::LiveSession>);

aio::Task<Status> check(identity::Accounts& accounts, Check call, std::vector<identity::LiveSession> live) {
  for (auto rest = std::span(live); !rest.empty();) {
    const auto batch = rest.first(std::min(rest.size(), kCheckedAtOnce));
    rest = rest.subspan(batch.size());
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await (accounts.*call)({batch.begin(), batch.end()}));
  }
  co_return success();
}

}  // namespace

void LoopSessions::add(ClientSession& session) {
  begin_ticking();
  sessions_.emplace(session.id(), &session);
  core_.metrics.sessions.add(1);
}

void LoopSessions::remove(ClientSession& session) {
  if (sessions_.erase(session.id()) == 0) return;
  forget_user(session, session.user());
  core_.metrics.sessions.add(-1);
}

void LoopSessions::identify(const ClientSession& session, const std::optional<identity::User>& before) {
  forget_user(session, before);
  if (session.user()) by_user_.emplace(session.user()->id, session.id());
}

void LoopSessions::forget_user(const ClientSession& session, const std::optional<identity::User>& user) {
  if (!user) return;
  const auto [first, last] = by_user_.equal_range(user->id);
  const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second == session.id(); });
  if (found != last) by_user_.erase(found);
}

ClientSession* LoopSessions::find(SessionId id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

void LoopSessions::enter(const RoomPort& room, ClientSession& session) {
  auto& members = members_[&room];
  session.place_in(room) = members.size();
  members.push_back({&session.transport(), &session});
}

void LoopSessions::leave(const RoomPort& room, ClientSession& session) {
  const auto found = members_.find(&room);
  if (found == members_.end()) return;
  auto& members = found->second;
  const auto place = session.place_in(room);
  members[place] = members.back();
  members[place].session->place_in(room) = place;
  members.pop_back();
  if (members.empty()) members_.erase(found);
}

void LoopSessions::deliver(const std::shared_ptr<RoomPort>& room, const SharedBytes& frame, TrafficClass traffic_class,
                           std::size_t events) {
  if (loop_.runs_here()) {
    deliver_here(*room, frame, traffic_class, events);
    return;
  }
  loop_.post([this, core = core_.shared_from_this(), room, frame, traffic_class, events] {
    deliver_here(*room, frame, traffic_class, events);
  });
}

void LoopSessions::deliver_here(const RoomPort& room, const SharedBytes& frame, TrafficClass traffic_class,
                                std::size_t events) {
  const auto found = members_.find(&room);
  if (found == members_.end()) return;
  // Transport::send never calls back, so the list stays as it is meanwhile.
  for (const auto& member : found->second) member.transport->send(frame, traffic_class);
  core_.metrics.deliveries.add(static_cast<double>(events * found->second.size()));
}

void LoopSessions::deliver_to(room::Audience audience, std::vector<UserId> to, const std::shared_ptr<RoomPort>& host,
                              const SharedBytes& frame) {
  const bool to_moderators = audience == room::Audience::kModerators;
  loop_.dispatch([this, core = core_.shared_from_this(), host, frame, to_moderators, to = std::move(to)] {
    const auto found = members_.find(host.get());
    if (found == members_.end()) return;
    const auto channel = channel_of(host->id());
    for (const auto& member : found->second) {
      const auto& who = member.session->user();
      if (!who) continue;
      const bool moderates = to_moderators && role_in(*who, channel) >= room::Role::kModerator;
      if (!moderates && std::ranges::find(to, who->id) == to.end()) continue;
      member.transport->send(frame, TrafficClass::kControl);
      core_.metrics.deliveries.add();
    }
  });
}

void LoopSessions::list_users(const std::shared_ptr<RoomPort>& room, bool all,
                              std::function<void(std::vector<identity::User>)> then) {
  loop_.dispatch([this, core = core_.shared_from_this(), room, all, then = std::move(then)] {
    std::vector<identity::User> users;
    std::unordered_set<std::string_view> known;
    const auto found = members_.find(room.get());
    const auto channel = channel_of(room->id());
    if (found == members_.end()) return then(std::move(users));
    for (const auto& member : found->second) {
      const auto& who = member.session->user();
      if (!who || users.size() >= room::kMostPresent) continue;
      const auto role = role_in(*who, channel);
      if ((!all && role < room::Role::kMember) || !known.insert(who->id.value()).second) continue;
      users.push_back({who->id, who->name, role});
    }
    then(std::move(users));
  });
}

void LoopSessions::send_to(SessionId session, std::string text) {
  if (loop_.runs_here()) {
    if (auto* found = find(session)) found->send(text);
    return;
  }
  loop_.post([this, core = core_.shared_from_this(), session, text = std::move(text)] {
    if (auto* found = find(session)) found->send(text);
  });
}

void LoopSessions::finish_join(SessionId session, const std::shared_ptr<RoomPort>& room, std::int64_t request,
                               bool joined, bool is_member, std::string reply) {
  if (!loop_.runs_here()) {
    loop_.post([this, core = core_.shared_from_this(), session, room, request, joined, is_member,
                reply = std::move(reply)] { finish_join(session, room, request, joined, is_member, reply); });
    return;
  }
  auto* const found = find(session);
  const bool awaited = found != nullptr && found->on_joined(room, request, joined, reply);
  // It has gone or left before the room had answered; who was a member said so when it left.
  if (!awaited && joined && !is_member) room->leave(loop_.index());
}

std::vector<SessionId> LoopSessions::sessions_of(const UserId& user) const {
  std::vector<SessionId> ids;
  const auto [first, last] = by_user_.equal_range(user);
  for (auto entry = first; entry != last; ++entry) ids.push_back(entry->second);
  return ids;
}

void LoopSessions::refresh(const identity::User& user) {
  loop_.post([this, core = core_.shared_from_this(), user] {
    for (const auto id : sessions_of(user.id)) find(id)->refresh(user);
  });
}

void LoopSessions::end(const UserId& account, const std::vector<std::uint64_t>& ended) {
  loop_.post([this, core = core_.shared_from_this(), account, ended] {
    for (const auto id : sessions_of(account)) {
      auto* session = find(id);
      if (session != nullptr && std::ranges::find(ended, session->user()->session) != ended.end()) session->end();
    }
  });
}

void LoopSessions::bar(const UserId& account) {
  loop_.post([this, core = core_.shared_from_this(), account] {
    for (const auto id : sessions_of(account)) {
      if (auto* session = find(id)) session->end(wire::CloseCode::kForbidden, "the account is disabled");
    }
  });
}

void LoopSessions::check_again() {
  loop_.post([this, core = core_.shared_from_this()] {
    if (core->draining) return;
    auto task = check(core->context.accounts, &identity::Accounts::check_again, live());
    aio::spawn(loop_, std::move(task), [this, core](const Status& checked) {
      if (checked) return;
      log::warning("hub", "Who is connected could not be looked at again yet", {{"reason", checked.error().message}});
      aio::run_after(loop_, kCheckAgain, [this, core] { check_again(); });
    });
  });
}

std::vector<identity::LiveSession> LoopSessions::live() const {
  std::set<identity::LiveSession> live;
  for (const auto& [id, session] : sessions_) {
    const auto& user = session->user();
    if (user && user->session > 0) live.insert({user->id, user->session});
  }
  return {live.begin(), live.end()};
}

void LoopSessions::look_for_ended(SteadyTime now) {
  if (looking_ || now - looked_ < kLookForEnded) return;
  looking_ = true;
  looked_ = now;
  for (const auto& [id, session] : sessions_) session->look_at_tokens();
  // While the database is away nobody is sent away; it is looked again.
  aio::spawn(loop_, check(core_.context.accounts, &identity::Accounts::look_for_ended, live()),
             [this, core = core_.shared_from_this()](const Status&) { looking_ = false; });
}

void LoopSessions::expel(const std::shared_ptr<RoomPort>& room, const UserId& user) {
  loop_.dispatch([this, core = core_.shared_from_this(), room, user] {
    for (const auto id : sessions_of(user)) find(id)->expel(room);
  });
}

void LoopSessions::look_at_doors() {
  if (!core_.context.doorkeeper) return;
  loop_.post([this, core = core_.shared_from_this()] {
    for (const auto& [id, session] : sessions_) session->leave_closed_rooms();
  });
}

void LoopSessions::forget_room(const std::shared_ptr<RoomPort>& room) {
  loop_.dispatch([this, core = core_.shared_from_this(), room] { part(room, {}); });
}

void LoopSessions::move_room(const std::shared_ptr<RoomPort>& room) {
  loop_.dispatch([this, core = core_.shared_from_this(), room] { part(room, wire::encode_moved(room->id().value())); });
}

void LoopSessions::part(const std::shared_ptr<RoomPort>& room, std::string_view last_words) {
  const auto found = members_.find(room.get());
  if (found == members_.end()) return;
  const auto members = std::move(found->second);
  members_.erase(found);
  for (const auto& member : members) {
    member.session->forget(*room);
    if (!last_words.empty()) member.session->send(last_words);
  }
}

void LoopSessions::host(std::shared_ptr<RoomPort> room) {
  begin_ticking();
  hosted_.push_back(std::move(room));
}

void LoopSessions::begin_ticking() {
  if (ticker_ || stopped_) return;
  looked_ = core_.now().steady;
  ticker_ = std::make_unique<aio::Ticker>(loop_, kTick / kTurns, [this] { tick(); });
}

void LoopSessions::unhost(const RoomPort& room) {
  std::erase_if(hosted_, [&](const auto& hosted) { return hosted.get() == &room; });
}

void LoopSessions::tick() {
  const auto now = core_.now();
  for (auto i = turn_; i < hosted_.size(); i += kTurns) hosted_[i]->tick(now);
  turn_ = (turn_ + 1) % kTurns;
  look_for_ended(now.steady);
}

void LoopSessions::drain() {
  const auto frame = wire::make_text_frame(wire::encode_drain(core_.settings.drain_within));
  std::vector<SessionId> ids;
  for (const auto& [id, session] : sessions_) ids.push_back(id);
  for (const auto id : ids) {
    if (auto* session = find(id)) session->drain(frame);
  }
}

void LoopSessions::stop() {
  stopped_ = true;
  ticker_.reset();
  for (const auto& room : hosted_) room->stop();
  hosted_.clear();
}

}  // namespace grandstand::hub

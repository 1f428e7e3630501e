// SPDX-License-Identifier: MIT
#include "client_session.hpp"

#include "loop_sessions.hpp"
#include "room_port.hpp"
#include "room_register.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/client_network.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/identity/token_grant.hpp>
#include <grandstand/wire/frame.hpp>
#include <grandstand/wire/server_message.hpp>

#include <algorithm>
#include <span>
#include <utility>
#include <variant>

namespace grandstand::hub {

namespace {

constexpr RateLimit kMessageRate{150, 20};  // who enters a call sends some fifty at once
constexpr RateLimit kFoundingRate{5, 0.1};
constexpr RateLimit kJoinRate{20, 2};     // each is answered with all that the room shows
constexpr RateLimit kHelloRate{10, 0.1};  // each may ask the database who somebody is
constexpr std::size_t kMaxHeldBack = 32;  // messages

wire::UserView view_of(const identity::User& user) {
  return {user.id.value(), user.name, identity::to_string(user.role)};
}

bool is_same(const std::optional<identity::User>& one, const std::optional<identity::User>& other) {
  return one && other ? one->id == other->id : !one && !other;
}

}  // namespace

struct ClientSession::Identified {
  wire::Hello hello;
  Result<std::optional<identity::User>> user = std::optional<identity::User>{};
};

ClientSession::ClientSession(std::shared_ptr<Core> core, LoopSessions& loop, Transport& transport,
                             std::string peer_address, std::string session_token)
    : core_(std::move(core)),
      loop_(loop),
      transport_(transport),
      address_(std::move(peer_address)),
      network_(client_network(address_)),
      session_token_(std::move(session_token)),
      id_(++core_->last_session),
      messages_(kMessageRate),
      foundings_(kFoundingRate),
      joins_(kJoinRate),
      hellos_(kHelloRate) {
  loop_.add(*this);
}

ClientSession::~ClientSession() {
  on_closed();
}

void ClientSession::on_closed() {
  if (closed_) return;
  closed_ = closing_ = true;
  leave_all();
  loop_.remove(*this);
}

void ClientSession::send(std::string_view text) {
  if (!closing_) transport_.send(wire::make_text_frame(text), TrafficClass::kControl);
}

void ClientSession::drain(const SharedBytes& frame) {
  if (closing_) return;
  transport_.send(frame, TrafficClass::kControl);
  end(wire::CloseCode::kGoingAway, "the server stops");
}

void ClientSession::refresh(const identity::User& user) {
  if (closing_) return;
  const auto before = std::exchange(user_, user);
  user_->session = before->session;
  user_->grant = before->grant;
  if (before->name != user.name || before->role != user.role) send(wire::encode_user(view_of(user)));
  leave_closed_rooms();
  for (const auto& membership : memberships_) {
    if (membership.joined) tell_standing(membership.room->id());
  }
}

void ClientSession::end(wire::CloseCode code, std::string_view reason) {
  if (closing_) return;
  closing_ = true;
  leave_all();
  transport_.close(code, reason);
}

void ClientSession::tell_standing(const RoomId& room) {
  const auto channel = channel_of(room);
  const auto since = channel ? user_->follower_since(*channel) : std::nullopt;
  std::string body = R"({"role":")" + std::string(identity::to_string(user_in(*user_, room).role)) +
                     R"(","follower_since":)" + (since ? std::to_string(to_unix_ms(*since)) : "null") + "}";
  std::string event;
  wire::append_event(
      event, {.room = room.value(), .kind = "room.standing", .server_time = core_->context.clock.utc(), .body = body});
  send(wire::encode_events(std::span(&event, 1)));
}

void ClientSession::leave_all() {
  for (const auto& membership : memberships_) {
    if (membership.joined) loop_.leave(*membership.room, *this);
  }
  // What a room does then may come back here.
  for (const auto& membership : std::exchange(memberships_, {})) {
    if (membership.joined) membership.room->leave(loop_.loop().index());
  }
}

void ClientSession::on_message(std::string_view text) {
  if (closing_) return;
  if (!messages_.try_take(core_->context.clock.steady())) {
    core_->metrics.too_many.add();
    end(wire::CloseCode::kRateLimited, "too many messages");
    return;
  }
  if (user_ && user_->grant && user_->grant->expired(core_->context.clock.utc())) return end();
  if (core_->draining.load(std::memory_order_relaxed)) {
    drain(wire::make_text_frame(wire::encode_drain(core_->settings.drain_within)));
    return;
  }
  if (!held_back_) {
    handle(text);
  } else if (held_back_->size() < kMaxHeldBack) {
    held_back_->emplace_back(text);
  } else {
    core_->metrics.too_many.add();
    end(wire::CloseCode::kRateLimited, "too many messages before the welcome");
  }
}

void ClientSession::handle(std::string_view text) {
  auto decoded = wire::decode_client_message(text);
  if (!decoded.message.ok()) {
    core_->metrics.malformed.add();
    const auto& error = decoded.message.error();
    log::info("hub", "A message was not understood", {{"session", id_.value()}, {"reason", error.message}});
    send(decoded.id ? wire::encode_refusal(*decoded.id, error) : wire::encode_error(error));
    return;
  }
  std::visit([this](auto& message) { handle(std::move(message)); }, *decoded.message);
}

void ClientSession::handle(wire::Hello hello) {
  const auto now = core_->context.clock.steady();
  if (!hellos_.try_take(now)) {
    const Error often{ErrorCode::kRateLimited, "You have said hello very often. Wait a moment."};
    return send(wire::encode_refusal(hello.id, often, hellos_.wait(now)));
  }
  held_back_ = std::make_unique<std::deque<std::string>>();
  auto identified = std::make_shared<Identified>();
  identified->hello = hello;
  auto task = identify(core_, std::move(hello), session_token_, identified);
  auto done = [core = core_, &loop = loop_, id = id_, identified](Status status) {
    if (!status.ok()) identified->user = status.error();
    if (auto* session = loop.find(id)) session->on_identified(*identified);
  };
  aio::spawn(loop_.loop(), std::move(task), std::move(done));
}

aio::Task<Status> ClientSession::identify(std::shared_ptr<Core> core, wire::Hello hello, std::string cookie,
                                          std::shared_ptr<Identified> identified) {
  auto& accounts = core->context.accounts;
  if (hello.guest) {
    auto guest = co_await accounts.guest(hello.guest->name, hello.guest->token);
    if (!guest.ok()) co_return guest.error();
    identified->user = std::optional<identity::User>(std::move(*guest));
    co_return success();
  }
  const bool by_cookie = hello.token.empty();
  if (by_cookie && cookie.empty()) co_return success();
  auto user = co_await accounts.authenticate(by_cookie ? cookie : hello.token);
  if (user.ok()) {
    identified->user = std::optional<identity::User>(std::move(*user));
  } else if (!by_cookie || user.error().code != ErrorCode::kUnauthenticated) {
    co_return user.error();
  }
  // Whose cookie has expired still may watch.
  co_return success();
}

void ClientSession::on_identified(const Identified& identified) {
  const auto request = identified.hello.id;
  if (identified.user.ok()) {
    greeted_ = true;
    const auto before = std::exchange(user_, *identified.user);
    loop_.identify(*this, before);
    if (!is_same(before, user_)) leave_guarded_rooms();
    watch_expiry();
    std::optional<wire::UserView> user;
    if (user_) user = view_of(*user_);
    send(wire::encode_welcome({request, id_.value(), user, core_->context.clock.utc(), core_->settings.ping_interval}));
  } else {
    send(wire::encode_refusal(request, identified.user.error()));
  }
  auto held_back = std::exchange(held_back_, nullptr);
  while (held_back && !held_back->empty() && !closing_) {
    const auto text = std::move(held_back->front());
    held_back->pop_front();
    handle(text);
    // Another hello: the rest goes on waiting.
    if (held_back_) held_back_.swap(held_back);
    if (held_back_) break;
  }
}

void ClientSession::handle(wire::Join join) {
  if (!greeted_) return refuse(join.id, ErrorCode::kUnauthenticated, "Say hello before joining a room.");
  if (!may_join(join)) return;
  if (const auto wait = joins_.wait(core_->context.clock.steady()); wait.count() > 0) {
    const Error often{ErrorCode::kRateLimited, "You have joined rooms very often. Wait a moment."};
    return send(wire::encode_refusal(join.id, often, wait));
  }
  enter(std::move(join));
}

void ClientSession::enter(wire::Join join) {
  // Others do not learn whether it is there.
  if (!is_for_us(join.room)) return refuse_unknown(join);
  auto* membership = find(join.room);
  if (membership != nullptr && membership->joining) {
    return refuse(join.id, ErrorCode::kConflict, "A join of " + join.room.value() + " is under way.");
  }
  auto token = take_token(join, membership);
  if (const auto door = check_door(join.room, token); !door.ok()) {
    core_->metrics.doors_closed.add();
    return refuse(join.id, door.error().code, door.error().message);
  }
  if (membership == nullptr) {
    auto room = core_->find_room(join.room);
    if (!room && core_->context.features.founder_of(join.room) != nullptr) return open_room(std::move(join));
    if (!room) return refuse_unknown(join);
    const auto limit = core_->settings.max_rooms_per_session;
    if (memberships_.size() >= limit) {
      return refuse(join.id, ErrorCode::kTooLarge,
                    "You are in " + std::to_string(limit) + " rooms, the most that one connection may join.");
    }
    memberships_.push_back({std::move(room)});
    membership = &memberships_.back();
  }
  membership->joining = true;
  membership->request = join.id;
  membership->token = std::move(token);
  const auto room = membership->room;
  room->join({{loop_.loop().index(), id_},
              join.id,
              std::move(join.since),
              membership->joined,
              user_ ? std::optional(user_in(*user_, room->id())) : std::nullopt,
              std::move(join.ticket),
              network_});
}

void ClientSession::refuse_unknown(const wire::Join& join) {
  refuse(join.id, ErrorCode::kNotFound, "There is no room \"" + join.room.value() + "\".");
}

bool ClientSession::is_for_us(const RoomId& room) const {
  const auto* const founder = core_->context.features.founder_of(room);
  if (founder == nullptr || !founder->spec->personal) return true;
  return user_ && !user_->is_guest() && founder->spec->room_of(user_->id) == room;
}

// It may be there without being open on this node.
void ClientSession::open_room(wire::Join join) {
  auto then = [&loop = loop_, id = id_, join](const Status& status) {
    auto* const session = loop.find(id);
    if (session == nullptr || session->closing_) return;
    if (!status.ok() && status.error().code != ErrorCode::kNotFound) {
      return session->refuse(join.id, status.error().code, status.error().message);
    }
    if (!status.ok() || !session->core_->find_room(join.room)) return session->refuse_unknown(join);
    session->enter(join);
  };
  core_->room_register->open(join.room, network_, loop_.loop(), std::move(then));
}

void ClientSession::expel(const std::shared_ptr<RoomPort>& room) {
  auto* const membership = find(*room);
  if (membership == nullptr || !membership->joined) return;
  part_from(*membership);
  forget(*room);
  std::string event;
  wire::append_event(
      event,
      {.room = room->id().value(), .kind = "room.expelled", .server_time = core_->context.clock.utc(), .body = "{}"});
  send(wire::encode_events(std::span(&event, 1)));
}

bool ClientSession::on_joined(const std::shared_ptr<RoomPort>& room, std::int64_t request, bool joined,
                              std::string_view reply) {
  auto* membership = find(*room);
  if (membership == nullptr || !membership->joining || membership->request != request) {
    refuse(request, ErrorCode::kCancelled, "The room was left before it was joined.");
    return false;
  }
  membership->joining = false;
  if (joined) joins_.take(core_->context.clock.steady());
  if (!joined) {
    part_from(*membership);
    forget(*room);
  } else if (!membership->joined) {
    membership->joined = true;
    loop_.enter(*room, *this);
  }
  send(reply);
  const auto channel = channel_of(room->id());
  if (joined && user_ && channel && user_->channels && user_->channels->contains(*channel)) tell_standing(room->id());
  return true;
}

void ClientSession::handle(wire::Leave leave) {
  auto* membership = find(leave.room);
  if (membership == nullptr) {
    return refuse(leave.id, ErrorCode::kNotFound, "You are not in the room \"" + leave.room.value() + "\".");
  }
  part_from(*membership);
  std::erase_if(memberships_, [&](const Membership& m) { return m.room->id() == leave.room; });
  send(wire::encode_left(leave.id, leave.room.value()));
}

void ClientSession::handle(wire::CommandMessage command) {
  const auto* membership = find(command.room);
  if (membership == nullptr) {
    return refuse(command.id, ErrorCode::kForbidden, "Join the room \"" + command.room.value() + "\" first.");
  }
  const auto room = membership->room;
  const auto* const permission = identity::find_permission(command.name);
  if (!may_command(command, permission)) return;
  room::CommandRequest request{
      {}, std::move(command.name), std::move(command.key), command.media_time, std::move(command.body), {{}, network_}};
  if (user_) {
    request.user = user_in(*user_, room->id());
    if (user_->grant) request.standing.owner = user_->grant->owner;
    if (const auto channel = channel_of(room->id())) {
      request.user->role = identity::acting_role(*user_, *channel, permission);
      request.standing.follower_since = user_->follower_since(*channel);
    }
  }
  room->execute({loop_.loop().index(), id_}, command.id, std::move(request));
}

void ClientSession::handle(wire::Found found) {
  if (!user_) return refuse(found.id, ErrorCode::kUnauthenticated, "Choose a name or sign in first.");
  if (user_->grant) return refuse(found.id, ErrorCode::kForbidden, "Bots do not found rooms.");
  const auto now = core_->context.clock.steady();
  if (!foundings_.try_take(now)) {
    const Error often{ErrorCode::kRateLimited, "You have just founded several rooms. Wait a moment."};
    return send(wire::encode_refusal(found.id, often, foundings_.wait(now)));
  }
  if (const auto wait = loop_.foundings().try_take(network_, now)) {
    core_->metrics.rooms_refused.add();
    const Error many{ErrorCode::kRateLimited, "Many rooms are founded from your network. Wait a moment."};
    return send(wire::encode_refusal(found.id, many, *wait));
  }
  auto founded = std::make_shared<std::string>();
  auto work = [](std::shared_ptr<Core> core, wire::Found wanted, identity::User founder,
                 std::shared_ptr<std::string> result) -> aio::Task<Status> {
    GRANDSTAND_CO_TRY(*result, co_await core->found_room(std::move(wanted.kind), std::move(wanted.body), founder));
    co_return success();
  };
  aio::spawn(loop_.loop(), work(core_, found, *user_, founded),
             [&loop = loop_, id = id_, request = found.id, founded](const Status& status) {
               auto* const session = loop.find(id);
               if (session == nullptr) return;
               session->send(status.ok() ? wire::encode_done({.id = request, .stored = true, .result = *founded})
                                         : wire::encode_refusal(request, status.error()));
             });
}

void ClientSession::handle(wire::Ping ping) {
  const auto received = core_->context.clock.utc();
  send(wire::encode_pong(ping.client_time, received, core_->context.clock.utc()));
}

// Who says hello as somebody else was let in as another, and could not be put out as that any more.
void ClientSession::leave_guarded_rooms() {
  leave_where([this](const Membership& membership) {
    const auto& room = membership.room->id();
    return core_->context.features.founder_of(room) != nullptr || !check_door(room, membership.token).ok();
  });
}

void ClientSession::part_from(const Membership& membership) {
  if (!membership.joined) return;
  loop_.leave(*membership.room, *this);
  membership.room->leave(loop_.loop().index());
}

std::vector<std::shared_ptr<RoomPort>> ClientSession::leave_where(
    const std::function<bool(const Membership&)>& is_left) {
  std::vector<std::shared_ptr<RoomPort>> left;
  for (const auto& membership : memberships_) {
    if (is_left(membership)) left.push_back(membership.room);
  }
  for (const auto& room : left) {
    part_from(*find(*room));
    forget(*room);
  }
  return left;
}

void ClientSession::forget(const RoomPort& room) {
  std::erase_if(memberships_, [&](const Membership& m) { return m.room.get() == &room; });
}

std::size_t& ClientSession::place_in(const RoomPort& room) {
  auto* membership = find(room);
  GRANDSTAND_ASSERT(membership != nullptr);
  return membership->place;
}

void ClientSession::refuse(std::int64_t request, ErrorCode code, std::string message) {
  send(wire::encode_refusal(request, {code, std::move(message)}));
}

ClientSession::Membership* ClientSession::find(const RoomId& room) {
  const auto found = std::ranges::find_if(memberships_, [&](const Membership& m) { return m.room->id() == room; });
  return found == memberships_.end() ? nullptr : &*found;
}

ClientSession::Membership* ClientSession::find(const RoomPort& room) {
  const auto found = std::ranges::find_if(memberships_, [&](const Membership& m) { return m.room.get() == &room; });
  return found == memberships_.end() ? nullptr : &*found;
}

}  // namespace grandstand::hub

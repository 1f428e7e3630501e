// SPDX-License-Identifier: MIT
#include "account_news.hpp"
#include "client_session.hpp"
#include "core.hpp"
#include "loop_sessions.hpp"
#include "node_link.hpp"
#include "room_port.hpp"
#include "room_register.hpp"

#include <grandstand/base/client_network.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/hub/hub.hpp>
#include <grandstand/identity/permissions.hpp>

#include <algorithm>
#include <functional>
#include <future>
#include <set>
#include <utility>

namespace grandstand::hub {

namespace {

constexpr std::chrono::seconds kFlushLimit{10};

aio::Task<Result<std::string>> fail(Error error) {
  co_return error;
}

// Calls `work` on every loop and waits for all of them.
void on_every_loop(Core& core, const std::function<void(LoopSessions&)>& work) {
  std::vector<std::future<void>> done;
  for (const auto& loop : core.loops) {
    auto promise = std::make_shared<std::promise<void>>();
    done.push_back(promise->get_future());
    loop->loop().post([promise, work, core = core.shared_from_this(), loop = loop.get()] {
      work(*loop);
      promise->set_value();
    });
  }
  for (auto& one : done) one.wait();
}

}  // namespace

Core::Core(Settings s, Hub::Context c) : settings(s), context(c), metrics(c.metrics, c.features) {
  for (std::size_t i = 0; i < context.runtime.size(); ++i) {
    loops.push_back(std::make_unique<LoopSessions>(*this, context.runtime.loop(i)));
  }
  room::StoreWriter::Settings writer_settings;
  writer_settings.queue_limit = settings.store_queue_events;
  writer = std::make_unique<room::StoreWriter>(writer_settings, context.runtime.loop(0), context.clock,
                                               context.features, context.metrics);
  rooms.store(std::make_shared<RoomDirectory>());
  room_register = std::make_unique<RoomRegister>(*this);
  if (context.bus != nullptr) link = std::make_unique<NodeLink>(*this, *context.bus, *context.leases);
}

Core::~Core() = default;

void Core::on_changed(const identity::User& user) {
  for (const auto& loop : loops) loop->refresh(user);
}

void Core::on_ended(const UserId& account, const std::vector<std::uint64_t>& sessions) {
  for (const auto& loop : loops) loop->end(account, sessions);
}

void Core::on_disabled(const UserId& account) {
  for (const auto& loop : loops) loop->bar(account);
}

void Core::send_to(const SessionRef& session, std::string text) {
  if (session.node) {
    link->tell_node(*session.node, SessionText{session.loop, session.id.value(), std::move(text)});
  } else {
    loops[session.loop]->send_to(session.id, std::move(text));
  }
}

bool Core::may_sequence(const RoomId& id) const {
  return !link || link->holds(id);
}

std::shared_ptr<RoomPort> Core::find_room(const RoomId& id) const {
  const auto directory = rooms.load();
  const auto found = directory->find(id.value());
  return found == directory->end() ? nullptr : found->second;
}

Status Core::check_door(const RoomId& room, const Visitor& visitor) const {
  if (!context.doorkeeper) return success();
  const auto channel = channel_of(room);
  if (!channel) return success();
  if (visitor.user && role_in(*visitor.user, channel) >= identity::Role::kModerator) return success();
  return context.doorkeeper(*channel, visitor);
}

aio::Task<Result<std::string>> Core::found_room(std::string kind, std::string body, identity::User founder) const {
  const auto* const entry = context.features.founder_of(RoomId(kind));
  if (entry == nullptr || !entry->store) {
    return fail({ErrorCode::kNotFound, "There are no rooms of the kind \"" + kind + "\"."});
  }
  return entry->store->found_room(std::move(body), std::move(founder), context.clock.utc());
}

std::optional<ChannelId> channel_of(const RoomId& room) {
  constexpr std::string_view kPrefix = "channel:";
  if (!room.value().starts_with(kPrefix)) return std::nullopt;
  return ChannelId(room.value().substr(kPrefix.size()));
}

identity::Role role_in(const identity::User& user, const std::optional<ChannelId>& channel) {
  return channel ? identity::acting_role(user, *channel) : user.role;
}

identity::User user_in(identity::User user, const RoomId& room) {
  user.role = role_in(user, channel_of(room));
  return user;
}

struct Hub::State {
  std::shared_ptr<Core> core;
  bool stopped = false;
};

Hub::Hub(Settings settings, Context context)
    : state_(std::make_shared<State>(State{std::make_shared<Core>(settings, context)})) {
  context.accounts.observe(state_->core);
  if (context.bus != nullptr) state_->core->news = std::make_unique<AccountNews>(*state_->core, *context.bus);
}

// Rooms and core hold each other; without this they would outlive the hub.
Hub::~Hub() {
  state_->core->rooms.store(std::make_shared<RoomDirectory>());
}

const Settings& Hub::settings() const {
  return state_->core->settings;
}

void Hub::set_rooms(std::vector<RoomId> rooms) {
  state_->core->room_register->set_channels(std::move(rooms));
  for (const auto& loop : state_->core->loops) loop->look_at_doors();
}

void Hub::on_owner_changed(const RoomId& room) {
  state_->core->room_register->replace(room);
}

std::unique_ptr<Session> Hub::open(aio::Loop& loop, Transport& transport, std::string peer_address,
                                   std::string session_token) {
  return std::make_unique<ClientSession>(state_->core, *state_->core->loops[loop.index()], transport,
                                         std::move(peer_address), std::move(session_token));
}

aio::Task<Result<std::string>> Hub::query(aio::Loop& loop, Question question) {
  const auto core = state_->core;
  const auto& room = question.room;
  auto& asker = question.asker;
  const auto* const founder = core->context.features.founder_of(room);
  const Error no_room{ErrorCode::kNotFound, "There is no room \"" + room.value() + "\"."};
  if (founder != nullptr) {
    if (!founder->store) co_return no_room;
    GRANDSTAND_CO_TRY(const auto role, co_await founder->store->reading_role(room, asker));
    // Whoever may not read does not learn whether there is such a room.
    if (!role) co_return no_room;
    if (asker) asker->role = *role;
  } else if (!room.value().empty() && !core->find_room(room)) {
    co_return no_room;
  } else if (const auto door = core->check_door(room, {asker, question.address, question.token}); !door.ok()) {
    core->metrics.doors_closed.add();
    co_return door.error();
  }
  const auto* const entry = core->context.features.find(question.feature);
  const room::QuerySpec* spec = nullptr;
  if (entry != nullptr && entry->store) {
    const auto found = std::ranges::find(entry->spec->queries, question.query, &room::QuerySpec::name);
    if (found != entry->spec->queries.end()) spec = &*found;
  }
  if (spec == nullptr || spec->of_room == room.value().empty() ||
      (spec->of_room && !core->context.features.has(room, *entry->spec))) {
    co_return Error{ErrorCode::kNotFound, "There is no query \"" + question.feature + "/" + question.query + "\"."};
  }
  if (asker) asker = user_in(*std::move(asker), room);
  auto& guesses = core->loops[loop.index()]->guesses();
  const auto network = client_network(question.address);
  if (spec->by_code && guesses.wait(network, core->now().steady).count() > 0) {
    core->metrics.guesses_refused.add();
    co_return Guesses::too_many();
  }
  auto answer = co_await entry->store->query(std::move(question.room), std::move(question.query),
                                             std::move(question.parameters), std::move(asker));
  if (spec->by_code && !answer.ok() && answer.error().code == ErrorCode::kNotFound) {
    guesses.count(network, core->now().steady);
    core->metrics.wrong_guesses.add();
  }
  co_return answer;
}

std::size_t Hub::members(const RoomId& room) const {
  const auto host = state_->core->find_room(room);
  return host ? host->members() : 0;
}

void Hub::drain() {
  auto& core = *state_->core;
  core.draining = true;
  on_every_loop(core, [](LoopSessions& loop) { loop.drain(); });
}

void Hub::stop() {
  if (std::exchange(state_->stopped, true)) return;
  auto& core = *state_->core;
  core.draining = true;
  core.context.accounts.observe({});
  on_every_loop(core, [&core](LoopSessions& loop) {
    if (loop.loop().index() == 0) {
      core.news.reset();
      core.room_register->stop();
    }
    loop.stop();
  });
  const auto left = core.writer->flush(kFlushLimit);
  if (left > 0) log::error("hub", "Stopped with events that are not stored", {{"events", left}});
  core.rooms.store(std::make_shared<RoomDirectory>());
}

}  // namespace grandstand::hub

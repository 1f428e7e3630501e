// SPDX-License-Identifier: MIT
#include "account_news.hpp"
#include "client_session.hpp"
#include "core.hpp"
#include "loop_sessions.hpp"
#include "remote_room.hpp"
#include "room_host.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/hub/hub.hpp>
#include <grandstand/identity/permissions.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <set>
#include <utility>

#include <sodium.h>

namespace grandstand::hub {

namespace {

constexpr std::chrono::seconds kFlushLimit{10};

// Ten of [a-z2-7]: 50 random bits.
std::string make_epoch() {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<unsigned char, 10> random;
  randombytes_buf(random.data(), random.size());
  std::string epoch;
  for (const auto byte : random) epoch += kAlphabet[byte & 31];
  return epoch;
}

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

void Core::finish_join(const SessionRef& session, const std::shared_ptr<RoomPort>& room, std::int64_t request,
                       bool joined, bool is_member, std::string text) {
  if (session.node) {
    link->tell_node(
        *session.node,
        JoinAnswer{{session.loop, session.id.value(), std::move(text)}, room->id(), request, joined, is_member});
  } else {
    loops[session.loop]->finish_join(session.id, room, request, joined, is_member, std::move(text));
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
  std::size_t next_home = 0;
  bool stopped = false;

  std::shared_ptr<RoomPort> make_room(const RoomId& id);
  void replace_room(const RoomId& id);
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

std::shared_ptr<RoomPort> Hub::State::make_room(const RoomId& id) {
  auto& runtime = core->context.runtime;
  if (core->link && !core->link->holds(id)) {
    auto remote = std::make_shared<RemoteRoom>(core, id, core->context.leases->owner(id.value()).node);
    remote->start();
    return remote;
  }
  auto host = std::make_shared<RoomHost>(core, runtime.loop(next_home++ % runtime.size()), id, make_epoch());
  host->start();
  return host;
}

// The room has another owner, or none: what stood for it goes, and something else comes.
void Hub::State::replace_room(const RoomId& id) {
  const auto before = core->rooms.load();
  const auto old = before->find(id.value());
  if (stopped || old == before->end()) return;
  auto after = std::make_shared<RoomDirectory>(*before);
  (*after)[id.value()] = make_room(id);
  core->rooms.store(after);
  old->second->move_away();
}

void Hub::set_rooms(std::vector<RoomId> rooms) {
  auto& core = *state_->core;
  const auto before = core.rooms.load();
  auto after = std::make_shared<RoomDirectory>();
  for (auto& id : rooms) {
    if (const auto known = before->find(id.value()); known != before->end()) {
      after->insert(*known);
    } else if (!after->contains(id.value())) {
      after->emplace(id.value(), state_->make_room(id));
    }
  }
  core.rooms.store(after);
  core.metrics.rooms.set(static_cast<double>(after->size()));
  for (const auto& [name, room] : *before) {
    if (!after->contains(name)) room->close();
  }
  if (!core.link) return;
  std::vector<std::string> names;
  for (const auto& [name, room] : *after) names.push_back(name);
  core.context.leases->want(std::move(names));
}

void Hub::on_owner_changed(const RoomId& room) {
  state_->replace_room(room);
}

std::unique_ptr<Session> Hub::open(aio::Loop& loop, Transport& transport, std::string peer_address,
                                   std::string session_token) {
  return std::make_unique<ClientSession>(state_->core, *state_->core->loops[loop.index()], transport,
                                         std::move(peer_address), std::move(session_token));
}

aio::Task<Result<std::string>> Hub::query(RoomId room, std::string feature, std::string query,
                                          std::map<std::string, std::string> parameters,
                                          std::optional<identity::User> asker) {
  const auto& core = *state_->core;
  if (!core.find_room(room)) {
    return fail({ErrorCode::kNotFound, "There is no room \"" + room.value() + "\"."});
  }
  const auto* entry = core.context.features.find(feature);
  if (entry == nullptr || !entry->store ||
      std::ranges::find(entry->spec->queries, query, &room::QuerySpec::name) == entry->spec->queries.end()) {
    return fail({ErrorCode::kNotFound, "There is no query \"" + feature + "/" + query + "\"."});
  }
  if (asker) asker = user_in(*std::move(asker), room);
  return entry->store->query(std::move(room), std::move(query), std::move(parameters), std::move(asker));
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
    if (loop.loop().index() == 0) core.news.reset();
    loop.stop();
  });
  const auto left = core.writer->flush(kFlushLimit);
  if (left > 0) log::error("hub", "Stopped with events that are not stored", {{"events", left}});
  core.rooms.store(std::make_shared<RoomDirectory>());
}

}  // namespace grandstand::hub

// SPDX-License-Identifier: MIT
#include "room_register.hpp"

#include "node_link.hpp"
#include "remote_room.hpp"
#include "room_host.hpp"

#include <grandstand/base/client_network.hpp>
#include <grandstand/base/random_text.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::hub {
namespace {

constexpr std::size_t kMostFounded = 10'000;   // at once
constexpr std::size_t kMostOfNetwork = 50;     // of them
constexpr std::chrono::seconds kOwnerWait{2};  // for a node to take a room that was opened

// 50 random bits.
std::string make_epoch() {
  return random_text("abcdefghijklmnopqrstuvwxyz234567", 10);
}

bool is_founded(const std::string& name) {
  return room::kind_of(RoomId(name)) != "channel";
}

}  // namespace

std::shared_ptr<RoomPort> RoomRegister::make(const RoomId& id) {
  auto core = core_.shared_from_this();
  auto& runtime = core_.context.runtime;
  if (core_.link && !core_.link->holds(id)) {
    auto remote = std::make_shared<RemoteRoom>(core, id, core_.context.leases->owner(id.value()).node);
    remote->start();
    return remote;
  }
  auto host = std::make_shared<RoomHost>(core, runtime.loop(next_home_++ % runtime.size()), id, make_epoch());
  host->start();
  return host;
}

void RoomRegister::publish(std::shared_ptr<RoomDirectory> rooms) {
  core_.rooms.store(rooms);
  core_.metrics.rooms.set(static_cast<double>(rooms->size()));
  if (!core_.link) return;
  std::vector<std::string> everywhere, here;
  for (const auto& [name, room] : *rooms) (is_founded(name) ? here : everywhere).push_back(name);
  core_.context.leases->want(std::move(everywhere), std::move(here));
}

void RoomRegister::set_channels(std::vector<RoomId> rooms) {
  const auto before = core_.rooms.load();
  auto after = std::make_shared<RoomDirectory>();
  for (const auto& entry : *before) {
    if (is_founded(entry.first)) after->insert(entry);
  }
  for (auto& id : rooms) {
    if (const auto known = before->find(id.value()); known != before->end()) {
      after->insert(*known);
    } else if (!after->contains(id.value())) {
      after->emplace(id.value(), make(id));
    }
  }
  publish(after);
  for (const auto& [name, room] : *before) {
    if (!after->contains(name)) room->close();
  }
}

void RoomRegister::replace(const RoomId& id) {
  const auto before = core_.rooms.load();
  const auto old = before->find(id.value());
  if (stopped_ || old == before->end()) return;
  auto after = std::make_shared<RoomDirectory>(*before);
  (*after)[id.value()] = make(id);
  core_.rooms.store(after);
  old->second->move_away();
  answer(id, success());
}

void RoomRegister::open(const RoomId& id, const std::string& network, aio::Loop& asker, Then then) {
  core_.context.runtime.loop(0).dispatch(
      [this, core = core_.shared_from_this(), id, network, asker = &asker, then = std::move(then)]() mutable {
        if (stopped_ || core_.find_room(id)) return asker->post([then = std::move(then)] { then(success()); });
        auto& waiters = waiters_[id];
        waiters.push_back({asker, std::move(then)});
        if (waiters.size() == 1) look_for(id, network);
      });
}

void RoomRegister::look_for(const RoomId& id, const std::string& network) {
  const auto* const founder = core_.context.features.founder_of(id);
  if (founder == nullptr || (!founder->store && !founder->spec->personal)) {
    return answer(id, Error{ErrorCode::kNotFound, ""});
  }
  if (opened_by_.size() >= kMostFounded) {
    return answer(id, Error{ErrorCode::kUnavailable, "Too many rooms are open at the moment. Try again."});
  }
  // Each account has one of its own, whatever others of its network open.
  if (founder->spec->personal) return add(id, {});
  auto there = std::make_shared<bool>(false);
  auto look = [](room::FeatureStore* store, RoomId room, std::shared_ptr<bool> is_there) -> aio::Task<Status> {
    GRANDSTAND_CO_TRY(*is_there, co_await store->has_room(std::move(room)));
    co_return success();
  };
  aio::spawn(core_.context.runtime.loop(0), look(founder->store.get(), id, there),
             [this, core = core_.shared_from_this(), id, network, there](const Status& status) {
               if (!status.ok()) return answer(id, status);
               if (!*there || stopped_) return answer(id, Error{ErrorCode::kNotFound, ""});
               if (!has_place(network)) {
                 core_.metrics.rooms_refused.add();
                 return answer(id,
                               Error{ErrorCode::kRateLimited,
                                     "Too many rooms are open that were opened from your network. Try again later."});
               }
               add(id, network);
             });
}

bool RoomRegister::has_place(const std::string& network) const {
  // Behind a proxy that is not trusted everybody comes from there.
  if (is_local_network(network)) return true;
  const auto open = open_of_.find(network);
  return open == open_of_.end() || open->second < kMostOfNetwork;
}

void RoomRegister::count(const std::string& room, const std::string& network) {
  if (opened_by_.emplace(room, network).second) ++open_of_[network];
}

void RoomRegister::uncount(const std::string& room) {
  const auto opened = opened_by_.extract(room);
  if (!opened) return;
  const auto open = open_of_.find(opened.mapped());
  if (--open->second == 0) open_of_.erase(open);
}

void RoomRegister::add(const RoomId& id, const std::string& network) {
  auto after = std::make_shared<RoomDirectory>(*core_.rooms.load());
  auto& room = (*after)[id.value()];
  if (!room) room = make(id);
  count(id.value(), network);
  publish(after);
  if (!ticker_) {
    ticker_ = std::make_unique<aio::Ticker>(core_.context.runtime.loop(0), core_.settings.empty_rooms,
                                            [this] { drop_empty(); });
  }
  if (!core_.link || core_.link->holds(id)) return answer(id, success());
  // replace() answers as soon as some node owns it.
  aio::run_after(core_.context.runtime.loop(0), kOwnerWait,
                 [this, core = core_.shared_from_this(), id] { answer(id, success()); });
}

void RoomRegister::answer(const RoomId& id, const Status& status) {
  const auto found = waiters_.find(id);
  if (found == waiters_.end()) return;
  const auto waiters = std::move(found->second);
  waiters_.erase(found);
  for (const auto& waiter : waiters) waiter.asker->post([then = waiter.then, status] { then(status); });
}

void RoomRegister::drop_empty() {
  const auto before = core_.rooms.load();
  auto after = std::make_shared<RoomDirectory>(*before);
  std::set<RoomId> empty;
  for (const auto& [name, room] : *before) {
    if (!is_founded(name) || room->members() > 0) continue;
    if (empty_.contains(room->id())) {
      after->erase(name);
      uncount(name);
    } else {
      empty.insert(room->id());
    }
  }
  empty_ = std::move(empty);
  if (after->size() == before->size()) return;
  publish(after);
  for (const auto& [name, room] : *before) {
    if (!after->contains(name)) room->move_away();
  }
}

void RoomRegister::stop() {
  stopped_ = true;
  ticker_.reset();
}

}  // namespace grandstand::hub

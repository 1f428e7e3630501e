// SPDX-License-Identifier: MIT
#include "remote_room.hpp"

#include "loop_sessions.hpp"
#include "room_register.hpp"

#include <grandstand/wire/frame.hpp>
#include <grandstand/wire/server_message.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::hub {
namespace {

constexpr std::chrono::seconds kPresence{2};  // how often the owner is told who is here
constexpr std::chrono::seconds kJoinWait{5};  // longer than an owner waits for its database
constexpr std::chrono::seconds kTakeOver{5};  // a room without an owner has one again within this, if at all soon
constexpr int kSoonest = 250, kLatest = 500;  // ms; not all who wait ask at once

}  // namespace

RemoteRoom::RemoteRoom(std::shared_ptr<Core> core, RoomId id, std::string owner)
    : core_(std::move(core)), id_(std::move(id)), owner_(std::move(owner)), census_(make_census()) {}

std::shared_ptr<Census> RemoteRoom::make_census() const {
  return std::make_shared<Census>(core_->loops.size(), core_->context.runtime.loop(0));
}

template <class Work>
void RemoteRoom::on_home(Work work) {
  core_->context.runtime.loop(0).dispatch([self = self(), work = std::move(work)]() mutable { work(*self); });
}

void RemoteRoom::start() {
  on_home([](RemoteRoom& self) {
    self.core_->loops[0]->host(self.shared_from_this());
    self.since_ = self.core_->now().steady;
    if (self.owner_.empty()) return;
    self.events_ = self.core_->link->listen_to_room(self.id_, self.owner_,
                                                    [weak = std::weak_ptr(self.self())](const NodeMessage& m) {
                                                      if (const auto room = weak.lock()) room->hear(m);
                                                    });
  });
}

bool RemoteRoom::reachable() const {
  return !gone_ && !owner_.empty() && core_->link->connected();
}

Error RemoteRoom::why_not() const {
  return {ErrorCode::kUnavailable,
          "The node that the room " + id_.value() + " lives on cannot be reached at the moment. Try again."};
}

void RemoteRoom::join(Joiner joiner) {
  on_home([joiner = std::move(joiner)](RemoteRoom& self) {
    if (!self.reachable()) {
      return self.refuse(joiner, self.retry_after());
    }
    self.joiners_.push_back({joiner, self.core_->now().steady + kJoinWait});
    auto there = joiner;
    there.session.node = self.core_->link->node();
    self.core_->link->ask_owner(self.id_, JoinAsk{std::move(there)});
  });
}

void RemoteRoom::on_answer(const JoinAnswer& answer) {
  const auto found = std::ranges::find_if(joiners_, [&](const Joiner& joiner) {
    return joiner.session.loop == answer.reply.loop && joiner.session.id.value() == answer.reply.session &&
           joiner.request == answer.request;
  });
  if (found == joiners_.end()) return;
  if (answer.joined && here_ > 0 && answer.number != heard_) return start_over();
  const auto joiner = *found;
  joiners_.erase(found);
  if (answer.joined) heard_ = answer.number;
  if (answer.joined && !joiner.is_member) ++here_;
  core_->loops[joiner.session.loop]->finish_join(joiner.session.id, shared_from_this(), joiner.request, answer.joined,
                                                 joiner.is_member, answer.reply.text);
}

std::optional<std::chrono::milliseconds> RemoteRoom::retry_after() {
  const bool soon = gone_ || (owner_.empty() && core_->now().steady - since_ < kTakeOver);
  if (!soon) return std::nullopt;
  return std::chrono::milliseconds{std::uniform_int_distribution<int>(kSoonest, kLatest)(random_)};
}

void RemoteRoom::refuse(const Joiner& joiner, std::optional<std::chrono::milliseconds> retry_after) {
  core_->loops[joiner.session.loop]->finish_join(joiner.session.id, shared_from_this(), joiner.request, false,
                                                 joiner.is_member,
                                                 wire::encode_refusal(joiner.request, why_not(), retry_after));
}

void RemoteRoom::may_have_missed() {
  on_home([](RemoteRoom& self) { self.start_over(); });
}

void RemoteRoom::start_over() {
  if (!gone_ && (here_ > 0 || !joiners_.empty())) core_->room_register->replace(id_);
}

void RemoteRoom::leave(std::size_t) {
  on_home([](RemoteRoom& self) {
    if (self.gone_) return;
    if (self.here_ > 0) --self.here_;
    if (self.here_ > 0) return;
    // The next who comes does not find those who have gone.
    self.census_ = self.make_census();
    self.say_presence();
  });
}

void RemoteRoom::execute(SessionRef session, std::int64_t request, room::CommandRequest command) {
  on_home([=, command = std::move(command)](RemoteRoom& self) {
    if (!self.reachable()) {
      return self.core_->send_to(session, wire::encode_refusal(request, self.why_not(), self.retry_after()));
    }
    auto there = session;
    there.node = self.core_->link->node();
    self.core_->link->ask_owner(self.id_, ExecuteAsk{std::move(there), request, command});
  });
}

void RemoteRoom::hear(const NodeMessage& message) {
  if (gone_) return;
  if (const auto* events = std::get_if<RoomEvents>(&message)) {
    if (here_ > 0 && events->number != ++heard_) return start_over();
    const auto frame = wire::make_text_frame(events->text);
    const auto traffic_class = events->conflatable ? TrafficClass::kConflatable : TrafficClass::kChat;
    for (const auto& loop : core_->loops) loop->deliver(shared_from_this(), frame, traffic_class, events->events);
  } else if (const auto* directed = std::get_if<DirectedEvents>(&message)) {
    if (here_ > 0 && directed->number != ++heard_) return start_over();
    const auto frame = wire::make_text_frame(directed->text);
    for (const auto& loop : core_->loops) {
      loop->deliver_to(directed->audience, directed->to, shared_from_this(), frame);
    }
  } else if (const auto* count = std::get_if<MemberCount>(&message)) {
    if (here_ > 0 && count->number != heard_) return start_over();
    members_ = count->members;
  } else if (const auto* expelled = std::get_if<Expelled>(&message)) {
    if (here_ > 0 && expelled->number != ++heard_) return start_over();
    for (const auto& loop : core_->loops) loop->expel(shared_from_this(), expelled->user);
  } else if (std::holds_alternative<MaybeMissed>(message)) {
    start_over();
  }
}

void RemoteRoom::say_presence() {
  // The owner would forget who is about to come.
  if (here_ == 0 && !joiners_.empty()) return;
  said_ = here_;
  said_at_ = core_->now().steady;
  core_->link->ask_owner(id_, Presence{*core_->link->node(), here_, census_->users()});
}

void RemoteRoom::tick(room::Moment now) {
  if (owner_.empty()) return;
  // The owner never heard of them, or answered in vain.
  while (!joiners_.empty() && joiners_.front().until <= now.steady) {
    const Joiner joiner = joiners_.front();
    joiners_.pop_front();
    refuse(joiner);
  }
  if (here_ > 0) census_->tick(*core_, shared_from_this(), now, members());
  const bool again = here_ > 0 && now.steady - said_at_ >= kPresence;
  if (again || (said_ && *said_ != here_)) say_presence();
}

void RemoteRoom::close() {
  on_home([](RemoteRoom& self) {
    if (self.gone_) return;
    self.end();
    for (const auto& loop : self.core_->loops) loop->forget_room(self.shared_from_this());
  });
}

void RemoteRoom::move_away() {
  on_home([](RemoteRoom& self) {
    if (self.gone_) return;
    self.end();
    for (const auto& loop : self.core_->loops) loop->move_room(self.shared_from_this());
  });
}

void RemoteRoom::end() {
  stop();
  core_->loops[0]->unhost(*this);
  for (const auto& joiner : std::exchange(joiners_, {})) refuse(joiner, retry_after());
}

void RemoteRoom::stop() {
  gone_ = true;
  events_ = {};
}

}  // namespace grandstand::hub

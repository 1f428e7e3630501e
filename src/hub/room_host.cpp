// SPDX-License-Identifier: MIT
#include "room_host.hpp"

#include "loop_sessions.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/wire/frame.hpp>
#include <grandstand/wire/server_message.hpp>

#include <span>
#include <utility>

namespace grandstand::hub {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kLoadWait{2};
constexpr std::chrono::seconds kSilentNode{6};  // its members are not counted any more
constexpr std::chrono::seconds kTellAgain{2};   // how far the room is, to other nodes

room::Settings room_settings(const Settings& settings) {
  room::Settings derived;
  derived.history_events = settings.history_events;
  derived.history_age = settings.history_age;
  derived.resume_limit = settings.resume_limit;
  // What comes at a join must fit into the send queue beside other things.
  derived.resume_bytes = settings.send_queue_bytes / 2;
  return derived;
}

}  // namespace

RoomHost::RoomHost(std::shared_ptr<Core> core, aio::Loop& home, RoomId id, std::string epoch)
    : core_(std::move(core)),
      home_(home),
      room_(std::move(id), std::move(epoch), core_->context.features, room_settings(core_->settings), core_->now()),
      members_on_(core_->loops.size(), 0),
      census_(std::make_shared<Census>(core_->loops.size(), home)) {}

void RoomHost::start() {
  on_home([](RoomHost& self) {
    self.core_->loops[self.home_.index()]->host(self.shared_from_this());
    if (self.core_->link) {
      self.inbox_ =
          self.core_->link->listen_for_room(self.id(), [weak = std::weak_ptr(self.self())](const NodeMessage& m) {
            if (const auto host = weak.lock()) host->hear(m);
          });
    }
    self.admit_from_ = self.core_->now().steady + kLoadWait;
    const auto& catalogue = self.core_->context.features;
    const auto features = catalogue.entries();
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (!features[i].store || features[i].spec->restored_events == 0) continue;
      if (!catalogue.has(self.id(), *features[i].spec)) continue;
      ++self.loading_;
      ++self.unloaded_;
      self.load(i);
    }
    self.open_lines();
  });
}

void RoomHost::open_lines() {
  const auto& catalogue = core_->context.features;
  const auto features = catalogue.entries();
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (!features[i].outside || !catalogue.has(id(), *features[i].spec)) continue;
    lines_[i] = features[i].outside->open(id(), [weak = std::weak_ptr(self()), i](room::News news) {
      const auto host = weak.lock();
      if (!host) return;
      host->home_.post([host, i, news = std::move(news)] {
        if (host->gone_) return;
        const auto now = host->core_->now();
        host->room_.hear(now, i, news);
        host->settle(now);
      });
    });
  }
}

void RoomHost::pass_on_asks() {
  for (auto& [feature, ask] : room_.take_asks()) {
    if (const auto line = lines_.find(feature); line != lines_.end()) line->second->ask(std::move(ask));
  }
}

void RoomHost::join(Joiner joiner) {
  on_home([joiner = std::move(joiner)](RoomHost& self) mutable {
    self.joiners_.push_back(std::move(joiner));
    self.settle(self.core_->now());
  });
}

void RoomHost::leave(std::size_t loop) {
  on_home([loop](RoomHost& self) {
    if (self.gone_) return;
    --self.members_on_[loop];
    self.count_members();
    self.settle(self.core_->now());
  });
}

void RoomHost::execute(SessionRef session, std::int64_t request, room::CommandRequest command) {
  if (home_.runs_here()) {
    execute_here({session, request}, command);
    return;
  }
  home_.post([self = self(), asker = Asker{session, request}, command = std::move(command)] {
    self->execute_here(asker, command);
  });
}

void RoomHost::execute_here(const Asker& asker, const room::CommandRequest& command) {
  if (gone_ || !core_->may_sequence(id())) return refuse(asker, why_not());
  const auto now = core_->now();
  if (unloaded_ > 0) return wait_for_load(now, asker, command);
  const auto outcome = room_.execute(now, command);
  core_->metrics.count_command(command.name, outcome.status);
  if (!outcome.status.ok()) {
    refuse(asker, outcome.status.error(), outcome.retry_after);
  } else if (outcome.held) {
    core_->send_to(asker.session, wire::encode_done({.id = asker.request, .room = id().value(), .held = true}));
  } else {
    wait_for_store(now, asker, outcome);
  }
  settle(now);
}

void RoomHost::answer(const Asker& asker, const wire::Position& position, bool stored, std::string_view result) {
  core_->send_to(asker.session, wire::encode_done({.id = asker.request,
                                                   .room = id().value(),
                                                   .epoch = position.epoch,
                                                   .offset = position.offset,
                                                   .stored = stored,
                                                   .result = result}));
}

void RoomHost::refuse(const Asker& asker, const Error& error, std::optional<milliseconds> retry_after) {
  core_->send_to(asker.session, wire::encode_refusal(asker.request, error, retry_after));
}

void RoomHost::settle(room::Moment now) {
  if (auto events = room_.take_to_store(); !events.empty()) core_->writer->add(self(), std::move(events));
  if (gone_) return admit(now);
  pass_on_asks();
  deliver_directed();
  expel();
  for (const auto& guarded : room_.take_guarded()) core_->metrics.count_guarded(guarded);
  if (room_.batch_due(now.steady)) flush();
  if (!room_.batch_waits()) admit(now);
  arm(now);
}

void RoomHost::flush() {
  const auto batch = room_.take_batch();
  for (std::size_t i = 0; i < batch.features.size(); ++i) {
    if (batch.features[i] > 0) core_->metrics.events[i].add(static_cast<double>(batch.features[i]));
  }
  ++told_;
  if (members() == 0) return;
  const auto begun = core_->now().steady;
  auto text = wire::encode_events(batch.events);
  const auto frame = wire::make_text_frame(text);
  const auto traffic_class = batch.conflatable ? TrafficClass::kConflatable : TrafficClass::kChat;
  for (std::size_t i = 0; i < members_on_.size(); ++i) {
    if (members_on_[i] == 0) continue;
    core_->loops[i]->deliver(shared_from_this(), frame, traffic_class, batch.events.size());
  }
  if (!elsewhere_.empty()) {
    core_->link->tell_members(id(), RoomEvents{told_, std::move(text), batch.conflatable, batch.events.size()});
  }
  const auto now = core_->now().steady;
  room_.on_batch_sent(now, now - begun);
}

void RoomHost::deliver_directed() {
  for (const auto& directed : room_.take_directed()) {
    ++told_;
    auto text = wire::encode_events(std::span(&directed.event, 1));
    const auto frame = wire::make_text_frame(text);
    for (std::size_t i = 0; i < members_on_.size(); ++i) {
      if (members_on_[i] > 0) {
        core_->loops[i]->deliver_to(directed.audience, directed.to, shared_from_this(), frame);
      }
    }
    if (!elsewhere_.empty()) {
      core_->link->tell_members(id(), DirectedEvents{told_, std::move(text), directed.audience, directed.to});
    }
  }
}

void RoomHost::expel() {
  for (const auto& user : room_.take_expelled()) {
    for (const auto& loop : core_->loops) loop->expel(shared_from_this(), user);
    ++told_;
    if (!elsewhere_.empty()) core_->link->tell_members(id(), Expelled{told_, user});
  }
}

void RoomHost::admit(room::Moment now) {
  if (awaits_load(now)) return;
  for (const auto& joiner : std::exchange(joiners_, {})) admit_one(now, joiner);
  for (const auto& [asker, command] : std::exchange(early_, {})) execute_here(asker, command);
}

Error RoomHost::why_not() const {
  if (gone_ && !moved_) return {ErrorCode::kNotFound, "The room " + id().value() + " is closed."};
  return {ErrorCode::kUnavailable, "The room " + id().value() + " moves to another node. Join it again."};
}

void RoomHost::turn_away(const Joiner& joiner, const Error& error, std::optional<milliseconds> retry_after) {
  finish_join(joiner, false, wire::encode_refusal(joiner.request, error, retry_after));
}

void RoomHost::admit_one(room::Moment now, const Joiner& joiner) {
  const auto& session = joiner.session;
  if (gone_) return turn_away(joiner, why_not());
  auto& guesses = core_->loops[home_.index()]->guesses();
  const bool tries = !joiner.ticket.empty();
  const auto wait = tries ? guesses.wait(joiner.network, now.steady) : milliseconds{0};
  // Who is in already needs no ticket.
  const auto entry = room_.enter(now, joiner.user, wait.count() > 0 ? std::string_view() : joiner.ticket);
  if (!entry.status.ok() && wait.count() > 0) {
    core_->metrics.guesses_refused.add();
    return turn_away(joiner, Guesses::too_many(), wait);
  }
  if (!entry.status.ok()) {
    if (tries && entry.status.error().code == ErrorCode::kNotFound) {
      guesses.count(joiner.network, now.steady);
      core_->metrics.wrong_guesses.add();
    }
    // Who is in already and may not be any more is expelled when that is decided, not here.
    return turn_away(joiner, entry.status.error(), entry.retry_after);
  }
  if (session.node) {
    // Until the node says how many there are.
    auto& there = elsewhere_[*session.node];
    if (!joiner.is_member) ++there.members;
    there.heard = now.steady;
  } else if (!joiner.is_member) {
    ++members_on_[session.loop];
  }
  count_members();
  const auto joining = room_.join(now, joiner.since, joiner.user);
  finish_join(joiner, true,
              wire::encode_joined({joiner.request, id().value(), room_.epoch(), joining.offset, members(),
                                   joining.recovered, joining.events, joining.snapshots, joining.personal}));
}

void RoomHost::finish_join(const Joiner& joiner, bool joined, std::string text) {
  const auto& [loop, session, node] = joiner.session;
  if (node) {
    core_->link->tell_node(*node,
                           JoinAnswer{{loop, session.value(), std::move(text)}, id(), joiner.request, joined, told_});
  } else {
    core_->loops[loop]->finish_join(session, shared_from_this(), joiner.request, joined, joiner.is_member,
                                    std::move(text));
  }
}

// Other nodes cannot know of what they never heard.
void RoomHost::may_have_missed() {
  on_home([](RoomHost& self) {
    if (!self.gone_) self.core_->link->tell_members(self.id(), MaybeMissed{});
  });
}

// From another node.
void RoomHost::hear(const NodeMessage& message) {
  if (const auto* asked_in = std::get_if<JoinAsk>(&message)) {
    join(asked_in->joiner);
  } else if (const auto* asked = std::get_if<ExecuteAsk>(&message)) {
    execute(asked->session, asked->request, asked->command);
  } else if (const auto* presence = std::get_if<Presence>(&message)) {
    on_home([presence = *presence](RoomHost& self) {
      const auto now = self.core_->now();
      if (presence.members == 0) {
        self.elsewhere_.erase(presence.node);
      } else {
        self.elsewhere_[presence.node] = {presence.members, now.steady, presence.users};
      }
      self.count_members();
      self.settle(now);
    });
  }
}

void RoomHost::count_members() {
  std::size_t all = 0;
  for (const auto count : members_on_) all += count;
  for (const auto& [node, there] : elsewhere_) all += there.members;
  members_ = all;
  room_.set_members(all);
  if (all > 0) return;
  // Whoever comes next is not told of those who have gone, nor by answers that are still on their way.
  census_ = std::make_shared<Census>(core_->loops.size(), home_);
  room_.set_attendance(core_->now(), {});
}

// Who is here, as far as it is known now.
void RoomHost::count_heads(room::Moment now) {
  if (members() > 0) census_->tick(*core_, shared_from_this(), now, members());
  if (!census_->take_news()) return;
  room::Attendance attendance{census_->users(), members() <= room::kMostPresent};
  for (const auto& [node, there] : elsewhere_) add_users(attendance.users, there.users);
  room_.set_attendance(now, std::move(attendance));
}

void RoomHost::arm(room::Moment now) {
  const auto due = room_.due();
  if (gone_ || !due || *due >= armed_for_) return;
  armed_for_ = *due;
  // What is due at once may say so by the earliest time that there is.
  const auto wait = *due > now.steady ? *due - now.steady : SteadyTime::duration::zero();
  const auto delay = std::max(milliseconds{1}, std::chrono::ceil<milliseconds>(wait));
  aio::run_after(home_, delay, [self = self(), due = *due] {
    if (self->armed_for_ != due) return;
    self->armed_for_ = SteadyTime::max();
    if (!self->gone_) self->tick(self->core_->now());
  });
}

void RoomHost::tick(room::Moment now) {
  if (!core_->may_sequence(id())) return;
  count_heads(now);
  room_.tick(now);
  if (std::erase_if(elsewhere_, [&](const auto& entry) { return now.steady - entry.second.heard > kSilentNode; }) > 0) {
    count_members();
  }
  if (!elsewhere_.empty() && (told_members_ != members() || now.steady - told_members_at_ >= kTellAgain)) {
    told_members_ = members();
    told_members_at_ = now.steady;
    core_->link->tell_members(id(), MemberCount{told_, told_members_});
  }
  const auto [keys, users] = room_.take_forgotten();
  if (keys > 0) core_->metrics.forgotten_keys.add(static_cast<double>(keys));
  if (users > 0) core_->metrics.forgotten_users.add(static_cast<double>(users));
  give_up_waiting(now);
  settle(now);
}

void RoomHost::close() {
  on_home([](RoomHost& self) {
    if (self.gone_) return;
    const auto now = self.core_->now();
    self.room_.close(now);
    self.flush();
    self.end(now);
    for (const auto& loop : self.core_->loops) loop->forget_room(self.shared_from_this());
  });
}

void RoomHost::move_away() {
  on_home([](RoomHost& self) {
    if (self.gone_) return;
    self.moved_ = true;
    self.end(self.core_->now());
    for (const auto& loop : self.core_->loops) loop->move_room(self.shared_from_this());
  });
}

void RoomHost::end(room::Moment now) {
  stop();
  core_->loops[home_.index()]->unhost(*this);
  admit(now);
}

void RoomHost::stop() {
  gone_ = true;
  inbox_ = {};
  loading_ = 0;
  room_.stop(core_->now());
  lines_.clear();
  if (auto events = room_.take_to_store(); !events.empty()) core_->writer->add(self(), std::move(events));
}

}  // namespace grandstand::hub

// SPDX-License-Identifier: MIT
// What of a room waits for the store: its state as it was, commands that come before that, and replies.
#include "room_host.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/wire/server_message.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace grandstand::hub {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kReplyWait{2};
constexpr std::chrono::seconds kLoadAgain{2};
constexpr std::size_t kMostEarly = 1'000;
constexpr milliseconds kEarlyAgain{250};

}  // namespace

void RoomHost::load(std::size_t feature) {
  const auto& entry = core_->context.features.entries()[feature];
  auto events = std::make_shared<Result<std::vector<room::Event>>>(Error{ErrorCode::kInternal, "not loaded"});
  auto task = fetch(entry.store.get(), id(), entry.spec->restored_events, events);
  aio::spawn(home_, std::move(task), [self = self(), feature, events](Status status) {
    self->on_loaded(feature, status.ok() ? *events : Result<std::vector<room::Event>>(status.error()));
  });
}

aio::Task<Status> RoomHost::fetch(room::FeatureStore* store, RoomId id, std::size_t limit,
                                  std::shared_ptr<Result<std::vector<room::Event>>> events) {
  auto loaded = co_await store->load_newest(std::move(id), limit);
  *events = std::move(loaded);
  co_return success();
}

void RoomHost::on_loaded(std::size_t feature, const Result<std::vector<room::Event>>& events) {
  if (gone_) return;
  if (loading_ > 0) --loading_;
  const auto now = core_->now();
  if (events.ok()) {
    --unloaded_;
    // Late, the newest may be our own.
    std::vector<room::Event> earlier;
    std::ranges::copy_if(*events, std::back_inserter(earlier),
                         [&](const room::Event& event) { return event.epoch != room_.epoch(); });
    room_.restore(now, feature, earlier);
  } else {
    log::warning("hub", "A room's stored events could not be loaded yet",
                 {{"room", id().value()}, {"reason", events.error().message}});
    aio::run_after(home_, kLoadAgain, [self = self(), feature] {
      if (!self->gone_) self->load(feature);
    });
  }
  settle(now);
}

void RoomHost::wait_for_load(room::Moment now, const Asker& asker, const room::CommandRequest& command) {
  if (awaits_load(now) && early_.size() < kMostEarly) {
    early_.push_back({asker, command});
    return;
  }
  const Error error{ErrorCode::kUnavailable, "The room " + id().value() + " is being opened. Try again in a moment."};
  core_->metrics.count_command(command.name, error);
  refuse(asker, error, kEarlyAgain);
}

// The reply comes when what the command led to is in the store.
void RoomHost::wait_for_store(room::Moment now, const Asker& asker, const room::CommandOutcome& outcome) {
  const auto& position = outcome.position;
  if (outcome.ticket > 0) {
    auto& undecided = undecided_[outcome.ticket];
    undecided.deadline = now.steady + kReplyWait;
    undecided.position = position;
    undecided.askers.push_back(asker);
    return;
  }
  if (position.offset == 0 || outcome.shadowed) return answer(asker, position, true, outcome.result);
  const auto waiting = unanswered_.find(position.offset);
  if (!outcome.repeated) {
    unanswered_[position.offset] = {now.steady + kReplyWait, position, {asker}};
  } else if (position.epoch == room_.epoch() && waiting != unanswered_.end()) {
    waiting->second.askers.push_back(asker);
  } else {
    // What was there before this room's lifetime came out of the store.
    answer(asker, position, position.epoch != room_.epoch() || stored_.contains(position.offset), outcome.result);
  }
}

void RoomHost::on_stored(std::vector<std::uint64_t> offsets, bool stored) {
  on_home([offsets = std::move(offsets), stored](RoomHost& self) {
    self.stored_.note(offsets, stored);
    for (const auto offset : offsets) {
      const auto found = self.unanswered_.find(offset);
      if (found == self.unanswered_.end()) continue;
      const auto askers = std::move(found->second.askers);
      self.unanswered_.erase(found);
      for (const auto& asker : askers) self.answer(asker, {self.room_.epoch(), offset}, stored);
    }
  });
}

void RoomHost::on_committed(std::vector<room::Decision> decisions) {
  on_home([decisions = std::move(decisions)](RoomHost& self) {
    const auto now = self.core_->now();
    for (const auto& decision : decisions) {
      const auto told = self.room_.committed(now, decision.ticket, decision.outcome);
      const auto found = self.undecided_.find(decision.ticket);
      if (found == self.undecided_.end()) continue;
      const auto undecided = std::move(found->second);
      self.undecided_.erase(found);
      for (const auto& asker : undecided.askers) {
        if (told.ok()) {
          self.answer(asker, undecided.position, true, told.value());
        } else {
          self.refuse(asker, told.error());
        }
      }
    }
    self.settle(now);
  });
}

void RoomHost::give_up_waiting(room::Moment now) {
  while (!unanswered_.empty() && unanswered_.begin()->second.deadline <= now.steady) {
    const auto [offset, unanswered] = *unanswered_.begin();
    unanswered_.erase(unanswered_.begin());
    for (const auto& asker : unanswered.askers) answer(asker, {room_.epoch(), offset}, false);
  }
  for (auto entry = undecided_.begin(); entry != undecided_.end();) {
    if (entry->second.deadline > now.steady) {
      ++entry;
      continue;
    }
    const Error late{ErrorCode::kTimeout, "It is not decided yet and may still count. Ask again with the same key."};
    for (const auto& asker : entry->second.askers) refuse(asker, late);
    entry = undecided_.erase(entry);
  }
}

}  // namespace grandstand::hub

// SPDX-License-Identifier: MIT
#include "polls.hpp"
#include "polls_2_sql.hpp"
#include "polls_3_sql.hpp"
#include "polls_4_sql.hpp"
#include "polls_sql.hpp"

#include <array>
#include <deque>
#include <utility>

namespace grandstand::social::polls {

namespace {

constexpr std::size_t kMostEarly = 256;  // events of polls that are not known yet

class PollsFeature final : public room::Feature {
 public:
  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    state_.anchor = State::Anchor{facts.now, facts.utc};
    if (command.name == "open") {
      GRANDSTAND_TRY(auto wished, decode_open(command.body));
      GRANDSTAND_TRY(const auto opening, decide_open(state_, facts.utc, std::move(wished)));
      return room::Outcome{{{"opened", encode_opened(opening), command.media_time, command.user}}};
    }
    if (command.name == "vote") {
      GRANDSTAND_TRY(const auto wished, decode_vote(command.body));
      GRANDSTAND_TRY(const auto vote, decide_vote(state_, wished));
      return room::Outcome{{{"vote", encode_vote(vote), command.media_time, command.user, room::Audience::kNobody}}};
    }
    GRANDSTAND_TRY(const auto poll, decode_poll(command.body));
    GRANDSTAND_RETURN_IF_ERROR(decide_close(state_, poll));
    return room::Outcome{{{"closed", encode_poll(poll), command.media_time, command.user}}};
  }

  void apply(const room::Event& event) override {
    const auto poll = event.kind == "polls.opened" ? Result<PollId>(PollId{}) : decode_poll(event.body);
    if (poll.ok() && !poll->epoch.empty() && !state_.polls.contains(*poll)) {
      early_.push_back(event);
      if (early_.size() > kMostEarly) early_.pop_front();
      return;
    }
    happened(event);
  }

  // Of a poll that only comes now, later events may have been applied before it. What happened here is known better
  // than the store does.
  void restore(std::span<const room::Event> events) override {
    bool lived = false;
    for (const auto& event : events) {
      if (event.kind == "polls.opened") lived = state_.polls.contains({event.epoch, event.offset});
      if (!lived) happened(event);
    }
    for (const auto& event : std::exchange(early_, {})) happened(event);
  }

  std::optional<SteadyTime> tick_due() const override { return due(state_); }

  room::Outcome tick(const room::Facts& facts) override;
  std::string snapshot(const room::Facts& facts) const override;
  std::string personal(const room::Facts& facts, const room::User& user) const override;

 private:
  void happened(const room::Event& event) {
    if (event.kind == "polls.opened") {
      if (auto opening = decode_opened(event.body); opening.ok()) apply_opened(state_, event, std::move(*opening));
    } else if (event.kind == "polls.closed") {
      if (const auto poll = decode_poll(event.body); poll.ok()) apply_closed(state_, *poll, event.server_time);
    } else if (event.kind == "polls.vote") {
      const auto accepted = decode_accepted(event.result);
      if (accepted.ok() && event.user) apply_accepted(state_, event.user->id, *accepted);
    } else if (event.kind == "polls.count") {
      if (const auto final = decode_final(event.result); final.ok()) apply_counted(state_, final->poll, event.result);
    } else if (event.kind == "polls.final") {
      if (const auto final = decode_final(event.body); final.ok()) apply_final(state_, *final, event.body);
    } else if (event.kind == "polls.tick") {
      const auto changes = decode_tick(event.body);
      if (changes.ok()) apply_recalled(state_, *changes);
    }
  }

  State state_;
  std::deque<room::Event> early_;
};

room::Outcome PollsFeature::tick(const room::Facts& facts) {
  state_.anchor = State::Anchor{facts.now, facts.utc};
  room::Outcome outcome;
  for (const auto& id : take_over(state_, facts.utc)) {
    const auto& poll = state_.polls.at(id);
    outcome.announcements.push_back({"closed", encode_poll(id), media_time_at(poll, poll.opening.closes_at), {}});
  }
  for (const auto& id : take_uncounted(state_, facts.now)) {
    outcome.announcements.push_back({"count", encode_poll(id), {}, {}, room::Audience::kNobody});
  }
  for (auto& [id, body] : take_counted(state_)) {
    const auto& poll = state_.polls.at(id);
    outcome.announcements.push_back(
        {"final", std::move(body), media_time_at(poll, poll.closed_at.value_or(facts.utc)), {}});
  }
  if (const auto changes = take_changes(state_, facts.now); !changes.empty()) {
    outcome.announcements.push_back({"tick", encode_tick(changes), {}, {}});
  }
  return outcome;
}

std::string PollsFeature::snapshot(const room::Facts& facts) const {
  return encode_snapshot(shown(state_));
}

std::string PollsFeature::personal(const room::Facts& facts, const room::User& user) const {
  std::vector<Accepted> votes;
  for (const auto* poll : shown(state_)) {
    const auto found = poll->receipts.find(user.id);
    if (found == poll->receipts.end()) continue;
    const auto& [index, option, replaces, nonce, leaf] = found->second;
    votes.push_back({{poll->event.epoch, poll->event.offset}, index, option, {}, replaces, nonce, leaf});
  }
  return votes.empty() ? std::string() : encode_receipts(votes);
}

std::unique_ptr<room::Feature> make() {
  return std::make_unique<PollsFeature>();
}

constexpr std::array kCommands{
    // The texts may take 12 bytes for each character.
    room::CommandSpec{"open",
                      room::Role::kModerator,
                      {.burst = 5, .per_second = 0.1},
                      12 * (kMaxQuestion + kMaxOptions * kMaxOption) + 512},
    room::CommandSpec{"vote", room::Role::kViewer, {.burst = 5, .per_second = 0.5}, 256},
    room::CommandSpec{"close", room::Role::kModerator, {.burst = 5, .per_second = 0.5}, 256},
};
constexpr std::array kEvents{
    room::EventSpec{"opened", room::Durability::kStored},    room::EventSpec{"closed", room::Durability::kStored},
    room::EventSpec{"vote", room::Durability::kCommitted},   room::EventSpec{"count", room::Durability::kCommitted},
    room::EventSpec{"tick", room::Durability::kConflatable}, room::EventSpec{"final", room::Durability::kStored},
};
constexpr std::array kQueries{room::QuerySpec{"export"}, room::QuerySpec{"proof"}, room::QuerySpec{"timeline"}};
constexpr std::array kMigrations{storage::Migration{"polls", 1, kPollsSql}, storage::Migration{"polls", 2, kPolls2Sql},
                                 storage::Migration{"polls", 3, kPolls3Sql},
                                 storage::Migration{"polls", 4, kPolls4Sql}};

}  // namespace

constinit const room::FeatureSpec kSpec{
    .name = "polls",
    .commands = kCommands,
    .events = kEvents,
    .queries = kQueries,
    .migrations = kMigrations,
    .restored_events = kMostKept,
    .make = make,
    .make_store = make_store,
};

}  // namespace grandstand::social::polls

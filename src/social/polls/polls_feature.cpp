// SPDX-License-Identifier: MIT
#include "polls.hpp"
#include "polls_2_sql.hpp"
#include "polls_3_sql.hpp"
#include "polls_sql.hpp"

#include <grandstand/social/json_fields.hpp>

#include <array>
#include <deque>
#include <utility>

namespace grandstand::social::polls {

namespace {

constexpr std::size_t kMostEarly = 256;  // events of polls that are not known yet

Result<std::uint64_t> whole_number_of(const Json& object, const char* name) {
  const auto* const value = find(object, name);
  if (value == nullptr || !value->is_number_unsigned()) return expected(name, "a whole number");
  return value->get<std::uint64_t>();
}

Result<std::optional<std::uint64_t>> optional_whole_number_of(const Json& object, const char* name) {
  if (find(object, name) == nullptr) return std::optional<std::uint64_t>();
  GRANDSTAND_TRY(const auto number, whole_number_of(object, name));
  return std::optional(number);
}

Result<unsigned> option_of(const Json& object) {
  GRANDSTAND_TRY(const auto option, whole_number_of(object, "option"));
  if (option < 1 || option > kMaxOptions) return invalid("There is no option with this number.");
  return static_cast<unsigned>(option);
}

Result<PollId> poll_of(const Json& object) {
  GRANDSTAND_TRY(const auto text, text_of(object, "poll"));
  return parse_poll_id(text);
}

// What command and event have in common.
Result<Opening> read_opening(const Json& object) {
  Opening opening;
  GRANDSTAND_TRY(opening.question, text_of(object, "question"));
  const auto options = object.find("options");
  if (options == object.end() || !options->is_array()) return expected("options", "a list of texts");
  for (const auto& option : *options) {
    if (!option.is_string()) return expected("options", "a list of texts");
    opening.options.push_back(option.get<std::string>());
  }
  const auto change = object.find("change");
  if (change != object.end()) {
    if (*change != "none" && *change != "until_close") return expected("change", "none or until_close");
    opening.change = *change == "until_close";
  }
  if (object.contains("hidden")) {
    GRANDSTAND_TRY(opening.hidden, flag_of(object, "hidden"));
  }
  return opening;
}

using social::or_null;

Json or_null(const std::optional<std::uint64_t>& number) {
  return number ? Json(*number) : Json();
}

Json describe(const Opening& opening) {
  return {{"question", opening.question},
          {"options", opening.options},
          {"closes_at", to_unix_ms(opening.closes_at)},
          {"change", opening.change ? "until_close" : "none"},
          {"hidden", opening.hidden}};
}

Json describe(const Poll& poll) {
  Json described{{"poll", to_string(PollId{poll.event.epoch, poll.event.offset})}};
  described.update(describe(poll.opening));
  described["opened_at"] = to_unix_ms(poll.event.server_time);
  described["media_time"] = or_null(poll.event.media_time);
  described["by"] = poll.event.user ? Json(poll.event.user->name) : Json();
  described["closed_at"] = or_null(poll.closed_at);
  described["counts"] = poll.opening.hidden && poll.final_body.empty() ? Json() : Json(poll.counts);
  described["votes"] = poll.votes;
  described["final"] = poll.final_body.empty() ? Json() : Json::parse(poll.final_body, nullptr, false);
  return described;
}

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
    if (auto allowed = decide_close(state_, poll); !allowed.ok()) return allowed.error();
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
      recall(event.body);
    }
  }

  void recall(std::string_view body) {
    const auto object = Json::parse(body, nullptr, false);
    if (!object.is_object() || !object.contains("polls") || !object["polls"].is_array()) return;
    for (const auto& entry : object["polls"]) {
      if (!entry.is_object()) continue;
      const auto id = poll_of(entry);
      const auto votes = whole_number_of(entry, "votes");
      const auto given = entry.find("counts");
      if (!id.ok() || !votes.ok() || given == entry.end() || !given->is_object()) continue;
      std::vector<std::int64_t> counts(kMaxOptions);
      for (std::size_t i = 0; i < kMaxOptions; ++i) {
        const auto count = given->find(std::to_string(i + 1));
        if (count != given->end() && count->is_number_unsigned()) counts[i] = count->get<std::int64_t>();
      }
      apply_recalled(state_, *id, counts, static_cast<std::int64_t>(*votes));
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
  Json described{{"polls", Json::array()}};
  for (const auto* poll : shown(state_)) described["polls"].push_back(describe(*poll));
  return described.dump();
}

std::string PollsFeature::personal(const room::Facts& facts, const room::User& user) const {
  Json described{{"votes", Json::array()}};
  for (const auto* poll : shown(state_)) {
    const auto found = poll->receipts.find(user.id);
    if (found == poll->receipts.end()) continue;
    const auto& [index, option, replaces, nonce, leaf] = found->second;
    const PollId id{poll->event.epoch, poll->event.offset};
    described["votes"].push_back(
        Json::parse(encode_accepted({id, index, option, {}, replaces, nonce, leaf}), nullptr, false));
  }
  return described["votes"].empty() ? std::string() : described.dump();
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
constexpr std::array kQueries{room::QuerySpec{"export"}, room::QuerySpec{"proof"}};
constexpr std::array kMigrations{storage::Migration{"polls", 1, kPollsSql}, storage::Migration{"polls", 2, kPolls2Sql},
                                 storage::Migration{"polls", 3, kPolls3Sql}};

}  // namespace

Result<Opening> decode_open(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(auto opening, read_opening(object));
  GRANDSTAND_TRY(const auto seconds, whole_number_of(object, "seconds"));
  if (seconds > std::uint64_t{1} << 31) return expected("seconds", "10 to 86400");
  opening.duration = std::chrono::seconds(seconds);
  return opening;
}

Result<Opening> decode_opened(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(auto opening, read_opening(object));
  GRANDSTAND_TRY(const auto closes_at, whole_number_of(object, "closes_at"));
  opening.closes_at = from_unix_ms(static_cast<std::int64_t>(closes_at));
  return opening;
}

Result<Vote> decode_vote(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Vote vote;
  GRANDSTAND_TRY(vote.poll, poll_of(object));
  GRANDSTAND_TRY(vote.option, option_of(object));
  return vote;
}

Result<PollId> decode_poll(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  return poll_of(object);
}

Result<Accepted> decode_accepted(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Accepted accepted;
  GRANDSTAND_TRY(accepted.poll, poll_of(object));
  GRANDSTAND_TRY(accepted.index, whole_number_of(object, "index"));
  GRANDSTAND_TRY(accepted.option, option_of(object));
  GRANDSTAND_TRY(accepted.replaces, optional_whole_number_of(object, "replaces"));
  GRANDSTAND_TRY(const auto before, optional_whole_number_of(object, "before"));
  if (before) accepted.before = static_cast<unsigned>(*before);
  GRANDSTAND_TRY(accepted.nonce, text_of(object, "nonce"));
  GRANDSTAND_TRY(accepted.leaf, text_of(object, "leaf"));
  accepted.again = object.value("again", Json()) == true;
  return accepted;
}

Result<Final> decode_final(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Final final;
  GRANDSTAND_TRY(final.poll, poll_of(object));
  for (const auto& count : object.value("counts", Json::array())) {
    if (!count.is_number_unsigned()) return expected("counts", "a list of numbers");
    final.counts.push_back(count.get<std::uint64_t>());
  }
  GRANDSTAND_TRY(final.votes, whole_number_of(object, "votes"));
  GRANDSTAND_TRY(final.new_accounts, whole_number_of(object, "new_accounts"));
  GRANDSTAND_TRY(final.size, whole_number_of(object, "size"));
  GRANDSTAND_TRY(final.root, text_of(object, "root"));
  GRANDSTAND_TRY(final.checkpoint, text_of(object, "checkpoint"));
  GRANDSTAND_TRY(final.key, text_of(object, "key"));
  return final;
}

std::string encode_opened(const Opening& opening) {
  return describe(opening).dump();
}

std::string encode_vote(const Vote& vote) {
  return Json{{"poll", to_string(vote.poll)}, {"option", vote.option}}.dump();
}

std::string encode_poll(const PollId& poll) {
  return Json{{"poll", to_string(poll)}}.dump();
}

std::string encode_accepted(const Accepted& accepted) {
  Json object{{"poll", to_string(accepted.poll)},       {"index", accepted.index}, {"option", accepted.option},
              {"replaces", or_null(accepted.replaces)}, {"nonce", accepted.nonce}, {"leaf", accepted.leaf}};
  if (accepted.before) object["before"] = *accepted.before;
  if (accepted.again) object["again"] = true;
  return object.dump();
}

std::string encode_final(const Final& final) {
  return Json{{"poll", to_string(final.poll)},      {"counts", final.counts}, {"votes", final.votes},
              {"new_accounts", final.new_accounts}, {"size", final.size},     {"root", final.root},
              {"checkpoint", final.checkpoint},     {"key", final.key}}
      .dump();
}

std::string encode_tick(std::span<const Change> changes) {
  Json object{{"polls", Json::array()}};
  for (const auto& change : changes) {
    Json entry{{"poll", to_string(change.poll)}, {"votes", change.votes}};
    for (const auto& [option, count] : change.counts) entry["counts"][std::to_string(option)] = count;
    object["polls"].push_back(std::move(entry));
  }
  return object.dump();
}

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

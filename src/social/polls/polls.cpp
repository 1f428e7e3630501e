// SPDX-License-Identifier: MIT
#include "polls.hpp"

#include <grandstand/base/text.hpp>
#include <grandstand/social/message_id.hpp>

#include <algorithm>
#include <set>

namespace grandstand::social::polls {

namespace {

Error refused(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// Who asks is a moderator: what is kept out are accidents, not tricks.
Result<std::string> read_text(std::string_view what, std::string_view text, std::size_t most) {
  if (!is_valid_utf8(text)) return refused(std::string(what) + " is not valid UTF-8.");
  const auto trimmed = trim(text);
  if (trimmed.empty()) return refused(std::string(what) + " is empty.");
  const bool has_control =
      std::ranges::any_of(trimmed, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (has_control) return refused(std::string(what) + " contains a control character or a line break.");
  if (const auto length = count_code_points(trimmed); length > most) {
    return refused(std::string(what) + " has " + std::to_string(length) + " characters; " + std::to_string(most) +
                   " are allowed.");
  }
  return std::string(trimmed);
}

bool is_open(const Poll& poll) {
  return !poll.closed_at;
}

// Newest last, by when they were opened.
bool opened_before(const Poll& a, const Poll& b) {
  return std::pair(a.event.server_time, a.event.offset) < std::pair(b.event.server_time, b.event.offset);
}

// A poll whose result has not been told is never forgotten.
void forget_oldest(State& state) {
  while (state.polls.size() > kMostKept) {
    const auto oldest = std::ranges::min_element(state.polls, [](const auto& a, const auto& b) {
      const bool told = !a.second.final_body.empty(), other_told = !b.second.final_body.empty();
      return told != other_told ? told : opened_before(a.second, b.second);
    });
    if (oldest->second.final_body.empty()) return;
    state.polls.erase(oldest);
  }
}

Poll* find(State& state, const PollId& id) {
  const auto found = state.polls.find(id);
  return found == state.polls.end() ? nullptr : &found->second;
}

}  // namespace

std::string to_string(const PollId& id) {
  return id.epoch + ":" + std::to_string(id.offset);
}

Result<PollId> parse_poll_id(std::string_view text) {
  const auto id = parse_message_id(text);
  if (!id || id->offset == 0) return refused("\"poll\" must be the <epoch>:<offset> of a poll's beginning.");
  return PollId{id->epoch, id->offset};
}

Result<Opening> decide_open(const State& state, UtcTime now, Opening wished) {
  GRANDSTAND_TRY(wished.question, read_text("The question", wished.question, kMaxQuestion));
  if (wished.options.size() < kMinOptions || wished.options.size() > kMaxOptions) {
    return refused("A poll has 2 to 10 options; this one has " + std::to_string(wished.options.size()) + ".");
  }
  std::set<std::string> different;
  for (auto& option : wished.options) {
    GRANDSTAND_TRY(option, read_text("An option", option, kMaxOption));
    if (!different.insert(option).second) return refused("The option \"" + option + "\" is there twice.");
  }
  if (wished.duration < kShortest || wished.duration > kLongest) {
    return refused("A poll is open for 10 seconds to 24 hours; this one would be for " +
                   std::to_string(wished.duration.count()) + " seconds.");
  }
  const auto open = std::ranges::count_if(state.polls, [](const auto& entry) { return is_open(entry.second); });
  if (static_cast<std::size_t>(open) >= kMostOpen) {
    return Error{ErrorCode::kConflict,
                 std::to_string(kMostOpen) + " polls are open here already. Close one before you open another."};
  }
  const auto untold =
      std::ranges::count_if(state.polls, [](const auto& entry) { return entry.second.final_body.empty(); });
  if (static_cast<std::size_t>(untold) >= kMostKept) {
    return Error{ErrorCode::kUnavailable, "Earlier polls are not counted yet. Try again later."};
  }
  wished.closes_at = std::chrono::floor<std::chrono::milliseconds>(now) + wished.duration;
  return wished;
}

Result<Vote> decide_vote(const State& state, const Vote& wished) {
  const auto found = state.polls.find(wished.poll);
  const auto most = found == state.polls.end() ? kMaxOptions : found->second.opening.options.size();
  if (wished.option < 1 || wished.option > most) return refused("There is no option with this number.");
  return wished;
}

Status decide_close(const State& state, const PollId& id) {
  const auto found = state.polls.find(id);
  if (found == state.polls.end()) return Error{ErrorCode::kNotFound, "There is no such poll here."};
  if (!is_open(found->second)) return Error{ErrorCode::kConflict, "The poll is closed already."};
  return success();
}

void apply_opened(State& state, const room::Event& event, Opening opening) {
  auto& poll = state.polls[PollId{event.epoch, event.offset}];
  poll.event = event;
  poll.event.key.clear();
  poll.counts.resize(opening.options.size());
  poll.told_counts.resize(opening.options.size());
  poll.opening = std::move(opening);
  forget_oldest(state);
}

void apply_closed(State& state, const PollId& id, UtcTime at) {
  auto* const closed = find(state, id);
  if (closed == nullptr || closed->closed_at) return;
  closed->closed_at = at;
  const auto still = shown(state);
  for (auto& [other, poll] : state.polls) {
    if (std::ranges::find(still, &poll) == still.end()) poll.receipts.clear();
  }
}

void apply_accepted(State& state, const UserId& voter, const Accepted& accepted) {
  auto* const poll = find(state, accepted.poll);
  if (poll == nullptr || accepted.option < 1 || accepted.option > poll->counts.size()) return;
  auto known = poll->receipts.find(voter);
  // What the store summed up may come before the answer to a vote that is among it.
  const bool counted = known != poll->receipts.end() && known->second.index >= accepted.index;
  if (!accepted.again && !counted) {
    ++poll->counts[accepted.option - 1];
    if (accepted.before && *accepted.before >= 1 && *accepted.before <= poll->counts.size()) {
      --poll->counts[*accepted.before - 1];
    } else {
      ++poll->votes;
    }
  }
  if (counted) return;
  if (known == poll->receipts.end() && poll->receipts.size() >= kMostReceipts) return;
  poll->receipts[voter] = {accepted.index, accepted.option, accepted.replaces, accepted.nonce, accepted.leaf};
}

void apply_counted(State& state, const PollId& id, std::string final_body) {
  if (auto* const poll = find(state, id); poll != nullptr && poll->final_body.empty()) {
    poll->counted = std::move(final_body);
  }
}

void apply_final(State& state, const Final& final, std::string body) {
  auto* const poll = find(state, final.poll);
  if (poll == nullptr) return;
  poll->final_body = std::move(body);
  poll->counted.clear();
  poll->counts.assign(final.counts.begin(), final.counts.end());
  poll->counts.resize(poll->opening.options.size());
  poll->votes = static_cast<std::int64_t>(final.votes);
  poll->told_counts = poll->counts;
  poll->told_votes = poll->votes;
  forget_oldest(state);
}

void apply_recalled(State& state, std::span<const Change> counted) {
  for (const auto& change : counted) {
    auto* const poll = find(state, change.poll);
    if (poll == nullptr) continue;
    for (const auto& [option, count] : change.counts) {
      if (option >= 1 && option <= poll->counts.size()) poll->counts[option - 1] += count;
    }
    poll->votes += change.votes;
  }
}

std::optional<UtcTime> media_time_at(const Poll& poll, UtcTime at) {
  if (!poll.event.media_time) return std::nullopt;
  return *poll.event.media_time + (at - poll.event.server_time);
}

std::optional<SteadyTime> due(const State& state) {
  std::optional<SteadyTime> earliest;
  const auto consider = [&](SteadyTime time) { earliest = std::min(earliest.value_or(time), time); };
  for (const auto& [id, poll] : state.polls) {
    if (!poll.final_body.empty()) continue;
    if (!state.anchor) return SteadyTime{};
    if (!poll.counted.empty()) return state.anchor->steady;
    if (poll.closed_at) {
      consider(poll.count_asked ? *poll.count_asked + kCountAgain : state.anchor->steady);
      continue;
    }
    if (!poll.closing) consider(state.anchor->steady + (poll.opening.closes_at - state.anchor->utc));
    const auto next_tick = state.last_tick + kTickInterval;
    if (poll.counts != poll.told_counts || poll.votes != poll.told_votes) consider(next_tick);
    if (poll.votes > 0) consider(std::max(next_tick, state.last_told_again + kTellAgain));
  }
  return earliest;
}

std::vector<PollId> take_over(State& state, UtcTime now) {
  std::vector<PollId> over;
  for (auto& [id, poll] : state.polls) {
    if (!is_open(poll) || poll.closing || now < poll.opening.closes_at) continue;
    poll.closing = true;
    over.push_back(id);
  }
  return over;
}

std::vector<PollId> take_uncounted(State& state, SteadyTime now) {
  std::vector<PollId> uncounted;
  for (auto& [id, poll] : state.polls) {
    if (is_open(poll) || !poll.final_body.empty() || !poll.counted.empty()) continue;
    if (poll.count_asked && now < *poll.count_asked + kCountAgain) continue;
    poll.count_asked = now;
    uncounted.push_back(id);
  }
  return uncounted;
}

std::vector<Told> take_counted(State& state) {
  std::vector<Told> counted;
  for (auto& [id, poll] : state.polls) {
    if (poll.counted.empty()) continue;
    counted.push_back({id, std::move(poll.counted)});
    poll.counted.clear();
  }
  return counted;
}

std::vector<Change> take_changes(State& state, SteadyTime now) {
  std::vector<Change> changes;
  if (now < state.last_tick + kTickInterval) return changes;
  const bool again = now >= state.last_told_again + kTellAgain;
  for (auto& [id, poll] : state.polls) {
    if (!is_open(poll)) continue;
    // A changed vote of a hidden poll is nothing that anybody may see.
    const bool changed = poll.votes != poll.told_votes || (!poll.opening.hidden && poll.counts != poll.told_counts);
    poll.told_counts = poll.counts;
    poll.told_votes = poll.votes;
    if (!changed && !(again && poll.votes > 0)) continue;
    Change change{id, {}, poll.votes};
    for (std::size_t i = 0; i < poll.counts.size() && !poll.opening.hidden; ++i) {
      change.counts[static_cast<unsigned>(i + 1)] = poll.counts[i];
    }
    changes.push_back(std::move(change));
  }
  if (changes.empty()) return changes;
  state.last_tick = now;
  if (again) state.last_told_again = now;
  return changes;
}

std::vector<const Poll*> shown(const State& state) {
  const Poll* latest_closed = nullptr;
  std::vector<const Poll*> polls;
  for (const auto& [id, poll] : state.polls) {
    if (is_open(poll)) {
      polls.push_back(&poll);
    } else if (latest_closed == nullptr || *latest_closed->closed_at < *poll.closed_at) {
      latest_closed = &poll;
    }
  }
  if (latest_closed != nullptr) polls.push_back(latest_closed);
  std::ranges::sort(polls, [](const Poll* a, const Poll* b) { return opened_before(*a, *b); });
  return polls;
}

std::optional<UtcTime> closed_media_time(const Poll& poll, std::optional<UtcTime> told) {
  if (!poll.event.media_time || !poll.closed_at) return std::nullopt;
  return std::max(*poll.event.media_time, told ? *told : *media_time_at(poll, *poll.closed_at));
}

Result<PollQuery> read_query(std::string_view query, const room::QueryParameters& parameters) {
  PollQuery read;
  const std::string number = query == "proof" ? "index" : "from";
  bool has_poll = false;
  for (const auto& [name, value] : parameters) {
    if (name == "poll") {
      GRANDSTAND_TRY(read.poll, parse_poll_id(value));
      has_poll = true;
    } else if (name == number) {
      GRANDSTAND_TRY(const auto ballot, read_number(name, value, 0, kMostBallots));
      read.number = static_cast<std::uint64_t>(ballot);
    } else {
      return unknown_parameter(name, "poll and " + number);
    }
  }
  if (!has_poll) return refused("poll: is missing; it is the <epoch>:<offset> of the poll's beginning");
  return read;
}

}  // namespace grandstand::social::polls

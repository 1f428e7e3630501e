// SPDX-License-Identifier: MIT
#include "polls.hpp"

#include <grandstand/social/json_fields.hpp>

#include <utility>

namespace grandstand::social::polls {

namespace {

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

Json describe(const Accepted& accepted) {
  Json object{{"poll", to_string(accepted.poll)},       {"index", accepted.index}, {"option", accepted.option},
              {"replaces", or_null(accepted.replaces)}, {"nonce", accepted.nonce}, {"leaf", accepted.leaf}};
  if (accepted.before) object["before"] = *accepted.before;
  if (accepted.again) object["again"] = true;
  return object;
}

Result<Change> read_change(const Json& object) {
  Change change;
  GRANDSTAND_TRY(change.poll, poll_of(object));
  GRANDSTAND_TRY(const auto votes, whole_number_of(object, "votes"));
  change.votes = static_cast<std::int64_t>(votes);
  const auto* const counts = find(object, "counts");
  if (counts == nullptr) return change;
  for (unsigned option = 1; option <= kMaxOptions; ++option) {
    const auto name = std::to_string(option);
    if (find(*counts, name.c_str()) == nullptr) continue;
    GRANDSTAND_TRY(const auto count, whole_number_of(*counts, name.c_str()));
    change.counts[option] = static_cast<std::int64_t>(count);
  }
  return change;
}

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
  return describe(accepted).dump();
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

Result<std::vector<Change>> decode_tick(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  const auto* const polls = find(object, "polls");
  if (polls == nullptr || !polls->is_array()) return expected("polls", "a list of polls");
  std::vector<Change> changes;
  for (const auto& entry : *polls) {
    GRANDSTAND_TRY(auto change, read_change(entry));
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string encode_snapshot(std::span<const Poll* const> polls) {
  Json object{{"polls", Json::array()}};
  for (const auto* poll : polls) object["polls"].push_back(describe(*poll));
  return object.dump();
}

std::string encode_progress(std::span<const Standing> standings) {
  auto list = Json::array();
  for (const auto& [at, counts] : standings) list.push_back({{"at", to_unix_ms(at)}, {"counts", counts}});
  return list.dump();
}

std::string encode_timeline(std::span<const PastPoll> polls) {
  Json object{{"polls", Json::array()}};
  for (const auto& [poll, closed_media_time, progress] : polls) {
    auto described = describe(poll);
    described["closed_media_time"] = or_null(closed_media_time);
    described["progress"] = progress.empty() ? Json() : Json::parse(progress, nullptr, false);
    object["polls"].push_back(std::move(described));
  }
  return object.dump();
}

std::string encode_receipts(std::span<const Accepted> votes) {
  Json object{{"votes", Json::array()}};
  for (const auto& vote : votes) object["votes"].push_back(describe(vote));
  return object.dump();
}

}  // namespace grandstand::social::polls

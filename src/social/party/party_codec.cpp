// SPDX-License-Identifier: MIT
#include "party_clock.hpp"

#include <grandstand/social/json_fields.hpp>

#include <array>
#include <string>
#include <utility>

namespace grandstand::social::party {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxUser = 128;
constexpr std::array kRanks{"member", "co_host", "host"};
constexpr std::array kControls{"host", "co_hosts", "everyone", "vote", "timer"};
constexpr std::array kMotives{"play", "pause", "next"};
constexpr std::array kStatuses{"synced", "catching_up", "degraded", "free"};

template <class Value, std::size_t N>
std::optional<Value> find_word(const std::array<const char*, N>& words, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (word == words[i]) return static_cast<Value>(i);
  }
  return std::nullopt;
}

template <std::size_t N>
const char* word_of(const std::array<const char*, N>& words, auto value) {
  return words[static_cast<std::size_t>(value)];
}

Result<std::optional<UtcTime>> optional_time(const Json& object, const char* name) {
  GRANDSTAND_TRY(const auto number, optional_number(object, name, 0, kLastMillisecond));
  return number ? std::optional(from_unix_ms(*number)) : std::nullopt;
}

Result<UtcTime> time_of(const Json& object, const char* name) {
  GRANDSTAND_TRY(const auto time, optional_time(object, name));
  if (!time) return expected(name, "a time in milliseconds since 1970");
  return *time;
}

Result<UserId> user_of(const Json& object, const char* name) {
  GRANDSTAND_TRY(auto text, text_of(object, name));
  if (text.empty() || text.size() > kMaxUser) return expected(name, "the id of a user");
  return UserId(std::move(text));
}

Json describe(const Programme& programme) {
  return {{"channel", programme.channel.value()},
          {"title", programme.title},
          {"start", or_null(programme.start)},
          {"end", or_null(programme.end)}};
}

Result<Programme> read_programme(const Json& object) {
  if (!object.is_object()) return invalid("\"programme\" must be an object.");
  Programme programme;
  GRANDSTAND_TRY(auto channel, text_of(object, "channel"));
  programme.channel = ChannelId(std::move(channel));
  GRANDSTAND_TRY(auto title, optional_text(object, "title"));
  if (title && !title->empty()) {
    GRANDSTAND_TRY(programme.title, check_title(*title));
  }
  GRANDSTAND_TRY(programme.start, optional_time(object, "start"));
  GRANDSTAND_TRY(programme.end, optional_time(object, "end"));
  return programme;
}

Result<Programme> programme_of(const Json& object) {
  const auto* const programme = find(object, "programme");
  if (programme == nullptr) return invalid("\"programme\" must be an object.");
  return read_programme(*programme);
}

Json describe(const Person& person) {
  return {{"user", person.id.value()},
          {"name", person.name},
          {"rank", to_string(person.rank)},
          {"since", to_unix_ms(person.since)}};
}

Result<Person> read_person(const Json& object) {
  if (!object.is_object()) return invalid("\"people\" must be a list of objects.");
  Person person;
  GRANDSTAND_TRY(person.id, user_of(object, "user"));
  GRANDSTAND_TRY(person.name, text_of(object, "name"));
  GRANDSTAND_TRY(const auto rank, text_of(object, "rank"));
  person.rank = parse_rank(rank).value_or(Rank::kMember);
  GRANDSTAND_TRY(person.since, time_of(object, "since"));
  return person;
}

Json describe(const std::vector<UserId>& users) {
  auto list = Json::array();
  for (const auto& user : users) list.push_back(user.value());
  return list;
}

Result<std::vector<UserId>> read_users(const Json& object, const char* name) {
  std::vector<UserId> users;
  for (const auto& user : object.value(name, Json::array())) {
    if (!user.is_string()) return expected(name, "a list of user ids");
    users.emplace_back(user.get<std::string>());
  }
  return users;
}

Json describe(const Queued& entry) {
  auto object = describe(entry.programme);
  object["id"] = entry.id;
  object["by"] = entry.by.value();
  object["votes"] = describe(entry.votes);
  return object;
}

Result<Queued> read_queued(const Json& object) {
  Queued entry;
  GRANDSTAND_TRY(entry.programme, read_programme(object));
  GRANDSTAND_TRY(const auto id, number_of(object, "id", 1, kLastMillisecond));
  entry.id = static_cast<std::uint64_t>(id);
  GRANDSTAND_TRY(entry.by, user_of(object, "by"));
  GRANDSTAND_TRY(entry.votes, read_users(object, "votes"));
  return entry;
}

Result<Control> control_of(const std::string& word) {
  if (const auto control = parse_control(word)) return *control;
  return invalid("\"control\" must be host, co_hosts, everyone, vote or timer.");
}

Json describe(const Motion& motion) {
  Json object{{"term", motion.term}, {"sequence", motion.sequence}, {"position", to_unix_ms(motion.position)},
              {"rate", motion.rate}, {"at", to_unix_ms(motion.at)}, {"reason", motion.reason}};
  if (!motion.by.value().empty()) object["by"] = motion.by.value();
  if (!motion.waits_for.value().empty()) object["waits_for"] = motion.waits_for.value();
  return object;
}

}  // namespace

std::string_view to_string(Rank rank) {
  return word_of(kRanks, rank);
}
std::optional<Rank> parse_rank(std::string_view text) {
  return find_word<Rank>(kRanks, text);
}
std::string_view to_string(Control control) {
  return word_of(kControls, control);
}
std::optional<Control> parse_control(std::string_view text) {
  return find_word<Control>(kControls, text);
}

std::string encode_party(const Party& party) {
  auto people = Json::array();
  for (const auto& person : party.people) people.push_back(describe(person));
  auto queue = Json::array();
  for (const auto& entry : party.queue) queue.push_back(describe(entry));
  Json object{{"title", party.title},
              {"programme", describe(party.programme)},
              {"control", to_string(party.control)},
              {"locked", party.locked},
              {"waiting_room", party.waiting_room},
              {"keeps_chat", party.keeps_chat},
              {"ended", party.ended},
              {"revision", party.revision},
              {"term", party.term},
              {"starts_at", or_null(party.starts_at)},
              {"people", std::move(people)},
              {"removed", describe(party.removed)},
              {"left", describe(party.left)},
              {"invite", nullptr},
              {"queue", std::move(queue)},
              {"last_queued", party.last_queued}};
  if (party.invite) object["invite"] = {{"code", party.invite->code}, {"expires", to_unix_ms(party.invite->expires)}};
  return object.dump();
}

Result<Party> decode_party(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Party party;
  GRANDSTAND_TRY(party.title, text_of(object, "title"));
  GRANDSTAND_TRY(party.programme, programme_of(object));
  GRANDSTAND_TRY(const auto control, text_of(object, "control"));
  GRANDSTAND_TRY(party.control, control_of(control));
  party.locked = object.value("locked", false);
  party.waiting_room = object.value("waiting_room", false);
  party.keeps_chat = object.value("keeps_chat", true);
  party.ended = object.value("ended", false);
  GRANDSTAND_TRY(const auto revision, number_of(object, "revision", 0, kLastMillisecond));
  party.revision = static_cast<std::uint64_t>(revision);
  GRANDSTAND_TRY(const auto term, number_of(object, "term", 0, kLastMillisecond));
  party.term = static_cast<std::uint64_t>(term);
  GRANDSTAND_TRY(party.starts_at, optional_time(object, "starts_at"));
  for (const auto& entry : object.value("people", Json::array())) {
    GRANDSTAND_TRY(auto person, read_person(entry));
    party.people.push_back(std::move(person));
  }
  GRANDSTAND_TRY(party.removed, read_users(object, "removed"));
  GRANDSTAND_TRY(party.left, read_users(object, "left"));
  if (const auto* const invite = find(object, "invite"); invite != nullptr && invite->is_object()) {
    party.invite.emplace();
    GRANDSTAND_TRY(party.invite->code, text_of(*invite, "code"));
    GRANDSTAND_TRY(party.invite->expires, time_of(*invite, "expires"));
  }
  for (const auto& entry : object.value("queue", Json::array())) {
    GRANDSTAND_TRY(auto queued, read_queued(entry));
    party.queue.push_back(std::move(queued));
  }
  GRANDSTAND_TRY(const auto last_queued, number_of(object, "last_queued", 0, kLastMillisecond));
  party.last_queued = static_cast<std::uint64_t>(last_queued);
  return party;
}

Result<Founding> decode_founding(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Founding founding;
  GRANDSTAND_TRY(founding.programme, programme_of(object));
  GRANDSTAND_TRY(auto title, optional_text(object, "title"));
  if (!title || title->empty()) title = founding.programme.title;
  if (title->empty()) title = founding.programme.channel.value();
  GRANDSTAND_TRY(founding.title, check_title(*title));
  GRANDSTAND_TRY(founding.starts_at, optional_time(object, "starts_at"));
  GRANDSTAND_TRY(const auto waiting_room, optional_flag(object, "waiting_room"));
  founding.waiting_room = waiting_room.value_or(false);
  return founding;
}

Result<Change> decode_change(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Change change;
  GRANDSTAND_TRY(change.title, optional_text(object, "title"));
  GRANDSTAND_TRY(const auto control, optional_text(object, "control"));
  if (control) {
    GRANDSTAND_TRY(change.control, control_of(*control));
  }
  GRANDSTAND_TRY(change.locked, optional_flag(object, "locked"));
  GRANDSTAND_TRY(change.waiting_room, optional_flag(object, "waiting_room"));
  GRANDSTAND_TRY(change.keeps_chat, optional_flag(object, "keeps_chat"));
  if (find(object, "programme") != nullptr) {
    GRANDSTAND_TRY(change.programme, programme_of(object));
  }
  GRANDSTAND_TRY(change.starts_at, optional_time(object, "starts_at"));
  return change;
}

Result<Appointment> decode_appointment(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Appointment appointment;
  GRANDSTAND_TRY(appointment.whom, user_of(object, "user"));
  GRANDSTAND_TRY(const auto word, text_of(object, "rank"));
  const auto rank = parse_rank(word);
  if (!rank) return expected("rank", "member, co_host or host");
  appointment.rank = *rank;
  return appointment;
}

Result<Answer> decode_answer(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Answer answer;
  GRANDSTAND_TRY(answer.whom, user_of(object, "user"));
  GRANDSTAND_TRY(const auto admit, optional_flag(object, "admit"));
  if (!admit) return expected("admit", "true or false");
  answer.admit = *admit;
  return answer;
}

Result<Motive> decode_motive(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(const auto word, text_of(object, "for"));
  if (const auto motive = find_word<Motive>(kMotives, word)) return *motive;
  return expected("for", "play, pause or next");
}

Result<UserId> decode_user(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  return user_of(object, "user");
}

Result<std::chrono::hours> decode_lifetime(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(const auto hours, optional_number(object, "hours", 1, kLongestInvite.count()));
  return hours ? std::chrono::hours(*hours) : kInviteLifetime;
}

Result<Programme> decode_programme(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  return programme_of(object);
}

Result<std::uint64_t> decode_queued(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  GRANDSTAND_TRY(const auto id, number_of(object, "id", 1, kLastMillisecond));
  return static_cast<std::uint64_t>(id);
}

std::string encode_motion(const Motion& motion) {
  return describe(motion).dump();
}

Result<Motion> decode_motion(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Motion motion;
  GRANDSTAND_TRY(const auto term, number_of(object, "term", 0, kLastMillisecond));
  motion.term = static_cast<std::uint64_t>(term);
  GRANDSTAND_TRY(const auto sequence, number_of(object, "sequence", 0, kLastMillisecond));
  motion.sequence = static_cast<std::uint64_t>(sequence);
  GRANDSTAND_TRY(motion.position, time_of(object, "position"));
  GRANDSTAND_TRY(const auto rate, number_of(object, "rate", 0, 1));
  motion.rate = static_cast<double>(rate);
  GRANDSTAND_TRY(motion.at, time_of(object, "at"));
  GRANDSTAND_TRY(motion.reason, text_of(object, "reason"));
  motion.by = UserId(object.value("by", ""));
  motion.waits_for = UserId(object.value("waits_for", ""));
  return motion;
}

Result<Move> decode_move(std::string_view body) {
  GRANDSTAND_TRY(const auto object, read_object(body));
  Move move;
  GRANDSTAND_TRY(const auto term, number_of(object, "term", 0, kLastMillisecond));
  move.term = static_cast<std::uint64_t>(term);
  GRANDSTAND_TRY(const auto rate, optional_number(object, "rate", 0, 1));
  if (rate) move.plays = *rate == 1;
  GRANDSTAND_TRY(move.position, optional_time(object, "position"));
  if (!move.plays && !move.position) return invalid("party.move needs a \"rate\" (0 or 1), a \"position\", or both.");
  return move;
}

Result<Report> decode_report(std::string_view body) {
  constexpr std::int64_t kDay = 86'400'000;
  GRANDSTAND_TRY(const auto object, read_object(body));
  Report report;
  GRANDSTAND_TRY(const auto word, text_of(object, "status"));
  const auto status = find_word<Report::Status>(kStatuses, word);
  if (!status) return expected("status", "synced, catching_up, degraded or free");
  report.status = *status;
  GRANDSTAND_TRY(const auto stalled, optional_flag(object, "stalled"));
  report.stalled = stalled.value_or(false);
  GRANDSTAND_TRY(const auto error, optional_number(object, "error", -kDay, kDay));
  if (error) report.error = milliseconds(*error);
  GRANDSTAND_TRY(const auto buffer, optional_number(object, "buffer", 0, kDay));
  report.buffer = milliseconds(buffer.value_or(0));
  GRANDSTAND_TRY(const auto round_trip, optional_number(object, "round_trip", 0, 60'000));
  report.round_trip = milliseconds(round_trip.value_or(0));
  GRANDSTAND_TRY(report.latest, optional_time(object, "latest"));
  return report;
}

std::string encode_pulse(const Motion& motion, const std::vector<std::pair<UserId, Report>>& reports) {
  auto people = Json::array();
  for (const auto& [user, report] : reports) {
    Json person{{"user", user.value()}, {"status", word_of(kStatuses, report.status)}};
    if (report.error) person["error"] = report.error->count();
    if (report.stalled) person["stalled"] = true;
    people.push_back(std::move(person));
  }
  return Json{{"motion", describe(motion)}, {"people", std::move(people)}}.dump();
}

}  // namespace grandstand::social::party

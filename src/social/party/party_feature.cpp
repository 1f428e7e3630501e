// SPDX-License-Identifier: MIT
#include "party_clock.hpp"
#include "party_sql.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::social::party {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTickInterval{500};
constexpr seconds kPulseInterval{5};
constexpr seconds kKnockLifetime{10};  // a client knocks again every kKnockAgain
constexpr milliseconds kKnockAgain{2'500};
constexpr std::size_t kMostKnocking = 50;
constexpr seconds kTurnedAway{60};
constexpr seconds kHostGrace{10};
constexpr seconds kVoteLifetime{30};

struct Knock {
  std::string name;
  SteadyTime at{};
  friend bool operator==(const Knock& a, const Knock& b) { return a.name == b.name; }
};

Error forbidden(std::string message) {
  return {ErrorCode::kForbidden, std::move(message)};
}

// The party's rules and clock behind the room's contract. What is decided is kept apart from what has happened: the
// store has the last word.
class PartyFeature final : public room::Feature {
 public:
  room::Entry enter(const room::Facts& facts, const std::optional<room::User>& user, std::string_view ticket) override {
    if (!loaded_) return {Error{ErrorCode::kUnavailable, "The party is being loaded. Try again."}, kKnockAgain};
    if (party_.ended) return {Error{ErrorCode::kNotFound, "The party is over."}};
    if (!user) return {Error{ErrorCode::kUnauthenticated, "Choose a name or sign in to come to the party."}};
    if (const auto* const known = decided_.find(user->id)) {
      if (known->name == user->name) return {};
      return {success(), {}, adopt(renamed(decided_, *user))};
    }
    if (user->role == room::Role::kAdmin) return {};
    if (std::ranges::find(party_.removed, user->id) != party_.removed.end()) {
      return {forbidden("The host has asked you to leave this party.")};
    }
    if (ticket.empty()) return {forbidden("You need an invitation to this party.")};
    const auto& invite = party_.invite;
    if (!invite || invite->code != ticket || invite->expires <= facts.utc) {
      return {Error{ErrorCode::kNotFound, "This invitation is not valid any more. Ask for a new one."}};
    }
    if (party_.locked) return {forbidden("The party is locked: nobody new comes in.")};
    if (decided_.people.size() >= kMostPeople) {
      return {Error{ErrorCode::kTooLarge, "The party is full: it has " + std::to_string(kMostPeople) + " people."}};
    }
    if (party_.waiting_room) return knock(facts, *user);
    return {success(), {}, admit(facts, user->id, user->name)};
  }

  std::vector<UserId> moderators() const override {
    std::vector<UserId> hosts;
    for (const auto& person : party_.people) {
      if (person.rank >= Rank::kCoHost) hosts.push_back(person.id);
    }
    return hosts;
  }

  Result<room::Outcome> on_command(const room::Facts& facts, const room::Command& command) override {
    if (!loaded_) return Error{ErrorCode::kUnavailable, "The party is being loaded. Try again."};
    const auto& user = command.user;
    const auto body = command.body;
    if (decided_.find(user.id) == nullptr && user.role != room::Role::kAdmin) {
      return forbidden("You are not in this party any more.");
    }
    if (command.name == "report") return hear(facts, user, body);
    if (command.name == "move") return move(facts, user, body);
    if (command.name == "vote") return vote(facts, user, body);
    if (command.name == "next") return next(facts, user);
    if (command.name == "answer") return answer(facts, user, body);
    GRANDSTAND_TRY(auto party, decide(facts, command));
    const bool other_programme = party.programme != decided_.programme;
    const bool other_host = party.term != decided_.term;
    auto outcome = adopt(std::move(party));
    if (command.name == "remove" || command.name == "leave") {
      GRANDSTAND_TRY(const auto whom, command.name == "leave" ? user.id : decode_user(body));
      outcome.expelled.push_back(whom);
      clock_.forget(whom);
    }
    if (decided_.ended && !decided_.keeps_chat && !outcome.announcements.empty()) {
      auto& erases = outcome.announcements.front().erases;
      for (const auto& person : decided_.people) erases.push_back(person.id);
      std::ranges::copy(decided_.removed, std::back_inserter(erases));
      std::ranges::copy(decided_.left, std::back_inserter(erases));
    }
    if (other_programme && !decided_.starts_at)
      add(outcome, clock_.begin(facts, decided_, facts.utc, "begin", user.id));
    if (other_host) add(outcome, clock_.fence(facts, decided_.term));
    return outcome;
  }

  void apply(const room::Event& event) override { take(event); }
  void restore(std::span<const room::Event> events) override {
    for (const auto& event : events) take(event);
  }
  void on_refused(const room::Event& event) override {
    if (event.kind == "party.motion") {
      clock_.refused();
    } else {
      decided_ = party_;
    }
  }

  std::optional<SteadyTime> tick_due() const override {
    if (!loaded_ || party_.ended || present_.empty()) return std::nullopt;
    return next_tick_;
  }
  room::Outcome tick(const room::Facts& facts) override {
    room::Outcome outcome;
    if (!loaded_ || facts.now < next_tick_) return outcome;
    next_tick_ = facts.now + kTickInterval;
    begin_when_it_is_time(facts, outcome);
    find_host(facts, outcome);
    if (auto motion = clock_.tick(facts, decided_)) add(outcome, *motion);
    tell_who_knocks(facts, outcome);
    if (facts.now >= next_pulse_) {
      next_pulse_ = facts.now + kPulseInterval;
      outcome.announcements.push_back({"pulse", encode_pulse(clock_.motion(), clock_.reports()), {}, {}});
    }
    return outcome;
  }

  void on_join(const room::Facts& facts, const std::optional<room::User>& user) override {
    if (!user) return;
    present_.insert(user->id);
    next_tick_ = std::min(next_tick_, facts.now + kTickInterval);
  }
  void on_attendance(const room::Attendance& attendance) override {
    if (!attendance.complete) return;
    std::set<UserId> present;
    for (const auto& user : attendance.users) present.insert(user.id);
    for (const auto& user : present_) {
      if (!present.contains(user)) clock_.forget(user);
    }
    present_ = std::move(present);
  }

  std::string snapshot(const room::Facts& facts) const override {
    if (!loaded_) return "{}";
    return "{\"party\":" + encode_party(party_) + ",\"motion\":" + encode_motion(clock_.motion()) + "}";
  }
  std::string personal(const room::Facts& facts, const room::User& user) const override {
    return rank_of(party_, user) >= Rank::kCoHost && !knocks_.empty() ? who_knocks() : std::string();
  }

 private:
  void take(const room::Event& event) {
    if (event.kind == "party.motion") {
      auto motion = decode_motion(event.body);
      if (motion.ok() && (!has_motion_ || motion->sequence >= clock_.motion().sequence)) {
        clock_.applied(*std::move(motion));
        has_motion_ = true;
      }
      return;
    }
    auto party = decode_party(event.body);
    if (!party.ok() || (loaded_ && party->revision < party_.revision)) return;
    party_ = *std::move(party);
    if (!loaded_ || party_.revision >= decided_.revision) decided_ = party_;
    loaded_ = true;
  }

  static void add(room::Outcome& outcome, const Motion& motion) {
    outcome.announcements.push_back({"motion", encode_motion(motion), {}, {}});
  }
  room::Outcome adopt(Party party) {
    room::Outcome outcome;
    if (party == decided_) return outcome;
    party.revision = decided_.revision + 1;
    decided_ = std::move(party);
    outcome.announcements.push_back({"state", encode_party(decided_), {}, {}});
    return outcome;
  }
  static void append(room::Outcome& outcome, room::Outcome more) {
    std::ranges::move(more.announcements, std::back_inserter(outcome.announcements));
  }

  Result<Party> decide(const room::Facts& facts, const room::Command& command) {
    const auto& user = command.user;
    const auto body = command.body;
    if (command.name == "change") {
      GRANDSTAND_TRY(auto wanted, decode_change(body));
      return change(decided_, user, std::move(wanted), facts.utc);
    }
    if (command.name == "appoint") {
      GRANDSTAND_TRY(const auto appointment, decode_appointment(body));
      return appoint(decided_, user, appointment.whom, appointment.rank);
    }
    if (command.name == "remove") {
      GRANDSTAND_TRY(const auto whom, decode_user(body));
      return remove(decided_, user, whom);
    }
    if (command.name == "leave") return leave(decided_, user, {present_.begin(), present_.end()});
    if (command.name == "invite") {
      GRANDSTAND_TRY(const auto lifetime, decode_lifetime(body));
      return invite(decided_, user, make_code(), lifetime, facts.utc);
    }
    if (command.name == "enqueue") {
      GRANDSTAND_TRY(auto programme, decode_programme(body));
      GRANDSTAND_RETURN_IF_ERROR(check_programme(programme, facts.utc));
      return enqueue(decided_, user, std::move(programme));
    }
    if (command.name == "dequeue" || command.name == "favour") {
      GRANDSTAND_TRY(const auto id, decode_queued(body));
      return command.name == "dequeue" ? dequeue(decided_, user, id) : favour(decided_, user, id);
    }
    return end(decided_, user);
  }

  Result<room::Outcome> hear(const room::Facts& facts, const room::User& user, std::string_view body) {
    GRANDSTAND_TRY(auto report, decode_report(body));
    room::Outcome outcome;
    if (auto motion = clock_.report(facts, decided_, user.id, std::move(report))) add(outcome, *motion);
    return outcome;
  }

  Result<room::Outcome> move(const room::Facts& facts, const room::User& user, std::string_view body) {
    GRANDSTAND_TRY(const auto wanted, decode_move(body));
    GRANDSTAND_RETURN_IF_ERROR(may_move(decided_, user));
    GRANDSTAND_TRY(const auto motion, clock_.move(facts, decided_, wanted, user.id));
    room::Outcome outcome;
    add(outcome, motion);
    return outcome;
  }

  Result<room::Outcome> play_next(const room::Facts& facts, const UserId& by) {
    GRANDSTAND_TRY(auto party, next_programme(decided_));
    auto outcome = adopt(std::move(party));
    add(outcome, clock_.begin(facts, decided_, facts.utc, "begin", by));
    return outcome;
  }
  Result<room::Outcome> next(const room::Facts& facts, const room::User& user) {
    GRANDSTAND_RETURN_IF_ERROR(may_move(decided_, user));
    return play_next(facts, user.id);
  }

  // Only who is here counts: for it, and among how many.
  Result<room::Outcome> vote(const room::Facts& facts, const room::User& user, std::string_view body) {
    GRANDSTAND_TRY(const auto motive, decode_motive(body));
    if (decided_.control != Control::kVote) return forbidden("In this party it is not the group that decides.");
    auto& votes = votes_[motive];
    std::erase_if(votes, [&](const auto& vote) { return facts.now - vote.second > kVoteLifetime; });
    votes[user.id] = facts.now;
    std::size_t eligible = 0, in_favour = 0;
    for (const auto& person : decided_.people) {
      if (!present_.contains(person.id) && person.id != user.id) continue;
      ++eligible;
      if (votes.contains(person.id)) ++in_favour;
    }
    if (in_favour * 2 <= eligible) {
      room::Outcome counted;
      counted.announcements.push_back({"voting", encode_voting(motive, in_favour, eligible), {}, {}});
      return counted;
    }
    votes_.clear();
    if (motive == Motive::kNext) return play_next(facts, user.id);
    room::Outcome outcome;
    GRANDSTAND_TRY(const auto motion,
                   clock_.move(facts, decided_, {decided_.term, motive == Motive::kPlay, {}}, user.id));
    add(outcome, motion);
    return outcome;
  }
  static std::string encode_voting(Motive motive, std::size_t in_favour, std::size_t eligible) {
    constexpr std::array kWords{"play", "pause", "next"};
    return nlohmann::ordered_json{
        {"for", kWords[static_cast<std::size_t>(motive)]}, {"votes", in_favour}, {"of", eligible}}
        .dump();
  }

  room::Entry knock(const room::Facts& facts, const room::User& user) {
    if (const auto turned = turned_away_.find(user.id);
        turned != turned_away_.end() && facts.now - turned->second < kTurnedAway) {
      return {forbidden("The host did not let you in.")};
    }
    if (knocks_.size() < kMostKnocking || knocks_.contains(user.id)) knocks_[user.id] = {user.name, facts.now};
    return {forbidden("You are in the waiting room: the host is asked to let you in."), kKnockAgain};
  }
  room::Outcome admit(const room::Facts& facts, const UserId& user, const std::string& name) {
    knocks_.erase(user);
    return adopt(with_person(decided_, {user, name, Rank::kMember, facts.utc}));
  }
  Result<room::Outcome> answer(const room::Facts& facts, const room::User& user, std::string_view body) {
    GRANDSTAND_TRY(const auto given, decode_answer(body));
    if (rank_of(decided_, user) < Rank::kCoHost) return forbidden("Only the host and co-hosts let people in.");
    const auto knock = knocks_.find(given.whom);
    if (!given.admit) {
      std::erase_if(turned_away_, [&](const auto& entry) { return facts.now - entry.second >= kTurnedAway; });
      turned_away_[given.whom] = facts.now;
      if (knock != knocks_.end()) knocks_.erase(knock);
      return room::Outcome{};
    }
    if (knock == knocks_.end()) return Error{ErrorCode::kNotFound, "This person does not wait at the door any more."};
    return admit(facts, given.whom, std::string(knock->second.name));
  }
  std::string who_knocks() const {
    auto people = nlohmann::ordered_json::array();
    for (const auto& [user, knock] : knocks_) people.push_back({{"user", user.value()}, {"name", knock.name}});
    return nlohmann::ordered_json{{"waiting", std::move(people)}}.dump();
  }
  void tell_who_knocks(const room::Facts& facts, room::Outcome& outcome) {
    std::erase_if(knocks_, [&](const auto& entry) { return facts.now - entry.second.at > kKnockLifetime; });
    if (knocks_ == told_knocks_) return;
    told_knocks_ = knocks_;
    for (const auto& person : party_.people) {
      if (person.rank < Rank::kCoHost) continue;
      outcome.announcements.push_back({"waiting", who_knocks(), {}, {}, room::Audience::kUser, person.id});
    }
  }

  void begin_when_it_is_time(const room::Facts& facts, room::Outcome& outcome) {
    if (!decided_.starts_at || facts.utc < *decided_.starts_at) return;
    auto party = decided_;
    const auto at = *std::exchange(party.starts_at, std::nullopt);
    append(outcome, adopt(std::move(party)));
    add(outcome, clock_.begin(facts, decided_, at, "begin"));
  }
  // The host may be gone for a moment; then somebody else is.
  void find_host(const room::Facts& facts, room::Outcome& outcome) {
    const auto* const host = decided_.host();
    if (host != nullptr && present_.contains(host->id)) {
      host_missing_since_.reset();
      return;
    }
    if (!host_missing_since_) host_missing_since_ = facts.now;
    if (facts.now - *host_missing_since_ < kHostGrace) return;
    auto party = hand_over(decided_, {present_.begin(), present_.end()});
    if (party.term == decided_.term) return;
    append(outcome, adopt(std::move(party)));
    add(outcome, clock_.fence(facts, decided_.term));
    host_missing_since_.reset();
  }

  Party party_, decided_;
  PartyClock clock_;
  bool loaded_ = false, has_motion_ = false;
  std::set<UserId> present_;
  std::map<UserId, Knock> knocks_, told_knocks_;
  std::map<UserId, SteadyTime> turned_away_;
  std::map<Motive, std::map<UserId, SteadyTime>> votes_;
  std::optional<SteadyTime> host_missing_since_;
  SteadyTime next_tick_{}, next_pulse_{};
};

std::unique_ptr<room::Feature> make() {
  return std::make_unique<PartyFeature>();
}

constexpr RateLimit kControlRate{.burst = 10, .per_second = 2};
constexpr RateLimit kSettingRate{.burst = 10, .per_second = 1};
constexpr std::array kCommands{
    room::CommandSpec{"move", room::Role::kGuest, kControlRate, 256},
    room::CommandSpec{"report", room::Role::kGuest, {.burst = 10, .per_second = 1}, 512},
    room::CommandSpec{"change", room::Role::kGuest, kSettingRate, 2'048},
    room::CommandSpec{"vote", room::Role::kGuest, kControlRate, 64},
    room::CommandSpec{"appoint", room::Role::kGuest, kSettingRate, 512},
    room::CommandSpec{"remove", room::Role::kGuest, kSettingRate, 256},
    room::CommandSpec{"answer", room::Role::kGuest, kSettingRate, 256},
    room::CommandSpec{"invite", room::Role::kGuest, kSettingRate, 128},
    room::CommandSpec{"enqueue", room::Role::kGuest, kSettingRate, 1'024},
    room::CommandSpec{"favour", room::Role::kGuest, kSettingRate, 128},
    room::CommandSpec{"dequeue", room::Role::kGuest, kSettingRate, 128},
    room::CommandSpec{"next", room::Role::kGuest, kControlRate, 64},
    room::CommandSpec{"end", room::Role::kGuest, kSettingRate, 64},
    room::CommandSpec{"leave", room::Role::kGuest, kSettingRate, 64},
};
constexpr std::array kEvents{
    room::EventSpec{"state", room::Durability::kCommitted},   room::EventSpec{"motion", room::Durability::kCommitted},
    room::EventSpec{"pulse", room::Durability::kConflatable}, room::EventSpec{"waiting", room::Durability::kPassing},
    room::EventSpec{"voting", room::Durability::kPassing},
};
constexpr std::array kQueries{
    room::QuerySpec{.name = "invite", .of_room = false, .by_code = true},
    room::QuerySpec{.name = "mine", .of_room = false},
};
constexpr std::array kMigrations{storage::Migration{"party", 1, kPartySql}};

}  // namespace

constinit const room::FeatureSpec kSpec{
    .name = "party",
    .commands = kCommands,
    .events = kEvents,
    .queries = kQueries,
    .migrations = kMigrations,
    .restored_events = 2,
    .make = make,
    .make_store = make_store,
    .rooms = "party",
    .founds = true,
};

}  // namespace grandstand::social::party

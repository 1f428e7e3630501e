// SPDX-License-Identifier: MIT
#include "party.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::social::party {
namespace {

Error forbidden(std::string message) {
  return {ErrorCode::kForbidden, std::move(message)};
}

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Status must_be(Rank least, const Party& party, const room::User& by) {
  if (party.ended) return Error{ErrorCode::kConflict, "The party is over."};
  if (rank_of(party, by) >= least) return success();
  return forbidden(least == Rank::kHost ? "Only the host may do this." : "Only the host and co-hosts may do this.");
}

std::vector<Queued>::iterator queued(Party& party, std::uint64_t id) {
  return std::ranges::find(party.queue, id, &Queued::id);
}

void take_out(Party& party, const UserId& whom, std::vector<UserId>& gone, std::size_t most) {
  std::erase_if(party.people, [&](const Person& person) { return person.id == whom; });
  for (auto& entry : party.queue) std::erase(entry.votes, whom);
  gone.push_back(whom);
  if (gone.size() > most) gone.erase(gone.begin());
}

void close(Party& party) {
  party.ended = true;
  party.invite.reset();
  party.queue.clear();
}

const Error kNotQueued{ErrorCode::kNotFound, "This is not in the queue any more."};

}  // namespace

const Person* Party::find(const UserId& user) const {
  const auto found = std::ranges::find(people, user, &Person::id);
  return found == people.end() ? nullptr : &*found;
}

const Person* Party::host() const {
  const auto found = std::ranges::find(people, Rank::kHost, &Person::rank);
  return found == people.end() ? nullptr : &*found;
}

Rank rank_of(const Party& party, const room::User& user) {
  if (user.role == room::Role::kAdmin) return Rank::kHost;
  const auto* const person = party.find(user.id);
  return person == nullptr ? Rank::kMember : person->rank;
}

Result<std::string> check_title(std::string_view title) {
  const auto first = title.find_first_not_of(' ');
  if (first == std::string_view::npos) return invalid("A party needs a title.");
  title = title.substr(first, title.find_last_not_of(' ') - first + 1);
  if (count_code_points(title) > kMaxTitle) {
    return invalid("A title may have " + std::to_string(kMaxTitle) + " characters.");
  }
  for (const unsigned char c : title) {
    if (c < 0x20 || c == 0x7F) return invalid("A title may not have control characters.");
  }
  return std::string(title);
}

Status check_programme(const Programme& programme, UtcTime now) {
  const auto& channel = programme.channel.value();
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  if (channel.empty() || channel.size() > 64 || !std::ranges::all_of(channel, is_plain)) {
    return invalid("\"channel\" must be the id of a channel.");
  }
  if (programme.start.has_value() != programme.end.has_value()) {
    return invalid("A recording has a start and an end; a live channel has neither.");
  }
  if (programme.is_live()) return success();
  if (*programme.end <= *programme.start || *programme.end - *programme.start > std::chrono::hours(24)) {
    return invalid("\"end\" must come after \"start\", by 24 hours at most.");
  }
  if (*programme.start > now) return invalid("The programme has not begun yet: watch the channel live.");
  return success();
}

Result<Party> change(Party party, const room::User& by, Change change, UtcTime now) {
  GRANDSTAND_RETURN_IF_ERROR(must_be(Rank::kHost, party, by));
  if (change.title) {
    GRANDSTAND_TRY(party.title, check_title(*change.title));
  }
  if (change.programme) {
    GRANDSTAND_RETURN_IF_ERROR(check_programme(*change.programme, now));
    party.programme = *std::move(change.programme);
  }
  if (change.starts_at) {
    if (!party.starts_at) return Error{ErrorCode::kConflict, "The party has begun already."};
    if (*change.starts_at > now + kFurthestStart) return invalid("A party may be planned 60 days ahead at most.");
    party.starts_at = std::max(*change.starts_at, now);
  }
  party.control = change.control.value_or(party.control);
  party.locked = change.locked.value_or(party.locked);
  party.waiting_room = change.waiting_room.value_or(party.waiting_room);
  party.keeps_chat = change.keeps_chat.value_or(party.keeps_chat);
  return party;
}

Result<Party> appoint(Party party, const room::User& by, const UserId& whom, Rank rank) {
  GRANDSTAND_RETURN_IF_ERROR(must_be(Rank::kHost, party, by));
  const auto person = std::ranges::find(party.people, whom, &Person::id);
  if (person == party.people.end()) return Error{ErrorCode::kNotFound, "This person is not in the party."};
  if (person->rank == rank) return party;
  if (person->rank == Rank::kHost) return invalid("Make somebody else the host: a party always has one.");
  if (rank == Rank::kHost) {
    const auto before = std::ranges::find(party.people, Rank::kHost, &Person::rank);
    if (before != party.people.end()) before->rank = Rank::kCoHost;
    ++party.term;
  }
  person->rank = rank;
  return party;
}

Result<Party> remove(Party party, const room::User& by, const UserId& whom) {
  GRANDSTAND_RETURN_IF_ERROR(must_be(Rank::kCoHost, party, by));
  const auto person = std::ranges::find(party.people, whom, &Person::id);
  if (person == party.people.end()) return Error{ErrorCode::kNotFound, "This person is not in the party."};
  if (person->rank >= rank_of(party, by)) return forbidden("You may remove those below your rank only.");
  take_out(party, whom, party.removed, kMostRemoved);
  return party;
}

Result<Party> leave(Party party, const room::User& by, const std::vector<UserId>& present) {
  if (party.ended) return party;
  if (party.find(by.id) == nullptr) return Error{ErrorCode::kNotFound, "You are not one of the party's people."};
  take_out(party, by.id, party.left, kMostLeft);
  if (party.people.empty()) close(party);
  if (party.host() != nullptr) return party;
  std::vector<UserId> all;
  for (const auto& person : party.people) all.push_back(person.id);
  auto next = hand_over(party, present);
  return next.host() != nullptr ? next : hand_over(std::move(party), all);
}

Result<Party> invite(Party party, const room::User& by, std::string code, std::chrono::hours lifetime, UtcTime now) {
  GRANDSTAND_RETURN_IF_ERROR(must_be(Rank::kCoHost, party, by));
  party.invite = Invite{std::move(code), now + lifetime};
  return party;
}

Result<Party> enqueue(Party party, const room::User& by, Programme programme) {
  GRANDSTAND_RETURN_IF_ERROR(must_be(Rank::kMember, party, by));
  if (party.queue.size() >= kMostQueued) {
    return Error{ErrorCode::kTooLarge, "The queue is full: it may have " + std::to_string(kMostQueued) + " entries."};
  }
  if (std::ranges::find(party.queue, programme, &Queued::programme) != party.queue.end()) {
    return Error{ErrorCode::kConflict, "This is in the queue already."};
  }
  party.queue.push_back({++party.last_queued, std::move(programme), by.id, {by.id}});
  return party;
}

Result<Party> dequeue(Party party, const room::User& by, std::uint64_t id) {
  const auto entry = queued(party, id);
  if (entry == party.queue.end()) return kNotQueued;
  if (entry->by != by.id) {
    GRANDSTAND_RETURN_IF_ERROR(must_be(Rank::kCoHost, party, by));
  }
  party.queue.erase(entry);
  return party;
}

Result<Party> favour(Party party, const room::User& by, std::uint64_t id) {
  GRANDSTAND_RETURN_IF_ERROR(must_be(Rank::kMember, party, by));
  const auto entry = queued(party, id);
  if (entry == party.queue.end()) return kNotQueued;
  if (std::erase(entry->votes, by.id) == 0) entry->votes.push_back(by.id);
  return party;
}

Result<Party> end(Party party, const room::User& by) {
  GRANDSTAND_RETURN_IF_ERROR(must_be(Rank::kHost, party, by));
  close(party);
  return party;
}

Result<Party> next_programme(Party party) {
  const auto most = std::ranges::max_element(party.queue, {}, [](const Queued& q) { return q.votes.size(); });
  if (most == party.queue.end()) return Error{ErrorCode::kConflict, "Nothing is in the queue."};
  party.programme = std::move(most->programme);
  party.queue.erase(most);
  return party;
}

Party hand_over(Party party, const std::vector<UserId>& present) {
  const auto is_here = [&](const Person& person) { return std::ranges::find(present, person.id) != present.end(); };
  Person* next = nullptr;
  for (auto& person : party.people) {
    if (person.rank == Rank::kHost || !is_here(person)) continue;
    if (next == nullptr || person.rank > next->rank) next = &person;
  }
  if (next == nullptr) return party;
  for (auto& person : party.people) {
    if (person.rank == Rank::kHost) person.rank = Rank::kCoHost;
  }
  next->rank = Rank::kHost;
  ++party.term;
  return party;
}

Party with_person(Party party, Person person) {
  if (party.find(person.id) != nullptr) return party;
  std::erase(party.left, person.id);
  party.people.push_back(std::move(person));
  return party;
}

Party renamed(Party party, const room::User& user) {
  const auto person = std::ranges::find(party.people, user.id, &Person::id);
  if (person != party.people.end()) person->name = user.name;
  return party;
}

Status may_move(const Party& party, const room::User& user) {
  const auto rank = rank_of(party, user);
  switch (party.control) {
    case Control::kHost:
      return must_be(Rank::kHost, party, user);
    case Control::kCoHosts:
      return must_be(Rank::kCoHost, party, user);
    case Control::kEveryone:
      return must_be(Rank::kMember, party, user);
    case Control::kVote:
      if (rank == Rank::kHost && party.people.size() == 1) return success();
      return forbidden("In this party the group decides: vote for it.");
    case Control::kTimer:
      return forbidden("In this party nobody moves the clock.");
  }
  return success();
}

}  // namespace grandstand::social::party

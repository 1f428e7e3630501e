// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/event.hpp>
#include <grandstand/room/feature.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Watching together: a party is a room of its own, with people who were invited, a programme, and one clock that the
// server owns (party_clock.hpp). All here is rules: time is given, what comes out is the next party.
namespace grandstand::social::party {

inline constexpr std::size_t kMostPeople = 100;
inline constexpr std::size_t kMostQueued = 30;
inline constexpr std::size_t kMostRemoved = 100;  // remembered; beyond, the earliest may come again
inline constexpr std::size_t kMostLeft = 100;     // remembered; beyond, what the earliest said stays
inline constexpr std::size_t kMaxTitle = 80;      // code points
inline constexpr std::chrono::hours kInviteLifetime{24}, kLongestInvite{24 * 14};
inline constexpr std::chrono::hours kFurthestStart{24 * 60};  // ahead of now

// What is watched. Without start it is the channel live; with one, the recording of [start, end) in its archive.
struct Programme {
  ChannelId channel;
  std::string title;
  std::optional<UtcTime> start, end;  // both or none
  bool is_live() const { return !start; }
  friend bool operator==(const Programme&, const Programme&) = default;
};

enum class Rank { kMember, kCoHost, kHost };  // each may what those before it may

// Who moves the clock.
enum class Control { kHost, kCoHosts, kEveryone, kVote, kTimer };

struct Person {
  UserId id;
  std::string name;
  Rank rank = Rank::kMember;
  UtcTime since{};
  friend bool operator==(const Person&, const Person&) = default;
};

// Lets in whoever knows the code, until it expires.
struct Invite {
  std::string code;  // eight of kCodeAlphabet
  UtcTime expires{};
  friend bool operator==(const Invite&, const Invite&) = default;
};
inline constexpr std::string_view kCodeAlphabet = "23456789bcdfghjkmnpqrstvwxyz";  // nothing that reads as another
inline constexpr std::size_t kCodeLength = 8;

struct Queued {
  std::uint64_t id = 0;
  Programme programme;
  UserId by;
  std::vector<UserId> votes;
  friend bool operator==(const Queued&, const Queued&) = default;
};

// What stays of a party: body of the event party.state, and row of the store.
struct Party {
  std::string title;
  Programme programme;
  Control control = Control::kHost;
  bool locked = false;        // nobody new comes in
  bool waiting_room = false;  // hosts let people in, one by one
  bool keeps_chat = true;     // when it is over; otherwise what its people said is taken away
  bool ended = false;
  std::uint64_t revision = 1;        // grows with every change
  std::uint64_t term = 1;            // of the host: grows when another becomes it
  std::optional<UtcTime> starts_at;  // not begun yet
  std::vector<Person> people;        // who may come in, the longest first
  std::vector<UserId> removed;       // who may not come again
  std::vector<UserId> left;          // of their own accord: what they said goes with the party
  std::optional<Invite> invite;
  std::vector<Queued> queue;  // in the order of being added
  std::uint64_t last_queued = 0;

  const Person* find(const UserId& user) const;
  const Person* host() const;
  friend bool operator==(const Party&, const Party&) = default;
};

// The server's administrators count as hosts.
Rank rank_of(const Party& party, const room::User& user);

// --- what commands ask; each gives the next party, or a sentence for who asked -------------------------------------

// party.change: what is there changes.
struct Change {
  std::optional<std::string> title;
  std::optional<Control> control;
  std::optional<bool> locked, waiting_room, keeps_chat;
  std::optional<Programme> programme;
  std::optional<UtcTime> starts_at;
};
Result<Party> change(Party party, const room::User& by, Change change, UtcTime now);
// party.appoint: a host makes somebody co-host or member, or hands the party over.
Result<Party> appoint(Party party, const room::User& by, const UserId& whom, Rank rank);
// party.remove
Result<Party> remove(Party party, const room::User& by, const UserId& whom);
// party.leave: for good. The party always has a host: of those present, else of all; without people it is over.
Result<Party> leave(Party party, const room::User& by, const std::vector<UserId>& present);
// party.invite: the code before does not count any more.
Result<Party> invite(Party party, const room::User& by, std::string code, std::chrono::hours lifetime, UtcTime now);
// party.enqueue, party.dequeue, party.favour (a vote, or its withdrawal)
Result<Party> enqueue(Party party, const room::User& by, Programme programme);
Result<Party> dequeue(Party party, const room::User& by, std::uint64_t id);
Result<Party> favour(Party party, const room::User& by, std::uint64_t id);
// party.end
Result<Party> end(Party party, const room::User& by);

// Without asking who wants it: the entry with the most votes, the earlier of equal ones; nothing queued: an error.
Result<Party> next_programme(Party party);
// The host has gone: the senior co-host, else who has been here longest, of those present. Nobody: as it was.
Party hand_over(Party party, const std::vector<UserId>& present);
Party with_person(Party party, Person person);
// One of its people has another name by now.
Party renamed(Party party, const room::User& user);
// Whether the user may move the clock by a word of its own.
Status may_move(const Party& party, const room::User& user);

// 1 to kMaxTitle characters, trimmed, no control characters.
Result<std::string> check_title(std::string_view title);
Status check_programme(const Programme& programme, UtcTime now);

// --- codec: JSON objects (docs/protocol.md) ------------------------------------------------------------------------

std::string_view to_string(Rank rank);
std::optional<Rank> parse_rank(std::string_view text);
std::string_view to_string(Control control);
std::optional<Control> parse_control(std::string_view text);

std::string encode_party(const Party& party);
Result<Party> decode_party(std::string_view body);

// What POST /api/v1/parties asks.
struct Founding {
  Programme programme;
  std::string title;
  std::optional<UtcTime> starts_at;
  bool waiting_room = false;
};
Result<Founding> decode_founding(std::string_view body);

struct Appointment {
  UserId whom;
  Rank rank = Rank::kMember;
};
// party.answer: to who waits at the door.
struct Answer {
  UserId whom;
  bool admit = true;
};
// party.vote, where the group decides: carried when more than half of those present are for it.
enum class Motive { kPlay, kPause, kNext };
Result<Change> decode_change(std::string_view body);
Result<Appointment> decode_appointment(std::string_view body);
Result<Answer> decode_answer(std::string_view body);
Result<Motive> decode_motive(std::string_view body);
Result<UserId> decode_user(std::string_view body);
Result<std::chrono::hours> decode_lifetime(std::string_view body);
Result<Programme> decode_programme(std::string_view body);
Result<std::uint64_t> decode_queued(std::string_view body);

// --- store ---------------------------------------------------------------------------------------------------------

std::string make_code();
std::unique_ptr<room::FeatureStore> make_store(storage::Database& database);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::party

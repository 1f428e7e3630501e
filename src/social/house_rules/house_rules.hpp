// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/recency_map.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/room/classifier.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/wording/word_list.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How a room talks: its modes, its emotes, its lists of words and links, what waits for a moderator or for the delay,
// and the shield against raids. What moderators change is committed first, and lies in an append-only log.
namespace grandstand::social::house_rules {

inline constexpr std::size_t kMaxWords = 500;
inline constexpr std::size_t kMaxDomains = 500;
inline constexpr std::size_t kMaxEmotes = 200;
inline constexpr std::size_t kMaxHeld = 200;       // waiting for a moderator; more are refused
inline constexpr std::size_t kMaxDelayed = 2'000;  // waiting for the delay; more are refused
inline constexpr std::size_t kMaxChecking = 500;   // asked about at the classifier; more count as if it had failed
inline constexpr std::chrono::seconds kLongestCheck{3};  // then it counts as failed, too
inline constexpr std::size_t kMaxUsers = 5'000;          // whose last message is remembered
inline constexpr std::size_t kMaxUnique = 20'000;        // texts that must not come again
inline constexpr std::size_t kMaxRecent = 300;           // messages that near-duplicates and nukes are looked for in
inline constexpr std::size_t kMaxReason = 500;           // code points
inline constexpr std::chrono::hours kUniqueFor{30 * 24};

enum class LinkPolicy { kAllowed, kHeld, kRefused };

struct Modes {
  std::chrono::seconds slow{0};                   // 0, 3..120: between two messages of a user
  std::optional<std::chrono::minutes> followers;  // only who follows the channel for so long
  std::chrono::minutes account_age{0};            // only whose account is so old; 0: guests may, too
  bool members = false;
  bool emotes = false;
  bool unique = false;
  bool announcement = false;      // only moderators speak
  std::chrono::seconds delay{0};  // 0, 2, 4, 6: moderators see messages so much earlier than others
  LinkPolicy links = LinkPolicy::kAllowed;
  int classifier = 0;             // 0: not asked; 1 to 4: so strict (4 holds everything that it thinks anything of)
  bool classifier_holds = false;  // when it does not answer: whether messages wait for a moderator
  std::optional<UtcTime> shield;  // until then: guests may not speak, others slowly, after following, without links
};

// A mode by its name and value as on the wire. kInvalidArgument says what was expected. The shield's value is minutes.
Status set_mode(Modes& modes, std::string_view mode, std::int64_t value, UtcTime now);
std::optional<std::int64_t> mode_value(const Modes& modes, std::string_view mode);
extern const std::vector<std::string_view> kModeNames;

enum class WordAction { kRefuse, kHold, kAllow };
enum class DomainAction { kRefuse, kAllow };

struct Held {
  std::string id;
  room::HeldCommand command;
  std::string reason;
  UtcTime at{};
};

struct Delayed {
  SteadyTime release_at{};
  std::string id;
  room::HeldCommand command;
};

// The classifier is asked about it.
struct Checking {
  SteadyTime until{};
  room::HeldCommand command;
};

// Somebody said something lately.
struct Recent {
  SteadyTime at{};
  UserId user;
  std::string origin;  // the network block, or the user where nothing else is known
  std::string text;
  std::uint64_t similarity = 0;  // 0: of what is no part of a raid
};

// Joins in the present and the past.
struct Arrivals {
  SteadyTime since{};  // of the present ten seconds
  std::size_t joins = 0;
  std::size_t newcomers = 0;  // guests, and accounts younger than a day
  double usual = 0;           // joins in ten seconds, averaged over days
  double windows = 0;         // that this average is of
  SteadyTime surge_until{};   // many newcomers came; a crowd, or a raid if they all say the same
};

struct State {
  Modes modes;
  std::map<std::string, WordAction> words;
  std::map<std::string, DomainAction> domains;
  std::map<std::string, std::string, std::less<>> emotes;  // by name: the version of the picture
  wording::WordList list{{}};
  std::map<std::string, Held> held;
  std::deque<Delayed> delayed;
  std::map<std::string, Checking> checking;  // by id
  RecencyMap<SteadyTime> spoke{kMaxUsers};
  RecencyMap<UtcTime> unique{kMaxUnique};  // by fingerprint, when it was said
  std::deque<Recent> recent;
  Arrivals arrivals;
  std::string raid;    // why the shield goes up at the next tick; empty: it does not
  UtcTime calm_until;  // a moderator lowered the shield: until then it stays down by itself

  // What the next tick does.
  std::vector<room::HeldCommand> to_release;
  std::vector<Held> to_tell;         // rejected ones, to their senders
  std::vector<Held> to_hold;         // by the classifier
  std::vector<std::string> to_keep;  // fingerprints of what was said while nothing may come again
};

inline constexpr std::string_view kDelayReason = "delay";
inline constexpr std::string_view kClassifierReason = "classifier";

// The stages of what others will see: the name on it, and of what they will read, modes, links, words, the delay.
room::Verdict judge(State& state, const room::Facts& facts, const room::Judged& judged);
// Whether the name is one by which nobody may write here.
bool hides_name(const State& state, const room::Facts& facts, const room::User& user);
// It has been said: what the next ones are held against, and whether it is part of a raid, which sets State::raid.
void note_message(State& state, const room::Facts& facts, const room::Judged& judged);
void note_join(State& state, const room::Facts& facts, const std::optional<room::User>& user);
// Who said what the pattern finds, in the last messages.
std::vector<UserId> find_speakers(const State& state, const wording::Pattern& pattern);
// After words changed.
void rebuild_list(State& state);

// The classifier has judged, or has not (none): on with the message (house_rules_classifier.cpp).
void checked(State& state, const std::string& id, std::optional<room::Classification> classification, SteadyTime now,
             UtcTime utc);
// Those that it has kept waiting too long.
void give_up_checks(State& state, SteadyTime now, UtcTime utc);

// The store (house_rules_store.cpp): decision_store.hpp on the table house_rules_log, what was said
// (house_rules_said_store.hpp), and the classifier.
std::unique_ptr<room::FeatureStore> make_store(storage::Database& database);

extern const room::FeatureSpec kSpec;

}  // namespace grandstand::social::house_rules

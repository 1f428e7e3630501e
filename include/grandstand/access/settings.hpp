// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ip_network.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::access {

// Whom a channel is for.
enum class Audience {
  kPublic,   // everybody
  kSigned,   // whoever has a signed address
  kMembers,  // whoever is signed in to an account, or has a signed address
};

// What a channel's entry in the lineup says; what it leaves out is as for all channels (Settings).
struct ChannelAccess {
  std::optional<Audience> audience;
  std::vector<std::string> accounts;                  // kMembers: their names; empty: every account
  std::optional<std::vector<IpNetwork>> networks;     // empty list: from everywhere
  std::optional<std::vector<std::string>> countries;  // ISO 3166-1 alpha-2; empty list: everywhere
  std::optional<std::size_t> max_sessions;
  std::optional<bool> hook;

  friend bool operator==(const ChannelAccess&, const ChannelAccess&) = default;
};

struct Settings {
  // For all channels, unless the lineup says otherwise. All that is given must hold.
  Audience audience = Audience::kPublic;
  std::vector<IpNetwork> networks;     // empty: from everywhere
  std::vector<std::string> countries;  // empty: everywhere
  std::size_t max_sessions = 0;        // players at once of one account or token; 0: any number

  // A player without a request for this long has stopped.
  std::chrono::seconds session_timeout{30};
  // Lines "<id> <secret>"; the first key signs, all of them verify. Empty: a key of our own, that nobody else has.
  std::filesystem::path keys_file;
  // Of tokens that we make ourselves: for clients that sign in with every request (Xtream Codes), and after the hook.
  std::chrono::seconds token_lifetime{std::chrono::hours{12}};
  // MaxMind DB with countries (GeoLite2-Country, DB-IP Country Lite). Empty: none.
  std::filesystem::path geo_database;

  // Asked whether somebody may watch or publish; empty: nobody is asked.
  std::string hook_url;
  bool hook_publish = false;  // publishers, too
  std::chrono::milliseconds hook_timeout{3'000};
  std::chrono::seconds hook_cache{60};  // its answer holds for this long
  bool hook_fail_open = false;          // when it does not answer: whether everybody may
};

}  // namespace grandstand::access

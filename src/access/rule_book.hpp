// SPDX-License-Identifier: MIT
#pragma once

#include "geo_database.hpp"

#include <grandstand/access/gate.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grandstand::access {

// What holds for one channel, with the defaults in.
struct Rule {
  Audience audience = Audience::kPublic;
  std::vector<std::string> accounts;  // keys of names (identity::name_key)
  std::vector<IpNetwork> networks;
  std::vector<std::string> countries;
  std::size_t max_sessions = 0;
  bool hook = false;

  bool open_to_all() const { return audience == Audience::kPublic && networks.empty() && countries.empty() && !hook; }
};

// Everything that decisions are made by, as of one moment; immutable.
struct RuleBook {
  std::map<std::string, Rule, std::less<>> rules;  // by channel
  KeyRing keys;
  std::shared_ptr<const GeoDatabase> countries;  // null: none
  std::uint64_t generation = 0;

  const Rule* find(std::string_view channel) const;
};

Rule make_rule(const Settings& settings, const ChannelAccess& channel);

// Refuses, or has nothing against it.
Verdict check_place(const Rule& rule, const GeoDatabase* countries, std::string_view address);
Verdict check_token(const Token& token, std::string_view channel, std::string_view address);
Verdict check_account(const Rule& rule, const identity::User& user);
Verdict check_visit(const RuleBook& book, const Visit& visit, UtcTime now);

Verdict refuse(Refusal refusal, std::string reason);

}  // namespace grandstand::access

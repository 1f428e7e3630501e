// SPDX-License-Identifier: MIT
#include "session_table.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::access {
namespace {

bool is_v6(const std::string& network) {
  return network.find(':') != std::string::npos;
}

// A player with both kinds of address uses now the one, now the other.
bool same_player(const Player& a, const Player& b) {
  return a.name == b.name && (a.network == b.network || is_v6(a.network) != is_v6(b.network));
}

}  // namespace

SessionTable::Outcome SessionTable::admit(const std::string& subject, const Player& player, std::size_t limit,
                                          SteadyTime now) {
  auto* sessions = subjects_.find(subject);
  if (sessions == nullptr) {
    const bool forgot = subjects_.put(subject, {{player, now}});
    return forgot ? Outcome::kAdmittedForgettingAnother : Outcome::kAdmitted;
  }
  std::erase_if(*sessions, [&](const Session& session) { return now - session.seen >= timeout_; });
  const auto known =
      std::ranges::find_if(*sessions, [&](const Session& session) { return same_player(session.player, player); });
  if (known != sessions->end()) {
    known->seen = now;
    return Outcome::kAdmitted;
  }
  if (sessions->size() >= limit) return Outcome::kTooMany;
  sessions->push_back({player, now});
  return Outcome::kAdmitted;
}

}  // namespace grandstand::access

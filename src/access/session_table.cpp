// SPDX-License-Identifier: MIT
#include "session_table.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::access {
namespace {

std::size_t kind_of(const std::string& network) {
  return network.find(':') == std::string::npos ? 0 : 1;
}

}  // namespace

SessionTable::Outcome SessionTable::admit(const std::string& subject, const Player& player, std::size_t limit,
                                          SteadyTime now) {
  const auto kind = kind_of(player.network);
  Session begun{player.name, {}, now};
  begun.networks[kind] = player.network;
  auto* sessions = subjects_.find(subject);
  if (sessions == nullptr) {
    const bool forgot = subjects_.put(subject, {std::move(begun)});
    return forgot ? Outcome::kAdmittedForgettingAnother : Outcome::kAdmitted;
  }
  std::erase_if(*sessions, [&](const Session& session) { return now - session.seen >= timeout_; });
  const auto known = std::ranges::find_if(*sessions, [&](const Session& session) {
    const auto& network = session.networks[kind];
    return session.name == player.name && (network.empty() || network == player.network);
  });
  if (known != sessions->end()) {
    known->networks[kind] = player.network;
    known->seen = now;
    return Outcome::kAdmitted;
  }
  if (sessions->size() >= limit) return Outcome::kTooMany;
  sessions->push_back(std::move(begun));
  return Outcome::kAdmitted;
}

}  // namespace grandstand::access

// SPDX-License-Identifier: MIT
#include "shares.hpp"

#include "rendezvous.hpp"

#include <algorithm>
#include <ranges>

namespace grandstand::cluster {

std::vector<std::string> share_of(const std::string& node, std::map<std::string, std::size_t> counts,
                                  std::span<const std::string> free) {
  std::vector<std::string> mine;
  if (counts.empty()) return mine;
  for (const auto& name : free) {
    const auto fewest = std::ranges::min(counts | std::views::values);
    std::vector<std::string> equals;
    for (const auto& [candidate, count] : counts) {
      if (count == fewest) equals.push_back(candidate);
    }
    const auto next = highest_ranked(equals, name);
    ++counts[next];
    if (next == node) mine.push_back(name);
  }
  return mine;
}

}  // namespace grandstand::cluster

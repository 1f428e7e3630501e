// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace grandstand::cluster {

// Which of the free names fall to `node`: one after the other to whoever has the fewest, by rendezvous hashing among
// equals. All nodes that see the same come to the same shares, so each takes only its own.
std::vector<std::string> share_of(const std::string& node, std::map<std::string, std::size_t> counts,
                                  std::span<const std::string> free);

}  // namespace grandstand::cluster

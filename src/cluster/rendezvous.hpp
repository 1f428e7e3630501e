// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace grandstand::cluster {

// Which of the nodes a name falls to: the same answer on every node, and another node's coming or going moves only what
// falls to that one (highest random weight, Thaler and Ravishankar 1998). Empty when there is no node.
std::string highest_ranked(std::span<const std::string> nodes, std::string_view name);

}  // namespace grandstand::cluster

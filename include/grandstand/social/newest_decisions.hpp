// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/recency_map.hpp>

#include <cstddef>
#include <string>

namespace grandstand::social {

// Which decision about a subject is the newest: what a log gives back comes in any order, and after newer ones.
class NewestDecisions {
 public:
  // At most so many subjects are remembered.
  explicit NewestDecisions(std::size_t limit) : newest_(limit) {}

  // Whether what was decided `at` holds. `live`: it was decided just now, and holds.
  bool take(const std::string& subject, UtcTime at, bool live) {
    const auto* const known = newest_.find(subject);
    if (!live && known != nullptr && *known > at) return false;
    newest_.put(subject, at);
    return true;
  }

 private:
  RecencyMap<UtcTime> newest_;
};

}  // namespace grandstand::social

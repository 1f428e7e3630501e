// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

namespace grandstand::social {

// How much of what waits for moderators is told to each who joins. Everything a feature tells shares one budget, so
// that nobody's queue is full before they have decided anything; what is left out comes when they join again.
class PersonalBudget {
 public:
  // False, and nothing is added, when the budget is used up. `Json` is an array of nlohmann::json and what it gets.
  template <class Json>
  bool add(Json& list, Json one) {
    const auto size = one.dump().size();
    if (size > left_) return false;
    left_ -= size;
    list.push_back(std::move(one));
    return true;
  }

 private:
  std::size_t left_ = 64 << 10;
};

}  // namespace grandstand::social

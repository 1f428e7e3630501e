// SPDX-License-Identifier: MIT
#include "presence.hpp"

#include <utility>

namespace grandstand::social::presence {

void take(State& state, const room::Attendance& attendance) {
  state.news = attendance;
}

}  // namespace grandstand::social::presence

// SPDX-License-Identifier: MIT
#include "session_token.hpp"

#include <grandstand/identity/guest.hpp>

#include <utility>

namespace grandstand::identity {

User guest_of(std::string_view guest_token, std::string name) {
  return {UserId{"guest:" + digest_of(guest_token).substr(0, 16)}, std::move(name), Role::kGuest};
}

std::optional<User> find_guest(std::string_view token) {
  if (!is_guest_token(token) || is_session_token(token) || is_bot_token(token)) return std::nullopt;
  return guest_of(token, "");
}

}  // namespace grandstand::identity

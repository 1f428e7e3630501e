// SPDX-License-Identifier: MIT
#include <grandstand/identity/user.hpp>

namespace grandstand::identity {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kGuest:
      return "guest";
    case Role::kViewer:
      return "viewer";
    case Role::kModerator:
      return "moderator";
    case Role::kAdmin:
      return "admin";
  }
  return "guest";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::kGuest, Role::kViewer, Role::kModerator, Role::kAdmin})
    if (to_string(role) == text) return role;
  return std::nullopt;
}

}  // namespace grandstand::identity

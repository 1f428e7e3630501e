// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace grandstand::identity {

enum class Role { kGuest, kViewer, kModerator, kAdmin };
std::string_view to_string(Role role);  // "guest", "viewer", "moderator", "admin"
std::optional<Role> parse_role(std::string_view text);

// Who somebody is, for as long as a session lasts.
struct User {
  UserId id;         // "account:17" or "guest:<token digest>"
  std::string name;  // shown to others
  Role role = Role::kGuest;
  bool is_guest() const { return role == Role::kGuest; }
};

// The name as it is shown and kept: trimmed, NFC, inner white space collapsed. Errors say what is wrong: 1..32
// characters, no control, bidi or invisible characters.
Result<std::string> normalise_name(std::string_view name);

// What two names share when people would take one for the other (case-folded confusable skeleton, UTS #39): the unique
// key.
std::string name_key(std::string_view normalised_name);

}  // namespace grandstand::identity

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/identity/user.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace grandstand::identity {

// The same token is the same guest: the id is its digest.
User guest_of(std::string_view guest_token, std::string name);
// The guest whose token it is, to read what it may read; none: it is an account's, or no token.
std::optional<User> find_guest(std::string_view token);

}  // namespace grandstand::identity

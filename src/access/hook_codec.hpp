// SPDX-License-Identifier: MIT
#pragma once

#include "auth_hook.hpp"

#include <string>

namespace grandstand::access {

std::string encode_question(const HookQuestion& question);

}  // namespace grandstand::access

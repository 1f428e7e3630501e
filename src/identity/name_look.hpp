// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand::identity {

// What names share that look alike as they are written, capitals and all: "Paul" and "PauI". name_key() folds case
// first, and takes that I for an i; this one takes the i of "kai" for the I of "KAI" no more. A new name must differ
// from all others by both.
std::string name_look(std::string_view normalised_name);

// Of the Unicode data that name_look() goes by: with another one, it may say something else.
std::string name_look_version();

}  // namespace grandstand::identity

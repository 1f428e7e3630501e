// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <cstddef>
#include <string>

namespace grandstand::identity {

// Well-formed UTF-8 of at least `min_length` characters and at most 256 bytes.
Status check_password(const std::string& password, std::size_t min_length);

// Argon2id at libsodium's "interactive" cost: 64 MiB and about 0.1 s. Blocks.
Result<std::string> hash_password(const std::string& password);
bool verify_password(const std::string& hash, const std::string& password);

// Of a password that nobody has, at the same cost: verified for unknown names, so that the time does not tell them.
const std::string& nobodys_hash();

}  // namespace grandstand::identity

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <filesystem>
#include <string>

namespace grandstand::app {

// The secret of which the keys of encrypted channels are made: kept in <data_directory>/segment_secret, for archives
// need it after a restart, and made there at first. Where it cannot be kept, that is logged and it lives with the
// process. A file that is there and is no secret, or cannot be read, is an error: to replace it would lose the
// archives.
Result<std::string> obtain_segment_secret(const std::filesystem::path& data_directory);

// The same for what the results of polls are signed with: <data_directory>/signing_key, 64 hexadecimal digits.
Result<std::string> obtain_signing_seed(const std::filesystem::path& data_directory);

// The same for what tells this daemon from another that was given its name by mistake: <data_directory>/instance.
Result<std::string> obtain_instance(const std::filesystem::path& data_directory);
// The same for what signs the addresses that we give ourselves, where access.keys_file names no keys:
// <data_directory>/access_key.
Result<std::string> obtain_access_key(const std::filesystem::path& data_directory);

}  // namespace grandstand::app

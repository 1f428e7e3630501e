// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace grandstand::app {

// The secret of which the keys of encrypted channels are made: kept in <data_directory>/segment_secret, for archives
// need it after a restart, and made there at first. Where it cannot be kept, that is logged and it lives with the
// process.
std::string obtain_segment_secret(const std::filesystem::path& data_directory);

}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <cstddef>
#include <filesystem>
#include <string>

namespace grandstand::config {

// The content of a regular file of at most `limit` bytes.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t limit);

// The folder that relative paths in the file start from.
std::filesystem::path folder_of(const std::filesystem::path& file);

}  // namespace grandstand::config

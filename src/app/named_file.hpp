// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace grandstand::app {

// The file that somebody names on the command line by its path from here: "file:film.mp4", and "film.mp4" when there is
// such a file. Nothing: it is named by a whole URL, or it is something else.
std::optional<std::filesystem::path> named_file(const std::string& given);

// The path as a URL (RFC 8089).
std::string to_file_url(const std::filesystem::path& file);

}  // namespace grandstand::app

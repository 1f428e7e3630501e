// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string_view>

namespace grandstand::app {

// Writes a file of a few lines: complete or not at all, whenever we die, and for nobody else's eyes. Makes its folder.
// False: errno says why not.
bool keep_file(const std::filesystem::path& file, std::string_view content);

}  // namespace grandstand::app

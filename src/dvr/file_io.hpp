// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace grandstand::dvr {

// Blocking; errors are kUnavailable with the path and the system's words. No symbolic link is followed at the end of a
// path.

// Writes at `offset`, where the file must end; what an error leaves half written is cut off again.
Status append_at(const std::filesystem::path& file, std::uint64_t offset, std::string_view bytes);
// The file has the old or the new content, whenever we die.
Status replace_file(const std::filesystem::path& file, std::string_view bytes);
// Exactly so many bytes; an error when there are fewer.
Result<SharedBytes> read_range(const std::filesystem::path& file, std::uint64_t offset, std::uint64_t size);
// Nothing when it cannot be read or is larger than `limit`.
std::optional<std::string> read_small(const std::filesystem::path& file, std::uint64_t limit);
Status cut_to(const std::filesystem::path& file, std::uint64_t size);
Status make_folder(const std::filesystem::path& folder);

std::uint64_t size_of(const std::filesystem::path& file);   // 0: there is none
std::uint64_t free_bytes(const std::filesystem::path& at);  // for us

}  // namespace grandstand::dvr

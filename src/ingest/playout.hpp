// SPDX-License-Identifier: MIT
#pragma once

#include "hand_over.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/ingest/settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace grandstand::ingest {

// The path in file:/path, file:///path, or a plain absolute path.
std::string playout_path(std::string_view url);

// Whether the path names a list of files: .m3u, .m3u8, .txt.
bool is_playlist(std::string_view path);

// The files of a list: one per line, '#' begins a comment, relative paths are relative to the list.
Result<std::vector<std::string>> read_playlist(const std::string& path);

// Plays a file, or the files of a list, in a loop and in real time until it is stopped. Time stamps go on over each
// join, which is a discontinuity. The list is read anew each round. Files that cannot be played are skipped; when none
// can, the source is down and tries again after a growing pause.
void run_playout(const FeedSettings& feed, HandOver& out);

}  // namespace grandstand::ingest

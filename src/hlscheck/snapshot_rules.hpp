// SPDX-License-Identifier: MIT
#pragma once

#include "findings.hpp"
#include "playlist.hpp"

#include <vector>

namespace grandstand::hlscheck {

// What one version of a playlist shows by itself; parse_playlist has done rule 1 and what is malformed.

void check_media_playlist(const Playlist& playlist, Findings& findings);    // rules 2 to 9
void check_date_ranges(const Playlist& playlist, Findings& findings);       // rule 10
void check_low_latency_tags(const Playlist& playlist, Findings& findings);  // rules 20 to 24, 31 as far as text goes
void check_multivariant(const Playlist& playlist, Findings& findings);      // rules 33, 36, 37, 38

// Rule 39: media playlists of one multivariant playlist, fetched one right after the other.
void check_renditions(const std::vector<const Playlist*>& playlists, Findings& findings);

}  // namespace grandstand::hlscheck

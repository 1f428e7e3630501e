// SPDX-License-Identifier: MIT
#pragma once

#include "findings.hpp"
#include "session.hpp"
#include "watched_playlist.hpp"

namespace grandstand::hlscheck {

// Section HTTP of the rules (46 to 50), of answers that are there anyway and of a few requests more. `live`: somebody
// waits for new versions of it.
void check_playlist_answer(const fetch::Response& answer, const std::string& asked_url, bool live,
                           std::optional<Seconds> target, Findings& findings);
void check_media_answer(const fetch::Response& answer, const Place& place, SegmentMedia::Container container,
                        std::optional<Seconds> target, Findings& findings);
void probe_http(Session& session, const WatchedPlaylist& watched, Findings& findings);

// max-age or s-maxage, whichever is longer; 0 for no-cache and no-store, nothing when nothing is said.
std::optional<Seconds> cache_time(const fetch::Response& answer);

}  // namespace grandstand::hlscheck

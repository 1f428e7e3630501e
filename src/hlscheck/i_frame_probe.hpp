// SPDX-License-Identifier: MIT
#pragma once

#include "watched_playlist.hpp"

namespace grandstand::hlscheck {

// Rule 38: whether the latest entries of a playlist of I-frames are one key frame each, as a player would get it.
void probe_i_frames(WatchedPlaylist& playlist, Session& session, Findings& findings);

}  // namespace grandstand::hlscheck

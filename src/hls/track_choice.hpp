// SPDX-License-Identifier: MIT
#pragma once

#include "rendition.hpp"

#include <vector>

namespace grandstand::hls {

// Which tracks of a programme go into a container. TS: all as they are. fMP4: the video and the first audio track that
// is AAC or has a substitute.
std::vector<Rendition::Input> choose_tracks(Container container, const media::TrackSet& tracks,
                                            const std::vector<media::Track>& substitutes);

}  // namespace grandstand::hls

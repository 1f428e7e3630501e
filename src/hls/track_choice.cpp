// SPDX-License-Identifier: MIT
#include "track_choice.hpp"

#include <algorithm>

namespace grandstand::hls {

std::vector<Rendition::Input> choose_tracks(Container container, const media::TrackSet& tracks,
                                            const std::vector<media::Track>& substitutes) {
  std::vector<Rendition::Input> chosen;
  if (const auto* const video = tracks.video()) chosen.push_back({*video, false});
  for (const auto& track : tracks.tracks) {
    if (track.kind() != media::TrackKind::kAudio) continue;
    if (container == Container::kTs) {
      chosen.push_back({track, false});
      continue;
    }
    if (track.codec == media::Codec::kAac) {
      chosen.push_back({track, false});
      break;
    }
    const auto substitute = std::find_if(substitutes.begin(), substitutes.end(),
                                         [&](const media::Track& candidate) { return candidate.id == track.id; });
    if (substitute == substitutes.end()) continue;
    chosen.push_back({*substitute, true});
    break;
  }
  return chosen;
}

}  // namespace grandstand::hls

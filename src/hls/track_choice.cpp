// SPDX-License-Identifier: MIT
#include "track_choice.hpp"

#include <algorithm>

namespace grandstand::hls {

namespace {

bool is_packaged(media::Codec codec) {
  using media::Codec;
  return codec == Codec::kH264 || codec == Codec::kHevc || codec == Codec::kAac || codec == Codec::kMp2 ||
         codec == Codec::kAc3;
}

}  // namespace

std::vector<Rendition::Input> choose_tracks(Container container, const media::TrackSet& tracks,
                                            const std::vector<media::Track>& substitutes) {
  std::vector<Rendition::Input> chosen;
  if (const auto* const video = tracks.video(); video != nullptr && is_packaged(video->codec)) {
    chosen.push_back({*video, false});
  }
  for (const auto& track : tracks.tracks) {
    if (track.kind() != media::TrackKind::kAudio) continue;
    if (container == Container::kTs) {
      if (!is_packaged(track.codec)) continue;
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

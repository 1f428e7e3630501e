// SPDX-License-Identifier: MIT
#include "derived_tracks.hpp"

#include <grandstand/base/log.hpp>

#include <utility>

namespace grandstand::channels {

std::vector<media::Track> DerivedTracks::set_tracks(const media::TrackSet& tracks) {
  transcoders_.clear();
  std::vector<media::Track> made;
  for (const auto& track : tracks.tracks) {
    if (track.codec != media::Codec::kMp2 && track.codec != media::Codec::kAc3) continue;
    auto worker = TranscodeWorker::create(channel_, track, loop_, metrics_, deliver_);
    if (!worker) {
      log::warning("channels", "An audio track cannot be transcoded for browsers",
                   {{"channel", channel_.value()}, {"track", track.id}, {"reason", worker.error().message}});
      continue;
    }
    made.push_back((*worker)->output());
    transcoders_.emplace(track.id, std::move(*worker));
  }
  return made;
}

void DerivedTracks::push(const media::Sample& sample) {
  if (const auto transcoder = transcoders_.find(sample.track); transcoder != transcoders_.end()) {
    transcoder->second->push(sample);
  }
}

}  // namespace grandstand::channels

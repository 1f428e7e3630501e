// SPDX-License-Identifier: MIT
#include "caption_tracks.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/media/cc_data.hpp>

#include <utility>

namespace grandstand::channels {
namespace {

// Away from PIDs, from RTMP's ids and from those of captions in pictures.
constexpr std::uint32_t kTextIds = 0x20'000;
constexpr std::size_t kMostDecoders = 8;

}  // namespace

std::vector<media::Track> CaptionTracks::set_tracks(const media::TrackSet& tracks) {
  auto before = std::exchange(decoders_, {});
  std::vector<media::Track> made;
  for (const auto& track : tracks.tracks) {
    if (!media::has_caption_decoder(track)) continue;
    if (decoders_.size() >= kMostDecoders) break;
    Decoder decoder{track, nullptr};
    if (const auto same = before.find(track.id); same != before.end() && same->second.input == track) {
      decoder = std::move(same->second);
    } else {
      auto worker = CaptionWorker::create(channel_, track, track.id | kTextIds, loop_, metrics_, deliver_);
      if (!worker) {
        log::warning("channels", "A text track cannot be made WebVTT",
                     {{"channel", channel_.value()}, {"track", track.id}, {"reason", worker.error().message}});
        continue;
      }
      decoder.worker = std::move(*worker);
    }
    made.push_back(decoder.worker->output());
    decoders_.emplace(track.id, std::move(decoder));
  }
  return made;
}

void CaptionTracks::push(const media::Sample& sample) {
  if (const auto decoder = decoders_.find(sample.track); decoder != decoders_.end()) {
    decoder->second.worker->push(sample);
  }
}

}  // namespace grandstand::channels

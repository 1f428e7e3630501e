// SPDX-License-Identifier: MIT
#include "derived_tracks.hpp"

#include <grandstand/base/log.hpp>

#include <utility>

namespace grandstand::channels {
namespace {

using media::Codec;

// Broadcast MPEG-2 has key frames twice a second: more than its H.264 needs.
constexpr media::MediaTime kKeyDistance = std::chrono::milliseconds{900};

bool needs_substitute(Codec codec) {
  return codec == Codec::kMp2 || codec == Codec::kAc3 || codec == Codec::kEac3;
}

bool is_dropped(const media::Track& track, OriginalVideo original) {
  if (track.codec == Codec::kMpeg2Video) return true;
  return original == OriginalVideo::kDrop || (original == OriginalVideo::kAuto && track.interlaced);
}

}  // namespace

void DerivedTracks::set_tracks(const std::shared_ptr<const media::TrackSet>& tracks, const EncodingSettings& encoding) {
  clear();
  source_ = originals_ = tracks;
  for (const auto& track : tracks->tracks) {
    if (needs_substitute(track.codec)) make_sound(track);
  }
  if (const auto* const video = tracks->video(); video != nullptr && !encoding.ladder.rungs.empty()) {
    make_ladder(*video, encoding);
  }
  gather();
}

void DerivedTracks::make_sound(const media::Track& track) {
  auto worker = TranscodeWorker::create(context_.channel, track, context_.loop, context_.metrics, context_.deliver);
  if (!worker) {
    log::warning("channels", "An audio track cannot be transcoded for browsers",
                 {{"channel", context_.channel.value()}, {"track", track.id}, {"reason", worker.error().message}});
    return;
  }
  transcoders_.emplace(track.id, std::move(*worker));
}

void DerivedTracks::make_ladder(const media::Track& track, const EncodingSettings& encoding) {
  const bool dropped = is_dropped(track, encoding.original);
  // Without the original, one rung is all the picture that there is.
  ladder_ = std::make_unique<LadderWorker>(
      track, encoding.ladder, dropped ? 1 : 0,
      LadderWorker::Context{context_.channel, context_.loop, context_.clock, context_.metrics, context_.deliver,
                            [this] { ladder_changed(); }});
  pictures_ = track.id;
  dropped_ = dropped;
  if (!dropped) return;
  auto originals = std::make_shared<media::TrackSet>(*originals_);
  for (auto& original : originals->tracks) {
    if (original.id == track.id) original.codec = Codec::kMpeg2Video;
  }
  originals_ = std::move(originals);
}

void DerivedTracks::ladder_changed() {
  // Without a ladder the pictures go on as they arrived: they are worth more than none.
  if (!ladder_->opening() && ladder_->outputs().empty()) {
    originals_ = source_;
    dropped_ = false;
  }
  gather();
  context_.changed();
}

void DerivedTracks::gather() {
  made_.clear();
  if (ladder_) made_ = ladder_->outputs();
  for (const auto& [id, transcoder] : transcoders_) made_.push_back(transcoder->output());
}

void DerivedTracks::push(media::Sample& sample) {
  if (const auto transcoder = transcoders_.find(sample.track); transcoder != transcoders_.end()) {
    transcoder->second->push(sample);
  }
  if (!ladder_ || sample.track != pictures_) return;
  if (dropped_ && sample.key) {
    const bool close = latest_key_ && sample.pts > *latest_key_ && sample.pts - *latest_key_ < kKeyDistance;
    sample.key = !close;
    if (sample.key) latest_key_ = sample.pts;
  }
  ladder_->push(sample);
}

void DerivedTracks::clear() {
  transcoders_.clear();
  ladder_.reset();
  made_.clear();
  dropped_ = false;
  latest_key_.reset();
}

}  // namespace grandstand::channels

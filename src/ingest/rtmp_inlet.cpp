// SPDX-License-Identifier: MIT
#include "rtmp_inlet.hpp"

#include "flv_demuxer.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/text.hpp>

#include <utility>

namespace grandstand::ingest {

RtmpInlet::RtmpInlet(const FeedSettings& feed, const SourceContext& context)
    : channel_(context.channel),
      key_(feed.stream_key),
      open_to_all_(feed.open),
      replaces_(feed.duplicate == DuplicatePublisher::kReplace),
      silence_timeout_(feed.silence_timeout),
      reconnect_grace_(feed.reconnect_grace),
      clock_(context.clock),
      sink_(context.sink),
      observer_(context.observer) {}

void RtmpInlet::open() {
  tell(SourceState::kStarting, "waiting for a publisher");
}

void RtmpInlet::tick(SteadyTime now) {
  if (closed_) return;
  if (left_ && now - *left_ >= reconnect_grace_) {
    left_ = std::nullopt;
    tell(SourceState::kDown, left_reason_);
  }
  if (!publishing_ || state_ != SourceState::kRunning || now - heard_ < silence_timeout_) return;
  tell(SourceState::kDown, "the publisher sends nothing");
}

bool RtmpInlet::accepts_key(std::string_view key) const {
  if (open_to_all_) return true;
  return !key_.empty() && equal_secret(key, key_);
}

void RtmpInlet::on_publish_start(std::string peer) {
  if (closed_) return;
  publishing_ = true;
  blocked_ = false;
  left_ = std::nullopt;
  heard_ = clock_.steady();
  if (std::exchange(had_publisher_, true)) sink_.on_discontinuity("a publisher came back: " + peer);
}

void RtmpInlet::on_publish_end(std::string reason) {
  if (closed_) return;
  publishing_ = false;
  if (state_ != SourceState::kRunning || reconnect_grace_ <= reconnect_grace_.zero()) {
    return tell(SourceState::kDown, std::move(reason));
  }
  left_ = clock_.steady();
  left_reason_ = std::move(reason);
}

// Where video cannot be used, sound alone is not passed on either; a picture proves that video can be used.
void RtmpInlet::on_publish_problem(std::string reason) {
  if (closed_) return;
  log::warning("rtmp", "A publisher sends what cannot be used", {{"channel", channel_.value()}, {"reason", reason}});
  if (state_ == SourceState::kRunning) return;
  blocked_ = true;
  tell(SourceState::kDown, std::move(reason));
}

void RtmpInlet::on_tracks(std::shared_ptr<const media::TrackSet> tracks) {
  if (!closed_) sink_.on_tracks(std::move(tracks));
}

void RtmpInlet::on_sample(media::Sample sample) {
  if (closed_) return;
  if (blocked_ && !FlvDemuxer::is_video(sample.track)) return;
  blocked_ = false;
  heard_ = clock_.steady();
  if (state_ != SourceState::kRunning) tell(SourceState::kRunning, "");
  if (!closed_) sink_.on_sample(std::move(sample));
}

void RtmpInlet::on_discontinuity(std::string reason) {
  if (!closed_) sink_.on_discontinuity(std::move(reason));
}

void RtmpInlet::tell(SourceState state, std::string reason) {
  if (state_ == state && reason_ == reason) return;
  state_ = state;
  reason_ = reason;
  observer_.on_source_state(state, std::move(reason));
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "flv_demuxer.hpp"

#include "flv_tag.hpp"
#include "parameter_sets.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;
using media::MediaTime;

constexpr std::int64_t kTicksPerMs = 90;
constexpr std::int64_t kMaxStepBack = 1'000;  // ms; encoders interleave with less
constexpr std::int64_t kMaxStepForward = 10'000;
constexpr std::int32_t kMaxComposition = 5'000;  // ms
constexpr MediaTime kMaxWait{90'000};
constexpr std::size_t kMaxWaiting = 512;
constexpr std::size_t kMaxWaitingBytes = 8u << 20;
constexpr int kAacFrame = 1024;

constexpr MediaTime kNever{std::numeric_limits<std::int64_t>::min() / 2};

}  // namespace

void FlvDemuxer::push(RtmpMessage message) {
  if (message.payload.empty()) return;
  if (message.type == rtmp_type::kVideo) {
    push_video(std::move(message));
  } else if (message.type == rtmp_type::kAudio) {
    push_audio(std::move(message));
  }
}

void FlvDemuxer::push_video(RtmpMessage message) {
  const auto tag = parse_video_tag(message.payload);
  if (!tag) return refuse(tag.error());
  // Only frames set the clock: encoders send the sequence headers with time 0, wherever their clock is.
  if (tag.value().content == FlvTag::Content::kConfig) {
    configure_video(tag.value().codec, Bytes(message.payload).subspan(tag.value().body));
  } else if (tag.value().content == FlvTag::Content::kFrame) {
    const std::int64_t time = unwrap(message.timestamp);
    picture(std::move(message.payload), tag.value().body, time, tag.value().composition);
  }
}

void FlvDemuxer::push_audio(RtmpMessage message) {
  const auto tag = parse_audio_tag(message.payload);
  if (!tag) return refuse(tag.error());
  if (tag.value().content == FlvTag::Content::kConfig) {
    configure_audio(Bytes(message.payload).subspan(tag.value().body));
  } else if (tag.value().content == FlvTag::Content::kFrame && message.payload.size() > tag.value().body) {
    const std::int64_t time = unwrap(message.timestamp);
    audio_frame(std::move(message.payload), tag.value().body, time);
  }
}

void FlvDemuxer::refuse(const Error& error) {
  if (error.code == ErrorCode::kUnsupported) {
    problem(error.message);
  } else {
    ++damaged_;
  }
}

void FlvDemuxer::configure_video(media::Codec codec, Bytes record) {
  auto config = parse_video_config(codec, record);
  if (!config) return problem(config.error().message);
  media::Track track;
  track.id = kVideoTrack;
  track.codec = config.value().codec;
  track.decoder_config = config.value().annex_b;
  const auto shape = read_video_shape(track.codec, track.decoder_config.span());
  if (!shape) return problem(shape.error().message);
  track.width = shape->width;
  track.height = shape->height;
  track.frame_rate = shape->frame_rate;
  video_ = std::move(config).value();
  set_track(std::move(track));
}

void FlvDemuxer::configure_audio(Bytes config) {
  auto track = describe_aac(config);
  if (!track) return problem(track.error().message);
  track.value().id = kAudioTrack;
  audio_frames_ = -1;
  set_track(std::move(track).value());
}

void FlvDemuxer::picture(std::vector<std::uint8_t> bytes, std::size_t offset, std::int64_t time,
                         std::int32_t composition) {
  if (!video_) return;
  auto picture = to_annex_b(*video_, std::move(bytes), offset);
  if (!picture) {
    ++damaged_;
    return;
  }
  if (!picture.value().has_slice) return;
  if (std::abs(composition) > kMaxComposition) composition = 0;  // damaged; it would displace all that follows
  // A negative composition time says that decoding times are late; the display times are right, so those stay.
  if (composition < 0) video_delay_ = std::max(video_delay_, MediaTime(-composition * kTicksPerMs));
  media::Sample sample;
  sample.track = kVideoTrack;
  sample.dts = std::max(MediaTime(time * kTicksPerMs) - video_delay_, last_video_dts_ + MediaTime(1));
  sample.pts = std::max(MediaTime((time + composition) * kTicksPerMs), sample.dts);
  sample.key = picture.value().key;
  sample.data = std::move(picture.value().data);
  last_video_dts_ = sample.dts;
  deliver(std::move(sample));
}

// Timestamps are rounded to milliseconds; as long as they agree with the count of frames, the count is exact.
void FlvDemuxer::audio_frame(std::vector<std::uint8_t> bytes, std::size_t offset, std::int64_t time) {
  int rate = 0;
  for (const media::Track& track : tracks_.tracks) {
    if (track.id == kAudioTrack) rate = track.sample_rate;
  }
  if (rate == 0) return;
  const auto counted = [&](std::int64_t frames) {
    return MediaTime(audio_anchor_ * kTicksPerMs + frames * kAacFrame * 90'000 / rate);
  };
  const MediaTime stated(time * kTicksPerMs);
  constexpr MediaTime kRounding{2 * kTicksPerMs};
  MediaTime dts = stated;
  if (audio_frames_ >= 0) {
    dts = counted(++audio_frames_);
    const MediaTime apart = stated > dts ? stated - dts : dts - stated;
    if (apart > kRounding) {
      dts = stated;
      audio_frames_ = -1;
    }
  }
  if (audio_frames_ < 0) {
    audio_anchor_ = time;
    audio_frames_ = 0;
  }
  media::Sample sample;
  sample.track = kAudioTrack;
  sample.dts = sample.pts = std::max(dts, last_audio_dts_ + MediaTime(1));
  last_audio_dts_ = sample.dts;
  sample.duration = MediaTime(std::int64_t{kAacFrame} * 90'000 / rate);
  sample.key = true;
  const SharedBytes whole(std::move(bytes));
  sample.data = whole.slice(offset, whole.size() - offset);
  deliver(std::move(sample));
}

std::int64_t FlvDemuxer::unwrap(std::uint32_t timestamp) {
  if (!time_) {
    time_ = timestamp;
    return *time_;
  }
  const auto step = static_cast<std::int32_t>(timestamp - static_cast<std::uint32_t>(*time_));
  *time_ += step;
  if (step < -kMaxStepBack || step > kMaxStepForward) {
    restart_clocks("the publisher's timestamps jumped by " + std::to_string(step) + " ms");
  }
  return *time_;
}

void FlvDemuxer::restart_clocks(std::string reason) {
  flush();
  last_video_dts_ = last_audio_dts_ = kNever;
  video_delay_ = MediaTime(0);
  audio_frames_ = -1;
  if (announced_) ready_.push_back({FlvOutput::Kind::kDiscontinuity, nullptr, {}, std::move(reason)});
}

void FlvDemuxer::set_track(media::Track track) {
  const auto same_id = [&](const media::Track& other) { return other.id == track.id; };
  const auto found = std::find_if(tracks_.tracks.begin(), tracks_.tracks.end(), same_id);
  if (found != tracks_.tracks.end()) {
    if (*found == track) return;
    flush();  // what waits belongs to the tracks as they were
    *found = std::move(track);
  } else {
    tracks_.tracks.push_back(std::move(track));
  }
  std::sort(tracks_.tracks.begin(), tracks_.tracks.end(),
            [](const media::Track& a, const media::Track& b) { return a.id < b.id; });
  if (announced_) {
    announce();
  } else if (tracks_.tracks.size() == 2) {
    flush();
  }
}

void FlvDemuxer::deliver(media::Sample sample) {
  if (announced_) {
    ready_.push_back({FlvOutput::Kind::kSample, nullptr, std::move(sample), {}});
    return;
  }
  waiting_bytes_ += sample.data.size();
  waiting_.push_back(std::move(sample));
  const bool waited = waiting_.back().dts - waiting_.front().dts >= kMaxWait;
  if (waited || waiting_.size() >= kMaxWaiting || waiting_bytes_ >= kMaxWaitingBytes) flush();
}

void FlvDemuxer::flush() {
  if (announced_ || tracks_.tracks.empty()) return;
  announce();
  for (media::Sample& sample : waiting_) {
    ready_.push_back({FlvOutput::Kind::kSample, nullptr, std::move(sample), {}});
  }
  waiting_.clear();
  waiting_bytes_ = 0;
}

void FlvDemuxer::announce() {
  announced_ = true;
  ready_.push_back({FlvOutput::Kind::kTracks, std::make_shared<const media::TrackSet>(tracks_), {}, {}});
}

// Said once, not for every message.
void FlvDemuxer::problem(std::string reason) {
  if (reason == last_problem_) return;
  last_problem_ = reason;
  ready_.push_back({FlvOutput::Kind::kProblem, nullptr, {}, std::move(reason)});
}

}  // namespace grandstand::ingest

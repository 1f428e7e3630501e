// SPDX-License-Identifier: MIT
#include "flv_demuxer.hpp"

#include <algorithm>
#include <tuple>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;
using Content = FlvPacket::Content;
using media::MediaTime;

constexpr std::int64_t kTicksPerMs = 90;
constexpr std::int64_t kNanosecondsPerMs = 1'000'000;
constexpr std::int64_t kMaxStepBack = 1'000;  // ms; encoders interleave with less
constexpr std::int64_t kMaxStepForward = 10'000;
constexpr std::int64_t kMaxSilence = 3'000;  // ms, of a track while others of its kind go on
constexpr MediaTime kMaxWait{90'000};
constexpr std::size_t kMaxWaiting = 512;
constexpr std::size_t kMaxWaitingBytes = 8u << 20;

Bytes bytes_of(const FlvPacket& packet, const RtmpMessage& message) {
  return Bytes(message.payload).subspan(packet.begin, packet.end - packet.begin);
}

// The packet's bytes and where they begin in them: the whole tag where it holds nothing else, so that nothing is
// copied.
std::pair<std::vector<std::uint8_t>, std::size_t> take_bytes(const FlvPacket& packet, RtmpMessage& message,
                                                             bool alone) {
  if (alone && packet.end == message.payload.size()) return {std::move(message.payload), packet.begin};
  const Bytes bytes = bytes_of(packet, message);
  return {std::vector<std::uint8_t>(bytes.begin(), bytes.end()), 0};
}

MediaTime stated_time(std::int64_t time, const FlvPacket& packet) {
  return MediaTime(time * kTicksPerMs + std::int64_t{packet.nanoseconds} * kTicksPerMs / kNanosecondsPerMs);
}

bool better(const media::Track& a, const media::Track& b) {
  const auto rank = [](const media::Track& track) {
    return std::tuple(!FlvDemuxer::is_video(track.id), -std::int64_t{track.width} * track.height, track.id);
  };
  return rank(a) < rank(b);
}

}  // namespace

void FlvDemuxer::push(RtmpMessage message) {
  if (message.payload.empty()) return;
  const bool video = message.type == rtmp_type::kVideo;
  if (!video && message.type != rtmp_type::kAudio) return;
  auto tag = video ? parse_video_tag(message.payload) : parse_audio_tag(message.payload);
  if (!tag) {
    ++damaged_;
    return;
  }
  multitrack_ = multitrack_ || tag.value().multitrack;
  const bool alone = tag.value().packets.size() == 1;
  for (const FlvPacket& packet : tag.value().packets) {
    if (packet.content == Content::kForeign) {
      problem(packet.foreign);
    } else if (packet.track >= kMaxTracks) {
      problem("publishes track " + std::to_string(packet.track) + "; 0 to " + std::to_string(kMaxTracks - 1) +
              " expected");
    } else if (video) {
      push_video(packet, message, alone);
    } else {
      push_audio(packet, message, alone);
    }
  }
}

// Only frames set the clock: encoders send the sequence headers with time 0, wherever their clock is.
void FlvDemuxer::push_video(const FlvPacket& packet, RtmpMessage& message, bool alone) {
  const std::uint32_t id = video_track(packet.track);
  FlvVideoLane& lane = video_.try_emplace(id, id).first->second;
  if (packet.content == Content::kConfig) {
    configured(id, lane.configure(packet.codec, bytes_of(packet, message)));
  } else if (packet.content == Content::kFrame) {
    const MediaTime stated = stated_time(unwrap(message.timestamp), packet);
    auto [bytes, begin] = take_bytes(packet, message, alone);
    framed(id, lane.picture(packet.codec, std::move(bytes), begin, stated, packet.composition));
  }
}

void FlvDemuxer::push_audio(const FlvPacket& packet, RtmpMessage& message, bool alone) {
  const std::uint32_t id = audio_track(packet.track);
  FlvAudioLane& lane = audio_.try_emplace(id, id).first->second;
  if (packet.content == Content::kConfig) {
    const bool has_header = packet.codec == media::Codec::kAac || packet.codec == media::Codec::kOpus;
    if (has_header) configured(id, lane.configure(packet.codec, bytes_of(packet, message)));
  } else if (packet.content == Content::kFrame && packet.end > packet.begin) {
    if (packet.codec == media::Codec::kAc3 || packet.codec == media::Codec::kEac3) {
      auto track = lane.configure(packet.codec, bytes_of(packet, message));
      if (!track) {
        ++damaged_;
        return;
      }
      if (presence_[id].track != track.value()) configured(id, std::move(track));
    }
    const MediaTime stated = stated_time(unwrap(message.timestamp), packet);
    auto [bytes, begin] = take_bytes(packet, message, alone);
    framed(id, lane.frame(packet.codec, std::move(bytes), begin, stated));
  }
}

void FlvDemuxer::configured(std::uint32_t id, Result<media::Track> track) {
  if (!track) return problem(track.error().message);
  presence_[id].track = track.value();
  set_track(std::move(track).value());
}

void FlvDemuxer::framed(std::uint32_t id, Result<std::optional<media::Sample>> sample) {
  if (!sample) {
    ++damaged_;
    return;
  }
  if (!sample.value()) return;
  presence_[id].heard = time_;
  if (!returns(id, *sample.value())) return;
  withdraw_silent(id);
  deliver(*std::move(sample).value());
}

// A track that was taken back comes back at a key picture.
bool FlvDemuxer::returns(std::uint32_t id, const media::Sample& sample) {
  if (tracks_.find(id)) return true;
  if (!sample.key) return false;
  set_track(*presence_[id].track);
  return true;
}

void FlvDemuxer::withdraw_silent(std::uint32_t speaking) {
  const auto silent = [&](const media::Track& track) {
    const auto& heard = presence_[track.id].heard;
    return track.id != speaking && is_video(track.id) == is_video(speaking) && heard && *time_ - *heard > kMaxSilence;
  };
  if (std::none_of(tracks_.tracks.begin(), tracks_.tracks.end(), silent)) return;
  flush();  // what waits may be of a silent track
  std::erase_if(tracks_.tracks, silent);
  announce();
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
  for (auto& [id, lane] : video_) lane.restart();
  for (auto& [id, lane] : audio_) lane.restart();
  for (auto& [id, presence] : presence_) {
    if (presence.heard) presence.heard = time_;
  }
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
  std::sort(tracks_.tracks.begin(), tracks_.tracks.end(), better);
  if (announced_) announce();
}

void FlvDemuxer::deliver(media::Sample sample) {
  if (announced_) {
    ready_.push_back({FlvOutput::Kind::kSample, nullptr, std::move(sample), {}});
    return;
  }
  waiting_bytes_ += sample.data.size();
  waiting_.push_back(std::move(sample));
  const bool waited = waiting_.back().dts - waiting_.front().dts >= kMaxWait;
  if (waited || complete() || waiting_.size() >= kMaxWaiting || waiting_bytes_ >= kMaxWaitingBytes) flush();
}

// Publishers of one track of each kind send both headers before the first frame; of several, each track's header comes
// before its own first frame at the latest.
bool FlvDemuxer::complete() const {
  const auto video = [](const media::Track& track) { return is_video(track.id); };
  const auto heard = [&](const media::Track& track) { return presence_.at(track.id).heard.has_value(); };
  const auto& tracks = tracks_.tracks;
  return std::any_of(tracks.begin(), tracks.end(), video) && !std::all_of(tracks.begin(), tracks.end(), video) &&
         (!multitrack_ || std::all_of(tracks.begin(), tracks.end(), heard));
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

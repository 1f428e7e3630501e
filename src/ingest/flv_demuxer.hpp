// SPDX-License-Identifier: MIT
#pragma once

#include "flv_video.hpp"
#include "rtmp_message.hpp"

#include <grandstand/media/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::ingest {

// What comes out of a demuxer, in order.
struct FlvOutput {
  enum class Kind { kTracks, kSample, kDiscontinuity, kProblem };
  Kind kind = Kind::kSample;
  std::shared_ptr<const media::TrackSet> tracks;  // kTracks
  media::Sample sample;                           // kSample
  std::string reason;  // kDiscontinuity, kProblem: what cannot be taken on, and what was expected
};

// Makes samples of the FLV tag bodies in RTMP's audio and video messages: H.264, HEVC (code 12 and enhanced RTMP's
// FourCCs) and AAC. What onMetaData says is not used; the sequence headers count. Samples wait at most a second (of
// media) for the other track's header, so that the tracks are announced once. Damaged pictures are left out and
// counted.
//
// Owner: the connection.   Runs on: its owner's loop.   Pure.
class FlvDemuxer {
 public:
  static constexpr std::uint32_t kVideoTrack = 1;
  static constexpr std::uint32_t kAudioTrack = 2;

  void push(RtmpMessage message);
  // Everything that became ready.
  std::vector<FlvOutput> take() { return std::exchange(ready_, {}); }
  // Announces what there is without waiting any longer.
  void flush();

  std::uint64_t damaged() const { return damaged_; }

 private:
  void push_video(RtmpMessage message);
  void push_audio(RtmpMessage message);
  void configure_video(media::Codec codec, std::span<const std::uint8_t> record);
  void configure_audio(std::span<const std::uint8_t> config);
  void picture(std::vector<std::uint8_t> bytes, std::size_t offset, std::int64_t time, std::int32_t composition);
  void audio_frame(std::vector<std::uint8_t> bytes, std::size_t offset, std::int64_t time);
  std::int64_t unwrap(std::uint32_t timestamp);
  void deliver(media::Sample sample);
  void set_track(media::Track track);
  void announce();
  void refuse(const Error& error);
  void problem(std::string reason);
  void restart_clocks(std::string reason);

  std::vector<FlvOutput> ready_;
  std::optional<FlvVideoConfig> video_;
  media::TrackSet tracks_;
  bool announced_ = false;
  std::vector<media::Sample> waiting_;  // until the tracks are announced
  std::size_t waiting_bytes_ = 0;
  std::string last_problem_;
  std::uint64_t damaged_ = 0;

  std::optional<std::int64_t> time_;  // of the last message, ms, unwrapped
  media::MediaTime last_video_dts_{std::numeric_limits<std::int64_t>::min() / 2};
  media::MediaTime last_audio_dts_{std::numeric_limits<std::int64_t>::min() / 2};
  media::MediaTime video_delay_{0};  // taken off decoding times where a composition time was negative
  std::int64_t audio_anchor_ = 0;    // ms at which audio_frames_ was 0
  std::int64_t audio_frames_ = -1;   // since then; -1: not anchored
};

}  // namespace grandstand::ingest

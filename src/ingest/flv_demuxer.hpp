// SPDX-License-Identifier: MIT
#pragma once

#include "flv_audio_lane.hpp"
#include "flv_tag.hpp"
#include "flv_video_lane.hpp"
#include "rtmp_message.hpp"

#include <grandstand/media/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

// Makes samples of the FLV tag bodies in RTMP's audio and video messages: H.264, HEVC (code 12, too), AV1, AAC, Opus,
// AC-3 and E-AC-3, plain or as enhanced RTMP v2 has them, with several tracks of each kind. Of several video tracks the
// largest picture comes first, whatever the publisher's order is. What onMetaData says is not used; the sequence
// headers count. Samples wait at most a second (of media) for the headers of other tracks, so that the tracks are
// announced once. A track that falls silent while others of its kind go on is taken back until it returns. Damaged
// pictures are left out and counted.
//
// Owner: the connection.   Runs on: its owner's loop.   Pure.
class FlvDemuxer {
 public:
  static constexpr std::uint8_t kMaxTracks = 16;  // of each kind

  // The ids of the tracks that enhanced RTMP numbers from 0: odd ones are video.
  static constexpr std::uint32_t video_track(std::uint8_t number) { return 1 + 2U * number; }
  static constexpr std::uint32_t audio_track(std::uint8_t number) { return 2 + 2U * number; }
  static constexpr bool is_video(std::uint32_t track) { return track % 2 == 1; }
  static constexpr std::uint32_t kVideoTrack = 1;
  static constexpr std::uint32_t kAudioTrack = 2;

  void push(RtmpMessage message);
  // Everything that became ready.
  std::vector<FlvOutput> take() { return std::exchange(ready_, {}); }
  // Announces what there is without waiting any longer.
  void flush();

  std::uint64_t damaged() const { return damaged_; }

 private:
  // Of one track, what does not depend on its kind.
  struct Presence {
    std::optional<media::Track> track;  // as last configured
    std::optional<std::int64_t> heard;  // ms, of its last frame
  };

  void push_video(const FlvPacket& packet, RtmpMessage& message, bool alone);
  void push_audio(const FlvPacket& packet, RtmpMessage& message, bool alone);
  void configured(std::uint32_t id, Result<media::Track> track);
  void framed(std::uint32_t id, Result<std::optional<media::Sample>> sample);
  bool returns(std::uint32_t id, const media::Sample& sample);
  void withdraw_silent(std::uint32_t speaking);
  std::int64_t unwrap(std::uint32_t timestamp);
  void deliver(media::Sample sample);
  bool complete() const;
  void set_track(media::Track track);
  void announce();
  void problem(std::string reason);
  void restart_clocks(std::string reason);

  std::vector<FlvOutput> ready_;
  std::map<std::uint32_t, FlvVideoLane> video_;
  std::map<std::uint32_t, FlvAudioLane> audio_;
  std::map<std::uint32_t, Presence> presence_;
  media::TrackSet tracks_;  // on the air, best first
  bool multitrack_ = false;
  bool announced_ = false;
  std::vector<media::Sample> waiting_;  // until the tracks are announced
  std::size_t waiting_bytes_ = 0;
  std::string last_problem_;
  std::uint64_t damaged_ = 0;
  std::optional<std::int64_t> time_;  // of the last message, ms, unwrapped
};

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::media {

// Ticks of the 90 kHz clock of ISO/IEC 13818-1, as 64 bits that never wrap.
using MediaTime = std::chrono::duration<std::int64_t, std::ratio<1, 90'000>>;

enum class Codec { kH264, kHevc, kAac, kMp2, kAc3 };
enum class TrackKind { kVideo, kAudio };

TrackKind kind_of(Codec codec);
std::string_view to_string(Codec codec);  // "h264", "hevc", "aac", "mp2", "ac3"

// One elementary stream of a programme.
struct Track {
  std::uint32_t id = 0;  // the same for as long as it is the same stream; from MPEG-TS it is the PID
  Codec codec = Codec::kH264;
  std::string language;  // ISO 639-2 as in the source ("eng"), empty when unknown

  // H.264: SPS and PPS, HEVC: VPS, SPS and PPS, each with a 4-byte start code (Annex B).
  // AAC: AudioSpecificConfig (ISO/IEC 14496-3). MP2, AC-3: empty.
  SharedBytes decoder_config;

  int width = 0;  // pixels; video
  int height = 0;
  double frame_rate = 0;  // frames per second, 0 when unknown; video
  int sample_rate = 0;    // Hz; audio
  int channels = 0;       // audio

  TrackKind kind() const { return kind_of(codec); }
  friend bool operator==(const Track&, const Track&) = default;
};

// The streams of a programme at one time; at most one video track. Immutable: a change is a new TrackSet.
struct TrackSet {
  std::vector<Track> tracks;

  const Track* find(std::uint32_t id) const;
  const Track* video() const;
  friend bool operator==(const TrackSet&, const TrackSet&) = default;
};

// One access unit: a coded picture, or one audio frame.
struct Sample {
  std::uint32_t track = 0;
  MediaTime dts{0};       // in decoding order per track
  MediaTime pts{0};       // >= dts
  MediaTime duration{0};  // 0 when not known (video: until the next picture is)
  bool key = false;       // H.264 IDR, HEVC IRAP; true for audio
  // H.264, HEVC: Annex B with start codes. AAC: the raw frame without ADTS header. MP2, AC-3: the frame as it is.
  SharedBytes data;
};

}  // namespace grandstand::media

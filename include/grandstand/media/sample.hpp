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

enum class Codec {
  kH264,
  kHevc,
  kAv1,
  kMpeg2Video,  // decoded for the ladder only, never packaged
  kAac,
  kMp2,
  kAc3,
  kEac3,
  kOpus,
  kTeletext,     // subtitle pages of a teletext service (ETSI EN 300 706)
  kDvbSubtitle,  // bitmaps (ETSI EN 300 743): signalled, not packaged
  kCea608,       // cc_data() of the pictures' SEI (ANSI/CTA-708)
  kWebVtt,       // text cues, made of the ones above
};
enum class TrackKind { kVideo, kAudio, kText };

TrackKind kind_of(Codec codec);
// "h264", "hevc", "av1", "mpeg2video", "aac", "mp2", "ac3", "eac3", "opus", "teletext", "dvb_subtitle", "cea608",
// "webvtt"
std::string_view to_string(Codec codec);

// One elementary stream of a programme.
struct Track {
  std::uint32_t id = 0;  // the same for as long as it is the same stream; from MPEG-TS it is the PID
  Codec codec = Codec::kH264;
  std::string language;  // ISO 639-2 as in the source ("eng"), empty when unknown

  // H.264: SPS and PPS, HEVC: VPS, SPS and PPS, each with a 4-byte start code (Annex B).
  // AV1: the sequence header OBU with its header. MPEG-2: the sequence header, may be empty.
  // AAC: AudioSpecificConfig (ISO/IEC 14496-3). Opus: OpusHead (RFC 7845 5.1). Others: empty.
  SharedBytes decoder_config;

  int width = 0;  // pixels; video
  int height = 0;
  double frame_rate = 0;          // frames per second, 0 when unknown; video
  int sample_rate = 0;            // Hz; audio
  int channels = 0;               // audio
  int bit_rate = 0;               // bit/s as announced, 0 when unknown
  bool interlaced = false;        // video
  bool hearing_impaired = false;  // audio, text: ISO 639 descriptor audio_type 2, teletext type 5
  bool visual_impaired = false;   // audio description: audio_type 3
  int page = 0;                   // teletext: magazine and page as on the remote control, 888; CEA-608: channel 1..4

  // A track that the headend made of another one of the programme: that one's id, else 0. An AAC track keeps the id of
  // the MP2 or AC-3 track it stands for; pictures of the ladder and WebVTT texts have ids of their own.
  std::uint32_t derived_from = 0;

  TrackKind kind() const { return kind_of(codec); }
  friend bool operator==(const Track&, const Track&) = default;
};

// The streams of a programme at one time. Several video tracks are encodings of the same pictures with key frames at
// the same times, best first (multitrack RTMP). Immutable: a change is a new TrackSet.
struct TrackSet {
  std::vector<Track> tracks;

  const Track* find(std::uint32_t id) const;
  const Track* video() const;  // the first one
  bool is_text(std::uint32_t id) const;
  friend bool operator==(const TrackSet&, const TrackSet&) = default;
};

// One access unit: a coded picture, or one audio frame.
struct Sample {
  std::uint32_t track = 0;
  MediaTime dts{0};       // in decoding order per track
  MediaTime pts{0};       // >= dts
  MediaTime duration{0};  // 0 when not known (video: until the next picture is)
  bool key = false;       // H.264 IDR, HEVC IRAP, AV1 key frame; true for audio and text
  // H.264, HEVC: Annex B with start codes. AV1: a temporal unit of OBUs with sizes (no temporal delimiter). MPEG-2: the
  // picture with its headers. AAC: the raw frame without ADTS header. MP2, AC-3, E-AC-3, Opus: the frame as it is.
  // Teletext: the PES payload (data_identifier first). CEA-608: the cc_data() triplets of one picture. WebVTT: the
  // payload of one cue (UTF-8, escaped) whose time is pts and duration; empty: it shows that no text came until here.
  SharedBytes data;
};

}  // namespace grandstand::media

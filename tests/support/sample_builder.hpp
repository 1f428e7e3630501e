// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::test {

constexpr std::uint32_t kVideoTrack = 256;
constexpr std::uint32_t kAudioTrack = 257;

inline SharedBytes bytes_of(std::vector<std::uint8_t> bytes) {
  return SharedBytes(std::move(bytes));
}

// 640x360, 25 frames per second, H.264 high profile, level 3.0. The parameter sets are real ones (libx264).
inline media::Track avc_track() {
  media::Track track;
  track.id = kVideoTrack;
  track.codec = media::Codec::kH264;
  track.decoder_config = bytes_of({0,    0,    0,    1,    0x67, 0x64, 0x00, 0x1e, 0xac, 0xd9, 0x40, 0xa0, 0x2f, 0xf9,
                                   0x70, 0x11, 0x00, 0x00, 0x03, 0x00, 0x01, 0x00, 0x00, 0x03, 0x00, 0x32, 0x0f, 0x16,
                                   0x2d, 0x96, 0,    0,    0,    1,    0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0});
  track.width = 640;
  track.height = 360;
  track.frame_rate = 25;
  return track;
}

// 48 kHz, stereo.
inline media::Track aac_track(std::uint32_t id = kAudioTrack) {
  media::Track track;
  track.id = id;
  track.codec = media::Codec::kAac;
  track.language = "eng";
  track.decoder_config = bytes_of({0x11, 0x90});
  track.sample_rate = 48'000;
  track.channels = 2;
  return track;
}

inline media::Track mp2_track(std::uint32_t id = kAudioTrack) {
  media::Track track = aac_track(id);
  track.codec = media::Codec::kMp2;
  track.decoder_config = {};
  return track;
}

inline std::shared_ptr<const media::TrackSet> track_set(std::vector<media::Track> tracks) {
  return std::make_shared<const media::TrackSet>(media::TrackSet{std::move(tracks)});
}

// One slice NAL unit of `size` bytes that nothing can decode but that is framed like a picture.
inline media::Sample picture(media::MediaTime dts, media::MediaTime pts, bool key, std::size_t size = 400,
                             std::uint32_t track = kVideoTrack) {
  std::vector<std::uint8_t> data{0, 0, 0, 1, static_cast<std::uint8_t>(key ? 0x65 : 0x41)};
  while (data.size() < size) data.push_back(static_cast<std::uint8_t>(0x80 | data.size()));
  media::Sample sample;
  sample.track = track;
  sample.dts = dts;
  sample.pts = pts;
  sample.key = key;
  sample.data = bytes_of(std::move(data));
  return sample;
}

inline media::Sample sound(media::MediaTime pts, media::MediaTime duration = media::MediaTime{1920},
                           std::uint32_t track = kAudioTrack, std::size_t size = 200) {
  media::Sample sample;
  sample.track = track;
  sample.dts = sample.pts = pts;
  sample.duration = duration;
  sample.key = true;
  sample.data = bytes_of(std::vector<std::uint8_t>(size, 0x21));
  return sample;
}

// A stretch of programme in the order in which a source would deliver it: pictures at 25 fps with a key frame each
// `gop` pictures, no reordering, and 48 kHz AAC.
struct ProgrammeShape {
  media::MediaTime start = std::chrono::seconds{10};
  media::MediaTime length = std::chrono::seconds{10};
  int gop = 50;
  bool video = true;
  bool audio = true;
};
inline std::vector<media::Sample> programme(const ProgrammeShape& shape) {
  std::vector<media::Sample> samples;
  const auto end = shape.start + shape.length;
  media::MediaTime video = shape.start;
  media::MediaTime audio = shape.start;
  for (int picture_number = 0; video < end || audio < end;) {
    if (shape.video && video < end && (video <= audio || !shape.audio || audio >= end)) {
      samples.push_back(picture(video, video, picture_number % shape.gop == 0));
      video += media::MediaTime{3600};
      ++picture_number;
    } else if (shape.audio && audio < end) {
      samples.push_back(sound(audio));
      audio += media::MediaTime{1920};
    } else {
      break;
    }
  }
  return samples;
}

}  // namespace grandstand::test

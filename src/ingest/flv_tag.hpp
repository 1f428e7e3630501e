// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace grandstand::ingest {

// What an FLV audio or video tag holds of one track.
struct FlvPacket {
  enum class Content { kConfig, kFrame, kForeign, kOther };
  Content content = Content::kOther;
  media::Codec codec = media::Codec::kH264;
  std::string foreign;  // kForeign: what is not taken on ("publishes VP9 (vp09) video; H.264, HEVC or AV1 expected")
  std::uint8_t track = 0;
  std::size_t begin = 0;  // where the codec's bytes begin and end in the tag
  std::size_t end = 0;
  std::int32_t composition = 0;   // ms; video
  std::uint32_t nanoseconds = 0;  // to be added to the timestamp (ModEx), < 1,000,000
};

// An FLV audio or video tag body: plain (FLV E.4.2, E.4.3) or with FourCCs (enhanced RTMP v2, ExVideoTagHeader and
// ExAudioTagHeader).
struct FlvTag {
  bool multitrack = false;
  std::vector<FlvPacket> packets;
};

// ErrorCode::kInvalidArgument: the tag is damaged.
Result<FlvTag> parse_video_tag(std::span<const std::uint8_t> bytes);
Result<FlvTag> parse_audio_tag(std::span<const std::uint8_t> bytes);

}  // namespace grandstand::ingest

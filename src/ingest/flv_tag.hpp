// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace grandstand::ingest {

// The head of an FLV audio or video tag body: plain (FLV E.4.2, E.4.3) or with a FourCC (enhanced RTMP v2).
struct FlvTag {
  enum class Content { kConfig, kFrame, kOther };
  Content content = Content::kOther;
  media::Codec codec = media::Codec::kH264;
  std::size_t body = 0;          // where the codec's bytes begin
  std::int32_t composition = 0;  // ms; video
};

// ErrorCode::kUnsupported: a codec that we do not take; the message says which and what was expected.
Result<FlvTag> parse_video_tag(std::span<const std::uint8_t> bytes);
Result<FlvTag> parse_audio_tag(std::span<const std::uint8_t> bytes);

}  // namespace grandstand::ingest

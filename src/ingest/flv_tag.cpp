// SPDX-License-Identifier: MIT
#include "flv_tag.hpp"

#include <string>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;
using Content = FlvTag::Content;

constexpr unsigned kCommandFrame = 5;
constexpr unsigned kCodecAvc = 7;
constexpr unsigned kCodecHevc = 12;  // in no standard, but in the field
constexpr unsigned kSequenceStart = 0;
constexpr unsigned kCodedFrames = 1;
constexpr unsigned kCodedFramesX = 3;
constexpr unsigned kFirstMulti = 6;  // Multitrack, ModEx: not announced in our connect answer
constexpr unsigned kSoundAac = 10;
constexpr unsigned kSoundEnhanced = 9;

Content content_of(unsigned packet_type) {
  if (packet_type == kSequenceStart) return Content::kConfig;
  return packet_type == kCodedFrames ? Content::kFrame : Content::kOther;
}

std::int32_t signed_24(Bytes bytes, std::size_t at) {
  const std::int32_t value = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
  return value >= 0x800000 ? value - 0x1000000 : value;
}

std::string four_cc(Bytes bytes, std::size_t at) {
  std::string name;
  for (std::size_t i = 0; i < 4; ++i) {
    const char c = static_cast<char>(bytes[at + i]);
    name.push_back(c >= 0x20 && c < 0x7F ? c : '?');
  }
  return name;
}

std::string video_name(unsigned codec) {
  if (codec == 2) return "Sorenson H.263";
  if (codec == 3 || codec == 6) return "screen";
  if (codec == 4 || codec == 5) return "VP6";
  if (codec == 13) return "AV1";
  return "code " + std::to_string(codec);
}

std::string audio_name(unsigned codec) {
  if (codec == 2 || codec == 14) return "MP3";
  if (codec == 7 || codec == 8) return "G.711";
  if (codec == 11) return "Speex";
  return "code " + std::to_string(codec);
}

Error unsupported_video(const std::string& name) {
  return Error{ErrorCode::kUnsupported, "publishes " + name + " video; H.264 or HEVC expected"};
}

Error unsupported_audio(const std::string& name) {
  return Error{ErrorCode::kUnsupported, "publishes " + name + " audio; AAC expected"};
}

Error too_short() {
  return Error{ErrorCode::kInvalidArgument, "an FLV tag is too short"};
}

Result<FlvTag> parse_plain_video(Bytes bytes) {
  FlvTag tag;
  const unsigned codec = bytes[0] & 0x0FU;
  if (codec != kCodecAvc && codec != kCodecHevc) return unsupported_video(video_name(codec));
  if (bytes.size() < 5) return too_short();
  tag.codec = codec == kCodecAvc ? media::Codec::kH264 : media::Codec::kHevc;
  tag.content = content_of(bytes[1]);
  tag.composition = signed_24(bytes, 2);
  tag.body = 5;
  return tag;
}

Result<FlvTag> parse_enhanced_video(Bytes bytes) {
  FlvTag tag;
  if (bytes.size() < 5) return too_short();
  const unsigned packet_type = bytes[0] & 0x0FU;
  if (packet_type >= kFirstMulti) return unsupported_video("multitrack");
  const std::string name = four_cc(bytes, 1);
  if (name != "hvc1" && name != "avc1") return unsupported_video(name);
  tag.codec = name == "avc1" ? media::Codec::kH264 : media::Codec::kHevc;
  tag.content = content_of(packet_type == kCodedFramesX ? kCodedFrames : packet_type);
  tag.body = 5;
  if (packet_type == kCodedFrames) {
    if (bytes.size() < 8) return too_short();
    tag.composition = signed_24(bytes, 5);
    tag.body = 8;
  }
  return tag;
}

}  // namespace

Result<FlvTag> parse_video_tag(Bytes bytes) {
  if (bytes.empty()) return too_short();
  const bool enhanced = (bytes[0] & 0x80U) != 0;
  if (((bytes[0] >> 4) & 7U) == kCommandFrame) return FlvTag{};  // seeking marks; no picture
  return enhanced ? parse_enhanced_video(bytes) : parse_plain_video(bytes);
}

Result<FlvTag> parse_audio_tag(Bytes bytes) {
  if (bytes.empty()) return too_short();
  FlvTag tag;
  tag.codec = media::Codec::kAac;
  const unsigned format = bytes[0] >> 4;
  if (format == kSoundAac) {
    if (bytes.size() < 2) return too_short();
    tag.content = content_of(bytes[1]);
    tag.body = 2;
    return tag;
  }
  if (format != kSoundEnhanced) return unsupported_audio(audio_name(format));
  if (bytes.size() < 5) return too_short();
  const std::string name = four_cc(bytes, 1);
  if (name != "mp4a") return unsupported_audio(name);
  tag.content = content_of(bytes[0] & 0x0FU);
  tag.body = 5;
  return tag;
}

}  // namespace grandstand::ingest

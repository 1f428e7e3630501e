// SPDX-License-Identifier: MIT
#include "flv_tag.hpp"

#include <optional>
#include <string_view>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;
using Content = FlvPacket::Content;
using media::Codec;

constexpr unsigned kCommandFrame = 5;
constexpr unsigned kCodecAvc = 7;
constexpr unsigned kCodecHevc = 12;  // in no standard, but in the field, as is 13
constexpr unsigned kCodecAv1 = 13;
constexpr unsigned kSoundAac = 10;
constexpr unsigned kSoundEnhanced = 9;

// Enhanced RTMP: VideoPacketType and AudioPacketType, alike where both have them.
constexpr unsigned kSequenceStart = 0;
constexpr unsigned kCodedFrames = 1;
constexpr unsigned kCodedFramesX = 3;
constexpr unsigned kMetadata = 4;
constexpr unsigned kVideoMultitrack = 6;
constexpr unsigned kAudioMultitrack = 5;
constexpr unsigned kModEx = 7;

constexpr unsigned kOneTrack = 0;  // AvMultitrackType; 1 is ManyTracks
constexpr unsigned kManyTracksManyCodecs = 2;

constexpr unsigned kTimestampOffsetNano = 0;  // ModEx types
constexpr std::uint32_t kNanosecondsPerMs = 1'000'000;

Error too_short() {
  return Error{ErrorCode::kInvalidArgument, "an FLV tag is too short"};
}

std::string foreign_video(std::string_view name) {
  return "publishes " + std::string(name) + " video; H.264, HEVC or AV1 expected";
}

std::string foreign_audio(std::string_view name) {
  return "publishes " + std::string(name) + " audio; AAC, Opus, AC-3 or E-AC-3 expected";
}

std::string video_name(unsigned codec) {
  if (codec == 2) return "Sorenson H.263";
  if (codec == 3 || codec == 6) return "screen";
  if (codec == 4 || codec == 5) return "VP6";
  return "code " + std::to_string(codec);
}

std::string audio_name(unsigned codec) {
  if (codec == 2 || codec == 14) return "MP3";
  if (codec == 7 || codec == 8) return "G.711";
  if (codec == 11) return "Speex";
  return "code " + std::to_string(codec);
}

std::optional<Codec> video_codec(std::string_view four_cc) {
  if (four_cc == "avc1") return Codec::kH264;
  if (four_cc == "hvc1") return Codec::kHevc;
  if (four_cc == "av01") return Codec::kAv1;
  return std::nullopt;
}

std::optional<Codec> audio_codec(std::string_view four_cc) {
  if (four_cc == "mp4a") return Codec::kAac;
  if (four_cc == "Opus") return Codec::kOpus;
  if (four_cc == "ac-3") return Codec::kAc3;
  if (four_cc == "ec-3") return Codec::kEac3;
  return std::nullopt;
}

std::string spoken(std::string_view four_cc) {
  const std::string in_brackets = " (" + std::string(four_cc) + ")";
  if (four_cc == "vp08") return "VP8" + in_brackets;
  if (four_cc == "vp09") return "VP9" + in_brackets;
  if (four_cc == "vvc1") return "VVC" + in_brackets;
  if (four_cc == "fLaC") return "FLAC" + in_brackets;
  if (four_cc == ".mp3") return "MP3" + in_brackets;
  return std::string(four_cc);
}

// Numbers of a tag in turn; past the end they are 0 and ok() is false.
class TagReader {
 public:
  TagReader(Bytes bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  bool ok() const { return ok_; }
  std::size_t at() const { return at_; }

  std::uint32_t number(std::size_t byte_count) {
    if (!has(byte_count)) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < byte_count; ++i) value = (value << 8) | bytes_[at_++];
    return value;
  }

  std::int32_t signed_24() {
    const auto value = static_cast<std::int32_t>(number(3));
    return value >= 0x800000 ? value - 0x1000000 : value;
  }

  std::string four_cc() {
    std::string name;
    for (std::size_t i = 0; i < 4; ++i) {
      const char c = static_cast<char>(number(1));
      name.push_back(c >= 0x20 && c < 0x7F ? c : '?');
    }
    return name;
  }

  void skip(std::size_t byte_count) {
    if (has(byte_count)) at_ += byte_count;
  }

 private:
  bool has(std::size_t byte_count) {
    ok_ = ok_ && bytes_.size() - at_ >= byte_count;
    return ok_;
  }

  Bytes bytes_;
  std::size_t at_;
  bool ok_ = true;
};

// One enhanced tag, audio or video, from the byte behind the packet type on.
class EnhancedTag {
 public:
  EnhancedTag(Bytes bytes, bool video) : bytes_(bytes), video_(video), in_(bytes, 1), packet_type_(bytes[0] & 0x0FU) {}

  Result<FlvTag> parse() {
    while (in_.ok() && packet_type_ == kModEx) read_extension();
    const bool command = video_ && ((bytes_[0] >> 4) & 7U) == kCommandFrame;
    if (in_.ok() && command && packet_type_ != kMetadata) return tag_;  // seeking marks; no picture
    unsigned arrangement = kOneTrack;
    if (packet_type_ == (video_ ? kVideoMultitrack : kAudioMultitrack)) {
      tag_.multitrack = true;
      const std::uint32_t both = in_.number(1);
      arrangement = both >> 4;
      packet_type_ = both & 0x0FU;
    }
    if (arrangement > kManyTracksManyCodecs) {
      return Error{ErrorCode::kInvalidArgument, "an FLV tag of an unknown multitrack type"};
    }
    if (arrangement != kManyTracksManyCodecs) four_cc_ = in_.four_cc();
    do {
      read_track(arrangement);
    } while (in_.ok() && arrangement != kOneTrack && in_.at() < bytes_.size());
    if (!in_.ok()) return too_short();
    return std::move(tag_);
  }

 private:
  void read_extension() {
    std::size_t size = in_.number(1) + std::size_t{1};
    if (size == 256) size = in_.number(2) + std::size_t{1};
    TagReader data = in_;
    in_.skip(size);
    const std::uint32_t both = in_.number(1);
    packet_type_ = both & 0x0FU;
    if (both >> 4 != kTimestampOffsetNano || size < 3) return;
    const std::uint32_t nanoseconds = data.number(3);
    if (nanoseconds < kNanosecondsPerMs) nanoseconds_ = nanoseconds;
  }

  void read_track(unsigned arrangement) {
    FlvPacket packet;
    packet.nanoseconds = nanoseconds_;
    packet.end = bytes_.size();
    if (arrangement == kManyTracksManyCodecs) four_cc_ = in_.four_cc();
    if (tag_.multitrack) packet.track = static_cast<std::uint8_t>(in_.number(1));
    if (arrangement != kOneTrack) {
      const std::size_t size = in_.number(3);
      packet.end = in_.at() + size;
    }
    TagReader body = in_;
    in_.skip(packet.end - in_.at());
    if (!in_.ok()) return;
    if (!describe(packet, body)) return;
    packet.begin = body.at();
    if (packet.content == Content::kFrame && packet.begin == packet.end) return;  // an end of sequence, in effect
    tag_.packets.push_back(std::move(packet));
  }

  // False when there is nothing in it for us.
  bool describe(FlvPacket& packet, TagReader& body) {
    const bool frame = packet_type_ == kCodedFrames || (video_ && packet_type_ == kCodedFramesX);
    // HDR colours, channel orders and ends of sequences say nothing that the codecs' own headers do not.
    if (!frame && packet_type_ != kSequenceStart) return false;
    packet.content = frame ? Content::kFrame : Content::kConfig;
    const auto codec = video_ ? video_codec(four_cc_) : audio_codec(four_cc_);
    if (!codec) {
      packet.content = Content::kForeign;
      packet.foreign = video_ ? foreign_video(spoken(four_cc_)) : foreign_audio(spoken(four_cc_));
      return true;
    }
    packet.codec = *codec;
    const bool composed = *codec == Codec::kH264 || *codec == Codec::kHevc;
    if (video_ && composed && packet_type_ == kCodedFrames) {
      packet.composition = body.signed_24();
      if (!body.ok() || body.at() > packet.end) {
        in_.skip(bytes_.size());  // damaged: makes ok() false
        return false;
      }
    }
    return true;
  }

  Bytes bytes_;
  bool video_;
  TagReader in_;
  unsigned packet_type_;
  std::string four_cc_;
  std::uint32_t nanoseconds_ = 0;
  FlvTag tag_;
};

FlvTag single(FlvPacket packet) {
  FlvTag tag;
  tag.packets.push_back(std::move(packet));
  return tag;
}

FlvTag foreign(std::string what) {
  FlvPacket packet;
  packet.content = Content::kForeign;
  packet.foreign = std::move(what);
  return single(std::move(packet));
}

Result<FlvTag> plain(Bytes bytes, Codec codec, std::size_t header) {
  if (bytes.size() < header) return too_short();
  FlvPacket packet;
  packet.codec = codec;
  packet.content = bytes[1] == kSequenceStart ? Content::kConfig
                   : bytes[1] == kCodedFrames ? Content::kFrame
                                              : Content::kOther;
  packet.begin = header;
  packet.end = bytes.size();
  if (header == 5) packet.composition = TagReader(bytes, 2).signed_24();
  return single(std::move(packet));
}

}  // namespace

Result<FlvTag> parse_video_tag(Bytes bytes) {
  if (bytes.empty()) return too_short();
  if ((bytes[0] & 0x80U) != 0) return EnhancedTag(bytes, true).parse();
  if (((bytes[0] >> 4) & 7U) == kCommandFrame) return FlvTag{};
  const unsigned codec = bytes[0] & 0x0FU;
  if (codec == kCodecAvc) return plain(bytes, Codec::kH264, 5);
  if (codec == kCodecHevc) return plain(bytes, Codec::kHevc, 5);
  if (codec == kCodecAv1) return plain(bytes, Codec::kAv1, 5);
  return foreign(foreign_video(video_name(codec)));
}

Result<FlvTag> parse_audio_tag(Bytes bytes) {
  if (bytes.empty()) return too_short();
  const unsigned format = bytes[0] >> 4;
  if (format == kSoundEnhanced) return EnhancedTag(bytes, false).parse();
  if (format == kSoundAac) return plain(bytes, Codec::kAac, 2);
  return foreign(foreign_audio(audio_name(format)));
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "flv_audio.hpp"

#include "audio_header.hpp"
#include "parameter_sets.hpp"

#include <grandstand/media/bit_reader.hpp>

#include <array>
#include <string_view>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;
using media::Codec;

Result<media::Track> describe_opus(Bytes head) {
  constexpr std::string_view kMagic = "OpusHead";
  const bool fits = head.size() >= 19 && std::equal(kMagic.begin(), kMagic.end(), head.begin()) && head[9] > 0;
  if (!fits) {
    return Error{ErrorCode::kInvalidArgument, "the Opus sequence header is damaged: OpusHead (RFC 7845) was expected"};
  }
  media::Track track;
  track.codec = Codec::kOpus;
  track.decoder_config = SharedBytes::copy_of(head);
  track.sample_rate = 48'000;  // the clock of Opus, whatever the encoder's input was
  track.channels = head[9];
  return track;
}

// RFC 6716 3.1: the length of a frame by its configuration, and how many there are.
int opus_samples(Bytes packet) {
  if (packet.empty()) return 0;
  const unsigned config = packet[0] >> 3;
  constexpr std::array<int, 4> kSilk = {480, 960, 1920, 2880};
  int frame = 0;
  if (config < 12) {
    frame = kSilk[config % 4];
  } else if (config < 16) {
    frame = config % 2 == 0 ? 480 : 960;
  } else {
    frame = 120 << (config % 4);
  }
  const unsigned code = packet[0] & 3U;
  if (code == 3 && packet.size() < 2) return 0;
  const int count = code == 0 ? 1 : code < 3 ? 2 : packet[1] & 0x3F;
  const int samples = count * frame;
  return samples <= 5'760 ? samples : 0;  // 120 ms at most
}

struct DolbyFrame {
  std::size_t size = 0;
  int samples = 0;  // 0: a substream that plays together with the one before
  int sample_rate = 0;
  int channels = 0;
};

constexpr std::array<int, 8> kDolbyChannels = {2, 1, 2, 3, 3, 4, 4, 5};

// ETSI TS 102 366 annex E.1.2.
bool parse_eac3(Bytes bytes, DolbyFrame& frame) {
  constexpr std::array<int, 3> kRates = {48'000, 44'100, 32'000};
  constexpr std::array<int, 4> kBlocks = {1, 2, 3, 6};
  if (bytes.size() < 6 || bytes[0] != 0x0B || bytes[1] != 0x77) return false;
  media::BitReader in(bytes.subspan(2));
  const std::uint32_t kind = in.bits(2);
  const std::uint32_t substream = in.bits(3);
  frame.size = 2 * (std::size_t{in.bits(11)} + 1);
  const std::uint32_t rate = in.bits(2);
  const std::uint32_t second = in.bits(2);
  if (rate == 3 && second == 3) return false;
  frame.sample_rate = rate == 3 ? kRates[second] / 2 : kRates[rate];
  const int blocks = rate == 3 ? 6 : kBlocks[second];
  const std::uint32_t mode = in.bits(3);
  frame.channels = kDolbyChannels[mode] + static_cast<int>(in.bit());
  const std::uint32_t stream_id = in.bits(5);
  if (stream_id <= 10 || stream_id > 16) return false;
  const bool of_its_own = kind != 1 && substream == 0;
  frame.samples = of_its_own ? 256 * blocks : 0;
  return true;
}

bool parse_dolby(Codec codec, Bytes bytes, DolbyFrame& frame) {
  if (codec == Codec::kEac3 && parse_eac3(bytes, frame)) return true;
  AudioHeader header;  // an E-AC-3 stream may hold AC-3 frames
  if (parse_audio_header(Codec::kAc3, bytes, header) != HeaderVerdict::kFrame) return false;
  frame = {header.frame_size, header.samples, header.sample_rate, header.channels};
  return true;
}

int dolby_samples(Codec codec, Bytes bytes) {
  int samples = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    DolbyFrame frame;
    if (!parse_dolby(codec, bytes.subspan(at), frame) || frame.size > bytes.size() - at) return samples;
    samples += frame.samples;
    at += frame.size;
  }
  return samples;
}

Result<media::Track> describe_dolby(Codec codec, Bytes bytes) {
  DolbyFrame frame;
  if (!parse_dolby(codec, bytes, frame) || frame.size == 0) {
    return Error{ErrorCode::kInvalidArgument, "a damaged AC-3 or E-AC-3 frame"};
  }
  media::Track track;
  track.codec = codec;
  track.sample_rate = frame.sample_rate;
  track.channels = frame.channels;
  return track;
}

}  // namespace

Result<media::Track> describe_audio(Codec codec, Bytes bytes) {
  if (codec == Codec::kOpus) return describe_opus(bytes);
  if (codec == Codec::kAac) return describe_aac(bytes);
  return describe_dolby(codec, bytes);
}

int audio_frame_samples(Codec codec, Bytes frame) {
  constexpr int kAacFrame = 1024;
  if (codec == Codec::kOpus) return opus_samples(frame);
  if (codec == Codec::kAac) return kAacFrame;
  return dolby_samples(codec, frame);
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "flv_audio.hpp"

#include "audio_header.hpp"
#include "parameter_sets.hpp"

#include <algorithm>
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

int dolby_samples(Codec codec, Bytes bytes) {
  int samples = 0;
  AudioHeader header;
  for (std::size_t at = 0; at < bytes.size(); at += header.frame_size) {
    const bool whole = parse_audio_header(codec, bytes.subspan(at), header) == HeaderVerdict::kFrame &&
                       header.frame_size > 0 && header.frame_size <= bytes.size() - at;
    if (!whole) break;
    samples += header.samples;
  }
  return samples;
}

Result<media::Track> describe_dolby(Codec codec, Bytes bytes) {
  AudioHeader header;
  if (parse_audio_header(codec, bytes, header) != HeaderVerdict::kFrame) {
    return Error{ErrorCode::kInvalidArgument, "a damaged AC-3 or E-AC-3 frame"};
  }
  media::Track track;
  track.codec = codec;
  track.sample_rate = header.sample_rate;
  track.channels = header.channels;
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
  if (codec == Codec::kOpus) return opus_packet_samples(frame);
  if (codec == Codec::kAac) return kAacFrame;
  return dolby_samples(codec, frame);
}

}  // namespace grandstand::ingest

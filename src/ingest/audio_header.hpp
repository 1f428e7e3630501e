// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace grandstand::ingest {

// What the header of one audio frame says: ADTS (ISO/IEC 13818-7 6.2), MPEG audio layer II (ISO/IEC 11172-3 2.4.1.3),
// AC-3 and E-AC-3 (ETSI TS 102 366 4.4.1, E.1.3.1), Opus in a transport stream (opus_control_header of ETSI TS 103 491
// 6.2; its sample rate is always 48 kHz, its channels stand in the PMT).
struct AudioHeader {
  std::size_t header_size = 0;  // to be taken off: ADTS; 0 for the others
  std::size_t frame_size = 0;   // with header
  int samples = 0;
  int sample_rate = 0;
  int channels = 0;
  int bit_rate = 0;                               // bit/s, 0 when the header does not say
  bool any_duration = false;                      // the next frame may hold another number of samples: Opus
  std::array<std::uint8_t, 2> specific_config{};  // AAC: AudioSpecificConfig

  // Whether both can belong to one stream.
  bool alike(const AudioHeader& other) const {
    return sample_rate == other.sample_rate && channels == other.channels &&
           (any_duration || samples == other.samples) && specific_config == other.specific_config;
  }
};

enum class HeaderVerdict {
  kFrame,
  kMore,     // too few bytes to tell
  kNone,     // no frame begins here
  kForeign,  // a frame of a kind that we do not play (layer III, AAC with several blocks per frame)
};

// Bytes that are enough to tell.
inline constexpr std::size_t kAudioHeaderSize = 9;

HeaderVerdict parse_audio_header(media::Codec codec, std::span<const std::uint8_t> bytes, AudioHeader& header);

// RFC 6716 3.1: samples of 48 kHz in the packet; 0: there is no such packet.
int opus_packet_samples(std::span<const std::uint8_t> packet);

}  // namespace grandstand::ingest

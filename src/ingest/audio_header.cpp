// SPDX-License-Identifier: MIT
#include "audio_header.hpp"

#include <grandstand/media/aac_config.hpp>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;

HeaderVerdict parse_adts(Bytes b, AudioHeader& header) {
  static constexpr int kChannels[] = {0, 1, 2, 3, 4, 5, 6, 8};
  if (b[0] != 0xFF || (b[1] & 0xF6) != 0xF0) return HeaderVerdict::kNone;
  const unsigned profile = b[2] >> 6;
  const unsigned rate = b[2] >> 2 & 0x0F;
  const unsigned channels = (b[2] & 1u) << 2 | b[3] >> 6;
  if (rate >= media::kAacSampleRates.size()) return HeaderVerdict::kNone;
  header.header_size = (b[1] & 1) != 0 ? 7 : 9;
  header.frame_size = (b[3] & 3u) << 11 | unsigned{b[4]} << 3 | b[5] >> 5;
  if (header.frame_size <= header.header_size) return HeaderVerdict::kNone;
  header.samples = 1024;
  header.sample_rate = media::kAacSampleRates[rate];
  header.channels = kChannels[channels];
  header.specific_config = {static_cast<std::uint8_t>((profile + 1) << 3 | rate >> 1),
                            static_cast<std::uint8_t>((rate & 1) << 7 | channels << 3)};
  // Channel configuration 0 describes the channels inside the frame; several blocks in one frame cannot be sent raw.
  if (channels == 0 || (b[6] & 3) != 0) return HeaderVerdict::kForeign;
  return HeaderVerdict::kFrame;
}

HeaderVerdict parse_mpeg_audio(Bytes b, AudioHeader& header) {
  static constexpr int kRates[] = {44100, 48000, 32000};
  static constexpr int kBitRates[] = {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
  static constexpr int kLowBitRates[] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
  static constexpr int kLayer3BitRates[] = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
  if (b[0] != 0xFF || (b[1] & 0xE0) != 0xE0) return HeaderVerdict::kNone;
  const unsigned version = b[1] >> 3 & 3;  // 3: MPEG-1, 2: MPEG-2, 0: "2.5"
  const unsigned layer = b[1] >> 1 & 3;    // 2: layer II, 1: layer III
  const unsigned bit_rate = b[2] >> 4;
  const unsigned rate = b[2] >> 2 & 3;
  if (version == 1 || layer == 0 || layer == 3 || rate == 3 || bit_rate == 15 || bit_rate == 0)
    return HeaderVerdict::kNone;
  const bool full = version == 3;
  header.header_size = 0;
  header.samples = 1152;
  header.sample_rate = kRates[rate] >> (full ? 0 : version == 2 ? 1 : 2);
  header.channels = b[3] >> 6 == 3 ? 1 : 2;
  const int kilobits = !full ? kLowBitRates[bit_rate] : layer == 2 ? kBitRates[bit_rate] : kLayer3BitRates[bit_rate];
  const int factor = layer == 1 && !full ? 72'000 : 144'000;
  header.frame_size = static_cast<std::size_t>(factor * kilobits / header.sample_rate) + (b[2] >> 1 & 1);
  return layer == 2 ? HeaderVerdict::kFrame : HeaderVerdict::kForeign;
}

HeaderVerdict parse_ac3(Bytes b, AudioHeader& header) {
  static constexpr int kRates[] = {48000, 44100, 32000};
  static constexpr int kBitRates[] = {32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                      192, 224, 256, 320, 384, 448, 512, 576, 640};
  static constexpr int kChannels[] = {2, 1, 2, 3, 3, 4, 4, 5};
  if (b[0] != 0x0B || b[1] != 0x77) return HeaderVerdict::kNone;
  const unsigned stream_id = b[5] >> 3;
  if (stream_id > 16) return HeaderVerdict::kNone;
  if (stream_id > 10) return HeaderVerdict::kForeign;
  const unsigned rate = b[4] >> 6;
  const unsigned size = b[4] & 0x3F;
  if (rate == 3 || size >= 2 * std::size(kBitRates)) return HeaderVerdict::kNone;
  const int kilobits = kBitRates[size / 2];
  header.header_size = 0;
  header.samples = 1536;
  // Frame length in 16-bit words (TS 102 366 table 4.13).
  const int words = rate == 0   ? 2 * kilobits
                    : rate == 2 ? 3 * kilobits
                                : 320 * kilobits / 147 + static_cast<int>(size & 1);
  header.frame_size = static_cast<std::size_t>(words) * 2;
  const unsigned shift = stream_id > 8 ? stream_id - 8 : 0;
  header.sample_rate = kRates[rate] >> shift;
  const unsigned mode = b[6] >> 5;
  unsigned skip = 3;  // lfeon stands behind the mix levels that the mode has
  if (mode == 2) {
    skip += 2;
  } else {
    if ((mode & 1) != 0 && mode != 1) skip += 2;
    if ((mode & 4) != 0) skip += 2;
  }
  const unsigned bits = unsigned{b[6]} << 8 | b[7];
  header.channels = kChannels[mode] + static_cast<int>(bits >> (15 - skip) & 1);
  return HeaderVerdict::kFrame;
}

}  // namespace

HeaderVerdict parse_audio_header(media::Codec codec, Bytes bytes, AudioHeader& header) {
  if (bytes.size() < kAudioHeaderSize) return HeaderVerdict::kMore;
  header.specific_config = {};
  switch (codec) {
    case media::Codec::kAac:
      return parse_adts(bytes, header);
    case media::Codec::kMp2:
      return parse_mpeg_audio(bytes, header);
    case media::Codec::kAc3:
      return parse_ac3(bytes, header);
    default:
      return HeaderVerdict::kNone;
  }
}

}  // namespace grandstand::ingest

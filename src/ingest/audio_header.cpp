// SPDX-License-Identifier: MIT
#include "audio_header.hpp"

#include <grandstand/media/aac_config.hpp>

#include <algorithm>

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
  header.bit_rate = kilobits * 1'000;
  const int factor = layer == 1 && !full ? 72'000 : 144'000;
  header.frame_size = static_cast<std::size_t>(factor * kilobits / header.sample_rate) + (b[2] >> 1 & 1);
  return layer == 2 ? HeaderVerdict::kFrame : HeaderVerdict::kForeign;
}

constexpr int kAc3Rates[] = {48000, 44100, 32000};
constexpr int kAc3Channels[] = {2, 1, 2, 3, 3, 4, 4, 5};

HeaderVerdict parse_ac3(Bytes b, AudioHeader& header) {
  static constexpr int kBitRates[] = {32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                      192, 224, 256, 320, 384, 448, 512, 576, 640};
  if (b[0] != 0x0B || b[1] != 0x77) return HeaderVerdict::kNone;
  const unsigned stream_id = b[5] >> 3;
  if (stream_id > 16) return HeaderVerdict::kNone;
  if (stream_id > 10) return HeaderVerdict::kForeign;
  const unsigned rate = b[4] >> 6;
  const unsigned size = b[4] & 0x3F;
  if (rate == 3 || size >= 2 * std::size(kBitRates)) return HeaderVerdict::kNone;
  const int kilobits = kBitRates[size / 2];
  header.bit_rate = kilobits * 1'000;
  header.header_size = 0;
  header.samples = 1536;
  // Frame length in 16-bit words (TS 102 366 table 4.13).
  const int words = rate == 0   ? 2 * kilobits
                    : rate == 2 ? 3 * kilobits
                                : 320 * kilobits / 147 + static_cast<int>(size & 1);
  header.frame_size = static_cast<std::size_t>(words) * 2;
  const unsigned shift = stream_id > 8 ? stream_id - 8 : 0;
  header.sample_rate = kAc3Rates[rate] >> shift;
  const unsigned mode = b[6] >> 5;
  unsigned skip = 3;  // lfeon stands behind the mix levels that the mode has
  if (mode == 2) {
    skip += 2;
  } else {
    if ((mode & 1) != 0 && mode != 1) skip += 2;
    if ((mode & 4) != 0) skip += 2;
  }
  const unsigned bits = unsigned{b[6]} << 8 | b[7];
  header.channels = kAc3Channels[mode] + static_cast<int>(bits >> (15 - skip) & 1);
  return HeaderVerdict::kFrame;
}

bool is_eac3(Bytes b) {
  return b.size() >= 6 && b[0] == 0x0B && b[1] == 0x77 && b[5] >> 3 > 10 && b[5] >> 3 <= 16;
}

std::size_t eac3_frame_size(Bytes b) {
  return ((b[2] & 7u) << 8 | b[3]) * std::size_t{2} + 2;
}

// A frame is the independent substream 0 and what depends on it or runs beside it, as far as it is there.
HeaderVerdict parse_eac3(Bytes b, AudioHeader& header) {
  if (b[0] == 0x0B && b[1] == 0x77 && b[5] >> 3 <= 10) return parse_ac3(b, header);  // ETSI TS 101 154 allows both
  if (!is_eac3(b) || b[2] >> 6 != 0 || (b[2] >> 3 & 7) != 0) return HeaderVerdict::kNone;
  static constexpr int kBlocks[] = {1, 2, 3, 6};
  const unsigned rate = b[4] >> 6;
  const unsigned low = b[4] >> 4 & 3;  // numblkscod, or fscod2 of the half rates
  if (rate == 3 && low == 3) return HeaderVerdict::kNone;
  header.header_size = 0;
  header.sample_rate = rate == 3 ? kAc3Rates[low] / 2 : kAc3Rates[rate];
  header.samples = 256 * (rate == 3 ? 6 : kBlocks[low]);
  header.channels = kAc3Channels[b[4] >> 1 & 7] + (b[4] & 1);
  header.frame_size = eac3_frame_size(b);
  while (header.frame_size + 6 <= b.size()) {
    const Bytes next = b.subspan(header.frame_size);
    const bool belongs = is_eac3(next) && (next[2] >> 6 == 1 || (next[2] >> 3 & 7) != 0);
    if (!belongs) break;
    header.frame_size += eac3_frame_size(next);
  }
  header.bit_rate = static_cast<int>(std::int64_t{8} * static_cast<std::int64_t>(header.frame_size) *
                                     header.sample_rate / header.samples);
  return HeaderVerdict::kFrame;
}

HeaderVerdict parse_opus(Bytes b, AudioHeader& header) {
  if (b[0] != 0x7F || (b[1] & 0xE0) != 0xE0) return HeaderVerdict::kNone;
  std::size_t size = 0;
  std::size_t at = 2;
  while (at < b.size() && b[at] == 0xFF) size += b[at++];
  if (at >= b.size()) return HeaderVerdict::kMore;
  size += b[at++];
  if ((b[1] & 0x10) != 0) at += 2;  // start trim
  if ((b[1] & 0x08) != 0) at += 2;  // end trim
  if ((b[1] & 0x04) != 0) {         // control extension
    if (at >= b.size()) return HeaderVerdict::kMore;
    at += 1u + b[at];
  }
  if (size == 0) return HeaderVerdict::kNone;
  if (at + 2 > b.size()) return HeaderVerdict::kMore;
  header.header_size = at;
  header.frame_size = at + size;
  header.sample_rate = 48'000;
  header.channels = 0;
  header.any_duration = true;
  header.samples = opus_packet_samples(b.subspan(at, std::min(size, b.size() - at)));
  return header.samples > 0 ? HeaderVerdict::kFrame : HeaderVerdict::kNone;
}

}  // namespace

int opus_packet_samples(Bytes packet) {
  if (packet.empty()) return 0;
  const unsigned configuration = packet[0] >> 3;
  static constexpr int kSilk[] = {480, 960, 1920, 2880};
  const int frame = configuration < 12   ? kSilk[configuration & 3]
                    : configuration < 16 ? ((configuration & 1) != 0 ? 960 : 480)
                                         : 120 << (configuration & 3);
  const unsigned code = packet[0] & 3;
  if (code == 3 && packet.size() < 2) return 0;
  const int frames = code == 0 ? 1 : code < 3 ? 2 : packet[1] & 0x3F;
  const int samples = frame * frames;
  return samples <= 5'760 ? samples : 0;
}

HeaderVerdict parse_audio_header(media::Codec codec, Bytes bytes, AudioHeader& header) {
  if (bytes.size() < kAudioHeaderSize) return HeaderVerdict::kMore;
  header.specific_config = {};
  header.bit_rate = 0;
  header.any_duration = false;
  switch (codec) {
    case media::Codec::kAac:
      return parse_adts(bytes, header);
    case media::Codec::kMp2:
      return parse_mpeg_audio(bytes, header);
    case media::Codec::kAc3:
      return parse_ac3(bytes, header);
    case media::Codec::kEac3:
      return parse_eac3(bytes, header);
    case media::Codec::kOpus:
      return parse_opus(bytes, header);
    default:
      return HeaderVerdict::kNone;
  }
}

}  // namespace grandstand::ingest

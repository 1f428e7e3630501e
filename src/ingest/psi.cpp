// SPDX-License-Identifier: MIT
#include "psi.hpp"

#include <array>
#include <string_view>

namespace grandstand::ingest {

namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i << 24;
    for (int bit = 0; bit < 8; ++bit) value = (value & 0x80000000u) != 0 ? value << 1 ^ 0x04C11DB7u : value << 1;
    table[i] = value;
  }
  return table;
}

constexpr auto kCrcTable = make_crc_table();

std::uint16_t read_16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

std::uint16_t read_pid(std::span<const std::uint8_t> bytes, std::size_t at) {
  return read_16(bytes, at) & 0x1FFF;
}

// What the descriptors of a stream say about it.
struct Descriptors {
  bool ac3 = false;
  bool eac3 = false;
  bool dts = false;
  bool subtitles = false;
  std::string registration;
  std::string language;
};

Descriptors read_descriptors(std::span<const std::uint8_t> bytes) {
  Descriptors found;
  while (bytes.size() >= 2 && bytes.size() >= 2u + bytes[1]) {
    const auto body = bytes.subspan(2, bytes[1]);
    switch (bytes[0]) {
      case 0x05:  // registration_descriptor
        if (body.size() >= 4) found.registration.assign(body.begin(), body.begin() + 4);
        break;
      case 0x0A:  // ISO_639_language_descriptor
        if (body.size() >= 3) found.language.assign(body.begin(), body.begin() + 3);
        break;
      case 0x56:
      case 0x59:
        found.subtitles = true;
        break;
      case 0x6A:
        found.ac3 = true;
        break;
      case 0x7A:
        found.eac3 = true;
        break;
      case 0x7B:
        found.dts = true;
        break;
      default:
        break;
    }
    bytes = bytes.subspan(2 + body.size());
  }
  for (const char c : found.language) {
    if (c < 'A' || c > 'z') found.language.clear();
    if (found.language.empty()) break;
  }
  return found;
}

void classify_private(PmtStream& stream, const Descriptors& descriptors) {
  if (descriptors.eac3 || descriptors.registration == "EAC3") {
    stream.description = "E-AC-3 audio";
  } else if (descriptors.ac3 || descriptors.registration == "AC-3") {
    stream.codec = media::Codec::kAc3;
    stream.description = "AC-3 audio";
  } else if (descriptors.dts || descriptors.registration.starts_with("DTS")) {
    stream.description = "DTS audio";
  } else if (descriptors.registration == "Opus") {
    stream.description = "Opus audio";
  } else if (descriptors.registration == "HEVC") {
    stream.codec = media::Codec::kHevc;
    stream.description = "HEVC video";
  }
}

void classify(PmtStream& stream, const Descriptors& descriptors) {
  const auto playable = [&stream](media::Codec codec, std::string_view text) {
    stream.codec = codec;
    stream.description = text;
  };
  switch (stream.stream_type) {
    case 0x01:
      stream.description = "MPEG-1 video";
      break;
    case 0x02:
      stream.description = "MPEG-2 video";
      break;
    case 0x03:
    case 0x04:
      playable(media::Codec::kMp2, "MPEG audio");
      break;
    case 0x06:
      classify_private(stream, descriptors);
      break;
    case 0x0F:
      playable(media::Codec::kAac, "AAC audio");
      break;
    case 0x10:
      stream.description = "MPEG-4 part 2 video";
      break;
    case 0x11:
      stream.description = "AAC LATM audio";
      break;
    case 0x1B:
      playable(media::Codec::kH264, "H.264 video");
      break;
    case 0x21:
      stream.description = "JPEG 2000 video";
      break;
    case 0x24:
      playable(media::Codec::kHevc, "HEVC video");
      break;
    case 0x33:
      stream.description = "VVC video";
      break;
    case 0x42:
    case 0xD2:
      stream.description = "AVS video";
      break;
    case 0x81:
      playable(media::Codec::kAc3, "AC-3 audio");
      break;
    case 0x82:
    case 0x85:
      stream.description = "DTS audio";
      break;
    case 0x83:
      stream.description = "TrueHD audio";
      break;
    case 0x84:
    case 0x87:
      stream.description = "E-AC-3 audio";
      break;
    case 0xCF:
      stream.description = "encrypted AAC audio";
      break;
    case 0xDB:
      stream.description = "encrypted H.264 video";
      break;
    case 0xEA:
      stream.description = "VC-1 video";
      break;
    default:
      break;
  }
}

// The part between the header of a long section and its CRC; empty when it is not `table_id` or not valid yet.
std::optional<std::span<const std::uint8_t>> section_body(std::span<const std::uint8_t> section,
                                                          std::uint8_t table_id) {
  if (section.size() < 12 || section[0] != table_id || (section[1] & 0x80) == 0) return std::nullopt;
  if ((section[5] & 0x01) == 0) return std::nullopt;  // current_next_indicator: for later
  return section.subspan(8, section.size() - 12);
}

}  // namespace

std::uint32_t mpeg_crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const std::uint8_t byte : bytes) crc = crc << 8 ^ kCrcTable[(crc >> 24 ^ byte) & 0xFF];
  return crc;
}

std::optional<Pat> parse_pat(std::span<const std::uint8_t> section) {
  const auto body = section_body(section, 0x00);
  if (!body) return std::nullopt;
  Pat pat;
  pat.transport_stream = read_16(section, 3);
  pat.version = section[5] >> 1 & 0x1F;
  pat.section = section[6];
  pat.last_section = section[7];
  for (std::size_t at = 0; at + 4 <= body->size(); at += 4) {
    const std::uint16_t program = read_16(*body, at);
    if (program != 0) pat.entries.push_back({program, read_pid(*body, at + 2)});
  }
  return pat;
}

std::optional<Pmt> parse_pmt(std::span<const std::uint8_t> section) {
  const auto body = section_body(section, 0x02);
  if (!body || body->size() < 4) return std::nullopt;
  Pmt pmt;
  pmt.program = read_16(section, 3);
  pmt.pcr_pid = read_pid(*body, 0);
  std::size_t at = 4u + (read_16(*body, 2) & 0x0FFF);
  while (at + 5 <= body->size()) {
    PmtStream stream;
    stream.stream_type = (*body)[at];
    stream.pid = read_pid(*body, at + 1);
    const std::size_t length = read_16(*body, at + 3) & 0x0FFF;
    if (at + 5 + length > body->size()) return std::nullopt;
    const Descriptors descriptors = read_descriptors(body->subspan(at + 5, length));
    stream.language = descriptors.language;
    classify(stream, descriptors);
    pmt.streams.push_back(std::move(stream));
    at += 5 + length;
  }
  return pmt;
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "psi.hpp"

#include "descriptor_loop.hpp"

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

using Bytes = std::span<const std::uint8_t>;

// What the descriptors of a private stream say that it is.
struct Kinds {
  bool ac3 = false;
  bool eac3 = false;
  bool dts = false;
  bool teletext = false;
  bool subtitles = false;
};

std::string language_code(Bytes bytes) {
  std::string code;
  for (const std::uint8_t byte : bytes.first(3)) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (!letter) return {};
    code.push_back(static_cast<char>(byte));
  }
  return code;
}

void read_teletext(Bytes body, PmtStream& stream) {
  const auto page = find_subtitle_page(body);
  if (!page) return;
  stream.page = page->page;
  stream.hearing_impaired = page->hearing_impaired;
  stream.language = page->language;
}

// ETSI EN 300 468 6.2.16.1, annex J for the Opus one.
void read_extension(Bytes body, PmtStream& stream) {
  if (body.size() >= 2 && body[0] == 0x06) stream.visual_impaired |= (body[1] >> 2 & 0x1F) == 0x01;
  if (body.size() >= 2 && body[0] == 0x80) stream.channels = body[1] == 0 ? 2 : body[1] <= 8 ? body[1] : 0;
}

Kinds read_descriptors(Bytes loop, PmtStream& stream) {
  Kinds kinds;
  for_each_descriptor(loop, [&](std::uint8_t tag, Bytes body) {
    switch (tag) {
      case 0x05:  // registration_descriptor
        if (body.size() >= 4) stream.registration.assign(body.begin(), body.begin() + 4);
        break;
      case 0x0A:  // ISO_639_language_descriptor
        if (body.size() < 4) break;
        stream.language = language_code(body);
        stream.hearing_impaired |= body[3] == 2;
        stream.visual_impaired |= body[3] == 3;
        break;
      case 0x0E:  // maximum_bitrate_descriptor: units of 50 bytes/s
        if (body.size() >= 3) stream.bit_rate = ((body[0] & 0x3F) << 16 | body[1] << 8 | body[2]) * 400;
        break;
      case 0x56:
        kinds.teletext = true;
        read_teletext(body, stream);
        break;
      case 0x59:  // subtitling_descriptor; types 0x20.. are for the hard of hearing
        kinds.subtitles = true;
        if (body.size() < 8) break;
        stream.language = language_code(body);
        stream.hearing_impaired |= body[3] >= 0x20 && body[3] <= 0x25;
        stream.page = body[4] << 8 | body[5];
        break;
      case 0x6A:
        kinds.ac3 = true;
        break;
      case 0x7A:
        kinds.eac3 = true;
        break;
      case 0x7B:
        kinds.dts = true;
        break;
      case 0x7F:
        read_extension(body, stream);
        break;
      default:
        break;
    }
  });
  return kinds;
}

void classify_private(PmtStream& stream, const Kinds& kinds) {
  const auto takes = [&stream](media::Codec codec, std::string_view text) {
    stream.codec = codec;
    stream.description = text;
  };
  if (kinds.eac3 || stream.registration == "EAC3") {
    takes(media::Codec::kEac3, "E-AC-3 audio");
  } else if (kinds.ac3 || stream.registration == "AC-3") {
    takes(media::Codec::kAc3, "AC-3 audio");
  } else if (kinds.dts || stream.registration.starts_with("DTS")) {
    stream.description = "DTS audio";
  } else if (stream.registration == "Opus") {
    stream.description = "Opus audio";
    if (stream.channels > 0) stream.codec = media::Codec::kOpus;
  } else if (stream.registration == "HEVC") {
    takes(media::Codec::kHevc, "HEVC video");
  } else if (kinds.teletext) {
    stream.codec = media::Codec::kTeletext;
  } else if (kinds.subtitles) {
    stream.codec = media::Codec::kDvbSubtitle;
  }
}

void classify(PmtStream& stream, const Kinds& kinds) {
  const auto playable = [&stream](media::Codec codec, std::string_view text) {
    stream.codec = codec;
    stream.description = text;
  };
  switch (stream.stream_type) {
    case 0x01:
      playable(media::Codec::kMpeg2Video, "MPEG-1 video");
      break;
    case 0x02:
      playable(media::Codec::kMpeg2Video, "MPEG-2 video");
      break;
    case 0x03:
    case 0x04:
      playable(media::Codec::kMp2, "MPEG audio");
      break;
    case 0x06:
      classify_private(stream, kinds);
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
      playable(media::Codec::kEac3, "E-AC-3 audio");
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

std::optional<TeletextPage> find_subtitle_page(std::span<const std::uint8_t> body) {
  for (; body.size() >= 5; body = body.subspan(5)) {
    const unsigned type = body[3] >> 3;
    if (type != 2 && type != 5) continue;  // 5: for the hard of hearing
    const int magazine = (body[3] & 7) == 0 ? 8 : body[3] & 7;
    return TeletextPage{magazine * 100 + (body[4] >> 4) * 10 + (body[4] & 0x0F), type == 5, language_code(body)};
  }
  return std::nullopt;
}

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
  const std::size_t programme_loop = read_16(*body, 2) & 0x0FFF;
  std::size_t at = 4u + programme_loop;
  if (at <= body->size()) {
    const Bytes loop = body->subspan(4, programme_loop);
    pmt.descriptors.assign(loop.begin(), loop.end());
    PmtStream programme;
    read_descriptors(loop, programme);
    pmt.registration = std::move(programme.registration);
  }
  while (at + 5 <= body->size()) {
    PmtStream stream;
    stream.stream_type = (*body)[at];
    stream.pid = read_pid(*body, at + 1);
    const std::size_t length = read_16(*body, at + 3) & 0x0FFF;
    if (at + 5 + length > body->size()) return std::nullopt;
    const Bytes loop = body->subspan(at + 5, length);
    stream.descriptors.assign(loop.begin(), loop.end());
    classify(stream, read_descriptors(loop, stream));
    pmt.streams.push_back(std::move(stream));
    at += 5 + length;
  }
  return pmt;
}

}  // namespace grandstand::ingest

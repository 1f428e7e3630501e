// SPDX-License-Identifier: MIT
#include "ts_tables.hpp"

#include <grandstand/base/assert.hpp>

#include <algorithm>
#include <span>

namespace grandstand::hls {
namespace {

constexpr std::uint16_t kProgramme = 1;

// ISO/IEC 13818-1 annex A.
std::uint32_t crc32_mpeg(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xffff'ffff;
  for (const auto byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc << 1 ^ (crc & 0x8000'0000 ? 0x04c1'1db7 : 0);
  }
  return crc;
}

void put16(std::vector<std::uint8_t>& out, unsigned value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

// A whole section in one packet: head, body, CRC, stuffing.
std::array<std::uint8_t, 188> packet(std::uint16_t pid, std::uint8_t table, std::uint16_t id, unsigned version,
                                     const std::vector<std::uint8_t>& body) {
  std::vector<std::uint8_t> section{table};
  put16(section, 0xb000u | static_cast<unsigned>(body.size() + 9));
  put16(section, id);
  section.push_back(static_cast<std::uint8_t>(0xc1 | (version & 31) << 1));
  section.insert(section.end(), {0, 0});  // section 0 of 0
  section.insert(section.end(), body.begin(), body.end());
  const auto crc = crc32_mpeg(section);
  put16(section, crc >> 16);
  put16(section, crc & 0xffff);

  std::array<std::uint8_t, 188> result;
  GRANDSTAND_ASSERT(section.size() + 5 <= result.size());
  result.fill(0xff);
  result[0] = 0x47;
  result[1] = static_cast<std::uint8_t>(0x40 | pid >> 8);
  result[2] = static_cast<std::uint8_t>(pid);
  result[3] = 0x10;
  result[4] = 0;  // pointer field
  std::copy(section.begin(), section.end(), result.begin() + 5);
  return result;
}

// ISO/IEC 13818-1 table 2-34; AC-3 and E-AC-3 as Apple's and ATSC's (0x81, 0x87).
std::uint8_t stream_type(const media::Track& track) {
  switch (track.codec) {
    case media::Codec::kH264:
      return 0x1b;
    case media::Codec::kHevc:
      return 0x24;
    case media::Codec::kAac:
      return 0x0f;
    case media::Codec::kMp2:
      return track.sample_rate >= 32'000 ? 0x03 : 0x04;
    case media::Codec::kAc3:
      return 0x81;
    case media::Codec::kEac3:
      return 0x87;
    case media::Codec::kTeletext:
    case media::Codec::kDvbSubtitle:
      return 0x06;
    default:
      return 0;
  }
}

std::vector<std::uint8_t> descriptors(const media::Track& track) {
  std::vector<std::uint8_t> out;
  if (track.codec == media::Codec::kAc3) out.insert(out.end(), {0x05, 4, 'A', 'C', '-', '3'});
  if (track.codec == media::Codec::kEac3) out.insert(out.end(), {0x05, 4, 'E', 'A', 'C', '3'});
  if (track.codec == media::Codec::kHevc) out.insert(out.end(), {0x05, 4, 'H', 'E', 'V', 'C'});
  if (track.kind() == media::TrackKind::kAudio && track.language.size() == 3) {
    out.insert(out.end(), {0x0a, 4});
    out.insert(out.end(), track.language.begin(), track.language.end());
    // audio_type (ISO/IEC 13818-1 table 2-60)
    out.push_back(track.hearing_impaired ? 2 : track.visual_impaired ? 3 : 0);
  }
  const bool teletext = track.codec == media::Codec::kTeletext;
  if (!teletext && track.codec != media::Codec::kDvbSubtitle) return out;
  // teletext_descriptor, subtitling_descriptor (ETSI EN 300 468 6.2.43, 6.2.41)
  const std::string language = track.language.size() == 3 ? track.language : "und";
  out.push_back(teletext ? 0x56 : 0x59);
  out.push_back(teletext ? 5 : 8);
  out.insert(out.end(), language.begin(), language.end());
  const auto page = static_cast<unsigned>(track.page);
  if (teletext) {
    out.push_back(static_cast<std::uint8_t>((track.hearing_impaired ? 5 : 2) << 3 | (page / 100 & 7)));
    out.push_back(static_cast<std::uint8_t>((page / 10 % 10) << 4 | page % 10));
  } else {
    out.push_back(track.hearing_impaired ? 0x20 : 0x10);
    put16(out, page);  // composition page
    put16(out, page);  // ancillary page
  }
  return out;
}

}  // namespace

std::array<std::uint8_t, 188> make_pat() {
  std::vector<std::uint8_t> body;
  put16(body, kProgramme);
  put16(body, 0xe000 | kPmtPid);
  return packet(0, 0x00, 1, 0, body);
}

std::array<std::uint8_t, 188> make_pmt(const std::vector<media::Track>& tracks, std::size_t pcr_track,
                                       unsigned version) {
  std::vector<std::uint8_t> body;
  put16(body, 0xe000u | static_cast<unsigned>(kFirstStreamPid + pcr_track));
  put16(body, 0xf000);
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const auto described = descriptors(tracks[i]);
    body.push_back(stream_type(tracks[i]));
    put16(body, 0xe000u | static_cast<unsigned>(kFirstStreamPid + i));
    put16(body, 0xf000u | static_cast<unsigned>(described.size()));
    body.insert(body.end(), described.begin(), described.end());
  }
  return packet(kPmtPid, 0x02, kProgramme, version, body);
}

}  // namespace grandstand::hls

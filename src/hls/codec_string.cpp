// SPDX-License-Identifier: MIT
#include "codec_string.hpp"

#include "fmp4_init.hpp"

#include <grandstand/media/aac_config.hpp>
#include <grandstand/media/annex_b.hpp>

#include <cstdio>
#include <span>
#include <vector>

namespace grandstand::hls {
namespace {

constexpr std::size_t kEnough = 16;  // of a sequence parameter set, for profile and level

// The first bytes of the sequence parameter set without emulation prevention.
std::vector<std::uint8_t> sequence_parameter_set(const media::Track& track) {
  std::vector<std::uint8_t> found;
  media::for_each_nal(track.decoder_config.span(), [&](std::span<const std::uint8_t> nal) {
    const bool hevc = track.codec == media::Codec::kHevc;
    const bool match = hevc ? (nal[0] >> 1 & 0x3f) == 33 : (nal[0] & 0x1f) == 7;
    if (!match) return true;
    found = media::unescape_nal(nal, kEnough);
    return false;
  });
  return found;
}

std::string avc_string(const media::Track& track) {
  const auto sps = sequence_parameter_set(track);
  if (sps.size() < 4) return "avc1";
  char text[16];
  std::snprintf(text, sizeof text, "avc1.%02x%02x%02x", sps[1], sps[2], sps[3]);
  return text;
}

// ISO/IEC 14496-15 E.3: profile space and idc, reversed compatibility flags, tier and level, constraint bytes without
// trailing zero ones.
std::string hevc_string(const media::Track& track) {
  constexpr std::size_t kProfileTierLevel = 3;  // behind the NAL header and one byte of ids
  const auto sps = sequence_parameter_set(track);
  if (sps.size() < kProfileTierLevel + 12) return "hvc1";
  const auto* const profile = sps.data() + kProfileTierLevel;
  std::uint32_t compatibility = 0;
  for (int bit = 0; bit < 32; ++bit) {
    if (profile[1 + bit / 8] >> (7 - bit % 8) & 1) compatibility |= 1u << bit;
  }
  const char* const spaces[] = {"", "A", "B", "C"};
  char text[64];
  int length = std::snprintf(text, sizeof text, "hvc1.%s%d.%X.%c%d", spaces[profile[0] >> 6], profile[0] & 0x1f,
                             compatibility, profile[0] & 0x20 ? 'H' : 'L', profile[11]);
  std::string result(text, static_cast<std::size_t>(length));
  int constraints = 6;
  while (constraints > 0 && profile[4 + constraints] == 0) --constraints;
  for (int i = 1; i <= constraints; ++i) {
    length = std::snprintf(text, sizeof text, ".%X", profile[4 + i]);
    result.append(text, static_cast<std::size_t>(length));
  }
  return result;
}

// AV1 codec ISO media file format binding, section 5: profile, level, tier and bit depth, as the av1C box has them.
std::string av1_string(const media::Track& track) {
  const auto init = make_fmp4_init({track});
  const auto box = init ? init->bytes.view().find("av1C") : std::string_view::npos;
  if (box == std::string_view::npos || box + 7 > init->bytes.size()) return "av01";
  const auto* const config = init->bytes.data() + box + 4;
  const int depth = (config[2] & 0x40) == 0 ? 8 : (config[2] & 0x20) == 0 ? 10 : 12;
  char text[32];
  std::snprintf(text, sizeof text, "av01.%d.%02d%c.%02d", config[1] >> 5, config[1] & 0x1f,
                config[2] & 0x80 ? 'H' : 'M', depth);
  return text;
}

}  // namespace

std::string codec_string(const media::Track& track) {
  switch (track.codec) {
    case media::Codec::kH264:
      return avc_string(track);
    case media::Codec::kHevc:
      return hevc_string(track);
    case media::Codec::kAac: {
      const auto config = media::parse_aac_config(track.decoder_config.span());
      return "mp4a.40." + std::to_string(config ? config->object_type : 2);
    }
    case media::Codec::kMp2:
      return "mp4a.40.33";
    case media::Codec::kAc3:
      return "ac-3";
    case media::Codec::kEac3:
      return "ec-3";
    case media::Codec::kAv1:
      return av1_string(track);
    case media::Codec::kOpus:
      return "opus";
    case media::Codec::kWebVtt:
      return "wvtt";
    default:
      return {};
  }
}

}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#include "elementary_stream.hpp"

#include <grandstand/media/aac_config.hpp>
#include <grandstand/media/annex_b.hpp>
#include <grandstand/media/bit_reader.hpp>

#include <array>
#include <cstdio>

namespace grandstand::hlscheck {
namespace {

constexpr std::size_t kEnough = 256;  // of a sequence parameter set
constexpr std::array<int, 13> kHighProfiles = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};

void skip_scaling_list(media::BitReader& in, int size) {
  std::int32_t last = 8;
  std::int32_t next = 8;
  for (int i = 0; i < size && in.ok(); ++i) {
    if (next != 0) next = (last + in.signed_golomb() + 256) % 256;
    if (next != 0) last = next;
  }
}

void skip_chroma_format(media::BitReader& in) {
  const auto chroma = in.unsigned_golomb();
  if (chroma == 3) in.skip(1);
  in.unsigned_golomb();
  in.unsigned_golomb();
  in.skip(1);
  if (!in.bit()) return;
  for (int i = 0; i < (chroma == 3 ? 12 : 8) && in.ok(); ++i) {
    if (in.bit()) skip_scaling_list(in, i < 6 ? 16 : 64);
  }
}

void skip_picture_order(media::BitReader& in) {
  const auto type = in.unsigned_golomb();
  if (type == 0) in.unsigned_golomb();
  if (type != 1) return;
  in.skip(1);
  in.signed_golomb();
  in.signed_golomb();
  const auto count = in.unsigned_golomb();
  for (std::uint32_t i = 0; i < count && i < 256 && in.ok(); ++i) in.signed_golomb();
}

}  // namespace

std::optional<VideoShape> read_avc_shape(Bytes sequence_parameter_set) {
  const auto sps = media::unescape_nal(sequence_parameter_set, kEnough);
  if (sps.size() < 5) return std::nullopt;
  char text[16];
  std::snprintf(text, sizeof text, "avc1.%02x%02x%02x", sps[1], sps[2], sps[3]);
  media::BitReader in(sps);
  in.skip(32);
  in.unsigned_golomb();
  for (const int profile : kHighProfiles) {
    if (profile == sps[1]) skip_chroma_format(in);
  }
  in.unsigned_golomb();
  skip_picture_order(in);
  in.unsigned_golomb();
  in.skip(1);
  in.unsigned_golomb();
  in.unsigned_golomb();
  const bool frames_only = in.bit() != 0;
  return VideoShape{text, in.ok() && !frames_only};
}

std::string hevc_profile_text(Bytes profile) {
  if (profile.size() < 12) return {};
  std::uint32_t compatibility = 0;
  for (unsigned bit = 0; bit < 32; ++bit) {
    if (profile[1 + bit / 8] >> (7 - bit % 8) & 1) compatibility |= 1U << bit;
  }
  constexpr std::array<const char*, 4> kSpaces = {"", "A", "B", "C"};
  char text[64];
  std::snprintf(text, sizeof text, "%s%d.%X.%c%d", kSpaces[profile[0] >> 6], profile[0] & 0x1f, compatibility,
                profile[0] & 0x20 ? 'H' : 'L', profile[11]);
  std::string result(text);
  std::size_t constraints = 6;
  while (constraints > 0 && profile[4 + constraints] == 0) --constraints;
  for (std::size_t i = 1; i <= constraints; ++i) {
    std::snprintf(text, sizeof text, ".%X", profile[4 + i]);
    result += text;
  }
  return result;
}

std::optional<VideoShape> read_hevc_shape(Bytes sequence_parameter_set) {
  constexpr std::size_t kProfileTierLevel = 3;  // behind the NAL header and one byte of ids
  const auto sps = media::unescape_nal(sequence_parameter_set, kEnough);
  if (sps.size() < kProfileTierLevel + 12) return std::nullopt;
  const auto profile = Bytes(sps).subspan(kProfileTierLevel, 12);
  const bool progressive = (profile[5] & 0x80) != 0;
  const bool interlaced = (profile[5] & 0x40) != 0;
  return VideoShape{"hvc1." + hevc_profile_text(profile), interlaced && !progressive};
}

NalKind nal_kind(bool hevc, std::uint8_t first_byte) {
  if (hevc) {
    const int type = first_byte >> 1 & 0x3f;
    if (type >= 16 && type <= 21) return NalKind::kKeySlice;
    if (type < 32) return NalKind::kSlice;
    if (type == 33) return NalKind::kSequenceParameterSet;
    return type == 35 ? NalKind::kDelimiter : NalKind::kOther;
  }
  const int type = first_byte & 0x1f;
  if (type == 5) return NalKind::kKeySlice;
  if (type >= 1 && type < 5) return NalKind::kSlice;
  if (type == 7) return NalKind::kSequenceParameterSet;
  return type == 9 ? NalKind::kDelimiter : NalKind::kOther;
}

AdtsFrames read_adts(Bytes bytes) {
  AdtsFrames frames;
  while (bytes.size() >= 7 && bytes[0] == 0xFF && (bytes[1] & 0xF6) == 0xF0) {
    const std::size_t length = static_cast<std::size_t>(bytes[3] & 3) << 11 | bytes[4] << 3 | bytes[5] >> 5;
    const std::size_t rate = bytes[2] >> 2 & 15;
    if (length < 7 || length > bytes.size() || rate >= media::kAacSampleRates.size()) break;
    frames.object_type = (bytes[2] >> 6) + 1;
    ++frames.count;
    frames.duration += std::int64_t{1024} * 90'000 * ((bytes[6] & 3) + 1) / media::kAacSampleRates[rate];
    bytes = bytes.subspan(length);
  }
  return frames;
}

}  // namespace grandstand::hlscheck

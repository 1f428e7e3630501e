// SPDX-License-Identifier: MIT
#include "mpeg2_video.hpp"

#include <grandstand/media/annex_b.hpp>
#include <grandstand/media/bit_reader.hpp>

#include <algorithm>
#include <array>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint8_t kPicture = 0x00;
constexpr std::uint8_t kFirstSlice = 0x01;
constexpr std::uint8_t kLastSlice = 0xAF;
constexpr std::uint8_t kSequence = 0xB3;
constexpr std::uint8_t kExtension = 0xB5;
constexpr std::uint8_t kGroup = 0xB8;
constexpr unsigned kSequenceExtension = 1;
constexpr unsigned kPictureExtension = 8;
constexpr unsigned kFramePicture = 3;

bool is_slice(std::uint8_t code) {
  return code >= kFirstSlice && code <= kLastSlice;
}

bool begins_unit(std::uint8_t code) {
  return code == kPicture || code == kSequence || code == kGroup;
}

// Calls `visit(code, bytes behind the code, position of the start code)` until it gives false.
template <class Visit>
void for_each_start_code(Bytes bytes, Visit visit) {
  std::size_t at = media::find_start_code(bytes, 0);
  while (at + 3 < bytes.size()) {
    if (!visit(bytes[at + 3], bytes.subspan(at + 4), at)) return;
    at = media::find_start_code(bytes, at + 3);
  }
}

unsigned extension_kind(Bytes body) {
  return body.empty() ? 0 : body[0] >> 4;
}

unsigned picture_structure(Bytes body) {
  return body.size() >= 3 ? body[2] & 3u : kFramePicture;
}

}  // namespace

Mpeg2Picture look_at_mpeg2(Bytes unit) {
  Mpeg2Picture found;
  bool progressive = true;  // MPEG-1 has no extension and is
  std::size_t sequence_at = 0;
  bool in_sequence = false;
  for_each_start_code(unit, [&](std::uint8_t code, Bytes body, std::size_t at) {
    if (in_sequence && code != kExtension) {
      found.sequence = unit.subspan(sequence_at, at - sequence_at);
      in_sequence = false;
    }
    if (code == kSequence) {
      in_sequence = true;
      sequence_at = at;
    } else if (code == kExtension && extension_kind(body) == kSequenceExtension && body.size() >= 2) {
      progressive = (body[1] & 0x08) != 0;
    } else if (code == kExtension && extension_kind(body) == kPictureExtension && body.size() >= 5) {
      found.interlaced = !progressive && (body[4] & 0x80) == 0;
    } else if (code == kPicture && body.size() >= 2) {
      found.intra = (body[1] >> 3 & 7) == 1;
    }
    found.picture = is_slice(code);
    return !found.picture;
  });
  return found;
}

Result<VideoShape> read_mpeg2_shape(Bytes sequence) {
  static constexpr std::array<double, 9> kRates{0,  24'000.0 / 1'001, 24, 25, 30'000.0 / 1'001, 30,
                                                50, 60'000.0 / 1'001, 60};
  VideoShape shape;
  unsigned rate_code = 0;
  std::int64_t bit_rate = 0;
  for_each_start_code(sequence, [&](std::uint8_t code, Bytes body, std::size_t) {
    media::BitReader in(body);
    if (code == kSequence) {
      shape.width = static_cast<int>(in.bits(12));
      shape.height = static_cast<int>(in.bits(12));
      in.skip(4);
      rate_code = in.bits(4);
      bit_rate = in.bits(18);
    } else if (code == kExtension && extension_kind(body) == kSequenceExtension) {
      in.skip(4 + 8 + 1 + 2);
      shape.width |= static_cast<int>(in.bits(2)) << 12;
      shape.height |= static_cast<int>(in.bits(2)) << 12;
      bit_rate |= std::int64_t{in.bits(12)} << 18;
      in.skip(1 + 8 + 1);
      const double numerator = in.bits(2) + 1;
      const double denominator = in.bits(5) + 1;
      if (rate_code < kRates.size()) shape.frame_rate = kRates[rate_code] * numerator / denominator;
    }
    return in.ok();
  });
  if (shape.width <= 0 || shape.height <= 0) {
    return Error{ErrorCode::kInvalidArgument, "the MPEG-2 sequence header is damaged: a picture size was expected"};
  }
  if (shape.frame_rate == 0 && rate_code < kRates.size()) shape.frame_rate = kRates[rate_code];
  constexpr std::int64_t kVariable = 0x3FFFF;  // of MPEG-1
  if (bit_rate != kVariable) shape.bit_rate = static_cast<int>(std::min<std::int64_t>(bit_rate, 5'000'000) * 400);
  return shape;
}

bool begins_mpeg2_unit(Bytes bytes) {
  return bytes.size() >= 4 && media::find_start_code(bytes.first(4), 0) == 0 && begins_unit(bytes[3]);
}

void find_mpeg2_units(Bytes bytes, std::vector<std::size_t>& starts) {
  starts.assign(1, 0);
  bool slice_seen = false;
  bool second_field_expected = false;
  for_each_start_code(bytes, [&](std::uint8_t code, Bytes body, std::size_t at) {
    if (is_slice(code)) slice_seen = true;
    if (code == kExtension && extension_kind(body) == kPictureExtension && starts.back() <= at) {
      second_field_expected = !second_field_expected && picture_structure(body) != kFramePicture;
    }
    if (slice_seen && begins_unit(code)) {
      slice_seen = false;
      if (code != kPicture) second_field_expected = false;
      if (!second_field_expected) starts.push_back(at);
    }
    return true;
  });
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "flv_av1.hpp"

#include <grandstand/media/bit_reader.hpp>

#include <optional>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;

// OBU types (AV1 specification 6.2.2).
constexpr unsigned kSequenceHeader = 1;
constexpr unsigned kTemporalDelimiter = 2;
constexpr unsigned kFrameHeader = 3;
constexpr unsigned kTileGroup = 4;
constexpr unsigned kFrame = 6;
constexpr unsigned kPadding = 15;
constexpr std::uint8_t kHasExtension = 0x04;
constexpr std::uint8_t kHasSize = 0x02;

Error damaged(std::string what) {
  return Error{ErrorCode::kInvalidArgument, std::move(what)};
}

struct Obu {
  unsigned type = 0;
  std::size_t header = 1;  // bytes of header and extension
  Bytes whole;
  Bytes payload;
  bool sized = false;
};

// The OBU that begins at `at`; one without a size takes all that is left.
std::optional<Obu> read_obu(Bytes bytes, std::size_t at) {
  const Bytes rest = bytes.subspan(at);
  Obu obu;
  if (rest.empty() || (rest[0] & 0x80U) != 0) return std::nullopt;
  obu.type = (rest[0] >> 3) & 0x0FU;
  obu.header = (rest[0] & kHasExtension) != 0 ? 2 : 1;
  obu.sized = (rest[0] & kHasSize) != 0;
  if (rest.size() < obu.header) return std::nullopt;
  std::size_t begin = obu.header;
  std::uint64_t size = rest.size() - begin;
  if (obu.sized) {
    size = 0;
    for (unsigned i = 0;; ++i) {
      if (i == 5 || begin >= rest.size()) return std::nullopt;  // no unit here is longer than 35 bits can say
      const std::uint8_t byte = rest[begin++];
      size |= std::uint64_t{byte & 0x7FU} << (7 * i);
      if ((byte & 0x80U) == 0) break;
    }
  }
  if (rest.size() - begin < size) return std::nullopt;
  obu.payload = rest.subspan(begin, static_cast<std::size_t>(size));
  obu.whole = rest.first(begin + obu.payload.size());
  return obu;
}

void append_sized(std::vector<std::uint8_t>& out, const Obu& obu) {
  if (obu.sized) {
    out.insert(out.end(), obu.whole.begin(), obu.whole.end());
    return;
  }
  out.push_back(obu.whole[0] | kHasSize);
  if (obu.header == 2) out.push_back(obu.whole[1]);
  for (std::size_t size = obu.payload.size();; size >>= 7) {
    out.push_back(static_cast<std::uint8_t>((size & 0x7FU) | (size > 0x7F ? 0x80U : 0)));
    if (size <= 0x7F) break;
  }
  out.insert(out.end(), obu.payload.begin(), obu.payload.end());
}

void note_obu(const Obu& obu, FlvPicture& picture) {
  if (obu.type != kFrameHeader && obu.type != kFrame && obu.type != kTileGroup) return;
  const bool first = !std::exchange(picture.has_slice, true);
  if (!first || obu.type == kTileGroup || obu.payload.empty()) return;
  // show_existing_frame 0, frame_type KEY_FRAME, show_frame 1 (5.9.2)
  picture.key = (obu.payload[0] & 0xF0U) == 0x10U;
}

std::uint32_t read_timing(media::BitReader& in, VideoShape& shape) {
  const std::uint32_t units_in_tick = in.bits(32);
  const std::uint32_t time_scale = in.bits(32);
  if (in.bit() != 0) {  // equal_picture_interval
    const double ticks_per_picture = in.unsigned_golomb() + 1.0;
    if (units_in_tick > 0) shape.frame_rate = time_scale / (units_in_tick * ticks_per_picture);
  }
  if (in.bit() == 0) return 0;  // decoder_model_info_present_flag
  const std::uint32_t delay_length = in.bits(5) + 1;
  in.skip(32 + 5 + 5);
  return delay_length;
}

void skip_operating_points(media::BitReader& in, std::uint32_t delay_length) {
  const bool initial_delay = in.bit() != 0;
  const std::uint32_t count = in.bits(5) + 1;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    in.skip(12);
    if (in.bits(5) > 7) in.skip(1);  // seq_tier
    if (delay_length > 0 && in.bit() != 0) in.skip(2 * std::size_t{delay_length} + 1);
    if (initial_delay && in.bit() != 0) in.skip(4);
  }
}

}  // namespace

Result<FlvVideoConfig> parse_av1_record(Bytes record) {
  constexpr std::uint8_t kMarkerAndVersion = 0x81;
  const Error error = damaged("the AV1 sequence header is damaged: a sequence header OBU was expected");
  if (record.size() < 4 || record[0] != kMarkerAndVersion) return error;
  for (std::size_t at = 4; at < record.size();) {
    const auto obu = read_obu(record, at);
    if (!obu) return error;
    at += obu->whole.size();
    if (obu->type != kSequenceHeader) continue;
    std::vector<std::uint8_t> sized;
    append_sized(sized, *obu);
    FlvVideoConfig config;
    config.codec = media::Codec::kAv1;
    config.decoder_config = SharedBytes(std::move(sized));
    return config;
  }
  return error;
}

Result<VideoShape> read_av1_shape(Bytes sequence_header_obu) {
  const Error error = damaged("the AV1 sequence header is damaged: a picture size was expected");
  const auto obu = sequence_header_obu.empty() ? std::nullopt : read_obu(sequence_header_obu, 0);
  if (!obu || obu->type != kSequenceHeader) return error;
  media::BitReader in(obu->payload);
  VideoShape shape;
  in.skip(3 + 1);       // profile, still_picture
  if (in.bit() != 0) {  // reduced_still_picture_header
    in.skip(5);
  } else {
    const std::uint32_t delay_length = in.bit() != 0 ? read_timing(in, shape) : 0;
    skip_operating_points(in, delay_length);
  }
  const std::uint32_t width_bits = in.bits(4) + 1;
  const std::uint32_t height_bits = in.bits(4) + 1;
  shape.width = static_cast<int>(in.bits(width_bits)) + 1;
  shape.height = static_cast<int>(in.bits(height_bits)) + 1;
  if (!in.ok()) return error;
  if (shape.frame_rate > 1'000) shape.frame_rate = 0;
  return shape;
}

Result<FlvPicture> to_temporal_unit(std::vector<std::uint8_t> bytes, std::size_t offset) {
  FlvPicture picture;
  const Bytes all(bytes);
  bool as_wanted = true;
  std::vector<Obu> kept;
  for (std::size_t at = offset; at < bytes.size();) {
    const auto obu = read_obu(all, at);
    if (!obu) return damaged("a picture is damaged: an OBU ends beyond it");
    at += obu->whole.size();
    const bool keep = obu->type != kTemporalDelimiter && obu->type != kPadding;
    as_wanted = as_wanted && keep && obu->sized;
    if (!keep) continue;
    note_obu(*obu, picture);
    kept.push_back(*obu);
  }
  if (as_wanted) {
    const SharedBytes whole(std::move(bytes));
    picture.data = whole.slice(offset, whole.size() - offset);
  } else {
    std::vector<std::uint8_t> out;
    for (const Obu& obu : kept) append_sized(out, obu);
    picture.data = SharedBytes(std::move(out));
  }
  return picture;
}

}  // namespace grandstand::ingest

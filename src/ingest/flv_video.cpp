// SPDX-License-Identifier: MIT
#include "flv_video.hpp"

#include "flv_av1.hpp"

#include <string>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;

Error damaged(std::string what) {
  return Error{ErrorCode::kInvalidArgument, std::move(what)};
}

void append_nal(std::vector<std::uint8_t>& out, Bytes nal) {
  out.insert(out.end(), {0, 0, 0, 1});
  out.insert(out.end(), nal.begin(), nal.end());
}

unsigned nal_type(media::Codec codec, std::uint8_t first) {
  return codec == media::Codec::kH264 ? first & 0x1FU : (first >> 1) & 0x3FU;
}

// Reads `count` NAL units with 16-bit lengths; false when they reach beyond the record or are not of `type`.
bool read_sets(Bytes record, std::size_t& at, unsigned count, media::Codec codec, unsigned type,
               std::vector<std::uint8_t>& out) {
  for (unsigned i = 0; i < count; ++i) {
    if (record.size() - at < 2) return false;
    const std::size_t length = static_cast<std::size_t>(record[at] << 8) | record[at + 1];
    at += 2;
    if (length == 0 || record.size() - at < length || nal_type(codec, record[at]) != type) return false;
    append_nal(out, record.subspan(at, length));
    at += length;
  }
  return true;
}

// ISO/IEC 14496-15 5.3.3.1.
Result<FlvVideoConfig> parse_avc_record(Bytes record) {
  const Error error = damaged("the H.264 sequence header is damaged: SPS and PPS were expected");
  if (record.size() < 7 || record[0] != 1) return error;
  FlvVideoConfig config;
  config.length_size = (record[4] & 3U) + 1;
  std::vector<std::uint8_t> sets;
  std::size_t at = 6;
  const unsigned sps_count = record[5] & 0x1FU;
  if (sps_count == 0 || !read_sets(record, at, sps_count, media::Codec::kH264, 7, sets)) return error;
  if (at >= record.size()) return error;
  const unsigned pps_count = record[at++];
  if (pps_count == 0 || !read_sets(record, at, pps_count, media::Codec::kH264, 8, sets)) return error;
  config.decoder_config = SharedBytes(std::move(sets));
  return config;
}

// ISO/IEC 14496-15 8.3.3.1.
Result<FlvVideoConfig> parse_hevc_record(Bytes record) {
  constexpr unsigned kVps = 32;
  constexpr unsigned kPps = 34;
  const Error error = damaged("the HEVC sequence header is damaged: VPS, SPS and PPS were expected");
  if (record.size() < 23) return error;
  FlvVideoConfig config;
  config.codec = media::Codec::kHevc;
  config.length_size = (record[21] & 3U) + 1;
  std::vector<std::uint8_t> sets;
  std::vector<std::uint8_t> others;  // SEI: not part of the decoder's configuration
  std::size_t at = 23;
  unsigned found = 0;
  for (unsigned array = 0; array < record[22]; ++array) {
    if (record.size() - at < 3) return error;
    const unsigned type = record[at] & 0x3FU;
    const unsigned count = static_cast<unsigned>(record[at + 1] << 8) | record[at + 2];
    at += 3;
    const bool is_set = type >= kVps && type <= kPps;
    if (!read_sets(record, at, count, media::Codec::kHevc, type, is_set ? sets : others)) return error;
    if (is_set && count > 0) found |= 1U << (type - kVps);
  }
  if (found != 7) return error;
  config.decoder_config = SharedBytes(std::move(sets));
  return config;
}

void note_nal(media::Codec codec, std::uint8_t first, FlvPicture& picture) {
  const unsigned type = nal_type(codec, first);
  if (codec == media::Codec::kH264) {
    picture.has_slice = picture.has_slice || (type >= 1 && type <= 5);
    picture.key = picture.key || type == 5;
  } else {
    picture.has_slice = picture.has_slice || type < 32;
    picture.key = picture.key || (type >= 16 && type <= 21);
  }
}

Error bad_length() {
  return damaged("a picture is damaged: a NAL unit ends beyond it");
}

}  // namespace

Result<FlvVideoConfig> parse_video_config(media::Codec expected, Bytes record) {
  constexpr std::uint8_t kAv1Marker = 0x81;  // the others begin with 1
  if (expected == media::Codec::kAv1 || (!record.empty() && record[0] == kAv1Marker)) return parse_av1_record(record);
  const bool avc_expected = expected == media::Codec::kH264;
  auto config = avc_expected ? parse_avc_record(record) : parse_hevc_record(record);
  if (config) return config;
  auto other = avc_expected ? parse_hevc_record(record) : parse_avc_record(record);
  if (other) return other;
  return config;
}

Result<FlvPicture> to_annex_b(const FlvVideoConfig& config, std::vector<std::uint8_t> bytes, std::size_t offset) {
  FlvPicture picture;
  const bool in_place = config.length_size == 4;
  std::vector<std::uint8_t> copied;
  std::size_t at = offset;
  while (at < bytes.size()) {
    if (bytes.size() - at < config.length_size) return bad_length();
    std::size_t length = 0;
    for (std::size_t i = 0; i < config.length_size; ++i) length = (length << 8) | bytes[at + i];
    const std::size_t begin = at + config.length_size;
    if (bytes.size() - begin < length) return bad_length();
    if (length > 0) note_nal(config.codec, bytes[begin], picture);
    if (in_place) {
      bytes[at] = bytes[at + 1] = bytes[at + 2] = 0;
      bytes[at + 3] = 1;
    } else if (length > 0) {
      append_nal(copied, Bytes(bytes).subspan(begin, length));
    }
    at = begin + length;
  }
  if (!in_place) {
    picture.data = SharedBytes(std::move(copied));
  } else if (offset < bytes.size()) {
    const SharedBytes whole(std::move(bytes));
    picture.data = whole.slice(offset, whole.size() - offset);
  }
  return picture;
}

}  // namespace grandstand::ingest

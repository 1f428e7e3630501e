// SPDX-License-Identifier: MIT
#include "video_units.hpp"

#include "mpeg2_video.hpp"

#include <grandstand/media/annex_b.hpp>

#include <algorithm>

namespace grandstand::ingest {

namespace {

using Nal = std::span<const std::uint8_t>;

constexpr std::size_t kMaxParameterSets = 64;
constexpr std::uint8_t kH264Idr = 5;
constexpr std::uint8_t kH264Sei = 6;
constexpr std::uint8_t kH264Sps = 7;
constexpr std::uint8_t kH264Pps = 8;
constexpr std::uint8_t kH264Delimiter = 9;
constexpr std::uint8_t kHevcFirstIrap = 16;
constexpr std::uint8_t kHevcLastIrap = 21;
constexpr std::uint8_t kHevcVps = 32;
constexpr std::uint8_t kHevcSps = 33;
constexpr std::uint8_t kHevcPps = 34;
constexpr std::uint8_t kHevcDelimiter = 35;
constexpr std::uint8_t kRecoveryPoint = 6;  // SEI payload type, ITU-T H.264 D.1

void add_once(std::vector<Nal>& list, Nal nal) {
  const bool known = std::any_of(list.begin(), list.end(), [nal](Nal other) { return std::ranges::equal(nal, other); });
  if (!known && list.size() < kMaxParameterSets) list.push_back(nal);
}

bool has_recovery_point(Nal sei) {
  std::size_t at = 1;
  while (at + 2 < sei.size()) {
    unsigned type = 0;
    unsigned size = 0;
    while (at < sei.size() && sei[at] == 0xFF) type += sei[at++];
    if (at >= sei.size()) return false;
    type += sei[at++];
    while (at < sei.size() && sei[at] == 0xFF) size += sei[at++];
    if (at >= sei.size()) return false;
    size += sei[at++];
    if (type == kRecoveryPoint) return true;
    at += size;
  }
  return false;
}

bool is_delimiter(media::Codec codec, std::uint8_t header) {
  return codec == media::Codec::kH264 ? (header & 0x1F) == kH264Delimiter : (header >> 1 & 0x3F) == kHevcDelimiter;
}

}  // namespace

struct VideoUnits::Findings {
  bool picture = false;
  bool random_access = false;  // IDR or IRAP
  bool recovery = false;
  bool intra_promised = false;
  std::vector<Nal> vps;
  std::vector<Nal> sps;
  std::vector<Nal> pps;
};

VideoUnits::Verdict VideoUnits::examine(std::span<const std::uint8_t> access_unit, media::MediaTime dts) {
  if (codec_ == media::Codec::kMpeg2Video) return examine_mpeg2(access_unit);
  Findings found;
  look(access_unit, found);
  Verdict verdict;
  verdict.picture = found.picture;
  verdict.parameter_sets = !found.sps.empty();
  if (!found.picture) return verdict;
  verdict.key = is_key(found, dts);
  if (verdict.key || decoder_config_.empty()) verdict.configuration_changed = take_configuration(found);
  return verdict;
}

VideoUnits::Verdict VideoUnits::examine_mpeg2(std::span<const std::uint8_t> access_unit) {
  const Mpeg2Picture found = look_at_mpeg2(access_unit);
  Verdict verdict;
  verdict.picture = found.picture;
  verdict.parameter_sets = !found.sequence.empty();
  verdict.key = found.picture && found.intra && verdict.parameter_sets;
  if (!verdict.key || std::ranges::equal(found.sequence, decoder_config_.span())) return verdict;
  const auto shape = read_mpeg2_shape(found.sequence);
  if (!shape) return verdict;
  shape_ = *shape;
  shape_.interlaced = found.interlaced;
  decoder_config_ = SharedBytes::copy_of(found.sequence);
  verdict.configuration_changed = true;
  return verdict;
}

bool VideoUnits::is_random_access(std::span<const std::uint8_t> access_unit) const {
  if (codec_ == media::Codec::kMpeg2Video) {
    const Mpeg2Picture found = look_at_mpeg2(access_unit);
    return found.intra && !found.sequence.empty();
  }
  bool found = false;
  media::for_each_nal(access_unit, [&](Nal nal) {
    const unsigned type = codec_ == media::Codec::kH264 ? nal[0] & 0x1F : nal[0] >> 1 & 0x3F;
    found |= codec_ == media::Codec::kH264 ? type == kH264Idr : type >= kHevcFirstIrap && type <= kHevcLastIrap;
    return !found;
  });
  return found;
}

bool VideoUnits::seed(std::span<const std::uint8_t> parameter_sets, const VideoShape& shape) {
  Findings found;
  look(parameter_sets, found);
  if (shape.width <= 0 || shape.height <= 0 || !collect_configuration(found)) return false;
  shape_ = shape;
  decoder_config_ = SharedBytes::copy_of(scratch_);
  return true;
}

void VideoUnits::look(std::span<const std::uint8_t> bytes, Findings& found) {
  media::for_each_nal(bytes, [&](Nal nal) {
    codec_ == media::Codec::kH264 ? look_at_h264(nal, found) : look_at_hevc(nal, found);
    return true;
  });
}

void VideoUnits::look_at_h264(Nal nal, Findings& found) {
  const std::uint8_t type = nal[0] & 0x1F;
  if (type >= 1 && type <= kH264Idr) found.picture = true;
  if (type == kH264Idr) found.random_access = true;
  if (type == kH264Sei && has_recovery_point(nal)) found.recovery = true;
  if (type == kH264Sps) add_once(found.sps, nal);
  if (type == kH264Pps) add_once(found.pps, nal);
  if (type == kH264Delimiter && nal.size() >= 2 && nal[1] >> 5 == 0) found.intra_promised = true;
}

void VideoUnits::look_at_hevc(Nal nal, Findings& found) {
  const std::uint8_t type = nal[0] >> 1 & 0x3F;
  if (type < kHevcVps) found.picture = true;
  if (type >= kHevcFirstIrap && type <= kHevcLastIrap) found.random_access = true;
  if (type == kHevcVps) add_once(found.vps, nal);
  if (type == kHevcSps) add_once(found.sps, nal);
  if (type == kHevcPps) add_once(found.pps, nal);
}

bool VideoUnits::is_key(const Findings& found, media::MediaTime dts) {
  if (found.random_access) {
    idr_seen_ = true;
    no_idr_since_ = dts;
    return true;
  }
  if (codec_ != media::Codec::kH264) return false;
  if (!no_idr_since_ || dts < *no_idr_since_) no_idr_since_ = dts;
  const bool recovers = found.recovery || (found.intra_promised && !found.sps.empty());
  return recovers && dts - *no_idr_since_ >= (idr_seen_ ? kIdrPatience : kFirstIdrPatience);
}

bool VideoUnits::collect_configuration(const Findings& found) {
  if (found.sps.empty() || found.pps.empty()) return false;
  if (codec_ == media::Codec::kHevc && found.vps.empty()) return false;
  scratch_.clear();
  for (const auto* list : {&found.vps, &found.sps, &found.pps}) {
    for (const Nal nal : *list) {
      scratch_.insert(scratch_.end(), {0, 0, 0, 1});
      scratch_.insert(scratch_.end(), nal.begin(), nal.end());
    }
  }
  return true;
}

bool VideoUnits::take_configuration(const Findings& found) {
  if (!collect_configuration(found) || std::ranges::equal(scratch_, decoder_config_.span())) return false;
  const auto shape = read_video_shape(codec_, scratch_);
  if (!shape) return false;  // parameter sets that cannot be read configure nothing
  shape_ = *shape;
  decoder_config_ = SharedBytes::copy_of(scratch_);
  return true;
}

bool begins_access_unit(media::Codec codec, std::span<const std::uint8_t> bytes) {
  if (codec == media::Codec::kMpeg2Video) return begins_mpeg2_unit(bytes);
  const std::size_t code = media::find_start_code(bytes.first(std::min<std::size_t>(bytes.size(), 8)), 0);
  return code + 3 < bytes.size() && code <= 1 && is_delimiter(codec, bytes[code + 3]);
}

void find_access_units(media::Codec codec, std::span<const std::uint8_t> bytes, std::vector<std::size_t>& starts) {
  if (codec == media::Codec::kMpeg2Video) return find_mpeg2_units(bytes, starts);
  starts.assign(1, 0);
  bool first = true;
  std::size_t code = media::find_start_code(bytes, 0);
  while (code + 3 < bytes.size()) {
    if (is_delimiter(codec, bytes[code + 3])) {
      if (!first) starts.push_back(bytes[code - 1] == 0 ? code - 1 : code);
      first = false;
    } else {
      // A unit may lack its delimiter at the very start only.
      first = false;
    }
    code = media::find_start_code(bytes, code + 3);
  }
}

}  // namespace grandstand::ingest

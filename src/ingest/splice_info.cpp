// SPDX-License-Identifier: MIT
#include "splice_info.hpp"

#include <grandstand/media/bit_reader.hpp>

#include <algorithm>

namespace grandstand::ingest {

namespace {

using Kind = media::SpliceCue::Kind;

constexpr std::uint64_t kTurn = std::uint64_t{1} << 33;
constexpr std::uint32_t kCuei = 0x43554549;
// An immediate event with the same id is the same one for this long.
constexpr media::MediaTime kRepetition = std::chrono::seconds{10};

std::uint64_t read_33(media::BitReader& bits) {
  const std::uint64_t high = bits.bit();
  return high << 32 | bits.bits(32);
}

std::optional<std::uint64_t> read_splice_time(media::BitReader& bits) {
  if (bits.bit() == 0) {
    bits.skip(7);
    return std::nullopt;
  }
  bits.skip(6);
  return read_33(bits);
}

std::optional<std::uint64_t> adjusted(std::optional<std::uint64_t> pts, std::uint64_t adjustment) {
  if (!pts) return std::nullopt;
  return (*pts + adjustment) % kTurn;
}

SplicePoint read_splice_insert(media::BitReader& bits, std::uint64_t adjustment) {
  SplicePoint point;
  point.event_id = bits.bits(32);
  const bool cancelled = bits.bit() != 0;
  bits.skip(7);
  if (cancelled) {
    point.kind = Kind::kCancel;
    return point;
  }
  point.kind = bits.bit() != 0 ? Kind::kOut : Kind::kIn;
  const bool whole_programme = bits.bit() != 0;
  const bool has_duration = bits.bit() != 0;
  const bool immediate = bits.bit() != 0;
  bits.skip(4);
  if (whole_programme && !immediate) point.pts = adjusted(read_splice_time(bits), adjustment);
  if (!whole_programme) {
    // Component by component; one time stands for all.
    const std::uint32_t components = bits.bits(8);
    for (std::uint32_t i = 0; i < components && bits.ok(); ++i) {
      bits.skip(8);
      if (immediate) continue;
      const auto pts = adjusted(read_splice_time(bits), adjustment);
      if (!point.pts) point.pts = pts;
    }
  }
  if (has_duration) {
    point.auto_return = bits.bit() != 0;
    bits.skip(6);
    point.duration = read_33(bits);
  }
  bits.skip(32);  // unique_program_id, avail_num, avails_expected
  return point;
}

// SCTE 35 table 23: what begins and ends a stretch that is not the programme.
Kind kind_of(std::uint8_t segmentation_type) {
  switch (segmentation_type) {
    case 0x22:  // break
    case 0x30:  // provider and distributor advertisement
    case 0x32:
    case 0x34:  // placement opportunities
    case 0x36:
    case 0x44:  // advertisement blocks
    case 0x46:
      return Kind::kOut;
    case 0x23:
    case 0x31:
    case 0x33:
    case 0x35:
    case 0x37:
    case 0x45:
    case 0x47:
      return Kind::kIn;
    default:
      return Kind::kOther;
  }
}

// The body of a segmentation_descriptor, behind its identifier.
SplicePoint read_segmentation(std::span<const std::uint8_t> body, bool& complete) {
  media::BitReader bits(body);
  SplicePoint point;
  point.event_id = bits.bits(32);
  const bool cancelled = bits.bit() != 0;
  bits.skip(7);
  if (cancelled) {
    point.kind = Kind::kCancel;
    complete = bits.ok();
    return point;
  }
  const bool whole_programme = bits.bit() != 0;
  const bool has_duration = bits.bit() != 0;
  bits.skip(6);
  if (!whole_programme) bits.skip(48 * static_cast<std::size_t>(bits.bits(8)));
  if (has_duration) point.duration = std::uint64_t{bits.bits(8)} << 32 | bits.bits(32);
  bits.skip(8);  // segmentation_upid_type
  bits.skip(8 * static_cast<std::size_t>(bits.bits(8)));
  point.segmentation_type = static_cast<std::uint8_t>(bits.bits(8));
  point.kind = kind_of(point.segmentation_type);
  complete = bits.ok();
  return point;
}

Error cut_short(const char* what) {
  return {ErrorCode::kInvalidArgument, std::string("splice_info_section: ") + what + " is cut short"};
}

Result<std::vector<SplicePoint>> read_descriptors(std::span<const std::uint8_t> loop,
                                                  std::optional<std::uint64_t> pts) {
  std::vector<SplicePoint> points;
  while (loop.size() >= 2) {
    const std::size_t length = loop[1];
    if (loop.size() < 2 + length) return cut_short("a descriptor");
    const auto body = loop.subspan(2, length);
    if (loop[0] == 0x02 && length >= 4 && media::BitReader(body).bits(32) == kCuei) {
      bool complete = false;
      SplicePoint point = read_segmentation(body.subspan(4), complete);
      if (!complete) return cut_short("a segmentation_descriptor");
      point.pts = pts;
      points.push_back(point);
    }
    loop = loop.subspan(2 + length);
  }
  return points;
}

}  // namespace

Result<std::vector<SplicePoint>> parse_splice_info(std::span<const std::uint8_t> section) {
  constexpr std::size_t kHeader = 14;
  constexpr std::size_t kCrc = 4;
  if (section.size() < kHeader + 2 + kCrc || section[0] != 0xFC) {
    return Error{ErrorCode::kInvalidArgument, "not a splice_info_section (table_id 0xFC)"};
  }
  media::BitReader bits(section.subspan(3));
  if (bits.bits(8) != 0) return Error{ErrorCode::kUnsupported, "splice_info_section: unknown protocol_version"};
  if (bits.bit() != 0) return Error{ErrorCode::kUnsupported, "splice_info_section: it is encrypted"};
  bits.skip(6);
  const std::uint64_t adjustment = read_33(bits);
  bits.skip(8 + 12);  // cw_index, tier
  const std::size_t length = bits.bits(12);
  const std::uint32_t command = bits.bits(8);
  const auto rest = section.subspan(kHeader, section.size() - kHeader - kCrc);
  // 0xFFF: not told, by senders of old; only the two commands read here have a length of their own then.
  const bool length_is_told = length != 0xFFF;
  if (length_is_told && length + 2 > rest.size()) return cut_short("the command");
  media::BitReader body(length_is_told ? rest.first(length) : rest);
  switch (command) {
    case 0x05: {
      const SplicePoint point = read_splice_insert(body, adjustment);
      if (!body.ok() && point.kind != Kind::kCancel) return cut_short("splice_insert");
      return std::vector<SplicePoint>{point};
    }
    case 0x06: {
      const auto pts = adjusted(read_splice_time(body), adjustment);
      if (!body.ok()) return cut_short("time_signal");
      const std::size_t used = length_is_told ? length : (pts ? 5u : 1u);
      if (used + 2 > rest.size()) return cut_short("time_signal");
      const std::size_t loop = static_cast<std::size_t>(rest[used]) << 8 | rest[used + 1];
      if (used + 2 + loop > rest.size()) return cut_short("the descriptor loop");
      return read_descriptors(rest.subspan(used + 2, loop), pts);
    }
    default:
      return std::vector<SplicePoint>{};
  }
}

Result<std::vector<media::SpliceCue>> SpliceCues::take(std::span<const std::uint8_t> section,
                                                       const std::function<media::MediaTime(std::uint64_t)>& unwrap,
                                                       std::optional<media::MediaTime> clock) {
  GRANDSTAND_TRY(const auto points, parse_splice_info(section));
  std::vector<media::SpliceCue> cues;
  for (const SplicePoint& point : points) {
    if (!is_new(point, clock)) continue;
    media::SpliceCue cue;
    cue.kind = point.kind;
    cue.event_id = point.event_id;
    cue.immediate = !point.pts;
    cue.pts = point.pts ? unwrap(*point.pts) : clock.value_or(media::MediaTime{0});
    if (point.duration) cue.duration = media::MediaTime{static_cast<std::int64_t>(*point.duration)};
    cue.auto_return = point.auto_return;
    cue.segmentation_type = point.segmentation_type;
    cue.section = cues.empty() ? SharedBytes::copy_of(section) : cues.front().section;
    cues.push_back(std::move(cue));
  }
  return cues;
}

bool SpliceCues::is_new(const SplicePoint& point, std::optional<media::MediaTime> clock) {
  for (Seen& seen : seen_) {
    if (seen.point != point) continue;
    if (point.pts) return false;
    const bool repeated = clock && seen.at && *clock - *seen.at < kRepetition && *clock >= *seen.at;
    seen.at = clock;
    return !repeated && clock.has_value();
  }
  seen_.push_back({point, clock});
  if (seen_.size() > kRemembered) seen_.pop_front();
  return true;
}

}  // namespace grandstand::ingest

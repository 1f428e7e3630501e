// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/splice_cue.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

// One splice point of a splice_info_section (ANSI/SCTE 35), with the stream's own 33-bit time.
struct SplicePoint {
  media::SpliceCue::Kind kind = media::SpliceCue::Kind::kOther;
  std::uint32_t event_id = 0;
  std::optional<std::uint64_t> pts;       // pts_adjustment applied; none: immediate
  std::optional<std::uint64_t> duration;  // 90 kHz
  bool auto_return = false;
  std::uint8_t segmentation_type = 0;
  friend bool operator==(const SplicePoint&, const SplicePoint&) = default;
};

// A whole section with a right CRC. splice_insert gives one point, time_signal one per segmentation descriptor; the
// commands without a point (splice_null, bandwidth_reservation, splice_schedule, private) give none.
// Errors: kUnsupported for an encrypted one or another protocol_version, kInvalidArgument for what is cut short.
Result<std::vector<SplicePoint>> parse_splice_info(std::span<const std::uint8_t> section);

// Makes cues of the sections of one programme, each once although senders repeat them.
class SpliceCues {
 public:
  static constexpr std::size_t kRemembered = 64;

  // `unwrap` makes 64 bits of a 33-bit stamp; `clock` is the latest PCR, if any, unwrapped.
  Result<std::vector<media::SpliceCue>> take(std::span<const std::uint8_t> section,
                                             const std::function<media::MediaTime(std::uint64_t)>& unwrap,
                                             std::optional<media::MediaTime> clock);
  void forget() { seen_.clear(); }

 private:
  struct Seen {
    SplicePoint point;
    std::optional<media::MediaTime> at;  // of an immediate one
  };
  bool is_new(const SplicePoint& point, std::optional<media::MediaTime> clock);

  std::deque<Seen> seen_;
};

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

#include "flv_regular_clock.hpp"
#include "flv_video.hpp"

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

// One video track of a publisher: its sequence header and its times.
class FlvVideoLane {
 public:
  explicit FlvVideoLane(std::uint32_t track) : track_(track) {}

  Result<media::Track> configure(media::Codec codec, std::span<const std::uint8_t> record);

  // Fails when the picture is damaged; nothing when it is none, or comes before its sequence header. `composition` is
  // in ms.
  Result<std::optional<media::Sample>> picture(media::Codec codec, std::vector<std::uint8_t> bytes, std::size_t offset,
                                               media::MediaTime stated, std::int32_t composition);
  // What follows has other times.
  void restart();

 private:
  static constexpr media::MediaTime kNever{std::numeric_limits<std::int64_t>::min() / 2};

  std::uint32_t track_;
  std::optional<FlvVideoConfig> config_;
  FlvRegularClock regular_;
  media::MediaTime last_dts_ = kNever;
  media::MediaTime delay_{0};  // taken off decoding times where a composition time was negative
};

}  // namespace grandstand::ingest

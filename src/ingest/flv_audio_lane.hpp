// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace grandstand::ingest {

// One audio track of a publisher: its sequence header and its times.
class FlvAudioLane {
 public:
  explicit FlvAudioLane(std::uint32_t track) : track_(track) {}

  // `bytes` is the sequence header; of AC-3 and E-AC-3, which have none, any frame.
  Result<media::Track> configure(media::Codec codec, std::span<const std::uint8_t> bytes);

  // Fails when the frame is damaged; nothing when it comes before its sequence header.
  Result<std::optional<media::Sample>> frame(media::Codec codec, std::vector<std::uint8_t> bytes, std::size_t offset,
                                             media::MediaTime stated);
  // What follows has other times.
  void restart();

 private:
  static constexpr media::MediaTime kNever{std::numeric_limits<std::int64_t>::min() / 2};

  media::MediaTime counted(std::int64_t samples) const;

  std::uint32_t track_;
  std::optional<media::Track> described_;
  media::MediaTime last_dts_ = kNever;
  std::optional<media::MediaTime> anchor_;  // the time at which samples_ was 0
  std::int64_t samples_ = 0;                // up to the end of the last frame
};

}  // namespace grandstand::ingest

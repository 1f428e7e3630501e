// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <optional>

namespace grandstand::ingest {

// Makes 64 bits of the 33-bit time stamps of one programme: each is taken as the nearest one to the last, whichever
// stream it came from. Right over any number of wraps, and a wrong stamp does no lasting harm, because all is modulo
// 2^33.
class TimeUnwrap {
 public:
  media::MediaTime unwrap(std::uint64_t stamp) {
    const media::MediaTime time = nearest(stamp);
    last_ = time.count();
    return time;
  }

  // The same without taking it as the last.
  media::MediaTime nearest(std::uint64_t stamp) const {
    constexpr std::int64_t kTurn = std::int64_t{1} << 33;
    const auto value = static_cast<std::int64_t>(stamp & (kTurn - 1));
    if (!last_) return media::MediaTime{value};
    std::int64_t step = (value - *last_) & (kTurn - 1);
    if (step >= kTurn / 2) step -= kTurn;
    return media::MediaTime{*last_ + step};
  }

 private:
  std::optional<std::int64_t> last_;
};

}  // namespace grandstand::ingest

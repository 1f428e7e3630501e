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
    constexpr std::int64_t kTurn = std::int64_t{1} << 33;
    const auto value = static_cast<std::int64_t>(stamp & (kTurn - 1));
    if (!last_) {
      last_ = value;
    } else {
      std::int64_t step = (value - *last_) & (kTurn - 1);
      if (step >= kTurn / 2) step -= kTurn;
      *last_ += step;
    }
    return media::MediaTime{*last_};
  }

 private:
  std::optional<std::int64_t> last_;
};

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/media/thumbnail.hpp>

#include <optional>

namespace grandstand::channels {

// Judges by its key frames and sound whether a programme shows anything: since when its picture is black, or always the
// same, and since when it has no sound. Pure: time is given.
class ContentJudge {
 public:
  struct Verdict {
    std::optional<SteadyTime> black_since, frozen_since, silent_since;
    friend bool operator==(const Verdict&, const Verdict&) = default;
  };

  void see(media::SmallPicture picture, SteadyTime at);
  void hear(double peak_db, SteadyTime at);
  // A black picture is not called a frozen one.
  const Verdict& verdict() const { return verdict_; }

 private:
  media::SmallPicture latest_;
  SteadyTime latest_at_{};
  Verdict verdict_;
};

}  // namespace grandstand::channels

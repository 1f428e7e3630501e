// SPDX-License-Identifier: MIT
#include "content_judge.hpp"

#include <cstdlib>
#include <utility>

namespace grandstand::channels {
namespace {

// Of full range luma. Black of encoders is 0 to 3 with noise; a dark scene has lights in it.
constexpr int kBlack = 20;
constexpr double kBlackShare = 0.98;
// A still picture that is encoded again and again differs by less, on the average; a face that speaks by more.
constexpr double kStillDifference = 0.4;
constexpr double kSilenceDb = -60;

std::size_t pixels(const media::SmallPicture& picture) {
  return static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
}

bool is_black(const media::SmallPicture& picture) {
  std::size_t dark = 0;
  for (std::size_t i = 0; i < pixels(picture); ++i) dark += picture.planes[i] < kBlack ? 1 : 0;
  return static_cast<double>(dark) >= kBlackShare * static_cast<double>(pixels(picture));
}

bool is_same(const media::SmallPicture& a, const media::SmallPicture& b) {
  if (a.width != b.width || a.height != b.height) return false;
  std::int64_t difference = 0;
  for (std::size_t i = 0; i < pixels(a); ++i) difference += std::abs(a.planes[i] - b.planes[i]);
  return static_cast<double>(difference) <= kStillDifference * static_cast<double>(pixels(a));
}

}  // namespace

void ContentJudge::see(media::SmallPicture picture, SteadyTime at) {
  if (pixels(picture) == 0) return;
  const bool black = is_black(picture);
  if (!black) verdict_.black_since.reset();
  if (black && !verdict_.black_since) verdict_.black_since = at;
  if (black || !is_same(picture, latest_)) {
    verdict_.frozen_since.reset();
  } else if (!verdict_.frozen_since) {
    verdict_.frozen_since = latest_at_;
  }
  // The first of a row of equal ones stays: slow changes add up.
  if (verdict_.frozen_since) return;
  latest_ = std::move(picture);
  latest_at_ = at;
}

void ContentJudge::hear(double peak_db, SteadyTime at) {
  if (peak_db > kSilenceDb) {
    verdict_.silent_since.reset();
  } else if (!verdict_.silent_since) {
    verdict_.silent_since = at;
  }
}

}  // namespace grandstand::channels

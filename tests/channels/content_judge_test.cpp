// SPDX-License-Identifier: MIT
#include "content_judge.hpp"

#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;

media::SmallPicture grey(std::uint8_t luma, std::size_t bright = 0) {
  media::SmallPicture picture{.width = 160, .height = 90, .planes = std::vector<std::uint8_t>(160 * 90 * 3 / 2, luma)};
  for (std::size_t i = 0; i < bright; ++i) picture.planes[i * 7] = 235;
  return picture;
}
SteadyTime at(std::chrono::seconds time) {
  return SteadyTime{1h + time};
}

TEST(ContentJudge, ABlackPictureIsBlackSinceItsFirstAndNotFrozen) {
  ContentJudge judge;
  judge.see(grey(90), at(0s));
  for (auto t = 1s; t <= 4s; ++t) judge.see(grey(3), at(t));
  EXPECT_EQ(judge.verdict().black_since, at(1s));
  EXPECT_FALSE(judge.verdict().frozen_since);
  judge.see(grey(90), at(5s));
  EXPECT_FALSE(judge.verdict().black_since);
}

TEST(ContentJudge, ADarkSceneWithLightsIsNotBlack) {
  ContentJudge judge;
  judge.see(grey(3, 400), at(0s));
  EXPECT_FALSE(judge.verdict().black_since);
}

TEST(ContentJudge, APictureIsFrozenSinceTheFirstOfEqualOnesInSpiteOfNoise) {
  ContentJudge judge;
  judge.see(grey(50), at(0s));
  judge.see(grey(90), at(1s));
  auto noisy = grey(90);
  for (std::size_t i = 0; i < noisy.planes.size(); i += 5) ++noisy.planes[i];
  judge.see(noisy, at(2s));
  judge.see(grey(90), at(3s));
  EXPECT_EQ(judge.verdict().frozen_since, at(1s));
  judge.see(grey(90, 200), at(4s));
  EXPECT_FALSE(judge.verdict().frozen_since);
}

TEST(ContentJudge, ASlowFadeIsNotFrozen) {
  ContentJudge judge;
  for (int i = 0; i < 60; ++i) judge.see(grey(static_cast<std::uint8_t>(60 + i)), at(std::chrono::seconds(i)));
  EXPECT_FALSE(judge.verdict().frozen_since);
}

TEST(ContentJudge, SilenceBeginsWithItsFirstFrameAndEndsWithASound) {
  ContentJudge judge;
  judge.hear(-20, at(0s));
  judge.hear(-90, at(1s));
  judge.hear(-70, at(2s));
  EXPECT_EQ(judge.verdict().silent_since, at(1s));
  judge.hear(-55, at(3s));
  EXPECT_FALSE(judge.verdict().silent_since);
}

}  // namespace
}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "part_planner.hpp"

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;
using Times = std::vector<MediaTime>;

// The ends of the parts of `frames` frames of this length.
Times ends_of(MediaTime target, MediaTime frame, int frames) {
  PartPlanner planner(target);
  planner.open(10s, 10s - 80ms);  // reordered pictures: decoding runs ahead
  Times ends;
  for (int i = 0; i < frames; ++i) {
    for (const auto end : planner.before(10s - 80ms + i * frame, frame)) ends.push_back(end);
  }
  return ends;
}

TEST(PartPlanner, FillsPartsWithAsManyFramesAsTheTargetHolds) {
  EXPECT_EQ(ends_of(334ms, 40ms, 25), (Times{10s + 320ms, 10s + 640ms, 10s + 960ms}));
  EXPECT_EQ(ends_of(334ms, MediaTime{3003}, 25), (Times{10s + MediaTime{10 * 3003}, 10s + MediaTime{20 * 3003}}));
}

TEST(PartPlanner, PartsAreNeverLongerThanTheTargetAndSeldomMuchShorter) {
  for (const auto frame :
       {MediaTime{1500}, MediaTime{1800}, MediaTime{3003}, MediaTime{3600}, MediaTime{3750}, MediaTime{6000}}) {
    MediaTime start = 10s;
    for (const auto end : ends_of(334ms, frame, 500)) {
      EXPECT_LE(end - start, MediaTime{334ms});
      EXPECT_GE((end - start) * 100, MediaTime{334ms} * 85) << frame.count();
      start = end;
    }
  }
}

TEST(PartPlanner, AHoleLeavesWholePartsBehind) {
  PartPlanner planner(MediaTime{334ms});
  planner.open(10s, 10s);
  EXPECT_EQ(planner.before(10s + 40ms, 40ms), Times{});
  EXPECT_EQ(planner.before(10s + 900ms, 40ms), (Times{10s + 334ms, 10s + 668ms}));
}

TEST(PartPlanner, EndsPartsWithoutTheLeadingTrack) {
  PartPlanner planner(MediaTime{334ms});
  planner.open(10s, 10s);
  EXPECT_EQ(planner.until(10s + 334ms), Times{});
  EXPECT_EQ(planner.until(10s + 700ms), (Times{10s + 334ms, 10s + 668ms}));
}

TEST(PartPlanner, WithoutATargetASegmentIsOnePart) {
  PartPlanner planner(std::nullopt);
  planner.open(10s, 10s);
  EXPECT_EQ(planner.before(12s, 40ms), Times{});
  EXPECT_EQ(planner.until(14s), Times{});
}

}  // namespace
}  // namespace grandstand::hls

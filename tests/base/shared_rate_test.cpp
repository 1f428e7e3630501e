// SPDX-License-Identifier: MIT
#include <grandstand/base/shared_rate.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

using std::chrono::milliseconds;

TEST(SharedRate, GivesItsBurstAtOnceAndThenItsRate) {
  SharedRate rate({3, 10});
  SteadyTime now{std::chrono::hours(1)};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rate.try_take(now).count(), 0) << i;
  EXPECT_EQ(rate.try_take(now), milliseconds(100));
  now += milliseconds(99);
  EXPECT_EQ(rate.try_take(now), milliseconds(1));
  now += milliseconds(1);
  EXPECT_EQ(rate.try_take(now).count(), 0);
  EXPECT_GT(rate.try_take(now).count(), 0);
}

TEST(SharedRate, FillsUpToItsBurstAndNoFurther) {
  SharedRate rate({2, 1});
  SteadyTime now{std::chrono::hours(1)};
  for (int i = 0; i < 2; ++i) EXPECT_EQ(rate.try_take(now).count(), 0);
  now += std::chrono::hours(1);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(rate.try_take(now).count(), 0);
  EXPECT_EQ(rate.try_take(now), milliseconds(1'000));
}

}  // namespace
}  // namespace grandstand

// SPDX-License-Identifier: MIT
#include <grandstand/base/back_off.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

using std::chrono::milliseconds;

TEST(BackOff, GrowsFromTheFirstToTheLongest) {
  BackOff back_off(milliseconds{1'000}, milliseconds{30'000}, 1);
  milliseconds expected{1'000};
  for (int i = 0; i < 10; ++i) {
    const auto pause = back_off.next();
    EXPECT_LE(pause, expected);
    EXPECT_GE(pause, expected * 3 / 4);
    expected = std::min(expected * 2, milliseconds{30'000});
  }
  back_off.reset();
  EXPECT_LE(back_off.next(), milliseconds{1'000});
}

}  // namespace
}  // namespace grandstand

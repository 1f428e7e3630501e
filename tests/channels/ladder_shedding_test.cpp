// SPDX-License-Identifier: MIT
#include "ladder_shedding.hpp"

#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;

// A second of pictures that waited so long, ten of them. The rungs that run then.
class Machine {
 public:
  explicit Machine(LadderShedding& shedding) : shedding_(shedding) {}

  std::size_t run(std::chrono::seconds seconds, std::chrono::milliseconds waited) {
    for (int i = 0; i < seconds.count() * 10; ++i) {
      now_ += 100ms;
      shedding_.observe(waited, now_);
    }
    return shedding_.running();
  }

 private:
  LadderShedding& shedding_;
  SteadyTime now_{1h};
};

TEST(LadderShedding, KeepsAllRungsWhilePicturesDoNotWait) {
  LadderShedding shedding(3, 0, {});
  Machine machine(shedding);
  EXPECT_EQ(machine.run(600s, 80ms), 3u);
}

TEST(LadderShedding, AShortHiccupCostsNothing) {
  LadderShedding shedding(3, 0, {});
  Machine machine(shedding);
  for (int i = 0; i < 20; ++i) {
    machine.run(1s, 900ms);
    EXPECT_EQ(machine.run(1s, 50ms), 3u);
  }
}

TEST(LadderShedding, ShedsOneRungAtATimeAndWaitsForTheEffect) {
  LadderShedding shedding(3, 0, {});
  Machine machine(shedding);
  EXPECT_EQ(machine.run(2s, 900ms), 2u);
  EXPECT_EQ(machine.run(3s, 900ms), 2u) << "the queue may still empty";
  EXPECT_EQ(machine.run(2s, 900ms), 1u);
  EXPECT_EQ(machine.run(10s, 900ms), 0u);
}

TEST(LadderShedding, NeverGoesBelowTheLeast) {
  LadderShedding shedding(2, 1, {});
  Machine machine(shedding);
  EXPECT_EQ(machine.run(600s, 1'500ms), 1u);
}

TEST(LadderShedding, TriesAgainAfterABackOffThatDoubles) {
  LadderShedding shedding(2, 0, {});
  Machine machine(shedding);
  EXPECT_EQ(machine.run(2s, 900ms), 1u);
  EXPECT_EQ(machine.run(55s, 10ms), 1u);
  EXPECT_EQ(machine.run(10s, 10ms), 2u);
  EXPECT_EQ(machine.run(4s, 900ms), 1u) << "it did not hold";
  EXPECT_EQ(machine.run(100s, 10ms), 1u);
  EXPECT_EQ(machine.run(25s, 10ms), 2u);
}

TEST(LadderShedding, ABackOffBeginsAnewAfterALongTimeOfHolding) {
  LadderShedding shedding(2, 0, {});
  Machine machine(shedding);
  machine.run(2s, 900ms);
  machine.run(70s, 10ms);
  machine.run(7s, 900ms);
  EXPECT_EQ(machine.run(1'000s, 10ms), 2u);
  EXPECT_EQ(machine.run(3s, 900ms), 1u);
  EXPECT_EQ(machine.run(65s, 10ms), 2u);
}

}  // namespace
}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "failover.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::Optional;
using Verdict = SourceHealth::Verdict;

constexpr milliseconds kStep = 100ms;

// Sources whose health a test sets; closed ones are closed, whatever they would be.
class FailoverTest : public testing::Test {
 protected:
  void begin(FailoverSettings settings, std::size_t sources) {
    settings_ = settings;
    health_.assign(sources, Verdict::kHealthy);
    failover_ = std::make_unique<Failover>(settings, sources, 0, now_, 7);
  }

  void step() {
    std::vector<SourceHealth> seen;
    for (std::size_t i = 0; i < health_.size(); ++i) {
      seen.push_back({failover_->wants_open(i) ? health_[i] : Verdict::kClosed, 0, "trouble"});
    }
    failover_->update(seen, now_);
    now_ += kStep;
  }
  void run(milliseconds time) {
    for (milliseconds t = 0ms; t < time; t += kStep) step();
  }
  std::optional<std::size_t> on_air() const { return failover_->on_air(); }
  // How long it takes until that is on air.
  milliseconds until(std::optional<std::size_t> source, milliseconds limit = 10min) {
    milliseconds t = 0ms;
    for (; on_air() != source && t < limit; t += kStep) step();
    EXPECT_EQ(on_air(), source);
    return t;
  }

  SteadyTime now_{1h};
  FailoverSettings settings_;
  std::vector<Verdict> health_;
  std::unique_ptr<Failover> failover_;
};

TEST_F(FailoverTest, LeavesASourceWhenItHasFailedForTheHoldDown) {
  begin({.hold_down = 2s}, 2);
  run(5s);
  health_[0] = Verdict::kFailing;
  run(1900ms);
  EXPECT_THAT(on_air(), Optional(0));
  run(300ms);
  EXPECT_THAT(on_air(), Optional(1));
  EXPECT_EQ(failover_->reason(), "source 1: trouble");
}

TEST_F(FailoverTest, StaysThroughTroubleThatIsShorterThanTheHoldDown) {
  begin({.hold_down = 2s}, 2);
  for (int i = 0; i < 20; ++i) {
    health_[0] = Verdict::kFailing;
    run(1900ms);
    health_[0] = Verdict::kHealthy;
    run(200ms);
    ASSERT_THAT(on_air(), Optional(0));
  }
}

TEST_F(FailoverTest, ReturnsWhenTheEarlierSourceHasBeenWellForTheTimeSet) {
  begin({.return_after = 30s}, 2);
  health_[0] = Verdict::kFailing;
  until(1);
  health_[0] = Verdict::kHealthy;
  run(20s);
  health_[0] = Verdict::kFailing;
  run(kStep);
  health_[0] = Verdict::kHealthy;
  run(29s);
  EXPECT_THAT(on_air(), Optional(1));
  run(2s);
  EXPECT_THAT(on_air(), Optional(0));
}

TEST_F(FailoverTest, ReturnsByHandOnlyWhenItIsSetSo) {
  begin({.return_after = std::nullopt}, 2);
  health_[0] = Verdict::kFailing;
  until(1);
  health_[0] = Verdict::kHealthy;
  run(1h);
  EXPECT_THAT(on_air(), Optional(1));
  failover_->select(0, now_);
  run(kStep);
  EXPECT_THAT(on_air(), Optional(0));
}

TEST_F(FailoverTest, ShowsTheSlateWhenNothingLivesAndTheFirstSourceThatComesBack) {
  begin({.hold_down = 1s}, 2);
  health_ = {Verdict::kFailing, Verdict::kFailing};
  EXPECT_LE(until(std::nullopt), 2s);
  run(1min);
  EXPECT_EQ(on_air(), std::nullopt);
  health_[1] = Verdict::kHealthy;
  EXPECT_LE(until(1), 1s);
}

TEST_F(FailoverTest, APublisherThatReconnectsIsBackAtOnceAfterItsFirstFailure) {
  begin({.hold_down = 1s}, 1);
  run(1min);
  health_[0] = Verdict::kFailing;
  until(std::nullopt);
  run(5s);
  health_[0] = Verdict::kHealthy;
  EXPECT_LE(until(0), kStep);
}

TEST_F(FailoverTest, WithoutASlateTheSourceStays) {
  begin({.slate = "none"}, 1);
  health_[0] = Verdict::kFailing;
  run(1min);
  EXPECT_THAT(on_air(), Optional(0));
}

TEST_F(FailoverTest, ADegradedSourceIsLeftForAHealthyOneButNeverForTheSlate) {
  begin({.hold_down = 1s}, 2);
  health_ = {Verdict::kDegraded, Verdict::kFailing};
  run(1min);
  EXPECT_THAT(on_air(), Optional(0));
  health_[1] = Verdict::kHealthy;
  until(1, 2s);
}

TEST_F(FailoverTest, PrefersASourceThatHasNotFailedBefore) {
  begin({.hold_down = 1s, .return_after = 1s}, 3);
  // The second one fails again and again as soon as it is on air.
  health_[0] = Verdict::kFailing;
  for (int i = 0; i < 4; ++i) {
    health_[1] = Verdict::kHealthy;
    until(1);
    health_[1] = Verdict::kFailing;
    until(2);
  }
  health_[1] = Verdict::kHealthy;
  EXPECT_GE(until(1), 7s) << "its probation doubles with each failure";
}

TEST_F(FailoverTest, ColdStandbyOpensAnotherSourceOnlyWhenItIsNeeded) {
  begin({.hold_down = 2s, .return_after = std::nullopt, .standby = FailoverSettings::Standby::kCold}, 3);
  run(1min);
  EXPECT_FALSE(failover_->wants_open(1));
  health_[0] = Verdict::kFailing;
  run(200ms);
  EXPECT_TRUE(failover_->wants_open(1)) << "before the hold-down is over";
  EXPECT_FALSE(failover_->wants_open(2));
  until(1, 3s);
  run(200ms);
  EXPECT_FALSE(failover_->wants_open(0));
}

TEST_F(FailoverTest, ColdStandbyTriesAFailedSourceLessAndLessOften) {
  begin({.hold_down = 1s, .return_after = 5s, .standby = FailoverSettings::Standby::kCold}, 2);
  health_[0] = Verdict::kFailing;
  until(1);
  std::vector<milliseconds> opened;
  bool was = failover_->wants_open(0);
  for (milliseconds t = 0ms; t < 10min; t += kStep) {
    step();
    if (const bool is = failover_->wants_open(0); is != was) {
      if (is) opened.push_back(t);
      was = is;
    }
  }
  ASSERT_GE(opened.size(), 8u);
  EXPECT_LE(opened.size(), 20u);
  EXPECT_GE(opened.back() - opened[opened.size() - 2], 45s);
  health_[0] = Verdict::kHealthy;
  EXPECT_LE(until(0), 75s);
}

TEST_F(FailoverTest, TheOperatorsChoiceLastsUntilItFails) {
  begin({.hold_down = 1s, .return_after = 0s}, 3);
  run(5s);
  EXPECT_FALSE(failover_->pinned());
  failover_->select(2, now_);
  run(kStep);
  EXPECT_THAT(on_air(), Optional(2));
  EXPECT_TRUE(failover_->pinned());
  run(10min);
  EXPECT_THAT(on_air(), Optional(2));
  health_[2] = Verdict::kFailing;
  run(2s);
  EXPECT_THAT(on_air(), Optional(0));
  EXPECT_FALSE(failover_->pinned());
}

TEST_F(FailoverTest, AChoiceThatDoesNotComeIsForgotten) {
  begin({.standby = FailoverSettings::Standby::kCold}, 2);
  health_[1] = Verdict::kFailing;
  failover_->select(1, now_);
  run(kStep);
  EXPECT_TRUE(failover_->wants_open(1));
  run(31s);
  EXPECT_FALSE(failover_->wants_open(1));
  health_[1] = Verdict::kHealthy;
  run(1min);
  EXPECT_THAT(on_air(), Optional(0));
}

// Whatever happens to the sources: never two changes within the hold-down; a failed source is never followed by itself;
// within a bound something that lives is on air, or the slate; and when all is well again, the first source.
TEST_F(FailoverTest, KeepsItsPromisesOverAnyHistory) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    FailoverSettings settings;
    settings.hold_down = milliseconds(500 + 500 * pick(4));
    settings.return_after = milliseconds(1'000 * pick(20));
    settings.standby = pick(2) == 0 ? FailoverSettings::Standby::kHot : FailoverSettings::Standby::kCold;
    const auto count = static_cast<std::size_t>(1 + pick(4));
    begin(settings, count);
    auto before = on_air();
    SteadyTime changed = now_;
    milliseconds unusable = 0ms;
    for (int i = 0; i < 1'500; ++i) {
      for (auto& health : health_) {
        if (pick(60) == 0) health = static_cast<Verdict>(1 + pick(4));
      }
      step();
      const auto present = on_air();
      if (present != before) {
        ASSERT_GE(now_ - changed, settings.hold_down) << "seed " << seed;
        if (present && before) {
          ASSERT_NE(*present, *before);
        }
        changed = now_;
        before = present;
      }
      const bool dead = present && health_[*present] == Verdict::kFailing;
      unusable = dead ? unusable + kStep : 0ms;
      ASSERT_LE(unusable, 2 * settings.hold_down + 2 * kStep) << "seed " << seed;
    }
    for (auto& health : health_) health = Verdict::kHealthy;
    run(4min);
    ASSERT_THAT(on_air(), Optional(0)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace grandstand::channels

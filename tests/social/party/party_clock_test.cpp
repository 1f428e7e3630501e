// SPDX-License-Identifier: MIT
#include "party_clock.hpp"

#include <random>

#include <gtest/gtest.h>

namespace grandstand::social::party {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

const UserId kAda("guest:ada"), kBob("account:17");

// A party whose store takes everything at once, and a world whose time passes when the test says so.
class PartyClockTest : public testing::Test {
 protected:
  PartyClockTest() {
    party_.programme = {ChannelId("film"), "The Kid", utc_ - 3h, utc_ - 2h};
    happen(clock_.begin(facts(), party_, utc_, "begin"));
    pass(2s);
  }
  room::Facts facts() const { return {room_, now_, utc_, 2}; }
  void pass(milliseconds time) {
    now_ += time;
    utc_ += time;
  }
  void happen(const std::optional<Motion>& motion) {
    if (motion) clock_.applied(*motion);
  }
  void go_live() {
    party_.programme = {ChannelId("news"), "News", {}, {}};
    happen(clock_.begin(facts(), party_, utc_, "begin"));
    pass(2s);
  }
  void report(const UserId& user, Report report) { happen(clock_.report(facts(), party_, user, std::move(report))); }
  // As time passes, with the ticks of a room and the reports of these members.
  void live(milliseconds time, const std::map<UserId, Report>& members = {}) {
    for (milliseconds passed = 0ms; passed < time; passed += 500ms) {
      pass(500ms);
      if (passed.count() % 5'000 == 0) {
        for (const auto& [user, one] : members) report(user, one);
      }
      happen(clock_.tick(facts(), party_));
    }
  }
  UtcTime target() const { return position_at(clock_.motion(), std::max(utc_, clock_.motion().at)); }
  static Report stalled() {
    Report report;
    report.stalled = true;
    return report;
  }

  RoomId room_{"party:k3f9xq2m7b"};
  SteadyTime now_{1h};
  UtcTime utc_{std::chrono::seconds(1'763'712'055)};
  Party party_;
  PartyClock clock_;
};

TEST_F(PartyClockTest, GoesOnWithoutAJumpWhenItStopsAndPlays) {
  const auto before = target();
  happen(*clock_.move(facts(), party_, {1, false, {}}, kAda));
  EXPECT_EQ(clock_.motion().at - utc_, kShortestLead);
  EXPECT_EQ(clock_.motion().position - before, kShortestLead) << "it plays on until the command holds";
  pass(10s);
  const auto stands = target();
  happen(*clock_.move(facts(), party_, {1, true, {}}, kAda));
  EXPECT_EQ(clock_.motion().position, stands);
  EXPECT_EQ(clock_.motion().rate, 1);
}

TEST_F(PartyClockTest, GivesCommandsTheTimeToReachSlowMembers) {
  Report slow;
  slow.round_trip = 400ms;
  report(kBob, slow);
  EXPECT_EQ(clock_.move(facts(), party_, {1, false, {}}, kAda)->at - utc_, 800ms);
  slow.round_trip = 20s;
  report(kBob, slow);
  EXPECT_EQ(clock_.move(facts(), party_, {1, false, {}}, kAda)->at - utc_, kLongestLead);
}

TEST_F(PartyClockTest, NumbersMotionsThatAreNotStoredYet) {
  const auto first = clock_.move(facts(), party_, {1, false, {}}, kAda);
  const auto second = clock_.move(facts(), party_, {1, true, {}}, kBob);
  EXPECT_EQ(second->sequence, first->sequence + 1);
  clock_.refused();
  EXPECT_EQ(clock_.move(facts(), party_, {1, true, {}}, kBob)->sequence, first->sequence);
}

TEST_F(PartyClockTest, RefusesWhatAHostOfThePastWants) {
  party_.term = 2;
  happen(clock_.fence(facts(), 2));
  EXPECT_EQ(clock_.move(facts(), party_, {1, false, {}}, kAda).error().code, ErrorCode::kConflict);
  EXPECT_EQ(clock_.motion().term, 2u);
}

TEST_F(PartyClockTest, DoesNotJumpWhenAnotherBecomesHost) {
  const auto before = target();
  happen(clock_.fence(facts(), 2));
  EXPECT_EQ(target(), before);
}

TEST_F(PartyClockTest, RefusesPositionsOutsideTheProgramme) {
  const auto seek = [&](UtcTime to) { return clock_.move(facts(), party_, {1, {}, to}, kAda); };
  EXPECT_TRUE(seek(*party_.programme.start + 1min).ok());
  EXPECT_FALSE(seek(*party_.programme.start - 1ms).ok());
  EXPECT_FALSE(seek(*party_.programme.end + 1ms).ok());
  go_live();
  EXPECT_TRUE(seek(utc_ - 1h).ok());
  EXPECT_FALSE(seek(utc_ + 1s).ok());
  EXPECT_FALSE(seek(utc_ - 25h).ok());
}

TEST_F(PartyClockTest, StopsAtTheEndOfTheProgramme) {
  happen(*clock_.move(facts(), party_, {1, {}, *party_.programme.end - 3s}, kAda));
  live(10s);
  EXPECT_EQ(target(), *party_.programme.end);
  EXPECT_EQ(clock_.motion().reason, "end");
}

TEST_F(PartyClockTest, WaitsForWhoseRecordingStandsAndGoesOnWithIt) {
  report(kBob, stalled());
  EXPECT_EQ(clock_.motion().rate, 0);
  EXPECT_EQ(clock_.motion().waits_for, kBob);
  const auto stands = target();
  live(2s);
  report(kBob, {});
  EXPECT_EQ(clock_.motion().rate, 1);
  EXPECT_EQ(clock_.motion().position, stands);
}

TEST_F(PartyClockTest, WaitsForEightSecondsAtMost) {
  report(kBob, stalled());
  live(7'500ms, {{kBob, stalled()}});
  EXPECT_EQ(clock_.motion().rate, 0);
  live(1s);
  EXPECT_EQ(clock_.motion().rate, 1);
}

TEST_F(PartyClockTest, LeavesEveryWaitWithinEightSecondsWhoeverNeverGetsReadyDropsOutOrSendsNonsense) {
  for (int i = 0; i < 16; ++i) {  // twice each: a third time nobody waits
    const UserId whom("guest:" + std::to_string(i % 8));
    report(whom, stalled());
    ASSERT_EQ(clock_.motion().waits_for, whom) << i;
    const auto since = now_;
    if (i % 3 == 1) clock_.forget(whom);
    while (clock_.motion().rate == 0) {
      live(500ms);
      if (i % 3 == 0) report(whom, stalled());
      if (i % 3 == 2) EXPECT_FALSE(decode_report(R"({"status":"synced","latest":NaN})").ok());
      ASSERT_LE(now_ - since, kLongestWait) << i;
    }
    live(6s);
  }
}

TEST_F(PartyClockTest, WaitsFifteenSecondsForOneMemberWithinFiveMinutes) {
  SteadyTime::duration waited{0};
  for (int i = 0; i < 560; ++i) {
    report(kBob, i % 24 < 20 ? stalled() : Report{});
    if (clock_.motion().rate == 0) waited += 500ms;
    live(500ms);
  }
  EXPECT_LE(waited, 16s);
  EXPECT_GE(waited, 12s);
  live(2min);
  live(3min);
  report(kBob, stalled());
  EXPECT_EQ(clock_.motion().rate, 0) << "later there is patience again";
}

TEST_F(PartyClockTest, WaitsWhereItWasToBeWhenSomebodyStallsBeforeTheCommandHolds) {
  happen(*clock_.move(facts(), party_, {1, {}, *party_.programme.start}, kAda));
  report(kBob, stalled());
  EXPECT_EQ(clock_.motion().position, *party_.programme.start);
}

TEST_F(PartyClockTest, DoesNotWaitForWhoIsGone) {
  report(kBob, stalled());
  clock_.forget(kBob);
  live(500ms);
  EXPECT_EQ(clock_.motion().rate, 1);
}

TEST_F(PartyClockTest, LargeGroupsAndThoseWhoWatchFreelyHoldNobodyUp) {
  auto free = stalled();
  free.status = Report::Status::kFree;
  report(kBob, free);
  EXPECT_EQ(clock_.motion().rate, 1);
  for (int i = 0; i < 9; ++i) report(UserId("guest:" + std::to_string(i)), {});
  report(kBob, stalled());
  EXPECT_EQ(clock_.motion().rate, 1);
}

TEST_F(PartyClockTest, NeverWaitsOnALiveChannel) {
  go_live();
  report(kBob, stalled());
  EXPECT_EQ(clock_.motion().rate, 1);
}

TEST_F(PartyClockTest, SitsBehindTheSlowestReasonableMemberOfALiveChannel) {
  go_live();
  EXPECT_EQ(utc_ - target(), kLiveDelay);
  for (int i = 0; i < 4; ++i) {
    Report slow;
    slow.latest = utc_ - 12s;
    report(kBob, slow);
    live(5s);
  }
  EXPECT_GE(utc_ - target(), 12s);
  EXPECT_LE(utc_ - target(), 14s);
  EXPECT_EQ(clock_.motion().reason, "fall_back");
}

TEST_F(PartyClockTest, LeavesBehindWhoIsFurtherBackThanReasonable) {
  go_live();
  for (int i = 0; i < 10; ++i) {
    Report slow;
    slow.latest = utc_ - 2min;
    report(kBob, slow);
    live(5s);
  }
  EXPECT_EQ(utc_ - target(), kLiveDelay);
}

TEST_F(PartyClockTest, FallsBackOnceForOneLateReport) {
  go_live();
  Report slow;
  slow.latest = utc_ - 12s;
  report(kBob, slow);
  live(1s);
  EXPECT_EQ(utc_ - target(), kLiveDelay) << "it may have been a hiccup";
}

// 30 minutes of fifty members who report anything at all, move, leave and come: no state that nothing ends, and every
// position is one of the programme.
TEST_F(PartyClockTest, EndsEveryWaitWhateverFiftyMembersReport) {
  std::mt19937 random(7);
  const auto any = [&](int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); };
  SteadyTime stands_since = now_;
  bool asked_to_stand = false;
  for (int step = 0; step < 3'600; ++step) {
    const int members = step % 1'200 < 600 ? 8 : 50;
    for (int i = 0; i < 10; ++i) {
      Report hostile;
      hostile.stalled = any(0, 1) == 0;
      hostile.status = static_cast<Report::Status>(any(0, 3));
      hostile.round_trip = milliseconds(any(0, 60'000));
      hostile.error = milliseconds(any(-86'400'000, 86'400'000));
      if (any(0, 1) == 0) hostile.latest = utc_ + milliseconds(any(-86'400'000, 86'400'000));
      report(UserId("guest:" + std::to_string(any(0, members - 1))), hostile);
    }
    if (any(0, 99) == 0) clock_.forget(UserId("guest:" + std::to_string(any(0, members - 1))));
    if (any(0, 199) == 0) {
      const bool plays = any(0, 3) > 0;
      asked_to_stand = !plays;
      happen(*clock_.move(facts(), party_, {1, plays, *party_.programme.start + milliseconds(any(0, 600'000))}, kAda));
    }
    live(500ms);
    if (clock_.motion().rate > 0 || asked_to_stand || clock_.motion().reason == "end") stands_since = now_;
    ASSERT_LE(now_ - stands_since, 10s) << "step " << step << ": " << clock_.motion().reason;
    ASSERT_GE(target(), *party_.programme.start);
  }
}

TEST(MotionText, IsReadAsItWasWritten) {
  Motion motion{3, 51, from_unix_ms(1'755'000'001'000), 1, from_unix_ms(1'755'000'001'600), "wait", {}, kBob};
  EXPECT_TRUE(*decode_motion(encode_motion(motion)) == motion);
}

TEST(MoveText, IsRefusedWhenItIsNoPlaceInTime) {
  for (const char* body : {R"({})", R"({"term":1})", R"({"term":1,"rate":2})", R"({"term":1,"position":-1})",
                           R"({"term":1,"position":1e300})", R"({"term":1,"position":"NaN"})",
                           R"({"term":1,"rate":0.5e-400,"position":[]})", R"({"term":-1,"rate":1})", R"({"rate":1})"}) {
    EXPECT_FALSE(decode_move(body).ok()) << body;
  }
  EXPECT_TRUE(decode_move(R"({"term":1,"rate":0,"position":1755000001000.5})").ok());
}

TEST(ReportText, IsRefusedWhenItCannotBe) {
  for (const char* body : {R"({})", R"({"status":"asleep"})", R"({"status":"synced","error":1e12})",
                           R"({"status":"synced","round_trip":-5})", R"({"status":"synced","round_trip":1e9})",
                           R"({"status":"synced","buffer":"much"})", R"({"status":"synced","stalled":1})"}) {
    EXPECT_FALSE(decode_report(body).ok()) << body;
  }
}

}  // namespace
}  // namespace grandstand::social::party

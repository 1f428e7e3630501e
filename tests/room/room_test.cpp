// SPDX-License-Identifier: MIT
#include "club_feature.hpp"
#include "manual_clock.hpp"

#include <grandstand/room/room.hpp>

#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::room {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

const User kAda{UserId("guest:ada"), "Ada", Role::kGuest};
const User kBob{UserId("account:2"), "Bob", Role::kViewer};
const User kMaria{UserId("account:3"), "Maria", Role::kModerator};

class RoomTest : public ::testing::Test {
 protected:
  RoomTest() { renew({}); }
  void renew(Settings settings, std::string epoch = "e1") {
    room = std::make_unique<Room>(RoomId("channel:news"), std::move(epoch), *catalogue.features, settings, now());
  }
  Moment now() const { return {clock.steady(), clock.utc()}; }
  CommandRequest request(std::optional<User> user, std::string name, std::string body = R"({"n":1})") {
    return {std::move(user), std::move(name), "key" + std::to_string(++keys), {}, std::move(body)};
  }
  CommandOutcome say(int n) {
    return room->execute(now(), request(kAda, "echo.say", "{\"n\":" + std::to_string(n) + "}"));
  }
  std::vector<json> taken() {
    std::vector<json> events;
    for (const auto& text : room->take_batch().events) events.push_back(json::parse(text));
    return events;
  }

  ManualClock clock;
  echo::Catalogue catalogue;
  std::unique_ptr<Room> room;
  int keys = 0;
};

TEST_F(RoomTest, GivesStoredEventsConsecutiveOffsetsAndPassingOnesNone) {
  EXPECT_EQ(say(1).position, (wire::Position{"e1", 1}));
  const auto waved = room->execute(now(), request(kBob, "echo.wave"));
  EXPECT_TRUE(waved.status.ok());
  EXPECT_EQ(waved.position.offset, 0u);
  EXPECT_EQ(say(2).position, (wire::Position{"e1", 2}));
  const auto events = taken();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0]["kind"], "echo.said");
  EXPECT_EQ(events[0]["offset"], 1);
  EXPECT_EQ(events[0]["user"]["name"], "Ada");
  EXPECT_FALSE(events[1].contains("offset"));
  EXPECT_EQ(events[2]["offset"], 2);
  EXPECT_EQ(room->take_to_store().size(), 2u);
  EXPECT_TRUE(room->take_to_store().empty());
}

TEST_F(RoomTest, RefusesWhatMayNotPassTheGatesAndSaysWhy) {
  auto far = request(kAda, "echo.say");
  far.media_time = clock.utc() + 61s;
  auto keyless = request(kAda, "echo.say");
  keyless.key.clear();
  struct Case {
    CommandRequest request;
    ErrorCode code;
    std::string message;
  };
  const std::vector<Case> cases{
      {request(kAda, "echo.sing"), ErrorCode::kNotFound, "no command \"echo.sing\""},
      {request(kAda, "say"), ErrorCode::kNotFound, "no command"},
      {request(kAda, "poll.say"), ErrorCode::kNotFound, "no command"},
      {request(std::nullopt, "echo.say"), ErrorCode::kUnauthenticated, "sign in"},
      {request(kAda, "echo.wave"), ErrorCode::kForbidden, "needs the role viewer; yours is guest"},
      {request(kBob, "echo.rule"), ErrorCode::kForbidden, "needs the role moderator"},
      {request(kBob, "echo.wave", "{\"x\":\"" + std::string(64, 'x') + "\"}"), ErrorCode::kTooLarge, "64 are allowed"},
      {far, ErrorCode::kInvalidArgument, "lies in the future"},
      {keyless, ErrorCode::kInvalidArgument, "\"key\""},
      {request(kAda, "echo.say", std::string(echo::kRefused)), ErrorCode::kConflict, "Refused as asked."},
  };
  for (const auto& wrong : cases) {
    const auto outcome = room->execute(now(), wrong.request);
    ASSERT_FALSE(outcome.status.ok()) << wrong.message;
    EXPECT_EQ(outcome.status.error().code, wrong.code) << wrong.message;
    EXPECT_THAT(outcome.status.error().message, HasSubstr(wrong.message));
  }
  EXPECT_FALSE(room->batch_waits());
}

TEST_F(RoomTest, LimitsTheRateOfEachUserAndTellsHowLongToWait) {
  EXPECT_TRUE(room->execute(now(), request(kBob, "echo.wave")).status.ok());
  EXPECT_TRUE(room->execute(now(), request(kBob, "echo.wave")).status.ok());
  const auto refused = room->execute(now(), request(kBob, "echo.wave"));
  ASSERT_FALSE(refused.status.ok());
  EXPECT_EQ(refused.status.error().code, ErrorCode::kRateLimited);
  EXPECT_EQ(refused.retry_after, 1000ms);
  EXPECT_TRUE(room->execute(now(), request(kMaria, "echo.wave")).status.ok()) << "another user";
  EXPECT_TRUE(room->execute(now(), request(kBob, "echo.say")).status.ok()) << "another command";
  clock.advance(1s);
  EXPECT_TRUE(room->execute(now(), request(kBob, "echo.wave")).status.ok());
}

TEST_F(RoomTest, GivesOutWhatIsAskedOutsideAndAnnouncesWhatComesBack) {
  EXPECT_TRUE(room->execute(now(), request(kAda, "echo.say", std::string(echo::kCalled))).status.ok());
  EXPECT_FALSE(room->batch_waits());
  const auto asks = room->take_asks();
  ASSERT_EQ(asks.size(), 1u);
  EXPECT_EQ(asks[0].ask.name, "call");
  EXPECT_EQ(asks[0].ask.body, echo::kCalled);
  EXPECT_TRUE(room->take_asks().empty());
  room->hear(now(), asks[0].feature, {"answer", R"({"hello":"Ada"})"});
  const auto events = taken();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["kind"], "echo.waved");
  EXPECT_EQ(events[0]["body"], (json{{"hello", "Ada"}}));
}

TEST_F(RoomTest, DoesNotLimitModerators) {
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(room->execute(now(), request(kMaria, "echo.rule")).status.ok());
}

TEST_F(RoomTest, CarriesACommandOutOnceForAKey) {
  const auto command = request(kAda, "echo.say");
  const auto first = room->execute(now(), command);
  say(5);
  clock.advance(9min);
  const auto again = room->execute(now(), command);
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.position, first.position);
  auto other = command;
  other.user = kBob;
  EXPECT_FALSE(room->execute(now(), other).repeated) << "keys are each user's own";
  clock.advance(2min);
  EXPECT_FALSE(room->execute(now(), command).repeated) << "keys expire";
}

TEST_F(RoomTest, RemembersABoundedNumberOfKeys) {
  Settings settings;
  settings.key_limit = 2;
  renew(settings);
  const auto command = request(kAda, "echo.say");
  room->execute(now(), command);
  say(1);
  EXPECT_TRUE(room->execute(now(), command).repeated);
  say(2);
  EXPECT_EQ(room->take_forgotten().keys, 1u);
  EXPECT_FALSE(room->execute(now(), command).repeated);
}

TEST_F(RoomTest, DoesNotRepeatACommandOfItsFormerLifetime) {
  Event earlier{"old", 7, "echo.said", clock.utc() - 1min, {}, kAda, R"({"n":9})", "the-key"};
  room->restore(now(), 0, std::vector{earlier});
  auto command = request(kAda, "echo.say");
  command.key = "the-key";
  const auto outcome = room->execute(now(), command);
  EXPECT_TRUE(outcome.repeated);
  EXPECT_EQ(outcome.position, (wire::Position{"old", 7}));
}

TEST_F(RoomTest, GivesAJoinerTheSnapshotsWithWhatWasRestored) {
  say(2);
  room->take_batch();
  room->restore(now(), 0, std::vector{Event{"old", 1, "echo.said", clock.utc(), {}, kAda, R"({"n":1})", ""}});
  const auto joining = room->join(now(), std::nullopt, {});
  EXPECT_FALSE(joining.recovered);
  EXPECT_EQ(joining.offset, 1u);
  EXPECT_EQ(joining.snapshots, R"({"echo":{"said":[{"n":1},{"n":2}]}})");
}

TEST_F(RoomTest, RecoversAllOrNothing) {
  Settings settings;
  settings.history_events = 10;
  settings.resume_limit = 5;
  settings.history_age = 60s;
  renew(settings);
  for (int i = 1; i <= 20; ++i) say(i);
  room->take_batch();
  const auto recovers = [&](const std::string& epoch, std::uint64_t offset) {
    return room->join(now(), wire::Position{epoch, offset}, {}).recovered;
  };
  EXPECT_TRUE(recovers("e1", 20));
  EXPECT_TRUE(recovers("e1", 15));
  EXPECT_FALSE(recovers("e1", 14)) << "more than the limit";
  EXPECT_FALSE(recovers("e1", 5)) << "not in the history any more";
  EXPECT_FALSE(recovers("e1", 21)) << "not yet there";
  EXPECT_FALSE(recovers("e0", 20)) << "another lifetime";
  const auto events = json::parse("[" + room->join(now(), wire::Position{"e1", 17}, {}).events + "]");
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0]["offset"], 18);
  EXPECT_EQ(events[2]["offset"], 20);
  clock.advance(61s);
  EXPECT_FALSE(recovers("e1", 19)) << "too old";
  EXPECT_TRUE(recovers("e1", 20));
}

TEST_F(RoomTest, TellsWhoResumesTheStateOfWhatChangesWithoutAnOffset) {
  const auto features = club::make_catalogue();
  Room club(RoomId("club:Ada"), "e1", *features, {}, now());
  EXPECT_TRUE(club.execute(now(), request(kAda, "echo.say")).status.ok());
  club.take_batch();
  const auto resumed = club.join(now(), wire::Position{"e1", 0}, kAda);
  ASSERT_TRUE(resumed.recovered);
  EXPECT_EQ(json::parse(resumed.events)["kind"], "echo.said");
  EXPECT_EQ(resumed.snapshots, R"({"club":{"open":true}})");
}

TEST_F(RoomTest, DoesNotRecoverMoreThanFitsIntoASendQueue) {
  Settings settings;
  settings.resume_bytes = 1'000;
  renew(settings);
  for (int i = 1; i <= 10; ++i) say(i);
  room->take_batch();
  EXPECT_TRUE(room->join(now(), wire::Position{"e1", 8}, {}).recovered);
  EXPECT_FALSE(room->join(now(), wire::Position{"e1", 1}, {}).recovered);
}

TEST_F(RoomTest, SendsAtOnceWhenQuietAndGathersWhenBusy) {
  say(0);
  EXPECT_TRUE(room->batch_due(clock.steady()));
  room->take_batch();
  // About 40 a second: 50 ms.
  for (int i = 0; i < 60; ++i) {
    clock.advance(25ms);
    say(i);
    if (room->batch_due(clock.steady())) room->take_batch();
  }
  if (room->batch_waits()) room->take_batch();
  say(1);
  EXPECT_FALSE(room->batch_due(clock.steady()));
  EXPECT_EQ(room->due(), clock.steady() + 50ms);
  // About 200 a second: 100 ms.
  for (int i = 0; i < 500; ++i) {
    clock.advance(5ms);
    say(i);
    if (room->batch_due(clock.steady())) room->take_batch();
  }
  if (room->batch_waits()) room->take_batch();
  say(1);
  EXPECT_FALSE(room->batch_due(clock.steady() + 99ms));
  EXPECT_TRUE(room->batch_due(clock.steady() + 100ms));
  room->take_batch();
  clock.advance(10s);
  say(1);
  EXPECT_TRUE(room->batch_due(clock.steady())) << "quiet again";
}

TEST_F(RoomTest, SendsAFullBatchWithoutWaiting) {
  for (int i = 0; i < 200 && !room->batch_waits(); ++i) {
    say(i);
    if (room->batch_due(clock.steady())) room->take_batch();
  }
  int waiting = 1;
  while (!room->batch_due(clock.steady())) {
    say(1);
    ++waiting;
  }
  EXPECT_EQ(waiting, 64);
}

TEST_F(RoomTest, AnnouncesMembersWhenTheyChangedNotTooOftenAndNowAndThenAgain) {
  room->set_members(3);
  room->tick(now());
  EXPECT_FALSE(room->batch_waits());
  clock.advance(5s);
  room->tick(now());
  const auto batch = room->take_batch();
  ASSERT_EQ(batch.events.size(), 1u);
  EXPECT_TRUE(batch.conflatable);
  EXPECT_EQ(json::parse(batch.events[0])["body"], json({{"members", 3}}));
  clock.advance(29s);
  room->tick(now());
  EXPECT_FALSE(room->batch_waits());
  clock.advance(1s);
  room->tick(now());
  EXPECT_EQ(room->take_batch().events.size(), 1u) << "for slow readers, for whom it may have been left out";
  room->set_members(0);
  clock.advance(1min);
  room->tick(now());
  room->take_batch();
  clock.advance(1min);
  room->tick(now());
  EXPECT_FALSE(room->batch_waits()) << "nobody is there";
}

TEST_F(RoomTest, MarksABatchConflatableOnlyWhenAllOfItIs) {
  room->execute(now(), request(kAda, "echo.count"));
  room->tick(now());
  EXPECT_TRUE(room->take_batch().conflatable);
  room->execute(now(), request(kAda, "echo.count"));
  clock.advance(250ms);
  room->tick(now());
  say(1);
  EXPECT_FALSE(room->take_batch().conflatable);
}

TEST_F(RoomTest, TicksDoNothingTwice) {
  room->execute(now(), request(kAda, "echo.count"));
  room->tick(now());
  EXPECT_EQ(room->take_batch().events.size(), 1u);
  room->tick(now());
  EXPECT_FALSE(room->batch_waits());
}

// A client that is cut off at random and resumes: its offsets have no gap and no duplicate, or it was told to begin
// anew.
TEST_F(RoomTest, ResumesWithoutGapOrDuplicateWhateverTheCuts) {
  Settings settings;
  settings.history_events = 40;
  settings.resume_limit = 30;
  std::mt19937 random(7);
  int recovered = 0;
  int renewed = 0;
  for (int run = 0; run < 100; ++run) {
    renew(settings, "e" + std::to_string(run));
    std::optional<wire::Position> position;
    bool connected = false;
    std::vector<std::uint64_t> seen;
    const auto see = [&](const std::string& text) { seen.push_back(json::parse(text)["offset"].get<std::uint64_t>()); };
    for (int step = 0; step < 120; ++step) {
      clock.advance(std::chrono::milliseconds(random() % 40));
      say(step);
      if (room->batch_due(clock.steady())) {
        for (const auto& text : room->take_batch().events) {
          if (connected) see(text);
        }
      }
      if (connected && random() % 10 == 0) {
        connected = false;
        if (!seen.empty()) position = wire::Position{room->epoch(), seen.back()};
      } else if (!connected && !room->batch_waits() && random() % 8 == 0) {
        const auto joining = room->join(now(), position, {});
        connected = true;
        if (joining.recovered) {
          ++recovered;
          const auto events = json::parse("[" + joining.events + "]");
          for (const auto& event : events) see(event.dump());
        } else {
          ++renewed;
          seen.assign(1, joining.offset);
        }
        ASSERT_EQ(seen.back(), joining.offset);
      }
    }
    for (std::size_t i = 1; i < seen.size(); ++i) ASSERT_EQ(seen[i], seen[i - 1] + 1);
  }
  EXPECT_GT(recovered, 30);
  EXPECT_GT(renewed, 30);
}

}  // namespace
}  // namespace grandstand::room

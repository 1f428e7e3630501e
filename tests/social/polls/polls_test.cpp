// SPDX-License-Identifier: MIT
#include "polls.hpp"

#include "manual_clock.hpp"

#include <algorithm>
#include <memory>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::social::polls {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const room::User kMod{UserId("account:1"), "Mod", room::Role::kModerator};

room::User voter(int number) {
  return {UserId("account:" + std::to_string(number)), "Voter", room::Role::kViewer};
}

// A room around the feature, and a store that accepts what it is told to.
class PollsTest : public ::testing::Test {
 protected:
  room::Facts facts() const { return {room_, clock_.steady(), clock_.utc(), 3}; }

  // Announcements as the room lets them happen; committed ones are left for the test.
  void happen(room::Outcome outcome) {
    for (auto& announcement : outcome.announcements) {
      const auto spec = std::ranges::find(kSpec.events, announcement.name, &room::EventSpec::name);
      ASSERT_NE(spec, kSpec.events.end());
      room::Event event{"e1",
                        0,
                        "polls." + announcement.name,
                        clock_.utc(),
                        announcement.media_time,
                        announcement.user,
                        announcement.body,
                        "key"};
      if (spec->durability == room::Durability::kStored) {
        event.offset = ++offset_;
        feature_->apply(event);
      }
      happened_.push_back(std::move(event));
    }
  }
  Status run(std::string_view name, const room::User& user, const std::string& body) {
    auto outcome = feature_->on_command(facts(), {name, user, clock_.utc() - 5s, body});
    if (!outcome.ok()) return outcome.error();
    happen(std::move(*outcome));
    return success();
  }
  Status open(int seconds = 60, std::string_view more = "") {
    return run("open", kMod,
               R"({"question":"Who wins?","options":["Blue","Red","Green"],"seconds":)" + std::to_string(seconds) +
                   std::string(more) + "}");
  }
  Status vote(int number, int option, const std::string& poll = "e1:1") {
    return run("vote", voter(number), R"({"poll":")" + poll + R"(","option":)" + std::to_string(option) + "}");
  }
  void accept(int number, unsigned option, std::optional<unsigned> before = {}) {
    room::Event event{"e1", 0, "polls.vote", clock_.utc(), {}, voter(number), R"({"poll":"e1:1","option":1})", "k"};
    event.result = encode_accepted({{"e1", 1}, index_++, option, before, {}, "nonce", "leaf"});
    feature_->apply(event);
  }
  void count(const PollId& poll) {
    room::Event counted{"e1", 0, "polls.count", clock_.utc(), {}, {}, encode_poll(poll)};
    counted.result = encode_final({poll, {4, 1, 0}, 5, 0, 6, "root", "note", "key"});
    feature_->apply(counted);
    tick();
  }
  // A poll that is opened and closed, and its result told.
  void hold_a_short_one() {
    ASSERT_TRUE(open().ok());
    const PollId poll{"e1", offset_};
    clock_.advance(1s);
    ASSERT_TRUE(run("close", kMod, encode_poll(poll)).ok());
    count(poll);
  }
  void tick() {
    if (const auto due = feature_->tick_due(); due && *due <= clock_.steady()) happen(feature_->tick(facts()));
  }
  std::vector<json> told(std::string_view kind) const {
    std::vector<json> bodies;
    for (const auto& event : happened_) {
      if (event.kind == kind) bodies.push_back(json::parse(event.body));
    }
    return bodies;
  }
  json snapshot() const { return json::parse(feature_->snapshot(facts()))["polls"]; }

  ManualClock clock_;
  RoomId room_{"channel:news"};
  std::unique_ptr<room::Feature> feature_ = kSpec.make();
  std::uint64_t offset_ = 0, index_ = 0;
  std::vector<room::Event> happened_;
};

struct OpenCase {
  std::string body;
  bool allowed;
};

TEST_F(PollsTest, OpensOnlyPollsThatMakeSense) {
  const std::string long_text(201, 'x');
  const std::vector<OpenCase> cases{
      {R"({"question":"Q?","options":["a","b"],"seconds":10})", true},
      {R"({"question":"Q?","options":["a","b"],"seconds":86400,"change":"until_close","hidden":true})", true},
      {R"({"question":" Q? ","options":["1","2","3","4","5","6","7","8","9","10"],"seconds":60})", true},
      {R"({"question":"Q?","options":["a"],"seconds":60})", false},
      {R"({"question":"Q?","options":["1","2","3","4","5","6","7","8","9","10","11"],"seconds":60})", false},
      {R"({"question":"Q?","options":["a"," a "],"seconds":60})", false},
      {R"({"question":"Q?","options":["a",""],"seconds":60})", false},
      {R"({"question":"Q?","options":["a",7],"seconds":60})", false},
      {R"({"question":"  ","options":["a","b"],"seconds":60})", false},
      {R"({"question":"two\nlines","options":["a","b"],"seconds":60})", false},
      {R"({"question":")" + long_text + R"(","options":["a","b"],"seconds":60})", false},
      {R"({"question":"Q?","options":["a","b"],"seconds":9})", false},
      {R"({"question":"Q?","options":["a","b"],"seconds":86401})", false},
      {R"({"question":"Q?","options":["a","b"],"seconds":-1})", false},
      {R"({"question":"Q?","options":["a","b"],"seconds":18446744073709551615})", false},
      {R"({"question":"Q?","options":["a","b"]})", false},
      {R"({"question":"Q?","options":["a","b"],"seconds":60,"change":"often"})", false},
      {R"({"question":"Q?","options":["a","b"],"seconds":60,"hidden":1})", false},
      {R"({"question":"Q?","options":["a","b"],"seconds":60,"hidden":null})", false},
  };
  for (const auto& [body, allowed] : cases) {
    feature_ = kSpec.make();
    const auto status = run("open", kMod, body);
    EXPECT_EQ(status.ok(), allowed) << body;
    if (!status.ok()) EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument) << body;
  }
}

TEST_F(PollsTest, HoldsThreeOpenPollsAtMost) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(open().ok());
  EXPECT_EQ(open().error().code, ErrorCode::kConflict);
  ASSERT_TRUE(run("close", kMod, R"({"poll":"e1:1"})").ok());
  EXPECT_TRUE(open().ok());
}

// Its first try may have been accepted, and the answer lost.
TEST_F(PollsTest, AsksTheStoreAboutLateVotes) {
  ASSERT_TRUE(open(60).ok());
  accept(7, 1);
  clock_.advance(60s);
  tick();
  EXPECT_TRUE(vote(7, 1).ok());
  ASSERT_EQ(told("polls.vote").size(), 1u);
  room::Event again{"e1", 0, "polls.vote", clock_.utc(), {}, voter(7), R"({"poll":"e1:1","option":1})", "k"};
  again.result = encode_accepted({{"e1", 1}, 0, 1, {}, {}, "nonce", "leaf", true});
  feature_->apply(again);
  EXPECT_EQ(snapshot()[0]["votes"], 1);
}

TEST_F(PollsTest, RefusesVotesForOptionsThatThereAreNot) {
  ASSERT_TRUE(open().ok());
  for (const int option : {0, 4, 11, 1'000'000}) {
    EXPECT_EQ(vote(7, option).error().code, ErrorCode::kInvalidArgument) << option;
  }
  for (const auto* poll : {"", "e1", "e1:", ":1", "e1:0", "e1:x", "e 1:1"}) {
    EXPECT_EQ(vote(7, 1, poll).error().code, ErrorCode::kInvalidArgument) << poll;
  }
}

TEST_F(PollsTest, AsksTheStoreAboutPollsThatItDoesNotKnow) {
  EXPECT_TRUE(vote(7, 1, "earlier:5").ok());
  EXPECT_EQ(told("polls.vote").size(), 1u);
}

TEST_F(PollsTest, ClosesByItselfAndTellsTheExactCount) {
  ASSERT_TRUE(open(60).ok());
  accept(7, 1);
  clock_.advance(60s);
  tick();
  ASSERT_EQ(told("polls.closed").size(), 1u);
  tick();
  ASSERT_EQ(told("polls.count").size(), 1u) << "the store is asked";
  EXPECT_TRUE(told("polls.final").empty());
  count({"e1", 1});
  ASSERT_EQ(told("polls.final").size(), 1u);
  EXPECT_EQ(told("polls.final")[0]["counts"], json({4, 1, 0}));
  EXPECT_EQ(snapshot()[0]["counts"], json({4, 1, 0})) << "whatever was counted along";
  EXPECT_EQ(snapshot()[0]["final"]["size"], 6);
  clock_.advance(1h);
  EXPECT_FALSE(feature_->tick_due().has_value());
}

TEST_F(PollsTest, GivesClosingAndResultTheMomentOfTheProgrammeThatTheyBelongTo) {
  ASSERT_TRUE(open(60).ok());  // by somebody who sees the picture of five seconds ago
  const auto opened = clock_.utc();
  clock_.advance(60s);
  tick();
  const auto closed = std::ranges::find(happened_, "polls.closed", &room::Event::kind);
  ASSERT_NE(closed, happened_.end());
  EXPECT_EQ(closed->media_time, std::chrono::floor<std::chrono::milliseconds>(opened) + 55s);
}

TEST_F(PollsTest, AsksAgainWhenTheStoreDoesNotAnswer) {
  ASSERT_TRUE(open().ok());
  ASSERT_TRUE(run("close", kMod, R"({"poll":"e1:1"})").ok());
  for (int i = 0; i < 3; ++i) {
    tick();
    tick();
    EXPECT_EQ(told("polls.count").size(), static_cast<std::size_t>(i + 1));
    clock_.advance(kCountAgain);
  }
}

TEST_F(PollsTest, ClosesOnlyWhatIsOpen) {
  EXPECT_EQ(run("close", kMod, R"({"poll":"e1:1"})").error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(open().ok());
  ASSERT_TRUE(run("close", kMod, R"({"poll":"e1:1"})").ok());
  EXPECT_EQ(run("close", kMod, R"({"poll":"e1:1"})").error().code, ErrorCode::kConflict);
}

TEST_F(PollsTest, TellsWhatChangedAtMostFourTimesASecond) {
  ASSERT_TRUE(open(3'600).ok());
  // 5,000 votes a second for two seconds.
  for (int i = 0; i < 10'000; ++i) {
    accept(i, 1 + static_cast<unsigned>(i % 2));
    clock_.advance(200us);
    tick();
  }
  const auto ticks = told("polls.tick");
  EXPECT_GE(ticks.size(), 7u);
  EXPECT_LE(ticks.size() / 2.0, 4.2);
  EXPECT_EQ(ticks.back()["polls"][0]["counts"]["3"], 0) << "whoever missed a tick knows all from the next";
  clock_.advance(1s);
  tick();
  EXPECT_EQ(told("polls.tick").back()["polls"][0],
            json({{"poll", "e1:1"}, {"votes", 10'000}, {"counts", {{"1", 5'000}, {"2", 5'000}, {"3", 0}}}}));
  const auto before = told("polls.tick").size();
  clock_.advance(kTickInterval);
  tick();
  EXPECT_EQ(told("polls.tick").size(), before) << "nothing changed";
}

TEST_F(PollsTest, TellsAgainHowOpenPollsStandForThoseWhoMissedIt) {
  ASSERT_TRUE(open(3'600).ok());
  clock_.advance(1min);
  tick();
  EXPECT_TRUE(told("polls.tick").empty()) << "nobody has voted";
  accept(7, 2);
  tick();
  ASSERT_EQ(told("polls.tick").size(), 1u);
  for (int i = 0; i < 12; ++i) {
    clock_.advance(1s);
    tick();
  }
  const auto ticks = told("polls.tick");
  ASSERT_EQ(ticks.size(), 3u) << "every five seconds";
  EXPECT_EQ(ticks.back(), ticks.front());
}

TEST_F(PollsTest, CountsAChangedVoteOnce) {
  ASSERT_TRUE(open().ok());
  accept(7, 1);
  accept(7, 3, 1);
  EXPECT_EQ(snapshot()[0]["counts"], json({0, 0, 1}));
  EXPECT_EQ(snapshot()[0]["votes"], 1);
}

TEST_F(PollsTest, CountsNoVoteTwiceWhenTheStoreAnswersLate) {
  ASSERT_TRUE(open(60).ok());
  accept(7, 1);
  std::vector<room::Event> stored{happened_.front()};
  const auto recall = [&](std::string kind, std::string body, std::string result = "") {
    room::Event event{"e1", 0, std::move(kind), clock_.utc(), {}, voter(7), std::move(body)};
    event.result = std::move(result);
    stored.push_back(std::move(event));
  };
  recall("polls.tick", R"({"polls":[{"poll":"e1:1","votes":1,"counts":{"1":1}}]})");
  recall("polls.vote", "", encode_accepted({{"e1", 1}, 0, 1, {}, {}, "nonce", "leaf", true}));
  feature_->restore(stored);
  EXPECT_EQ(snapshot()[0]["votes"], 1) << "of a poll that was opened meanwhile";
  feature_ = kSpec.make();
  index_ = 0;
  accept(7, 1);
  accept(8, 2);
  feature_->restore(stored);
  EXPECT_EQ(snapshot()[0]["votes"], 2) << "of a poll from before";
  EXPECT_EQ(snapshot()[0]["counts"], json({1, 1, 0}));
}

TEST_F(PollsTest, TellsTheTurnoutOnlyOfAHiddenPoll) {
  ASSERT_TRUE(open(60, R"(,"hidden":true)").ok());
  accept(7, 2);
  clock_.advance(1s);
  tick();
  ASSERT_EQ(told("polls.tick").size(), 1u);
  EXPECT_EQ(told("polls.tick")[0]["polls"][0], json({{"poll", "e1:1"}, {"votes", 1}}));
  EXPECT_EQ(snapshot()[0]["counts"], nullptr);
  accept(7, 1, 2);
  clock_.advance(1s);
  tick();
  EXPECT_EQ(told("polls.tick").size(), 1u) << "a changed vote is nobody's business";
}

TEST_F(PollsTest, GivesVotersTheirReceiptsWhenTheyComeBack) {
  ASSERT_TRUE(open().ok());
  accept(7, 2);
  const auto own = json::parse(feature_->personal(facts(), voter(7)));
  EXPECT_EQ(own["votes"][0]["option"], 2);
  EXPECT_EQ(own["votes"][0]["nonce"], "nonce");
  EXPECT_EQ(feature_->personal(facts(), voter(8)), "");
}

TEST_F(PollsTest, ShowsOpenPollsAndTheOneThatClosedLast) {
  for (int i = 0; i < 18; ++i) hold_a_short_one();
  for (int i = 0; i < 2; ++i) {
    clock_.advance(1s);
    ASSERT_TRUE(open().ok());
  }
  const auto polls = snapshot();
  ASSERT_EQ(polls.size(), 3u);
  EXPECT_EQ(polls[0]["poll"], "e1:52");
  EXPECT_NE(polls[0]["closed_at"], nullptr);
  EXPECT_EQ(polls[2]["closed_at"], nullptr);
}

TEST_F(PollsTest, ForgetsNoPollWhoseResultIsNotToldHoweverManyComeAfterIt) {
  ASSERT_TRUE(open(86'400).ok());
  for (int i = 0; i < 20; ++i) hold_a_short_one();
  EXPECT_EQ(snapshot()[0]["poll"], "e1:1");
  ASSERT_TRUE(run("close", kMod, R"({"poll":"e1:1"})").ok());
  for (int i = 0; i < 20; ++i) hold_a_short_one();
  count({"e1", 1});
  EXPECT_EQ(told("polls.final").back()["poll"], "e1:1");
}

TEST_F(PollsTest, OpensNoMoreThanItKeepsWhileNothingIsCounted) {
  for (std::size_t i = 0; i < kMostKept; ++i) {
    ASSERT_TRUE(open().ok());
    ASSERT_TRUE(run("close", kMod, encode_poll({"e1", offset_})).ok());
  }
  EXPECT_EQ(open().error().code, ErrorCode::kUnavailable);
  count({"e1", 1});
  EXPECT_TRUE(open().ok());
}

TEST_F(PollsTest, RemembersReceiptsOnlyOfPollsThatItShows) {
  State state;
  for (std::uint64_t offset = 1; offset <= 3; ++offset) {
    room::Event event{"e1", offset, "polls.opened", clock_.utc()};
    apply_opened(state, event, {"Who wins?", {"Blue", "Red"}, 0s, clock_.utc() + 60s});
    apply_accepted(state, voter(7).id, {{"e1", offset}, 0, 1});
  }
  apply_closed(state, {"e1", 2}, clock_.utc() + 1s);
  EXPECT_EQ(state.polls.at({"e1", 2}).receipts.size(), 1u) << "it closed last";
  apply_closed(state, {"e1", 1}, clock_.utc() + 2s);
  EXPECT_EQ(state.polls.at({"e1", 1}).receipts.size(), 1u);
  EXPECT_EQ(state.polls.at({"e1", 2}).receipts.size(), 0u);
  EXPECT_EQ(state.polls.at({"e1", 3}).receipts.size(), 1u) << "it is open";
}

TEST_F(PollsTest, ReadsOnlyQueriesThatNameAPoll) {
  EXPECT_TRUE(read_query("export", {{"poll", "e1:1"}}).ok());
  EXPECT_EQ(read_query("export", {{"poll", "e1:1"}, {"from", "10"}})->number, 10u);
  EXPECT_EQ(read_query("proof", {{"poll", "e1:1"}, {"index", "3"}})->number, 3u);
  EXPECT_FALSE(read_query("export", {}).ok());
  EXPECT_FALSE(read_query("export", {{"poll", "e1:1"}, {"index", "3"}}).ok());
  EXPECT_FALSE(read_query("proof", {{"poll", "e1:1"}, {"index", "-1"}}).ok());
}

}  // namespace
}  // namespace grandstand::social::polls

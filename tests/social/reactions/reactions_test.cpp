// SPDX-License-Identifier: MIT
#include "reactions.hpp"

#include "test_paths.hpp"

#include <grandstand/base/text.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace grandstand::social::reactions {
namespace {

using namespace std::chrono_literals;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR "/tests/social/reactions/golden/") + name + ".json");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

const UtcTime kMedia = from_unix_ms(1'763'712'050'000);
const SteadyTime kNow{1h};
const RoomId kRoom("channel:news");

Status count(State& state, const Send& command, std::optional<UtcTime> media_time, SteadyTime now = kNow) {
  return count(state, {kRoom, now, kMedia + 30s + 400ms}, command, media_time);
}

TEST(Reactions, CountsPerSecondOfMediaTime) {
  State state;
  EXPECT_TRUE(count(state, {"heart"}, kMedia).ok());
  EXPECT_TRUE(count(state, {"heart"}, kMedia + 999ms).ok());
  EXPECT_TRUE(count(state, {"heart"}, kMedia + 1000ms).ok());
  EXPECT_TRUE(count(state, {"clap"}, kMedia).ok());
  EXPECT_TRUE(count(state, {"heart"}, {}).ok());
  const std::vector<Mark> expected{
      {std::nullopt, "heart", 1}, {kMedia, "clap", 1}, {kMedia, "heart", 2}, {kMedia + 1s, "heart", 1}};
  EXPECT_EQ(take_tally(state, kNow), expected);
  EXPECT_TRUE(take_tally(state, kNow + 1s).empty());
}

TEST(Reactions, AnnouncesATallyAtMostFourTimesASecond) {
  State state;
  EXPECT_EQ(due(state), std::nullopt);
  ASSERT_TRUE(count(state, {"fire"}, {}).ok());
  EXPECT_LE(*due(state), kNow) << "the first comes at once";
  EXPECT_EQ(take_tally(state, kNow).size(), 1u);
  ASSERT_TRUE(count(state, {"fire"}, {}).ok());
  EXPECT_EQ(due(state), kNow + 250ms);
  EXPECT_TRUE(take_tally(state, kNow + 249ms).empty());
  EXPECT_EQ(take_tally(state, kNow + 250ms).size(), 1u);
}

// However many guests somebody is.
TEST(Reactions, OfOneNetworkAreLimitedButNotOfOurOwnProxyNorOfModerators) {
  const auto feature = kSpec.make();
  const auto accepted = [&](const std::string& network, room::Role role, SteadyTime now) {
    int count = 0;
    for (int i = 0; i < 100; ++i) {
      const room::User user{UserId("guest:" + std::to_string(i)), "G", role};
      room::Standing standing;
      standing.network = network;
      const auto outcome =
          feature->on_command({kRoom, now, kMedia}, {"send", user, {}, R"({"reaction":"clap"})", standing});
      if (outcome.ok())
        ++count;
      else
        EXPECT_EQ(outcome.error().code, ErrorCode::kRateLimited);
    }
    return count;
  };
  EXPECT_EQ(accepted("192.0.2.7", room::Role::kGuest, kNow), 60);
  EXPECT_EQ(accepted("192.0.2.8", room::Role::kGuest, kNow), 0) << "the next house is the same landlord's";
  EXPECT_EQ(accepted("192.0.2.8", room::Role::kModerator, kNow), 100);
  EXPECT_EQ(accepted("198.51.100.7", room::Role::kGuest, kNow), 60) << "others do not notice";
  EXPECT_EQ(accepted("127.0.0.1", room::Role::kGuest, kNow), 100);
  EXPECT_EQ(accepted("192.0.2.7", room::Role::kGuest, kNow + 1s), 10);
}

TEST(Reactions, RefusesUnknownOnes) {
  State state;
  EXPECT_EQ(count(state, {"boo"}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(is_valid_utf8(count(state, {"€€€€€€€"}, {}).error().message)) << "or a client would hang up";
  EXPECT_EQ(due(state), std::nullopt);
}

TEST(Reactions, CountsAllOfAHotMomentInABoundedTally) {
  State state;
  for (int i = 0; i < 1'000; ++i) {
    const std::string reaction(i == 999 ? "heart" : "wow");
    EXPECT_TRUE(count(state, {reaction}, kMedia + std::chrono::seconds(i)).ok()) << i;
  }
  EXPECT_TRUE(count(state, {"clap"}, {}).ok());
  const auto marks = take_tally(state, kNow);
  EXPECT_LE(marks.size(), kMaxMarks);
  std::map<std::string_view, std::uint64_t> sums;
  for (const auto& mark : marks) sums[mark.reaction] += mark.count;
  const std::map<std::string_view, std::uint64_t> expected{{"clap", 1}, {"heart", 1}, {"wow", 999}};
  EXPECT_EQ(sums, expected);
}

TEST(Reactions, ShowsWhatHasNoPlaceOfItsOwnRatherLaterThanSooner) {
  State state;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(count(state, {"wow"}, kMedia + std::chrono::seconds(2 * i)).ok());
  const auto sum_at = [&](UtcTime at) { return state.counts[{at, "wow"}]; };
  ASSERT_EQ(sum_at(kMedia + 4s), 1u);
  ASSERT_TRUE(count(state, {"wow"}, kMedia + 3s).ok());
  EXPECT_EQ(sum_at(kMedia + 4s), 2u);
  ASSERT_TRUE(count(state, {"wow"}, kMedia - 1h).ok());
  EXPECT_EQ(sum_at(kMedia), 2u);
}

TEST(Reactions, KeepsThemBySecondsSomeTimeAfterTheFirst) {
  State state;
  ASSERT_TRUE(count(state, {"heart"}, kMedia).ok());
  (void)take_tally(state, kNow);
  EXPECT_EQ(due(state), kNow + kKeepInterval);
  ASSERT_TRUE(count(state, {"heart"}, kMedia + 999ms, kNow + 1s).ok());
  ASSERT_TRUE(count(state, {"clap"}, {}, kNow + 1s).ok());
  EXPECT_TRUE(take_unkept(state, kNow + kKeepInterval - 1ms).empty());
  const std::vector<Mark> expected{{kMedia, "heart", 2}, {kMedia + 30s, "clap", 1}};
  EXPECT_EQ(take_unkept(state, kNow + kKeepInterval), expected) << "without a moment it belongs to the present one";
  EXPECT_TRUE(take_unkept(state, kNow + 1h).empty());
  (void)take_tally(state, kNow + 1h);
  EXPECT_EQ(due(state), std::nullopt);
}

TEST(Reactions, KeepsAllOfThemInABoundedNumberOfMarks) {
  State state;
  for (int i = 0; i < 2'000; ++i) {
    ASSERT_TRUE(count(state, {i % 2 == 0 ? "wow" : "sad"}, kMedia + std::chrono::seconds(i)).ok());
    (void)take_tally(state, kNow + std::chrono::seconds(i));
  }
  ASSERT_TRUE(count(state, {"fire"}, kMedia).ok());
  const auto marks = take_unkept(state, kNow + kKeepInterval);
  EXPECT_LE(marks.size(), kMaxKept);
  std::uint64_t sum = 0;
  for (const auto& mark : marks) {
    EXPECT_TRUE(mark.media_time.has_value());
    sum += mark.count;
  }
  EXPECT_EQ(sum, 2'001u);
}

TEST(Reactions, GivesWhatIsUnkeptToTheStoreWhenTheRoomEnds) {
  const auto feature = kSpec.make();
  const room::User ada{UserId("guest:ada"), "Ada", room::Role::kGuest};
  const room::Facts facts{kRoom, kNow, kMedia};
  EXPECT_TRUE(feature->stop(facts).announcements.empty());
  ASSERT_TRUE(feature->on_command(facts, {"send", ada, kMedia, R"({"reaction":"heart"})"}).ok());
  const auto last = feature->stop(facts);
  ASSERT_EQ(last.announcements.size(), 1u);
  EXPECT_EQ(last.announcements[0].name, "counted");
  EXPECT_EQ(last.announcements[0].audience, room::Audience::kNobody);
  EXPECT_EQ(decode_marks(last.announcements[0].body).value(), (std::vector<Mark>{{kMedia, "heart", 1}}));
}

TEST(Reactions, RefusesStretchesThatAreNone) {
  const auto query = read_timeline_query({{"from", "1000"}, {"to", "2000"}, {"limit", "12"}});
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->stretch.from, from_unix_ms(1'000));
  EXPECT_EQ(query->limit, 12u);
  using Parameters = room::QueryParameters;
  for (const auto& wrong :
       {Parameters{}, Parameters{{"from", "1"}}, Parameters{{"from", "2"}, {"to", "2"}},
        Parameters{{"from", "-1"}, {"to", "2"}}, Parameters{{"from", "1"}, {"to", "2"}, {"limit", "11"}},
        Parameters{{"from", "1"}, {"to", "2"}, {"limit", "601"}},
        Parameters{{"from", "1"}, {"to", "2"}, {"after", "3"}}}) {
    EXPECT_EQ(read_timeline_query(wrong).error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Reactions, EncodesAndDecodesAsTheGoldenFilesSay) {
  EXPECT_EQ(decode_send(golden("send")).value().reaction, "heart");
  const std::vector<Mark> marks{{std::nullopt, "clap", 1}, {kMedia, "heart", 3}};
  EXPECT_EQ(encode_marks(marks), golden("tally"));
  EXPECT_EQ(decode_marks(golden("tally")).value(), marks);
  EXPECT_TRUE(decode_marks(golden("counted")).ok());
  for (const auto* const body :
       {"{}", "[]", R"({"marks":[5]})", R"({"marks":[{"media_time":1,"reaction":"boo","count":1}]})",
        R"({"marks":[{"media_time":1,"reaction":"wow","count":-1}]})", R"({"marks":[{"reaction":"wow","count":1}]})"}) {
    EXPECT_FALSE(decode_marks(body).ok()) << body;
  }
  for (const auto* const body : {"{}", "[]", "{\"reaction\":5}", "not json"})
    EXPECT_FALSE(decode_send(body).ok()) << body;
}

}  // namespace
}  // namespace grandstand::social::reactions

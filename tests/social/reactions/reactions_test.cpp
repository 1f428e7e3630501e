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
  EXPECT_EQ(tally_due(state), std::nullopt);
  ASSERT_TRUE(count(state, {"fire"}, {}).ok());
  EXPECT_LE(*tally_due(state), kNow) << "the first comes at once";
  EXPECT_EQ(take_tally(state, kNow).size(), 1u);
  ASSERT_TRUE(count(state, {"fire"}, {}).ok());
  EXPECT_EQ(tally_due(state), kNow + 250ms);
  EXPECT_TRUE(take_tally(state, kNow + 249ms).empty());
  EXPECT_EQ(take_tally(state, kNow + 250ms).size(), 1u);
}

TEST(Reactions, RefusesUnknownOnes) {
  State state;
  EXPECT_EQ(count(state, {"boo"}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(is_valid_utf8(count(state, {"€€€€€€€"}, {}).error().message)) << "or a client would hang up";
  EXPECT_EQ(tally_due(state), std::nullopt);
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

TEST(Reactions, EncodesAndDecodesAsTheGoldenFilesSay) {
  EXPECT_EQ(decode_send(golden("send")).value().reaction, "heart");
  EXPECT_EQ(encode_tally({{std::nullopt, "clap", 1}, {kMedia, "heart", 3}}), golden("tally"));
  for (const auto* const body : {"{}", "[]", "{\"reaction\":5}", "not json"})
    EXPECT_FALSE(decode_send(body).ok()) << body;
}

}  // namespace
}  // namespace grandstand::social::reactions

// SPDX-License-Identifier: MIT
#include "shares.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::cluster {
namespace {

const std::vector<std::string> kNames{"a", "b", "c", "d", "e", "f", "g", "h"};

TEST(Shares, ArePartsOfTheWholeAndDifferByOneAtMost) {
  std::set<std::string> all;
  for (const std::string node : {"one", "two", "three"}) {
    const auto share = share_of(node, {{"one", 0}, {"two", 0}, {"three", 0}}, kNames);
    EXPECT_GE(share.size(), 2u);
    EXPECT_LE(share.size(), 3u);
    all.insert(share.begin(), share.end());
  }
  EXPECT_EQ(all.size(), kNames.size());
}

TEST(Shares, GoToThoseWhoHaveLess) {
  EXPECT_EQ(share_of("new", {{"old", 8}, {"new", 0}}, kNames), kNames);
  EXPECT_THAT(share_of("old", {{"old", 8}, {"new", 0}}, kNames), testing::IsEmpty());
  EXPECT_EQ(share_of("new", {{"old", 4}, {"new", 0}}, kNames).size(), 6u);
}

TEST(Shares, OfANodeThatIsNotAliveAreEmpty) {
  EXPECT_THAT(share_of("dead", {{"one", 0}}, kNames), testing::IsEmpty());
  EXPECT_THAT(share_of("one", {}, kNames), testing::IsEmpty());
}

}  // namespace
}  // namespace grandstand::cluster

// SPDX-License-Identifier: MIT
#include "rendezvous.hpp"

#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace grandstand::cluster {
namespace {

TEST(Rendezvous, SpreadsNamesAndMovesOnlyThoseOfANodeThatGoes) {
  const std::vector<std::string> three{"a", "b", "c"};
  const std::vector<std::string> two{"a", "c"};
  std::map<std::string, int> share;
  for (int i = 0; i < 3'000; ++i) {
    const auto name = "channel:" + std::to_string(i);
    const auto before = highest_ranked(three, name);
    ++share[before];
    if (before != "b") EXPECT_EQ(highest_ranked(two, name), before);
  }
  for (const auto& node : three) {
    EXPECT_GT(share[node], 900) << node;
    EXPECT_LT(share[node], 1'100) << node;
  }
  EXPECT_EQ(highest_ranked({}, "x"), "");
}

}  // namespace
}  // namespace grandstand::cluster

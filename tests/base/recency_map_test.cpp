// SPDX-License-Identifier: MIT
#include <grandstand/base/recency_map.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

TEST(RecencyMap, MakesRoomWhereNobodyLooked) {
  RecencyMap<int> map(2);
  EXPECT_FALSE(map.put("a", 1));
  EXPECT_FALSE(map.put("b", 2));
  EXPECT_NE(map.find("a"), nullptr);
  EXPECT_TRUE(map.put("c", 3));
  EXPECT_EQ(map.find("b"), nullptr);
  EXPECT_EQ(*map.find("a"), 1);
  EXPECT_FALSE(map.put("a", 4));
  EXPECT_EQ(*map.find("a"), 4);
  EXPECT_EQ(map.size(), 2u);
}

TEST(RecencyMap, PutsWhatIsNotThereAndLeavesWhatIs) {
  RecencyMap<int> map(2);
  map.find_or_put("a", 1) = 7;
  map.put("b", 2);
  EXPECT_EQ(map.find_or_put("a", 1), 7);
  EXPECT_EQ(map.find_or_put("c", 3), 3);
  EXPECT_EQ(map.find("b"), nullptr) << "left alone longest";
}

TEST(RecencyMap, LosesWhatIsAskedToGo) {
  RecencyMap<int> map(3);
  for (const auto& [key, value] : {std::pair("a", 1), std::pair("b", 2), std::pair("c", 3)}) map.put(key, value);
  map.erase_if([](int value) { return value % 2 == 1; });
  EXPECT_EQ(map.size(), 1u);
  EXPECT_EQ(map.find("a"), nullptr);
  EXPECT_EQ(*map.find("b"), 2);
  EXPECT_EQ(map.find("c"), nullptr);
}

}  // namespace
}  // namespace grandstand

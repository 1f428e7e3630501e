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

}  // namespace
}  // namespace grandstand

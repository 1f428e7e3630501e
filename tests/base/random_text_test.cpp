// SPDX-License-Identifier: MIT
#include <grandstand/base/random_text.hpp>

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

TEST(RandomText, HasTheAlphabetsCharactersAllEquallyOften) {
  std::map<char, int> counts;
  const auto text = random_text("abcdefghijk", 110'000);
  ASSERT_EQ(text.size(), 110'000u);
  for (const char c : text) ++counts[c];
  EXPECT_EQ(counts.size(), 11u);
  // Ten standard deviations.
  for (const auto& [c, count] : counts) EXPECT_NEAR(count, 10'000, 1'000) << c;
}

TEST(RandomText, IsAnotherEachTime) {
  EXPECT_NE(random_text("0123456789", 30), random_text("0123456789", 30));
}

}  // namespace
}  // namespace grandstand

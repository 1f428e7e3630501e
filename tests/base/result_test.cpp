// SPDX-License-Identifier: MIT
#include <grandstand/base/result.hpp>

#include <memory>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::kInvalidArgument, std::to_string(number) + " is odd"};
  return number / 2;
}

Result<int> quarter(int number) {
  GRANDSTAND_TRY(auto once, half(number));
  GRANDSTAND_TRY(auto twice, half(once));
  return twice;
}

TEST(Result, TryPassesValuesOnAndReturnsTheFirstError) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(7).error().message, "7 is odd");
  EXPECT_EQ(quarter(6).error().message, "3 is odd");
}

TEST(Result, CarriesMoveOnlyValues) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  ASSERT_TRUE(result.ok());
  auto owned = std::move(result).value();
  EXPECT_EQ(*owned, 5);
}

TEST(ResultDeathTest, AskingAnErrorForItsValueIsABrokenInvariant) {
  EXPECT_DEATH({ [[maybe_unused]] auto value = half(3).value(); }, "broken invariant");
}

}  // namespace
}  // namespace grandstand

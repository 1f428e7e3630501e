// SPDX-License-Identifier: MIT
#include <grandstand/identity/guest.hpp>

#include <gtest/gtest.h>

namespace grandstand::identity {
namespace {

TEST(Guest, IsFoundByItsTokenAndByNoOther) {
  const std::string token = "q3m8Zr1xT0aB4cD5eF6gH7";
  const auto found = find_guest(token);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, guest_of(token, "Ada").id);
  EXPECT_TRUE(found->is_guest());
  for (const auto& other : {std::string("too short"), "gs_" + std::string(43, 'a'), "gsb_" + std::string(43, 'a')}) {
    EXPECT_FALSE(find_guest(other).has_value()) << other;
  }
}

}  // namespace
}  // namespace grandstand::identity

// SPDX-License-Identifier: MIT
#include "response_head.hpp"

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

TEST(ResponseHead, CallsRedirectsByTheirNames) {
  EXPECT_EQ(reason_phrase(301), "Moved Permanently");
  EXPECT_EQ(reason_phrase(302), "Found");
  EXPECT_EQ(reason_phrase(303), "See Other");
  EXPECT_EQ(reason_phrase(307), "Temporary Redirect");
  EXPECT_EQ(reason_phrase(308), "Permanent Redirect");
}

}  // namespace
}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#include <grandstand/base/rfc3339.hpp>

#include <gtest/gtest.h>

namespace grandstand {
namespace {

std::string again(std::string_view text) {
  const auto time = parse_time(text);
  return time.ok() ? to_rfc3339(*time) : "error";
}

TEST(ParseTime, TakesRfc3339AndSecondsSince1970) {
  EXPECT_EQ(again("2026-11-21T08:40:55.123Z"), "2026-11-21T08:40:55.123Z");
  EXPECT_EQ(again("2026-11-21T09:40:55+01:00"), "2026-11-21T08:40:55.000Z");
  EXPECT_EQ(again("2026-11-21t00:10:00-05:30"), "2026-11-21T05:40:00.000Z");
  EXPECT_EQ(again("2026-11-21T09:40:55 01:00"), "2026-11-21T08:40:55.000Z");
  EXPECT_EQ(again("1795250455"), "2026-11-21T08:40:55.000Z");
  EXPECT_EQ(again("0"), "1970-01-01T00:00:00.000Z");
}

TEST(ParseTime, RefusesWhatIsNoTime) {
  for (const char* text : {"", "now", "2026-11-21", "2026-11-21T08:40Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
                           "2026-11-21T24:00:00Z", "2026-11-21T08:40:55", "2026-11-21T08:40:55Zx", "-5", "123456789012",
                           "2026-11-21T08:40:55+1:00", "2026-11-21T08:40:55+99:00", "2026-11-21T08:40:55.Z"}) {
    EXPECT_EQ(again(text), "error") << text;
  }
}

}  // namespace
}  // namespace grandstand

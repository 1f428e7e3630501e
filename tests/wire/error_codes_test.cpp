// SPDX-License-Identifier: MIT
#include "test_paths.hpp"

#include <grandstand/wire/error_codes.hpp>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace grandstand::wire {
namespace {

TEST(ErrorCodes, HaveDistinctNamesThatTheProtocolPageLists) {
  std::ifstream file(GRANDSTAND_SOURCE_DIR "/docs/protocol.md");
  std::stringstream page;
  page << file.rdbuf();
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    const auto name = wire_name(static_cast<ErrorCode>(code));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_NE(page.str().find("`" + std::string(name) + "`"), std::string::npos) << name;
    EXPECT_GE(http_status(static_cast<ErrorCode>(code)), 400);
  }
  EXPECT_EQ(wire_name(ErrorCode::kRateLimited), "rate_limited");
  EXPECT_EQ(http_status(ErrorCode::kRateLimited), 429);
}

}  // namespace
}  // namespace grandstand::wire

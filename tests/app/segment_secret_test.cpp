// SPDX-License-Identifier: MIT
#include "segment_secret.hpp"

#include "captured_log.hpp"
#include "test_database.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SegmentSecret, IsMadeOnceAndKeptForNobodyElse) {
  const TemporaryDirectory directory;
  const auto data = directory.path() / "data";
  const auto secret = obtain_segment_secret(data);
  EXPECT_EQ(secret.size(), 64U);
  EXPECT_EQ(obtain_segment_secret(data), secret);
  EXPECT_EQ(std::filesystem::status(data / "segment_secret").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ofstream(data / "segment_secret") << "half";
  EXPECT_NE(obtain_segment_secret(data), secret);
}

TEST(SegmentSecret, SaysWhenItCannotBeKept) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "in the way";
  test::CapturedLog captured;
  const auto secret = obtain_segment_secret(directory.path() / "file" / "data");
  EXPECT_EQ(secret.size(), 64U);
  const auto lines = captured.take();
  EXPECT_THAT(lines, HasSubstr("cannot be kept"));
  EXPECT_THAT(lines, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace grandstand::app

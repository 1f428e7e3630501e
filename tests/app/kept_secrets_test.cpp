// SPDX-License-Identifier: MIT
#include "kept_secrets.hpp"

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
  const auto secret = obtain_segment_secret(data).value();
  EXPECT_EQ(secret.size(), 64U);
  EXPECT_EQ(obtain_segment_secret(data).value(), secret);
  EXPECT_EQ(std::filesystem::status(data / "segment_secret").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(SegmentSecret, IsNotReplacedWhenItIsSpoilt) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "segment_secret") << "half";
  const auto refused = obtain_segment_secret(directory.path());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("segment_secret"));
  EXPECT_EQ(std::filesystem::file_size(directory.path() / "segment_secret"), 4U);
}

TEST(SegmentSecret, IsNotWhatPollsAreSignedWith) {
  const TemporaryDirectory directory;
  const auto seed = obtain_signing_seed(directory.path()).value();
  EXPECT_EQ(obtain_signing_seed(directory.path()).value(), seed);
  EXPECT_NE(obtain_segment_secret(directory.path()).value(), seed);
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "signing_key"));
}

TEST(SegmentSecret, IsNotWhatTheDaemonIsToldFromOthersBy) {
  const TemporaryDirectory directory, another;
  const auto instance = obtain_instance(directory.path()).value();
  EXPECT_EQ(obtain_instance(directory.path()).value(), instance) << "after a restart";
  EXPECT_NE(obtain_instance(another.path()).value(), instance);
  EXPECT_NE(obtain_segment_secret(directory.path()).value(), instance);
}

TEST(SegmentSecret, TheKeyOfSignedAddressesIsAnother) {
  const TemporaryDirectory directory;
  const auto key = obtain_access_key(directory.path()).value();
  EXPECT_EQ(obtain_access_key(directory.path()).value(), key);
  EXPECT_NE(obtain_segment_secret(directory.path()).value(), key);
  EXPECT_NE(obtain_signing_seed(directory.path()).value(), key);
}

TEST(SegmentSecret, SaysWhenItCannotBeKept) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "in the way";
  test::CapturedLog captured;
  const auto secret = obtain_segment_secret(directory.path() / "file" / "data").value();
  EXPECT_EQ(secret.size(), 64U);
  const auto lines = captured.take();
  EXPECT_THAT(lines, HasSubstr("cannot be kept"));
  EXPECT_THAT(lines, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace grandstand::app

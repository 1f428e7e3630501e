// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

namespace grandstand::app {
namespace {

using testing::HasSubstr;

template <std::size_t kCount>
std::string complaint(std::array<const char*, kCount> arguments) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_command_line(kCount, const_cast<char**>(arguments.data())), EX_USAGE);
  return testing::internal::GetCapturedStderr();
}

TEST(CommandLine, NamesACommandThatItDoesNotKnow) {
  EXPECT_THAT(complaint(std::array{"grandstand", "bogus"}), HasSubstr("\"bogus\" is no command"));
  EXPECT_THAT(complaint(std::array{"grandstand"}), HasSubstr("A subcommand is required"));
  EXPECT_THAT(complaint(std::array{"grandstand", "probe"}), HasSubstr("url is required"));
}

}  // namespace
}  // namespace grandstand::app

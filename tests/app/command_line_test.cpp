// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include "test_database.hpp"

#include <fstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

namespace grandstand::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CommandLineTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(directory_.path() / name) << text;
    return (directory_.path() / name).string();
  }
  // What it says on standard error.
  std::string run(std::vector<std::string> words, int expected) {
    words.insert(words.begin(), "grandstand");
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_command_line(static_cast<int>(arguments.size()), arguments.data()), expected);
    return testing::internal::GetCapturedStderr();
  }

  TemporaryDirectory directory_;
};

TEST_F(CommandLineTest, NamesACommandThatItDoesNotKnow) {
  EXPECT_THAT(run({"bogus"}, EX_USAGE), HasSubstr("\"bogus\" is no command"));
  EXPECT_THAT(run({}, EX_USAGE), HasSubstr("A subcommand is required"));
  EXPECT_THAT(run({"probe"}, EX_USAGE), HasSubstr("url is required"));
}

TEST_F(CommandLineTest, CheckReadsTheLineupThatAFaultyConfigurationNames) {
  write("channels.yaml", "channels: none of these\n");
  write("lineup.yaml", "channels: [{id: a}]\n");
  EXPECT_THAT(run({"check", "-c", write("a.yaml", "loops: many\nchannels_file: lineup.yaml\n")}, EX_CONFIG),
              AllOf(HasSubstr("a.yaml:1:8: loops"), HasSubstr("lineup.yaml:1:12: channels.a: has no feed"),
                    Not(HasSubstr("channels.yaml"))));
  EXPECT_THAT(run({"check", "-c", write("b.yaml", "channels_file: [lineup.yaml]\n")}, EX_CONFIG),
              AllOf(HasSubstr("b.yaml:1:16: channels_file"), HasSubstr("The lineup was not read"),
                    Not(HasSubstr("channels.yaml:"))));
}

TEST_F(CommandLineTest, UserWithoutARoleToGiveEndsAsAWrongCommandLine) {
  EXPECT_THAT(run({"user", "role", "Ada", "-c", "/nowhere.yaml"}, EX_USAGE), HasSubstr("which role?"));
  EXPECT_THAT(run({"user", "add", "Carol", "creator", "one", "-c", "/nowhere.yaml"}, EX_USAGE),
              HasSubstr("'one' is too much"));
}

}  // namespace
}  // namespace grandstand::app

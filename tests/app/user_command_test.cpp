// SPDX-License-Identifier: MIT
#include "user_command.hpp"

#include "test_database.hpp"

#include <grandstand/identity/accounts.hpp>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sysexits.h>

namespace grandstand::app {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string fault_of(const UserOptions& options) {
  const auto status = check_user_options(options);
  return status ? "" : status.error().message;
}

TEST(UserOptions, WordsThatMakeSenseAreTaken) {
  for (const UserOptions& options : {UserOptions{"list", "", "", ""},
                                     {"add", "Ada", "", ""},
                                     {"add", "Ada", "admin", ""},
                                     {"password", "Ada", "", ""},
                                     {"role", "Ada", "viewer", ""},
                                     {"role", "Ada", "moderator", "news"}}) {
    EXPECT_EQ(fault_of(options), "") << options.action;
  }
}

TEST(UserOptions, AWordThatIsMissingOrTooManyIsAFault) {
  EXPECT_THAT(fault_of({"role", "Ada", "", ""}), HasSubstr("which role?"));
  EXPECT_THAT(fault_of({"role", "", "", ""}), HasSubstr("which account?"));
  EXPECT_THAT(fault_of({"role", "Ada", "guest", ""}), HasSubstr("'guest' is no role"));
  EXPECT_THAT(fault_of({"add", "Carol", "creator", "one"}), HasSubstr("'one' is too much"));
  EXPECT_THAT(fault_of({"add", "Carol", "boss", ""}), HasSubstr("'boss' is no role"));
  EXPECT_THAT(fault_of({"password", "Ada", "secret", ""}), HasSubstr("standard input"));
  EXPECT_THAT(fault_of({"list", "Ada", "", ""}), HasSubstr("expected nothing behind it"));
}

class UserCommandTest : public testing::Test {
 protected:
  UserCommandTest() {
    config_.database.url = database_.url();
    config_.channels_file = directory_.path() / "channels.yaml";
    std::ofstream(config_.channels_file) << "channels: [{id: news, feed: \"udp://239.1.1.1:5000\"}]\n";
    SystemClock clock;
    identity::Accounts accounts(config_.identity, database_.database(), clock, metrics_);
    EXPECT_TRUE(accounts.create_blocking("Bob", "bobs password", identity::Role::kViewer).ok());
    accounts.stop();
  }

  TestDatabase database_{identity::Accounts::migrations()};
  TemporaryDirectory directory_;
  ops::Metrics metrics_;
  config::ServerConfig config_;
};

TEST_F(UserCommandTest, SaysWhatIsSoNowAndWarnsOfAChannelThatIsNotInTheLineup) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_user_command(config_, {"role", "Bob", "moderator", "news"}), EX_OK);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "Bob is moderator in news.\n");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), Not(HasSubstr("warning")));

  testing::internal::CaptureStderr();
  EXPECT_EQ(run_user_command(config_, {"role", "Bob", "moderator", "nochannel"}), EX_OK);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("has no channel nochannel"));
}

TEST_F(UserCommandTest, ANameThatCannotBeOneIsNoFaultOfTheConfiguration) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_user_command(config_, {"role", "\x01", "moderator", ""}), EX_USAGE);
  EXPECT_EQ(run_user_command(config_, {"role", "Nobody", "moderator", ""}), EX_DATAERR);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("grandstand: "));
}

}  // namespace
}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#include "sign_command.hpp"

#include "test_database.hpp"

#include <grandstand/access/token.hpp>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr UtcTime kNow{std::chrono::seconds{1'763'712'055}};

class SignCommandTest : public testing::Test {
 protected:
  SignCommandTest() {
    config.access.keys_file = directory.path() / "keys";
    std::ofstream(config.access.keys_file) << "k1 0123456789abcdef0123456789abcdef\n";
  }

  TemporaryDirectory directory;
  config::ServerConfig config;
};

TEST_F(SignCommandTest, MakesAnAddressForEachChannelThatTheDaemonTakes) {
  const auto lines = sign_addresses(
      config,
      {.channels = {"news", "*"}, .seconds = 60, .subject = "customer-17", .network = "192.0.2.0/24", .sessions = 2},
      kNow);
  ASSERT_TRUE(lines.ok()) << lines.error().message;
  EXPECT_THAT(*lines, StartsWith("/live/news/index.m3u8?token="));
  EXPECT_THAT(*lines, HasSubstr("\n/playlist.m3u?token="));
  const auto keys = access::KeyRing::load(config.access.keys_file).value();
  const auto first = lines->find('=') + 1, second = lines->rfind('=') + 1;
  const auto token = keys.verify(lines->substr(first, lines->find('\n') - first), kNow);
  ASSERT_TRUE(token.ok()) << token.error().message;
  EXPECT_THAT(token->channels, ElementsAre("news")) << "whoever gets the one has no right to the other";
  EXPECT_EQ(token->expires, kNow + std::chrono::seconds{60});
  EXPECT_EQ(token->subject, "customer-17");
  EXPECT_EQ(token->network->text(), "192.0.2.0/24");
  EXPECT_EQ(token->sessions, 2U);
  EXPECT_THAT(keys.verify(lines->substr(second, lines->size() - 1 - second), kNow)->channels, ElementsAre("*"));
}

TEST_F(SignCommandTest, SaysWhatIsMissing) {
  EXPECT_THAT(sign_addresses(config, {.channels = {"news"}, .network = "here"}, kNow).error().message,
              HasSubstr("is no IP network"));
  EXPECT_THAT(sign_addresses(config, {.channels = {"news"}, .subject = std::string(200, 'a')}, kNow).error().message,
              HasSubstr("sub"));
  config.access.keys_file = directory.path() / "missing";
  EXPECT_THAT(sign_addresses(config, {.channels = {"news"}}, kNow).error().message, HasSubstr("cannot be read"));
  config.access.keys_file.clear();
  EXPECT_THAT(sign_addresses(config, {.channels = {"news"}}, kNow).error().message, HasSubstr("access.keys_file"));
}

}  // namespace
}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
// What browsers are told to refuse, with every resource there is.
#include "http_client.hpp"
#include "router.hpp"
#include "running_server.hpp"
#include "test_database.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string sample(std::string path) {
  while (path.find('<') != path.npos) path.replace(path.find('<'), path.find('>') - path.find('<') + 1, "x");
  return path;
}

class SecurityHeadersTest : public testing::Test {
 protected:
  // Of its own, because some answers never end.
  HttpResponse get(const std::string& path) {
    HttpClient client(site_.port());
    client.send("GET", path, "Accept: text/html\r\n");
    return client.receive(true);
  }
  void expect_strict(const std::string& policy, const std::string& where) {
    EXPECT_THAT(policy, HasSubstr("default-src 'none'")) << where;
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'")) << where;
    EXPECT_THAT(policy, Not(HasSubstr("unsafe"))) << where;
    EXPECT_THAT(policy, Not(HasSubstr("*"))) << where;
  }

  TestDatabase database_{identity::Accounts::migrations()};
  RunningServer site_{database_.database()};
};

TEST_F(SecurityHeadersTest, ComeWithEveryRoute) {
  for (const auto& route : routes()) {
    const auto path = sample(std::string(route.path));
    const auto answer = get(path);
    ASSERT_NE(answer.status, 0) << path;
    EXPECT_EQ(answer.field("x-content-type-options"), "nosniff") << path;
    if (route.sharing == Sharing::kEverybody) continue;  // media and lists for players
    expect_strict(answer.field("content-security-policy"), path);
    EXPECT_NE(answer.field("referrer-policy"), "") << path;
  }
}

TEST_F(SecurityHeadersTest, LetPagesLoadOurOwnScriptsAndNothingInline) {
  for (const std::string path : {"/", "/nothing-of-that-name"}) {
    const auto page = get(path);
    const auto policy = page.field("content-security-policy");
    expect_strict(policy, path);
    EXPECT_THAT(policy, HasSubstr("script-src 'self';"));
    EXPECT_THAT(policy, HasSubstr("style-src 'self';"));
    EXPECT_THAT(policy, HasSubstr("connect-src 'self';"));
    EXPECT_THAT(policy, HasSubstr("base-uri 'none'"));
    EXPECT_EQ(page.field("x-frame-options"), "DENY");
    EXPECT_EQ(page.field("cross-origin-opener-policy"), "same-origin");
    EXPECT_THAT(page.field("permissions-policy"), HasSubstr("camera=(self)"));
  }
}

}  // namespace
}  // namespace grandstand::http

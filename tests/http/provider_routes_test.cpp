// SPDX-License-Identifier: MIT
// What becomes of those who come back from an identity provider with something wrong. Signing in by a real provider:
// tests/e2e/oidc.test.mjs.
#include "http_client.hpp"
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kBrowser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";

class ProviderRoutesTest : public testing::Test {
 protected:
  // As a browser does that began this sign-in, with a provider that is not there any more.
  HttpResponse come_back(const std::string& fields = {}, const std::string& more = {}) {
    return client_.get("/api/v1/providers/corp/callback?state=s&code=c" + more,
                       "Cookie: gs_provider=corp.s.n.v..%2F\r\n" + fields);
  }

  TestDatabase database_{identity::Accounts::migrations()};
  RunningServer site_{database_.database()};
  HttpClient client_{site_.port()};
};

TEST_F(ProviderRoutesTest, PeopleReadAPageAndProgramsAProblem) {
  const auto program = come_back();
  EXPECT_EQ(program.status, 404);
  EXPECT_EQ(program.field("content-type"), "application/problem+json");
  const auto page = come_back(kBrowser);
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.field("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.field("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(page.field("cache-control"), "no-store");
  EXPECT_THAT(page.body, HasSubstr("Signing in did not work"));
  EXPECT_THAT(page.body, HasSubstr("<a href=\"/\">"));
  const auto elsewhere = client_.get("/api/v1/providers/corp/callback?state=x", kBrowser);
  EXPECT_EQ(elsewhere.status, 400);
  EXPECT_THAT(elsewhere.body, HasSubstr("<p>state: this sign-in was not begun in this browser"));
  EXPECT_THAT(client_.get("/api/v1/providers/corp/sign_in", kBrowser).body, HasSubstr("Signing in did not work"));
}

TEST_F(ProviderRoutesTest, ThePageShowsTextAndNoMarkupOfOthers) {
  const auto page = come_back(kBrowser, "&error=%3Cscript%3Ealert(1)%3C/script%3E");
  EXPECT_EQ(page.status, 403);
  EXPECT_THAT(page.body, HasSubstr("the identity provider says &lt;script&gt;alert(1)"));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
}

TEST_F(ProviderRoutesTest, AnAddressComesBackOnlySoOften) {
  const auto from = [](int host) { return "X-Forwarded-For: 203.0.113." + std::to_string(host) + "\r\n"; };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(come_back(from(1)).status, 404);
  const auto refused = come_back(from(1));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.field("retry-after"), "6");
  EXPECT_EQ(come_back(from(2)).status, 404);
  EXPECT_EQ(metric(site_.metrics, "grandstand_http_refused_total{reason=\"sign_in_limit\"}"), 1);
}

}  // namespace
}  // namespace grandstand::http

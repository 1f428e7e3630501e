// SPDX-License-Identifier: MIT
// Accounts and sessions over HTTP, with a real database.
#include "http_client.hpp"
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kJson = "Content-Type: application/json\r\n";
constexpr std::string_view kAda = R"({"name":"Ada","password":"correct horse"})";

class ApiTest : public testing::Test {
 protected:
  ApiTest() { log::set_up({.level = log::Level::kError}); }

  HttpResponse post(std::string_view path, std::string_view body, std::string_view fields = kJson) {
    return client_.ask("POST", path, fields, body);
  }
  static std::string cookie_of(const HttpResponse& answer) {
    const auto line = answer.field("set-cookie");
    return "Cookie: " + line.substr(0, line.find(';')) + "\r\n";
  }

  TestDatabase database_{identity::Accounts::migrations()};
  RunningServer site_{database_.database()};
  HttpClient client_{site_.port()};
};

TEST_F(ApiTest, RegistersSignsInAndOut) {
  const auto made = post("/api/v1/accounts", kAda);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, HasSubstr(R"("name":"Ada","role":"viewer"},"token":"gs_)"));
  EXPECT_THAT(made.field("set-cookie"), HasSubstr("; Path=/; HttpOnly; SameSite=Lax; Max-Age="));
  EXPECT_EQ(made.field("cache-control"), "no-store");
  EXPECT_THAT(client_.get("/api/v1/me", cookie_of(made)).body, HasSubstr(R"("name":"Ada")"));

  EXPECT_EQ(post("/api/v1/accounts", kAda).status, 409);
  EXPECT_EQ(post("/api/v1/sessions", R"({"name":"Ada","password":"wrong horse"})").status, 401);

  const auto signed_in = post("/api/v1/sessions", kAda, std::string(kJson) + "X-Forwarded-Proto: https\r\n");
  ASSERT_EQ(signed_in.status, 201);
  EXPECT_THAT(signed_in.field("set-cookie"), HasSubstr("; Secure"));
  const auto at = signed_in.body.find("gs_");
  const auto bearer = "Authorization: Bearer " + signed_in.body.substr(at, signed_in.body.find('"', at) - at) + "\r\n";
  EXPECT_THAT(client_.get("/api/v1/me", bearer).body, HasSubstr(R"("name":"Ada")"));

  const auto out = client_.ask("DELETE", "/api/v1/sessions/current", bearer);
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(out.field("set-cookie"), HasSubstr("grandstand_session=; "));
  EXPECT_EQ(client_.get("/api/v1/me", bearer).body, R"({"user":null})");
  EXPECT_THAT(client_.get("/api/v1/me", cookie_of(made)).body, HasSubstr(R"("name":"Ada")"));
}

TEST_F(ApiTest, SaysWhatIsWrongWithTheInput) {
  EXPECT_THAT(post("/api/v1/accounts", "{").body, HasSubstr("the body is not JSON"));
  EXPECT_THAT(post("/api/v1/accounts", "[]").body, HasSubstr("expected an object"));
  EXPECT_THAT(post("/api/v1/accounts", R"({"name":"Ada"})").body, HasSubstr("password: expected a string"));
  EXPECT_THAT(post("/api/v1/accounts", R"({"name":5,"password":"x"})").body, HasSubstr("name: expected a string"));
  const auto short_one = post("/api/v1/accounts", R"({"name":"Ada","password":"short"})");
  EXPECT_EQ(short_one.status, 400);
  EXPECT_THAT(short_one.body, HasSubstr(R"("code":"invalid_argument")"));
  EXPECT_EQ(post("/api/v1/accounts", std::string(40'000, '[')).status, 400);
}

TEST_F(ApiTest, OtherSitesCannotActForTheUser) {
  const auto made = post("/api/v1/accounts", kAda);
  const auto cookie = cookie_of(made);
  const std::string json(kJson);
  EXPECT_EQ(post("/api/v1/sessions", kAda, "Content-Type: text/plain\r\n").status, 415);
  EXPECT_EQ(post("/api/v1/sessions", kAda, json + "Origin: https://evil.example\r\n").status, 403);
  const auto sign_out = [&](const std::string& fields) {
    return client_.ask("DELETE", "/api/v1/sessions/current", cookie + fields).status;
  };
  EXPECT_EQ(sign_out(""), 415);
  EXPECT_EQ(sign_out(json), 403);
  EXPECT_EQ(sign_out(json + "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(sign_out(json + "Origin: http://localhost\r\n"), 204);
}

TEST_F(ApiTest, LimitsAttemptsOfAnAddress) {
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    const auto answer = post("/api/v1/sessions", "{}");
    if (answer.status != 429) continue;
    ++refused;
    EXPECT_NE(answer.field("retry-after"), "");
  }
  EXPECT_EQ(refused, 2);
  // Behind a proxy on this host, each of its clients has a limit of its own.
  EXPECT_EQ(post("/api/v1/sessions", "{}", std::string(kJson) + "X-Forwarded-For: 203.0.113.9\r\n").status, 400);
}

}  // namespace
}  // namespace grandstand::http

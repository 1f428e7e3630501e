// SPDX-License-Identifier: MIT
// A television that is let in on a phone, over HTTP, with a real database.
#include "http_client.hpp"
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kJson = "Content-Type: application/json\r\n";
const std::string kTelevision = kJson + "User-Agent: Television/1.0\r\nX-Forwarded-For: 203.0.113.9\r\n";

class DeviceRoutesTest : public testing::Test {
 protected:
  // Somebody who is signed in on a phone.
  std::string phone() {
    const auto answer = client_.ask("POST", "/api/v1/accounts", kJson + "X-Forwarded-For: 203.0.113.1\r\n",
                                    json{{"name", "Ada"}, {"password", "correct horse"}}.dump());
    return kJson + "Authorization: Bearer " + json::parse(answer.body)["token"].get<std::string>() + "\r\n";
  }
  json begin() {
    const auto answer = client_.ask("POST", "/api/v1/device_codes", kTelevision, "{}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body);
  }
  HttpResponse poll(const json& codes) {
    return client_.ask("POST", "/api/v1/device_sessions", kTelevision,
                       json{{"device_code", codes["device_code"]}}.dump());
  }
  std::string code_of(const HttpResponse& problem) {
    EXPECT_EQ(problem.status, 400) << problem.body;
    return json::parse(problem.body)["code"];
  }
  int decide(const json& codes, const std::string& fields, const json& body) {
    return client_.ask("PUT", "/api/v1/device_codes/" + codes["user_code"].get<std::string>(), fields, body.dump())
        .status;
  }

  TestDatabase database_{identity::Accounts::migrations()};
  RunningServer site_{database_.database()};
  HttpClient client_{site_.port()};
};

TEST_F(DeviceRoutesTest, ATelevisionSignsInByACodeThatAPhoneConfirms) {
  const auto ada = phone();
  const auto codes = begin();
  EXPECT_EQ(codes["verification_uri"], "http://localhost/link");
  EXPECT_EQ(codes["verification_uri_complete"], "http://localhost/link?code=" + codes["user_code"].get<std::string>());
  EXPECT_EQ(codes["expires_in"], 600);
  EXPECT_EQ(codes["interval"], 5);
  EXPECT_EQ(code_of(poll(codes)), "authorization_pending");
  EXPECT_EQ(code_of(poll(codes)), "slow_down");
  const auto shown = client_.get("/api/v1/device_codes/" + codes["user_code"].get<std::string>());
  EXPECT_EQ(json::parse(shown.body)["user_agent"], "Television/1.0");
  EXPECT_EQ(json::parse(shown.body)["network"], "203.0.113.9");
  EXPECT_EQ(decide(codes, ada, {{"allow", true}}), 204);
  const auto entered = poll(codes);
  EXPECT_EQ(entered.status, 201) << entered.body;
  EXPECT_EQ(json::parse(entered.body)["user"]["name"], "Ada");
  EXPECT_THAT(entered.field("set-cookie"), StartsWith("grandstand_session=gs_"));
  const auto sessions = json::parse(client_.get("/api/v1/sessions", ada).body)["sessions"];
  ASSERT_EQ(sessions.size(), 2u);
  const auto& television = sessions[0]["current"] == true ? sessions[1] : sessions[0];
  const auto& own = sessions[0]["current"] == true ? sessions[0] : sessions[1];
  EXPECT_EQ(television["begun_by"], own["id"]);
  EXPECT_EQ(own["begun_by"], nullptr);
  EXPECT_EQ(code_of(poll(codes)), "expired_token");
}

TEST_F(DeviceRoutesTest, AGuestLetsATelevisionInByName) {
  const auto codes = begin();
  EXPECT_EQ(decide(codes, kJson, {{"allow", true}}), 400) << "as whom?";
  const json guest{{"name", "Gast"}, {"token", "0123456789abcdefghijkl"}};
  EXPECT_EQ(decide(codes, kJson, {{"allow", true}, {"guest", guest}}), 204);
  const auto entered = poll(codes);
  EXPECT_EQ(entered.status, 201);
  EXPECT_EQ(json::parse(entered.body)["guest"]["name"], "Gast");
  EXPECT_EQ(entered.field("set-cookie"), "");
}

TEST_F(DeviceRoutesTest, SaysThatATelevisionWasSentAway) {
  const auto codes = begin();
  EXPECT_EQ(decide(codes, phone(), {{"allow", false}}), 204);
  EXPECT_EQ(code_of(poll(codes)), "access_denied");
}

TEST_F(DeviceRoutesTest, NoOtherSitesPageLetsATelevisionIn) {
  const auto ada = phone();
  const auto token = ada.substr(ada.find("Bearer ") + 7);
  const auto cookie = kJson + "Cookie: grandstand_session=" + token;
  const auto codes = begin();
  EXPECT_EQ(decide(codes, cookie + "Origin: http://evil.example\r\n", {{"allow", true}}), 403);
  EXPECT_EQ(decide(codes, cookie, {{"allow", true}}), 403);
  EXPECT_EQ(decide(codes, cookie + "Origin: http://localhost\r\n", {{"allow", "yes"}}), 400);
  EXPECT_EQ(decide(codes, cookie + "Origin: http://localhost\r\n", {{"allow", true}}), 204);
}

TEST_F(DeviceRoutesTest, NobodyGuessesCodesForLong) {
  const std::string from = "X-Forwarded-For: 203.0.113.66\r\n";
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    if (client_.get("/api/v1/device_codes/BCDF-GHJK", from).status == 429) ++refused;
  }
  EXPECT_EQ(refused, 10);
}

}  // namespace
}  // namespace grandstand::http

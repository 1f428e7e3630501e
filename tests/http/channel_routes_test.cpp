// SPDX-License-Identifier: MIT
#include "http_client.hpp"
#include "running_server.hpp"

#include <grandstand/identity/accounts.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using testing::HasSubstr;

class ChooseSourceTest : public testing::Test {
 protected:
  std::string signed_in(const std::string& name, identity::Role role) {
    identity::Accounts accounts({}, database_.database(), site_.clock, site_.metrics);
    EXPECT_TRUE(accounts.create_blocking(name, "correct horse", role).ok());
    accounts.stop();
    const auto answer =
        client_.ask("POST", "/api/v1/sessions", kJson, R"({"name":")" + name + R"(","password":"correct horse"})");
    return "Authorization: Bearer " + nlohmann::json::parse(answer.body)["token"].get<std::string>() + "\r\n" + kJson;
  }
  HttpResponse choose(const std::string& fields, const std::string& body, const std::string& channel = "news") {
    return client_.ask("POST", "/api/v1/channels/" + channel + "/source", fields, body);
  }

  static constexpr const char* kJson = "Content-Type: application/json\r\n";
  TestDatabase database_{identity::Accounts::migrations()};
  RunningServer site_{database_.database()};
  HttpClient client_{site_.port()};
};

TEST_F(ChooseSourceTest, IsForAdministratorsOnly) {
  EXPECT_EQ(choose(kJson, R"({"source":1})").status, 401);
  EXPECT_EQ(choose(signed_in("Mona", identity::Role::kModerator), R"({"source":1})").status, 403);
}

TEST_F(ChooseSourceTest, TakesAPlaceInTheListOrNull) {
  const auto admin = signed_in("Ada", identity::Role::kAdmin);
  EXPECT_EQ(choose(admin, R"({"source":1})").status, 202);
  EXPECT_EQ(choose(admin, R"({"source":null})").status, 202);
  for (const auto* const body : {"", "[]", "{}", R"({"source":0})", R"({"source":9})", R"({"source":-1})",
                                 R"({"source":"1"})", R"({"source":1.5})"}) {
    const auto answer = choose(admin, body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_THAT(answer.body, HasSubstr("from 1 to 8, or null")) << body;
  }
}

TEST_F(ChooseSourceTest, SaysWhenThereIsNoSuchSourceOrChannel) {
  const auto admin = signed_in("Ada", identity::Role::kAdmin);
  const auto answer = choose(admin, R"({"source":3})");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("there is no source 3"));
  EXPECT_EQ(choose(admin, R"({"source":1})", "nobody").status, 404);
  EXPECT_EQ(client_.ask("POST", "/api/v1/channels/news/other", admin, R"({"source":1})").status, 404);
  EXPECT_EQ(client_.get("/api/v1/channels/news/source").status, 405);
}

}  // namespace
}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#include "http_client.hpp"
#include "running_server.hpp"

#include <grandstand/identity/accounts.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using Json = nlohmann::json;

class MonitorRoutesTest : public testing::Test {
 protected:
  // The fields that prove a user of this role.
  std::string signed_in(const std::string& name, identity::Role role) {
    identity::Accounts accounts({}, database_.database(), site_.clock, site_.metrics);
    EXPECT_TRUE(accounts.create_blocking(name, "correct horse", role).ok());
    accounts.stop();
    const auto answer = client_.ask("POST", "/api/v1/sessions", "Content-Type: application/json\r\n",
                                    R"({"name":")" + name + R"(","password":"correct horse"})");
    EXPECT_EQ(answer.status, 201) << answer.body;
    return "Authorization: Bearer " + Json::parse(answer.body)["token"].get<std::string>() + "\r\n";
  }

  TestDatabase database_{identity::Accounts::migrations()};
  RunningServer site_{database_.database()};
  HttpClient client_{site_.port()};
};

TEST_F(MonitorRoutesTest, IsForAdministratorsOnly) {
  const auto moderator = signed_in("Mona", identity::Role::kModerator);
  for (const auto* path : {"/api/v1/monitor", "/api/v1/monitor/news", "/api/v1/monitor/news/thumbnail.jpg"}) {
    const auto nobody = client_.get(path);
    EXPECT_EQ(nobody.status, 401) << path;
    EXPECT_THAT(nobody.body, testing::HasSubstr("no session is given")) << path;
    EXPECT_EQ(client_.get(path, moderator).status, 403) << path;
  }
}

TEST_F(MonitorRoutesTest, GivesALinePerChannel) {
  const auto admin = signed_in("Ada", identity::Role::kAdmin);
  // The channel's first second of measuring, by its own ticker.
  Json line;
  ASSERT_TRUE(eventually([&] {
    const auto answer = client_.get("/api/v1/monitor", admin);
    if (answer.status != 200) return false;
    line = Json::parse(answer.body)["channels"].at(0);
    return line["sources"].at(0)["state"] == "starting" && line["bit_rates"].size() == 1;
  }));
  EXPECT_EQ(line["id"], "news");
  EXPECT_EQ(line["name"], "News");
  EXPECT_EQ(line["number"], 1);
  EXPECT_EQ(line["picture"], "");
  EXPECT_EQ(line["bit_rate"], 0);
  EXPECT_EQ(line["members"], 0);
  EXPECT_TRUE(line["alarms"].is_array());
  EXPECT_FALSE(line["since"].get<std::string>().empty());
  EXPECT_FALSE(line["sources"][0].contains("checks"));
}

TEST_F(MonitorRoutesTest, GivesAllThatIsKnownOfAChannel) {
  const auto admin = signed_in("Ada", identity::Role::kAdmin);
  Json channel;
  ASSERT_TRUE(eventually([&] {
    const auto answer = client_.get("/api/v1/monitor/news", admin);
    if (answer.status != 200) return false;
    channel = Json::parse(answer.body);
    return channel["sources"].at(0).value("received", false);
  }));
  EXPECT_TRUE(channel["history"].is_array());
  EXPECT_TRUE(channel["renditions"].is_array());
  EXPECT_EQ(client_.get("/api/v1/monitor/nobody", admin).status, 404);
  EXPECT_EQ(client_.get("/api/v1/monitor/news/thumbnail.jpg", admin).status, 404);
  EXPECT_EQ(client_.get("/api/v1/monitor/news/other", admin).status, 404);
  EXPECT_EQ(client_.get("/api/v1/monitor/%zz", admin).status, 404);
}

}  // namespace
}  // namespace grandstand::http

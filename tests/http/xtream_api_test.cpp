// SPDX-License-Identifier: MIT
// Xtream Codes over HTTP, with real accounts and a real guide.
#include "http_client.hpp"
#include "recorded_past.hpp"
#include "running_server.hpp"

#include <grandstand/guide/guide.hpp>
#include <grandstand/identity/accounts.hpp>

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

constexpr std::string_view kLogin = "username=Ada&password=correct+horse";

std::vector<storage::Migration> migrations() {
  std::vector<storage::Migration> all(identity::Accounts::migrations().begin(), identity::Accounts::migrations().end());
  all.insert(all.end(), guide::Guide::migrations().begin(), guide::Guide::migrations().end());
  return all;
}

class XtreamApiTest : public testing::Test {
 protected:
  XtreamApiTest() {
    log::set_up({.level = log::Level::kError});
    guide_.set_channels({{ChannelId("news"), "News", 1, "", "news", true}});
    media::EventInformation information;
    for (int i = 0; i < 8; ++i) {
      media::ProgrammeEvent event;
      event.start = clock_.utc() + (i - 1) * 1h - 30min;
      event.duration = 1h;
      event.title = "Programme " + std::to_string(i);
      event.description = "Ä text";
      information.events.push_back(event);
    }
    guide_.take(ChannelId("news"), information);
    guide_.settle();
    guide_.tick();
    guide_.settle();
    const auto made = client_.ask("POST", "/api/v1/accounts", "Content-Type: application/json\r\n",
                                  R"({"name":"Ada","password":"correct horse"})");
    EXPECT_EQ(made.status, 201) << made.body;
  }
  Json api(const std::string& more, std::string_view login = kLogin) {
    const auto answer = client_.get("/player_api.php?" + std::string(login) + more);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Json::parse(answer.body);
  }

  TestDatabase database_{migrations()};
  ManualClock clock_;
  guide::Guide guide_{{}, {clock_, database_.metrics(), database_.database()}};
  RecordedPast past_{ChannelId("news"), clock_.utc() - 2h, clock_, database_.metrics()};
  RunningServer site_{database_.database(), {}, {}, &guide_, {}, past_.archive.get()};
  HttpClient client_{site_.port()};
};

TEST_F(XtreamApiTest, AccountsSignInAndOthersAreToldByAuthZero) {
  EXPECT_EQ(api("")["user_info"]["auth"], 1);
  EXPECT_EQ(api("")["user_info"]["username"], "Ada");
  EXPECT_EQ(api("", "username=Ada&password=wrong+horse")["user_info"], (Json{{"auth", 0}}));
  EXPECT_EQ(api("", "username=Bob&password=correct+horse")["user_info"], (Json{{"auth", 0}}));
  const auto listed = client_.get("/player_api.php?username=Ada&password=hunter2&action=get_live_streams");
  EXPECT_EQ(listed.status, 401);
  EXPECT_THAT(listed.body, Not(HasSubstr("hunter2")));
}

TEST_F(XtreamApiTest, TheLoginMayStandInAForm) {
  const auto post = [&](const std::string& target, const std::string& type, const std::string& body) {
    const auto answer = client_.ask("POST", target, "Content-Type: " + type + "\r\n", body);
    return Json::parse(answer.body)["user_info"]["auth"];
  };
  const std::string form = "application/x-www-form-urlencoded";
  EXPECT_EQ(post("/player_api.php", form, std::string(kLogin)), 1);
  EXPECT_EQ(post("/player_api.php?username=Bob&password=x", form + "; charset=UTF-8", std::string(kLogin)), 1);
  EXPECT_EQ(post("/player_api.php?" + std::string(kLogin), "text/plain", "username=Bob"), 1);
  EXPECT_EQ(post("/player_api.php", form, "username=Ada&password=wrong+horse"), 0);
  const auto listed = client_.ask("POST", "/player_api.php?action=get_live_streams", "Content-Type: " + form + "\r\n",
                                  std::string(kLogin));
  EXPECT_EQ(Json::parse(listed.body).size(), 1u);
}

TEST_F(XtreamApiTest, AKnownLoginEndsWithItsPassword) {
  EXPECT_EQ(api("")["user_info"]["auth"], 1);
  ASSERT_TRUE(site_.accounts().set_password_blocking("Ada", "another horse").ok());
  EXPECT_EQ(api("")["user_info"]["auth"], 0);
  EXPECT_EQ(api("", "username=Ada&password=another+horse")["user_info"]["auth"], 1);
}

TEST_F(XtreamApiTest, AKnownLoginEndsWhenTheAccountIsDisabled) {
  EXPECT_EQ(api("")["user_info"]["auth"], 1);
  const auto ada = site_.accounts().list_blocking().value().at(0);
  ASSERT_TRUE(site_.accounts().create_blocking("Root", "correct horse", identity::Role::kAdmin).ok());
  const auto root = client_.ask("POST", "/api/v1/sessions", "Content-Type: application/json\r\n",
                                R"({"name":"Root","password":"correct horse"})");
  ASSERT_EQ(root.status, 201) << root.body;
  const auto disabled =
      client_.ask("PUT", "/api/v1/accounts/" + ada.id.value() + "/disabled",
                  "Authorization: Bearer " + Json::parse(root.body)["token"].get<std::string>() + "\r\n", "");
  ASSERT_EQ(disabled.status, 204) << disabled.body;
  const auto asked = client_.get("/player_api.php?" + std::string(kLogin));
  EXPECT_EQ(asked.status, 403);
  EXPECT_THAT(asked.body, HasSubstr("disabled"));
}

TEST_F(XtreamApiTest, ListsTheLineup) {
  EXPECT_EQ(api("&action=get_live_categories")[0]["category_name"], "Info");
  const auto streams = api("&action=get_live_streams");
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0]["stream_id"], 1);
  EXPECT_EQ(streams[0]["epg_channel_id"], "news");
  EXPECT_EQ(api("&action=get_vod_streams"), Json::array());
}

TEST_F(XtreamApiTest, TheShortGuideBeginsWithWhatRuns) {
  const auto guide = api("&action=get_short_epg&stream_id=1")["epg_listings"];
  ASSERT_EQ(guide.size(), 4u);
  EXPECT_EQ(guide[0]["title"], "UHJvZ3JhbW1lIDE=") << "base64 of \"Programme 1\"";
  EXPECT_EQ(guide[0]["description"], "w4QgdGV4dA==");
  EXPECT_EQ(guide[0]["channel_id"], "news");
  EXPECT_EQ(guide[0]["now_playing"], 1);
  EXPECT_EQ(guide[1]["now_playing"], 0);
  EXPECT_EQ(guide[1]["start_timestamp"], guide[0]["stop_timestamp"]);
  EXPECT_EQ(guide[0]["start"], "2025-12-31 23:30:00");
  EXPECT_EQ(api("&action=get_short_epg&stream_id=1&limit=2")["epg_listings"].size(), 2u);
}

TEST_F(XtreamApiTest, TheDataTableHasThePastToo) {
  const auto guide = api("&action=get_simple_data_table&stream_id=1")["epg_listings"];
  ASSERT_EQ(guide.size(), 8u);
  EXPECT_EQ(guide[0]["title"], "UHJvZ3JhbW1lIDA=");
  EXPECT_EQ(guide[0]["has_archive"], 1);
  EXPECT_EQ(guide[1]["has_archive"], 0) << "it is not over";
}

TEST_F(XtreamApiTest, StreamsAndTheGuideAreWhereTheOthersGetThem) {
  const auto location = [&](const std::string& target) {
    const auto answer = client_.get(target);
    EXPECT_EQ(answer.status, 302) << answer.body;
    return answer.field("location");
  };
  EXPECT_EQ(location("/live/Ada/correct%20horse/1.ts"), "/live/news/stream.ts");
  EXPECT_EQ(location("/live/Ada/correct%20horse/1.m3u8"), "/live/news/index.m3u8");
  EXPECT_EQ(location("/xmltv.php?" + std::string(kLogin)), "/epg.xml");
  EXPECT_THAT(client_.get("/get.php?type=m3u_plus&output=ts&" + std::string(kLogin)).body,
              HasSubstr("/live/Ada/correct%20horse/1.ts"));
}

TEST_F(XtreamApiTest, SaysWhatIsWrong) {
  EXPECT_EQ(client_.get("/live/Ada/nonsense/1.ts").status, 401);
  EXPECT_EQ(client_.get("/live/Ada/correct%20horse/7.ts").status, 404);
  const std::string api = "/player_api.php?" + std::string(kLogin);
  EXPECT_EQ(client_.get(api + "&action=get_short_epg&stream_id=7").status, 404);
  EXPECT_EQ(client_.get(api + "&action=get_short_epg").status, 404);
  EXPECT_EQ(client_.get(api + "&action=dance").status, 400);
}

}  // namespace
}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
// Sessions, roles and followers over HTTP, with a real database.
#include "http_client.hpp"
#include "running_server.hpp"

#include <grandstand/media/thumbnail.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string kJson = "Content-Type: application/json\r\n";
const std::string kOurs = kJson + "Origin: http://localhost\r\n";

class AccountRoutesTest : public testing::Test {
 protected:
  struct Person {
    std::string id, cookie, token;
    std::string bearer() const { return kJson + "Authorization: Bearer " + token + "\r\n"; }
  };
  Person enter(const std::string& path, const std::string& name, const std::string& fields = {}) {
    // Attempts are limited per address: each comes from one of its own.
    const auto from = "X-Forwarded-For: 203.0.113." + std::to_string(++addresses_) + "\r\n";
    const auto answer =
        client_.ask("POST", path, kJson + from + fields, json{{"name", name}, {"password", "correct horse"}}.dump());
    EXPECT_EQ(answer.status, 201) << answer.body;
    const auto line = answer.field("set-cookie");
    const auto body = json::parse(answer.body);
    return {body["user"]["id"], "Cookie: " + line.substr(0, line.find(';')) + "\r\n", body["token"]};
  }
  Person person(const std::string& name) { return enter("/api/v1/accounts", name); }
  Person sign_in(const std::string& name, const std::string& fields = {}) {
    return enter("/api/v1/sessions", name, fields);
  }
  Person admin() {
    EXPECT_TRUE(site_.accounts().create_blocking("Root", "correct horse", identity::Role::kAdmin).ok());
    return sign_in("Root");
  }
  json get(const std::string& path, const std::string& fields) { return json::parse(client_.get(path, fields).body); }
  int ask(const std::string& method, const std::string& path, const std::string& fields, const std::string& body = {}) {
    return client_.ask(method, path, fields, body).status;
  }

  TestDatabase database_{identity::Accounts::migrations()};
  RunningServer site_{database_.database()};
  HttpClient client_{site_.port()};
  int addresses_ = 0;
};

TEST_F(AccountRoutesTest, ListsSessionsAndEndsThemOneByOneOrAllOthers) {
  const auto first = person("Ada");
  const auto phone = sign_in("Ada", "User-Agent: Phone/1.0\r\n");
  const auto third = sign_in("Ada");
  const auto sessions = get("/api/v1/sessions", phone.bearer())["sessions"];
  ASSERT_EQ(sessions.size(), 3u);
  std::string own;
  for (const auto& session : sessions) {
    if (session["current"] == false) continue;
    EXPECT_EQ(session["user_agent"], "Phone/1.0");
    EXPECT_EQ(session["network"], "203.0.113.2");
    own = session["id"];
  }
  EXPECT_EQ(ask("DELETE", "/api/v1/sessions/" + own, third.bearer()), 204);
  EXPECT_TRUE(get("/api/v1/me", phone.bearer())["user"].is_null());
  EXPECT_EQ(ask("DELETE", "/api/v1/sessions/" + own, third.bearer()), 404);
  EXPECT_EQ(ask("DELETE", "/api/v1/sessions/x", third.bearer()), 404);
  EXPECT_EQ(ask("DELETE", "/api/v1/sessions", third.bearer()), 204);
  EXPECT_TRUE(get("/api/v1/me", first.bearer())["user"].is_null());
  EXPECT_EQ(get("/api/v1/me", third.bearer())["user"]["name"], "Ada");
  EXPECT_EQ(get("/api/v1/sessions", third.bearer())["sessions"].size(), 1u);
}

TEST_F(AccountRoutesTest, NobodyEndsTheSessionsOfOthers) {
  const auto ada = person("Ada"), bob = person("Bob");
  const std::string session = get("/api/v1/sessions", ada.bearer())["sessions"][0]["id"];
  EXPECT_EQ(ask("DELETE", "/api/v1/sessions/" + session, bob.bearer()), 404);
  EXPECT_EQ(get("/api/v1/me", ada.bearer())["user"]["name"], "Ada");
}

TEST_F(AccountRoutesTest, ChangesThePasswordForWhoKnowsIt) {
  const auto ada = person("Ada");
  const auto other = sign_in("Ada");
  const auto change = [&](const char* before, const char* after) {
    return ask("PUT", "/api/v1/me/password", ada.bearer(), json{{"before", before}, {"after", after}}.dump());
  };
  EXPECT_EQ(change("wrong horse", "battery staple"), 403);
  EXPECT_EQ(change("correct horse", "short"), 400);
  EXPECT_EQ(change("correct horse", "battery staple"), 204);
  EXPECT_EQ(get("/api/v1/me", ada.bearer())["user"]["name"], "Ada");
  EXPECT_TRUE(get("/api/v1/me", other.bearer())["user"].is_null());
}

TEST_F(AccountRoutesTest, GivesListsAndTakesRolesInAChannel) {
  const auto root = admin(), ada = person("Ada"), bob = person("Bob");
  const std::string roles = "/api/v1/channels/news/roles";
  EXPECT_EQ(ask("PUT", roles + "/" + ada.id, root.bearer(), R"({"role":"creator"})"), 204);
  EXPECT_EQ(get("/api/v1/me", ada.bearer())["user"]["channels"]["news"],
            json({{"role", "creator"}, {"follower_since", nullptr}}));
  EXPECT_EQ(ask("PUT", roles + "/account%3A" + bob.id.substr(8), ada.bearer(), R"({"role":"moderator"})"), 204);
  EXPECT_EQ(get(roles, bob.bearer())["roles"].size(), 2u) << "moderators see who else is one";
  EXPECT_EQ(ask("DELETE", roles + "/" + ada.id, bob.bearer()), 403);
  EXPECT_EQ(ask("DELETE", roles + "/" + bob.id, ada.bearer()), 204);
  EXPECT_EQ(ask("GET", roles, bob.bearer()), 403);
  EXPECT_EQ(ask("PUT", roles + "/" + bob.id, ada.bearer(), R"({"role":"king"})"), 400);
  EXPECT_EQ(ask("PUT", roles + "/account:999", ada.bearer(), R"({"role":"member"})"), 404);
  EXPECT_EQ(ask("PUT", "/api/v1/channels/nowhere/roles/" + bob.id, root.bearer(), R"({"role":"member"})"), 404);
  EXPECT_EQ(ask("PUT", "/api/v1/accounts/" + bob.id + "/role", root.bearer(), R"({"role":"moderator"})"), 204);
  EXPECT_EQ(get("/api/v1/me", bob.bearer())["user"]["role"], "moderator");
  EXPECT_EQ(get("/api/v1/accounts?name=BOB", ada.bearer())["accounts"][0]["id"], bob.id);
  EXPECT_THAT(get("/api/v1/accounts?name=BOB", "").value("detail", ""), HasSubstr("no session is given"));
}

TEST_F(AccountRoutesTest, FollowsChannelsOfTheLineup) {
  const auto ada = person("Ada");
  EXPECT_EQ(ask("PUT", "/api/v1/channels/news/follow", ada.bearer()), 200);
  const auto since = get("/api/v1/me", ada.bearer())["user"]["channels"]["news"]["follower_since"];
  EXPECT_EQ(since, to_rfc3339(site_.clock.utc()));
  EXPECT_EQ(ask("DELETE", "/api/v1/channels/news/follow", ada.bearer()), 204);
  EXPECT_EQ(get("/api/v1/me", ada.bearer())["user"]["channels"], json::object());
  EXPECT_EQ(ask("PUT", "/api/v1/channels/nowhere/follow", ada.bearer()), 404);
}

TEST_F(AccountRoutesTest, RenamesUnlessTheNameIsSomebodyElses) {
  const auto ada = person("Ada");
  person("Grace");
  EXPECT_EQ(ask("PUT", "/api/v1/me/name", ada.bearer(), R"({"name":"Gr\u0430ce"})"), 409);
  EXPECT_EQ(ask("PUT", "/api/v1/me/name", ada.bearer(), R"({"name":"a\nb"})"), 400);
  EXPECT_EQ(ask("PUT", "/api/v1/me/name", ada.bearer(), R"({"name":"ADA"})"), 204) << "one's own is free";
  EXPECT_EQ(ask("PUT", "/api/v1/me/name", ada.bearer(), R"({"name":"Countess"})"), 204);
  EXPECT_EQ(get("/api/v1/me", ada.bearer())["user"]["name"], "Countess");
  sign_in("countess");
  person("Ada");
}

TEST_F(AccountRoutesTest, TakesPicturesAndGivesThemAsJpegThatNothingElseCanBeReadInto) {
  const auto ada = person("Ada");
  const auto profile = "/api/v1/accounts/" + ada.id;
  EXPECT_TRUE(get(profile, "")["picture"].is_null());
  EXPECT_EQ(client_.get(profile + "/picture").status, 404);
  const auto auth = "Authorization: Bearer " + ada.token + "\r\nContent-Type: image/png\r\n";
  for (const std::string upload : {"<svg onload='alert(1)'/>", "<html>", "GIF89a", "\x89PNG"}) {
    const auto refused = client_.ask("PUT", "/api/v1/me/picture", auth, upload);
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("picture"));
  }
  media::SmallPicture grey{.width = 64, .height = 64, .planes = std::vector<std::uint8_t>(64 * 64 * 3 / 2, 128)};
  const auto upload = std::string(media::encode_jpeg(grey).value().view());
  EXPECT_EQ(ask("PUT", "/api/v1/me/picture", auth, upload), 200);
  const std::string address = get(profile, "")["picture"];
  const auto picture = client_.get(address);
  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(picture.field("content-type"), "image/jpeg");
  EXPECT_EQ(picture.field("x-content-type-options"), "nosniff");
  EXPECT_TRUE(picture.body.starts_with("\xff\xd8\xff"));
  EXPECT_EQ(client_.get(address, "If-None-Match: " + picture.field("etag") + "\r\n").status, 304);
  EXPECT_EQ(ask("DELETE", "/api/v1/me/picture", ada.bearer()), 204);
  EXPECT_EQ(client_.get(address).status, 404);
  EXPECT_EQ(metric(site_.metrics, "grandstand_identity_pictures_refused_total"), 4);
}

TEST_F(AccountRoutesTest, KeepsAListOfWhomSomebodyDoesNotWantToHear) {
  const auto ada = person("Ada"), bob = person("Bob");
  const auto blocks = std::string("/api/v1/me/blocks");
  EXPECT_EQ(ask("PUT", blocks + "/" + bob.id, ada.bearer(), R"({"name":"Bob"})"), 204);
  EXPECT_EQ(ask("PUT", blocks + "/guest:0123456789abcdef", ada.bearer(), R"({"name":"Troll"})"), 204);
  EXPECT_EQ(get(blocks, ada.bearer())["blocked"].size(), 2u);
  EXPECT_EQ(get(blocks, bob.bearer())["blocked"].size(), 0u) << "nobody is told";
  EXPECT_EQ(ask("PUT", blocks + "/" + ada.id, ada.bearer(), R"({"name":"Ada"})"), 400);
  EXPECT_EQ(ask("PUT", blocks + "/everybody", ada.bearer(), R"({"name":"All"})"), 400);
  EXPECT_EQ(ask("DELETE", blocks + "/" + bob.id, ada.bearer()), 204);
  EXPECT_EQ(get(blocks, ada.bearer())["blocked"][0]["name"], "Troll");
}

TEST_F(AccountRoutesTest, OtherSitesPagesChangeNothing) {
  const auto ada = person("Ada");
  const auto evil = ada.cookie + kJson + "Origin: https://evil.example\r\n";
  for (const auto& [method, path] : {std::pair{"PUT", "/api/v1/channels/news/follow"},
                                     {"DELETE", "/api/v1/channels/news/follow"},
                                     {"DELETE", "/api/v1/sessions"},
                                     {"DELETE", "/api/v1/sessions/1"},
                                     {"PUT", "/api/v1/me/password"},
                                     {"PUT", "/api/v1/channels/news/roles/account:1"},
                                     {"PUT", "/api/v1/accounts/account:1/role"}}) {
    EXPECT_EQ(ask(method, path, evil, "{}"), 403) << path;
    EXPECT_EQ(ask(method, path, ada.cookie + kJson, "{}"), 403) << path << " without Origin";
    EXPECT_EQ(ask(method, path, ada.cookie + "Content-Type: text/plain\r\nOrigin: http://localhost\r\n", "{}"), 415);
  }
  EXPECT_EQ(ask("PUT", "/api/v1/channels/news/follow", ada.cookie + kOurs), 200);
}

TEST_F(AccountRoutesTest, SigningInRenewsTheSessionThatSomebodyMayHavePlanted) {
  const auto mallory = person("Mallory");
  person("Ada");
  // Ada's browser came with Mallory's cookie, or with one that was made up.
  for (const auto& planted : {mallory.cookie, std::string("Cookie: grandstand_session=gs_planted\r\n")}) {
    const auto ada = sign_in("Ada", planted + "Origin: http://localhost\r\n");
    EXPECT_THAT(planted, Not(HasSubstr(ada.token)));
    EXPECT_EQ(get("/api/v1/me", ada.cookie)["user"]["name"], "Ada");
  }
  EXPECT_EQ(get("/api/v1/me", mallory.cookie)["user"]["name"], "Mallory");
}

}  // namespace
}  // namespace grandstand::http

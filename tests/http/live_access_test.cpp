// SPDX-License-Identifier: MIT
// Who may watch, over real sockets.
#include "answering_server.hpp"
#include "captured_log.hpp"
#include "http_client.hpp"
#include "live_target.hpp"
#include "recorded_past.hpp"
#include "running_server.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;
using access::Audience;
using access::ChannelAccess;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

// What is asked here needs no database: none is there.
class LiveAccessTest : public testing::Test {
 protected:
  LiveAccessTest() {
    log::set_up({.level = log::Level::kError});
    settings_.keys_file = directory_.path() / "keys";
    std::ofstream(settings_.keys_file) << "k1 " << kSecret << "\n";
  }

  // The channel "demo" under these rules.
  std::uint16_t run(ChannelAccess access) {
    site_ = std::make_unique<RunningServer>(database_, Settings{}, hub::Settings{}, nullptr, settings_,
                                            past_ ? past_->archive.get() : nullptr);
    if (!site_->gate->apply({{ChannelId("demo"), std::move(access)}})) std::abort();
    return site_->port();
  }
  std::string token(std::string channel = "demo", std::chrono::seconds lifetime = 1h) {
    access::Token token;
    token.channels = {std::move(channel)};
    token.expires = site_->clock.utc() + lifetime;
    return access::KeyRing({{"k1", kSecret}}).sign(token);
  }
  // Both are let into a response without end, one of them for a minute only.
  void expect_one_to_end(HttpClient& longer, HttpClient& shorter, const std::string& channel, const std::string& file) {
    longer.send("GET", "/live/~" + token(channel) + "/" + channel + file);
    shorter.send("GET", "/live/~" + token(channel, 60s) + "/" + channel + file);
    EXPECT_EQ(longer.receive().status, 200);
    EXPECT_EQ(shorter.receive().status, 200);
    const auto streams = [this](double count) {
      return eventually([&] { return metric(site_->metrics, "grandstand_http_streams") == count; });
    };
    EXPECT_TRUE(streams(2));
    site_->clock.advance(70s);
    EXPECT_TRUE(streams(1));
  }
  // Every line of a playlist that is an address.
  static std::vector<std::string> addresses(const std::string& playlist) {
    std::vector<std::string> found;
    std::istringstream lines(playlist);
    for (std::string line; std::getline(lines, line);) {
      const auto uri = line.find("URI=\"");
      if (uri != std::string::npos) found.push_back(line.substr(uri + 5, line.find('"', uri + 5) - uri - 5));
      if (!line.empty() && line[0] != '#') found.push_back(line);
    }
    return found;
  }

  TemporaryDirectory directory_;
  access::Settings settings_;
  ops::Metrics database_metrics_;
  ops::Health database_health_;
  storage::Database database_{{}, "postgresql://127.0.0.1:1/none", database_metrics_, database_health_};
  std::unique_ptr<RecordedPast> past_;
  std::unique_ptr<RunningServer> site_;
};

TEST(LiveTarget, KnowsATokenBeforeTheChannel) {
  const auto plain = parse_live_target("/live/news/fmp4/media.m3u8");
  EXPECT_EQ(plain.token, "");
  EXPECT_EQ(plain.path, "news/fmp4/media.m3u8");
  EXPECT_EQ(plain.channel(), "news");
  const auto signed_one = parse_live_target("/live/~a.b.c~player/news/index.m3u8");
  EXPECT_EQ(signed_one.token, "a.b.c");
  EXPECT_EQ(signed_one.player, "player");
  EXPECT_EQ(signed_one.path, "news/index.m3u8");
  EXPECT_EQ(live_prefix("a.b.c", "player"), "/live/~a.b.c~player/");
  EXPECT_EQ(live_prefix("a.b.c", ""), "/live/~a.b.c/");
  EXPECT_EQ(live_prefix("", "player"), "/live/");
  for (const auto* odd : {"/live/", "/live/~", "/live/~a", "/live/~~/", "/live/~a.b.c/", "/live/~/news/index.m3u8"}) {
    EXPECT_LE(parse_live_target(odd).path.size(), 15U) << odd;
  }
  EXPECT_EQ(parse_live_target("/live/~a.b.c").path, "");
}

TEST(LiveTarget, TellsOurQueryFromSomebodyElses) {
  const auto query = parse_live_query("user=a&_HLS_msn=7&token=t&start=5&keep=cookie&&x");
  EXPECT_EQ(query.token, "t");
  EXPECT_TRUE(query.keeps_cookie);
  EXPECT_EQ(query.ours, "_HLS_msn=7&start=5");
  EXPECT_EQ(query.foreign, "user=a&x");
}

TEST_F(LiveAccessTest, ASignedChannelShowsNothingWithoutAToken) {
  HttpClient client(run({.audience = Audience::kSigned}));
  for (const auto* file : {"index.m3u8", "fmp4/media.m3u8", "fmp4/x.m4s", "thumbnail.jpg", "stream.ts", "archive.m3u8",
                           "archive-1-2.ts", "", "ts/key-1.key"}) {
    const auto refused = client.get(std::string("/live/demo/") + file);
    EXPECT_EQ(refused.status, 403) << file;
    EXPECT_EQ(refused.field("content-type"), "application/problem+json");
    EXPECT_EQ(refused.field("cache-control"), "no-store");
    EXPECT_EQ(refused.field("access-control-allow-origin"), "*");
    EXPECT_THAT(refused.body, HasSubstr(R"("code":"token_required")"));
  }
  EXPECT_EQ(metric(site_->metrics, R"(grandstand_access_decisions_total{outcome="token_required"})"), 1);
}

TEST_F(LiveAccessTest, ATokenInTheQueryBecomesAPartOfTheAddressAndOpensEverything) {
  HttpClient client(run({.audience = Audience::kSigned}));
  const auto signed_token = token();
  const auto entry = client.get("/live/demo/index.m3u8?token=" + signed_token + "&start=7&x=1", "User-Agent: Box\r\n");
  ASSERT_EQ(entry.status, 302);
  EXPECT_EQ(entry.field("cache-control"), "no-store");
  const auto location = entry.field("location");
  EXPECT_THAT(location, StartsWith("/live/~" + signed_token + "~"));
  EXPECT_THAT(location, EndsWith("/demo/index.m3u8?start=7"));
  const auto base = location.substr(0, location.find("index.m3u8"));
  const auto index = client.get(location);
  ASSERT_EQ(index.status, 200);
  const auto media_address = addresses(index.body).front();
  const auto media = client.get(base + media_address);
  ASSERT_EQ(media.status, 200);
  const auto folder = base + media_address.substr(0, media_address.find('/') + 1);
  for (const auto& address : addresses(media.body)) {
    EXPECT_EQ(client.get(folder + address).status, 200) << address;
    EXPECT_EQ(client.get("/live/demo/fmp4/" + address).status, 403) << address;
  }
}

TEST_F(LiveAccessTest, BodiesAndTagsAreTheSameForEveryTokenAndForNone) {
  const auto port = run({.audience = Audience::kSigned});
  HttpClient client(port);
  const auto one = client.get("/live/~" + token() + "/demo/fmp4/media.m3u8");
  const auto other = client.get("/live/~" + token("*", 2h) + "~box/demo/fmp4/media.m3u8");
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(one.body, other.body);
  EXPECT_EQ(one.field("etag"), other.field("etag"));
  ASSERT_TRUE(site_->gate->apply({{ChannelId("demo"), {}}}).ok());
  EXPECT_EQ(client.get("/live/demo/fmp4/media.m3u8").body, one.body);
  // An open channel takes addresses that were signed when it was not.
  EXPECT_EQ(client.get("/live/~" + token() + "/demo/fmp4/media.m3u8").body, one.body);
}

TEST_F(LiveAccessTest, ACookieLeavesTheAddressesAsTheyAre) {
  HttpClient client(run({.audience = Audience::kSigned}));
  const auto entry = client.get("/live/demo/index.m3u8?keep=cookie&token=" + token());
  ASSERT_EQ(entry.status, 302);
  EXPECT_EQ(entry.field("location"), "/live/demo/index.m3u8");
  const auto cookie = entry.field("set-cookie");
  EXPECT_THAT(cookie, StartsWith("grandstand_playback=" + token() + "~"));
  EXPECT_THAT(cookie, EndsWith("; Path=/live/demo/; HttpOnly; SameSite=Lax"));
  const auto line = "Cookie: a=b; " + cookie.substr(0, cookie.find(';')) + "\r\n";
  EXPECT_EQ(client.get("/live/demo/fmp4/media.m3u8", line).status, 200);
  EXPECT_EQ(client.get("/live/demo/fmp4/media.m3u8").status, 403);
}

TEST_F(LiveAccessTest, RefusesExpiredForgedAndForeignTokensWithTheReason) {
  HttpClient client(run({.audience = Audience::kSigned}));
  const auto reason = [&](const std::string& given) {
    const auto refused = client.get("/live/~" + given + "/demo/index.m3u8");
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body, HasSubstr(R"("code":"token_invalid")"));
    const auto asked = client.get("/live/demo/index.m3u8?token=" + given);
    EXPECT_EQ(asked.status, 403);
    return refused.body;
  };
  EXPECT_THAT(reason(token("demo", 0s)), HasSubstr("expired"));
  EXPECT_THAT(reason(token("other")), HasSubstr("another channel"));
  EXPECT_THAT(reason(token() + "A"), HasSubstr("signature"));
  EXPECT_THAT(reason("nonsense"), HasSubstr("damaged"));
  EXPECT_THAT(reason(std::string(5'000, 'a')), HasSubstr("too long"));
}

TEST_F(LiveAccessTest, AMembersChannelAsksForSignInFirst) {
  HttpClient client(run({.audience = Audience::kMembers}));
  const auto refused = client.get("/live/demo/index.m3u8");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("sign_in_required"));
}

TEST_F(LiveAccessTest, LimitsPlayersAtOnce) {
  const auto port = run({.audience = Audience::kSigned, .max_sessions = 1});
  HttpClient client(port);
  const auto signed_token = token();
  const auto entry = [&](const char* player) {
    return client.get("/live/demo/index.m3u8?token=" + signed_token, std::string("User-Agent: ") + player + "\r\n");
  };
  const auto first = entry("one");
  EXPECT_EQ(first.status, 302);
  const auto second = entry("two");
  EXPECT_EQ(second.status, 403);
  EXPECT_THAT(second.body, HasSubstr("session_limit"));
  EXPECT_EQ(client.get(first.field("location")).status, 200);
  EXPECT_EQ(entry("one").status, 302);
  site_->clock.advance(30s);
  EXPECT_EQ(entry("two").status, 302);
}

TEST_F(LiveAccessTest, AContinuousStreamEndsWithItsToken) {
  HttpClient longer(run({.audience = Audience::kSigned}));
  ASSERT_TRUE(site_->gate->apply({{ChannelId("quick"), {.audience = Audience::kSigned}}}).ok());
  HttpClient shorter(site_->port());
  expect_one_to_end(longer, shorter, "quick", "/stream.ts");
  EXPECT_EQ(HttpClient(site_->port()).get("/live/quick/stream.ts").status, 403);
}

TEST_F(LiveAccessTest, AContinuousStreamOfThePastEndsWithItsToken) {
  const ManualClock then;
  past_ = std::make_unique<RecordedPast>(ChannelId("demo"), then.utc(), then, database_metrics_);
  HttpClient longer(run({.audience = Audience::kSigned}));
  HttpClient shorter(site_->port());
  expect_one_to_end(longer, shorter, "demo",
                    "/timeshift_abs-" + std::to_string(to_unix_ms(then.utc()) / 1'000) + ".ts");
}

TEST_F(LiveAccessTest, TheHooksCustomersAreKnownByWhatIsNotOursInTheQuery) {
  AnsweringServer hook([](const auto&) { return AnsweringServer::status(200); });
  settings_.hook_url = hook.url("/auth");
  HttpClient client(run({.max_sessions = 1}));
  const auto enter = [&](const std::string& query, const std::string& player) {
    return client.get("/live/demo/index.m3u8?" + query, "User-Agent: " + player + "\r\n");
  };
  EXPECT_EQ(enter("key=1", "one").status, 302);
  EXPECT_THAT(enter("key=1&start=7", "two").body, HasSubstr("session_limit"));
  EXPECT_EQ(enter("key=1&token=theirs", "two").status, 302);
  EXPECT_THAT(enter("token=theirs&_HLS_msn=7&key=1", "three").body, HasSubstr("session_limit"));
}

TEST_F(LiveAccessTest, AHookMayBeAnsweredWithUserAndPassword) {
  AnsweringServer hook([](const auto& asked) {
    return AnsweringServer::status(asked.body.find("\"right\"") != std::string::npos ? 200 : 401);
  });
  settings_.hook_url = hook.url("/auth");
  HttpClient client(run({}));
  const auto asked = client.get("/live/demo/index.m3u8");
  EXPECT_EQ(asked.status, 401);
  EXPECT_EQ(asked.field("www-authenticate"), "Basic realm=\"Grandstand\"");
  EXPECT_EQ(client.get("/live/demo/index.m3u8", "Authorization: Basic YWxpY2U6cmlnaHQ=\r\n").status, 200);
  EXPECT_EQ(client.get("/live/demo/index.m3u8", "Authorization: Basic YWxpY2U6d3Jvbmc=\r\n").status, 403);
  EXPECT_EQ(client.get("/live/demo/index.m3u8?key=1").status, 403);
}

TEST_F(LiveAccessTest, AnEdgeAsksForItsViewers) {
  HttpClient client(run({.audience = Audience::kSigned, .networks = {{IpNetwork::parse("192.0.2.0/24").value()}}}));
  const auto ask = [&](const std::string& uri, const char* from) {
    return client.get("/access", "X-Original-URI: " + uri + "\r\nX-Forwarded-For: " + from + "\r\n");
  };
  const auto allowed = ask("/live/~" + token() + "/demo/fmp4/x.m4s", "192.0.2.9");
  EXPECT_EQ(allowed.status, 204);
  EXPECT_EQ(allowed.field("cache-control"), "max-age=5");
  EXPECT_EQ(ask("/live/demo/index.m3u8?token=" + token(), "192.0.2.9").status, 204);
  EXPECT_EQ(ask("/live/demo/index.m3u8", "192.0.2.9").status, 403);
  EXPECT_EQ(ask("/live/~" + token() + "/demo/fmp4/x.m4s", "198.51.100.9").status, 403);
  EXPECT_EQ(ask("/live/other/index.m3u8", "198.51.100.9").status, 204);
  EXPECT_EQ(ask("/api/v1/me", "192.0.2.9").status, 400);
  EXPECT_EQ(client.get("/access").status, 400);
}

TEST_F(LiveAccessTest, AnEdgeThatAsksAboutNoChannelIsRefused) {
  HttpClient client(run({.audience = Audience::kSigned}));
  for (const auto* const uri : {"/live/~?/demo/fmp4/x.m4s", "/live/~x~y?/demo/fmp4/x.m4s", "/live/~x//demo/fmp4/x.m4s",
                                "/live/", "/live/?demo/", "/live?/demo/fmp4/x.m4s"}) {
    EXPECT_EQ(client.get("/access", std::string("X-Original-URI: ") + uri + "\r\n").status, 400) << uri;
  }
}

}  // namespace
}  // namespace grandstand::http

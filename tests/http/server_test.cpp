// SPDX-License-Identifier: MIT
// Media, playlists, files and limits over real sockets.
#include "captured_log.hpp"
#include "http_client.hpp"
#include "running_server.hpp"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace grandstand::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What is asked here needs no database: none is there.
class ServerTest : public testing::Test {
 protected:
  ServerTest() { log::set_up({.level = log::Level::kError}); }

  RunningServer& run(Settings settings = {}) {
    site_ = std::make_unique<RunningServer>(database_, std::move(settings));
    return *site_;
  }
  // The newest segment of "demo".
  static std::string segment_of(HttpClient& client) {
    const auto playlist = client.get("/live/demo/fmp4/media.m3u8").body;
    const auto end = playlist.rfind(".m4s") + 4;
    const auto begin = playlist.rfind('\n', end - 1) + 1;
    return "/live/demo/fmp4/" + playlist.substr(begin, end - begin);
  }

  ops::Metrics database_metrics_;
  ops::Health database_health_;
  storage::Database database_{{}, "postgresql://127.0.0.1:1/none", database_metrics_, database_health_};
  std::unique_ptr<RunningServer> site_;
};

TEST_F(ServerTest, ServesPlaylistsWithAllTheirFields) {
  HttpClient client(run().port());
  const auto whole = client.get("/live/demo/index.m3u8");
  EXPECT_EQ(whole.status, 200);
  EXPECT_THAT(whole.body, StartsWith("#EXTM3U\n"));
  EXPECT_EQ(whole.field("content-type"), "application/vnd.apple.mpegurl");
  EXPECT_EQ(whole.field("access-control-allow-origin"), "*");
  EXPECT_EQ(whole.field("date"), "Thu, 01 Jan 2026 00:00:00 GMT");
  EXPECT_EQ(whole.field("content-length"), std::to_string(whole.body.size()));

  const auto head = client.ask("HEAD", "/live/demo/index.m3u8");
  EXPECT_EQ(head.fields, whole.fields);

  const auto unchanged = client.get("/live/demo/index.m3u8", "If-None-Match: " + whole.field("etag") + "\r\n");
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.field("access-control-allow-origin"), "*");
  EXPECT_EQ(unchanged.field("content-length"), "");

  const auto compressed = client.get("/live/demo/fmp4/media.m3u8", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(compressed.field("content-encoding"), "gzip");
  EXPECT_EQ(compressed.field("vary"), "Accept-Encoding");
  EXPECT_THAT(compressed.body, StartsWith("\x1F\x8B"));
}

TEST_F(ServerTest, ServesSegmentsWholeAndInParts) {
  HttpClient client(run().port());
  const auto path = segment_of(client);
  const auto whole = client.get(path);
  ASSERT_EQ(whole.status, 200);
  ASSERT_GT(whole.body.size(), 500'000u);
  EXPECT_THAT(whole.field("cache-control"), HasSubstr("immutable"));
  const auto part = client.get(path, "Range: bytes=1000-1999\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, whole.body.substr(1000, 1000));
  EXPECT_EQ(part.field("content-range"), "bytes 1000-1999/" + std::to_string(whole.body.size()));
  EXPECT_EQ(client.get(path, "Range: bytes=-10\r\n").body, whole.body.substr(whole.body.size() - 10));
  EXPECT_EQ(client.get(path, "Range: bytes=0-1,5-6\r\n").status, 200);
  const auto outside = client.get(path, "Range: bytes=99999999-\r\n");
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.field("content-range"), "bytes */" + std::to_string(whole.body.size()));
  EXPECT_EQ(outside.field("access-control-allow-origin"), "*");
}

TEST_F(ServerTest, SaysWhyThereIsNoMedia) {
  HttpClient client(run().port());
  const auto no_channel = client.get("/live/nothing/index.m3u8");
  EXPECT_EQ(no_channel.status, 404);
  EXPECT_EQ(no_channel.field("content-type"), "application/problem+json");
  EXPECT_EQ(no_channel.field("access-control-allow-origin"), "*");
  EXPECT_EQ(no_channel.field("cache-control"), "no-store");
  EXPECT_THAT(no_channel.body, HasSubstr("\"code\":\"not_found\""));
  const auto not_ready = client.get("/live/news/index.m3u8");
  EXPECT_EQ(not_ready.status, 503);
  EXPECT_NE(not_ready.field("retry-after"), "");
  EXPECT_EQ(not_ready.field("access-control-allow-origin"), "*");
  EXPECT_EQ(client.get("/live/demo/fmp4/gone.m4s").status, 404);
  EXPECT_EQ(client.get("/live/").status, 404);
}

TEST_F(ServerTest, AnswersPreflightsAndNamesTheMethods) {
  HttpClient client(run().port());
  const auto preflight = client.ask("OPTIONS", "/live/demo/index.m3u8",
                                    "Origin: https://player.example\r\nAccess-Control-Request-Method: GET\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.field("access-control-allow-origin"), "*");
  EXPECT_THAT(preflight.field("access-control-allow-headers"), HasSubstr("Range"));
  const auto refused = client.ask("POST", "/live/demo/index.m3u8", "", "x");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.field("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(client.ask("BREW", "/healthz").status, 405);
  EXPECT_EQ(client.get("/api/v1/sessions/current").field("allow"), "DELETE, OPTIONS");
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  HttpClient client(run().port());
  std::string all;
  for (int i = 0; i < 100; ++i) {
    all += "GET /live/demo/index.m3u8 HTTP/1.1\r\nHost: h\r\n\r\n";
    all += "GET /live/none" + std::to_string(i) + "/x HTTP/1.1\r\nHost: h\r\n\r\n";
    all += "HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n";
    all += "POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
  }
  // In odd pieces, so that requests arrive cut.
  std::thread sender([&] {
    for (std::size_t at = 0; at < all.size(); at += 777) client.socket().write(all.substr(at, 777));
  });
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_EQ(client.receive().status, 404);
    EXPECT_EQ(client.receive(true).status, 200);
    EXPECT_EQ(client.receive().status, 405);
  }
  sender.join();
}

TEST_F(ServerTest, KeepsOrClosesTheConnectionAsAsked) {
  auto& site = run();
  HttpClient closing(site.port());
  const auto last = closing.get("/healthz", "Connection: close\r\n");
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.field("connection"), "close");
  EXPECT_TRUE(closing.socket().ends());

  HttpClient old(site.port());
  old.socket().write("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(old.receive().field("connection"), "keep-alive");
  old.socket().write("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.receive().status, 200);
  EXPECT_TRUE(old.socket().ends());

  HttpClient half(site.port());
  half.send("GET", "/live/demo/index.m3u8");
  half.socket().finish_sending();
  EXPECT_EQ(half.receive().status, 200);
}

TEST_F(ServerTest, RefusesGarbageWithAReason) {
  auto& site = run();
  const std::pair<std::string, int> cases[] = {
      {"\x16\x03\x01 hello\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505},
      {"GET /" + std::string(20'000, 'x'), 414},
      {"GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
      {"POST /api/v1/sessions HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n", 413},
      {"POST /api/v1/sessions HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: br\r\n\r\n", 501},
      {"POST /api/v1/sessions HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'x'),
       411},
      {"GET /%zz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 400},
  };
  for (const auto& [bytes, status] : cases) {
    HttpClient client(site.port());
    client.socket().write(bytes);
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, status) << bytes.substr(0, 60);
    EXPECT_THAT(answer.body, HasSubstr("\"detail\":\"")) << bytes.substr(0, 60);
    EXPECT_EQ(answer.field("connection"), "close") << bytes.substr(0, 60);
    client.socket().finish_sending();
    EXPECT_TRUE(client.socket().ends()) << bytes.substr(0, 60);
  }
  EXPECT_EQ(HttpClient(site.port()).get("/healthz").status, 200);
  EXPECT_EQ(metric(site.metrics, "grandstand_http_refused_total{reason=\"malformed\"}"), 8);
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAsked) {
  HttpClient client(run().port());
  client.socket().write("POST /healthz HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive(true).status, 100);
  client.socket().write("hi");
  EXPECT_EQ(client.receive().status, 405);
}

Settings quick_limits() {
  Settings settings;
  settings.header_timeout = 1s;
  settings.idle_timeout = 5s;
  settings.write_timeout = 2s;
  return settings;
}

TEST_F(ServerTest, DoesNotWaitForeverForARequest) {
  test::CapturedLog log;
  auto& site = run(quick_limits());
  HttpClient silent(site.port());
  HttpClient slow(site.port());
  slow.socket().write("GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ");
  HttpClient slow_body(site.port());
  slow_body.socket().write("POST /api/v1/sessions HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12");
  HttpClient idle(site.port());
  EXPECT_EQ(idle.get("/healthz").status, 200);
  // Until all of that has been read.
  std::this_thread::sleep_for(200ms);
  site.clock.advance(1500ms);
  EXPECT_TRUE(silent.socket().ends());
  EXPECT_EQ(slow.receive().status, 408);
  EXPECT_EQ(idle.get("/healthz").status, 200);
  site.clock.advance(1500ms);
  EXPECT_EQ(slow_body.receive().status, 408);
  EXPECT_EQ(idle.get("/healthz").status, 200);
  std::this_thread::sleep_for(200ms);
  site.clock.advance(6s);
  EXPECT_TRUE(idle.socket().ends());
  EXPECT_EQ(metric(site.metrics, "grandstand_http_refused_total{reason=\"header_timeout\"}"), 2);
  EXPECT_EQ(metric(site.metrics, "grandstand_http_refused_total{reason=\"malformed\"}"), 0);
  EXPECT_THAT(log.take(), HasSubstr("A request was refused peer=127.0.0.1 status=408"));
  EXPECT_TRUE(eventually([&] { return metric(site.metrics, "grandstand_http_connections") == 0; }));
}

TEST_F(ServerTest, RefusesConnectionsBeyondTheLimit) {
  test::CapturedLog log;
  Settings settings;
  settings.max_connections = 3;
  auto& site = run(settings);
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<HttpClient>(site.port()));
    EXPECT_EQ(clients.back()->get("/healthz").status, 200);
  }
  HttpClient refused(site.port());
  EXPECT_TRUE(refused.socket().ends());
  EXPECT_EQ(metric(site.metrics, "grandstand_http_refused_total{reason=\"max_connections\"}"), 1);
  EXPECT_THAT(log.take(), HasSubstr("Too many connections"));
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return HttpClient(site.port()).get("/healthz").status == 200; }));
}

TEST_F(ServerTest, WaitsForDescriptorsAndSaysSo) {
  test::CapturedLog log;
  auto& site = run();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int lowest_free = ::dup(0);
  ASSERT_GE(lowest_free, 0);
  ::close(lowest_free);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(lowest_free) + 1;  // for the client, and none for the server
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  HttpClient waiting(site.port());
  EXPECT_TRUE(
      eventually([&] { return metric(site.metrics, "grandstand_http_refused_total{reason=\"no_descriptor\"}") > 0; }));
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(waiting.get("/healthz").status, 200) << "it was kept waiting, not lost";
  EXPECT_THAT(log.take(), HasSubstr("No file descriptor is left"));
}

TEST_F(ServerTest, AReaderThatStopsCostsOnlyItself) {
  test::CapturedLog log;
  auto& site = run(quick_limits());
  HttpClient client(site.port());
  const auto path = segment_of(client);
  HttpClient stuck(site.port(), 4096);
  // More than sockets hold: answers to pipelined requests wait for one another.
  for (int i = 0; i < 40; ++i) stuck.send("GET", path);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.get("/live/demo/index.m3u8").status, 200);
  EXPECT_TRUE(eventually([&] {
    site.clock.advance(100ms);
    client.get("/healthz");
    return metric(site.metrics, "grandstand_http_refused_total{reason=\"write_timeout\"}") == 1;
  }));
  EXPECT_THAT(log.take(), HasSubstr("took nothing for too long and was cut off peer=127.0.0.1"));
  EXPECT_EQ(client.get("/live/demo/index.m3u8").status, 200);
}

TEST_F(ServerTest, ASlowReaderGetsEverything) {
  auto& site = run();
  HttpClient client(site.port());
  const auto path = segment_of(client);
  const auto whole = client.get(path);
  HttpClient slow(site.port(), 4096);
  for (int i = 0; i < 20; ++i) slow.send("GET", path);
  for (int i = 0; i < 20; ++i) {
    if (i % 5 == 0) std::this_thread::sleep_for(20ms);
    EXPECT_EQ(slow.receive().body, whole.body);
  }
}

TEST_F(ServerTest, AThousandReadersGetUntornPlaylists) {
  auto& site = run();
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<HttpClient>(site.port()));
    ASSERT_TRUE(clients.back()->socket().connected());
  }
  std::atomic<bool> done{false};
  std::thread feeder([&] {
    while (!done) site.feed(2);
  });
  std::size_t versions = 0;
  std::string before;
  for (int round = 0; round < 3; ++round) {
    for (auto& client : clients) client->send("GET", "/live/demo/fmp4/media.m3u8");
    for (auto& client : clients) {
      const auto answer = client->receive();
      ASSERT_EQ(answer.status, 200);
      ASSERT_THAT(answer.body, StartsWith("#EXTM3U\n"));
      ASSERT_THAT(answer.body, EndsWith(".m4s\n"));
      versions += answer.body != before ? 1 : 0;
      before = answer.body;
    }
  }
  done = true;
  feeder.join();
  EXPECT_GT(versions, 1u);
}

TEST_F(ServerTest, ListsTheLineupForPlayers) {
  HttpClient client(run().port());
  const auto playlist = client.get("/playlist.m3u", "Range: bytes=0-\r\n");
  EXPECT_EQ(playlist.status, 200);
  EXPECT_EQ(playlist.field("content-type"), "audio/x-mpegurl; charset=utf-8");
  EXPECT_EQ(playlist.body,
            "#EXTM3U x-tvg-url=\"http://localhost/epg.xml\" url-tvg=\"http://localhost/epg.xml\"\n"
            "#EXTINF:-1 tvg-id=\"news\" tvg-name=\"News\" tvg-chno=\"1\" "
            "tvg-logo=\"http://localhost/logos/news.svg\" "
            "group-title=\"Info\",News\nhttp://localhost/live/news/index.m3u8\n");
  const auto boxes =
      client.get("/playlist.m3u?container=ts", "X-Forwarded-Proto: https\r\nX-Forwarded-Host: tv.example\r\n");
  EXPECT_THAT(boxes.body, HasSubstr("https://tv.example/live/news/index-ts.m3u8\n"));
  EXPECT_EQ(client.get("/playlist.m3u?container=avi").status, 400);
}

TEST_F(ServerTest, TellsOperatorsHowItIs) {
  auto& site = run();
  HttpClient client(site.port());
  EXPECT_EQ(client.get("/healthz").body, "ok\n");
  EXPECT_EQ(client.get("/readyz").body, R"({"ready":true,"checks":{"database":{"ok":true}}})");
  site.health.set("database", false, "no connection");
  const auto unready = client.get("/readyz");
  EXPECT_EQ(unready.status, 503);
  EXPECT_EQ(unready.body, R"({"ready":false,"checks":{"database":{"ok":false,"reason":"no connection"}}})");
  const auto metrics = client.get("/metrics");
  EXPECT_THAT(metrics.body, HasSubstr("grandstand_http_requests_total{route=\"readyz\",status=\"5xx\"} 1"));
  EXPECT_THAT(metrics.body, HasSubstr("grandstand_http_connections 1"));
  EXPECT_THAT(metrics.body, HasSubstr("grandstand_http_bytes_sent_total "));
  site.clock.advance(60s);
  // The loops tick on: nobody is taken for dead because the clock jumped.
  EXPECT_TRUE(eventually([&] { return client.get("/healthz").status == 200; }));
}

TEST_F(ServerTest, MetricsMayHaveAListenerOfTheirOwn) {
  Settings settings;
  settings.metrics_address = "127.0.0.1";
  settings.metrics_port = 0;
  auto& site = run(settings);
  HttpClient client(site.port());
  EXPECT_EQ(client.get("/metrics").status, 404);
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(ServerTest, AnswersTheApi) {
  auto& site = run();
  HttpClient client(site.port());
  const auto channels = client.get("/api/v1/channels");
  EXPECT_EQ(channels.status, 200);
  EXPECT_THAT(
      channels.body,
      StartsWith(
          R"({"channels":[{"id":"news","name":"News","number":1,"group":"Info","logo":"/logos/news.svg","radio":false,"state":"starting","reason":")"));
  EXPECT_THAT(
      channels.body,
      HasSubstr(
          R"("members":0,"room":"channel:news","playlist":"/live/news/index.m3u8","picture":"","archive":null}]})"));
  EXPECT_THAT(client.get("/api/v1/version").body, StartsWith(R"({"name":"grandstand","version":")"));
  EXPECT_EQ(client.get("/api/v1/me").body, R"({"user":null})");
  EXPECT_EQ(client.get("/api/v1/rooms/channel%3Ademo/echo/list?limit=5").body, R"({"query":"list","parameters":1})");
  const std::string guest = "q3m8Zr1xT0aB4cD5eF6gH7", room = "/api/v1/rooms/channel:demo/echo/list";
  EXPECT_EQ(client.get(room, "Authorization: Bearer " + guest + "\r\n").body,
            R"({"query":"list","parameters":0,"asker":", guest"})");
  for (const auto& nobodys : {"Cookie: grandstand_session=" + guest, std::string("Authorization: Bearer too-short")}) {
    EXPECT_EQ(client.get(room, nobodys + "\r\n").body, R"({"query":"list","parameters":0})") << nobodys;
  }
  EXPECT_EQ(client.get("/api/v1/sessions", "Authorization: Bearer " + guest + "\r\n").status, 401);
  EXPECT_EQ(client.get("/api/v1/rooms/channel:none/echo/list").status, 404);
  EXPECT_EQ(client.get("/api/v1/rooms/channel:demo/none/list").status, 404);
  EXPECT_EQ(client.get("/api/v1/rooms/channel:demo").status, 404);
  EXPECT_EQ(client.get("/api/v1/rooms/channel:demo/echo/list?a=1&a=2").status, 400);
  EXPECT_EQ(client.get("/api/v1/nothing").status, 404);
  EXPECT_EQ(client.ask("DELETE", "/api/v1/sessions/current").status, 401);
}

TEST_F(ServerTest, SaysHowToBuildTheApplicationThatIsNotThere) {
  HttpClient client(run().port());
  const auto page = client.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("http.web_root"));
  EXPECT_EQ(client.get("/nothing").status, 404);
}

TEST_F(ServerTest, ServesTheApplicationSafely) {
  TemporaryDirectory root;
  std::filesystem::create_directories(root.path() / "assets");
  std::ofstream(root.path() / "index.html") << "<!doctype html>";
  std::ofstream(root.path() / "assets/app-1.js") << "let longEnough = 'to be worth compressing';";
  std::ofstream(root.path() / "assets/app-1.js.gz") << "gz";
  Settings settings;
  settings.web_root = root.path();
  HttpClient client(run(settings).port());
  const auto page = client.get("/watch/news");
  EXPECT_EQ(page.body, "<!doctype html>");
  EXPECT_EQ(page.field("cache-control"), "no-cache");
  EXPECT_THAT(page.field("content-security-policy"),
              StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; "));
  EXPECT_EQ(page.field("x-content-type-options"), "nosniff");
  EXPECT_NE(page.field("referrer-policy"), "");
  const auto script = client.get("/assets/app-1.js", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(script.body, "gz");
  EXPECT_EQ(script.field("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(client.get("/", "If-None-Match: " + page.field("etag") + "\r\n").status, 304);
  for (const char* path :
       {"/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/assets/../../etc/passwd", "/assets"}) {
    EXPECT_EQ(client.get(path).status, 404) << path;
  }
}

TEST_F(ServerTest, NamesTheAddressThatItCannotHave) {
  auto& site = run();
  Settings settings;
  settings.address = "127.0.0.1";
  settings.port = site.port();
  aio::Runtime runtime(1);
  ops::Metrics metrics;
  hls::Origin origin;
  channels::Catalogue catalogue({runtime, site.clock, metrics, origin, nullptr, {}});
  identity::Accounts accounts({}, database_, site.clock, metrics);
  const auto second =
      Server::create(settings, {runtime, site.clock, metrics, site.health, origin, catalogue, accounts, site.hub()});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message,
              HasSubstr("http.address: cannot listen on 127.0.0.1 port " + std::to_string(site.port())));
  settings.address = "everywhere";
  const auto third =
      Server::create(settings, {runtime, site.clock, metrics, site.health, origin, catalogue, accounts, site.hub()});
  EXPECT_THAT(third.error().message, HasSubstr("'everywhere' is not an IP address"));
}

TEST_F(ServerTest, FinishesWhatIsUnderWayWhenItStops) {
  auto& site = run();
  HttpClient client(site.port());
  const auto path = segment_of(client);
  const auto whole = client.get(path);
  HttpClient reading(site.port(), 4096);
  reading.send("GET", path);
  std::this_thread::sleep_for(100ms);
  std::thread stopper([&] { site.server->stop(5s); });
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(reading.receive().body.size(), whole.body.size());
  EXPECT_TRUE(client.socket().ends());
  stopper.join();
  EXPECT_FALSE(HttpClient(site.port()).socket().connected());
}

}  // namespace
}  // namespace grandstand::http

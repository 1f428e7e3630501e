// SPDX-License-Identifier: MIT
// The archive over real sockets.
#include "http_client.hpp"
#include "recorded_past.hpp"
#include "running_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

class ArchiveRoutes : public testing::Test {
 protected:
  // The body of a chunked response.
  static std::string unchunk(HttpClient& client) {
    std::string body;
    while (const auto line = client.socket().take_until("\r\n")) {
      const auto size = std::stoul(*line, nullptr, 16);
      body += client.socket().take(size).value_or("?");
      if (client.socket().take(2) != "\r\n") return body + " and no end of its chunk";
      if (size == 0) return body;
    }
    return body + " and no end";
  }

  ManualClock clock_;
  ops::Metrics metrics_;
  ops::Health health_;
  RecordedPast past_{ChannelId("demo"), clock_.utc(), clock_, metrics_};
  storage::Database database_{{}, "postgresql://127.0.0.1:1/none", metrics_, health_};
  RunningServer site_{database_, {}, {}, nullptr, {}, past_.archive.get()};
  HttpClient client_{site_.port()};
  std::string start_ = std::to_string(to_unix_ms(clock_.utc()) / 1'000);
};

TEST_F(ArchiveRoutes, GivePlaylistsOfThePastAndTheirMedia) {
  const auto index = client_.get("/live/demo/archive.m3u8?start=" + start_ + "&duration=8&container=ts");
  EXPECT_EQ(index.field("content-type"), "application/vnd.apple.mpegurl");
  EXPECT_THAT(index.body, HasSubstr("\nts/archive.m3u8?start="));
  const auto media = client_.get("/live/demo/ts/archive.m3u8?start=" + start_ + "&duration=8");
  EXPECT_THAT(media.body, AllOf(HasSubstr("old-103.ts\n"), EndsWith("#EXT-X-ENDLIST\n")));
  EXPECT_THAT(client_.get("/live/demo/ts/dvr.m3u8").body, EndsWith("old-104.ts\n"));
  EXPECT_EQ(client_.get("/live/demo/ts/old-101.ts").body, "segment 1;");
  const auto part = client_.get("/live/demo/ts/old-101.ts", "Range: bytes=0-6\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "segment");
}

TEST_F(ArchiveRoutes, SayWhatThereIsToWhoAsksForMore) {
  const auto outside = client_.get("/live/demo/archive.m3u8?start=2020-01-01T00:00:00Z&duration=60&container=ts");
  EXPECT_EQ(outside.status, 404);
  EXPECT_THAT(outside.body, HasSubstr("the archive of demo has 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:10.000Z"));
  EXPECT_EQ(client_.get("/live/demo/archive.m3u8?start=soon").status, 400);
  EXPECT_EQ(client_.get("/live/quick/dvr.m3u8").status, 404);
  EXPECT_EQ(client_.get("/live/demo/ts/old-99.ts").status, 404);
}

TEST_F(ArchiveRoutes, SendAStretchAsOneStreamThatIsKnownToBeWhole) {
  const auto head = client_.ask("HEAD", "/live/demo/archive-" + start_ + "-8.ts");
  EXPECT_EQ(head.status, 200);
  client_.send("GET", "/live/demo/archive-" + start_ + "-8.ts");
  const auto answer = client_.receive();
  EXPECT_EQ(answer.field("content-type"), "video/mp2t");
  EXPECT_EQ(answer.field("transfer-encoding"), "chunked");
  EXPECT_EQ(unchunk(client_), "segment 0;segment 1;segment 2;segment 3;");
  EXPECT_TRUE(client_.socket().ends());
}

TEST_F(ArchiveRoutes, LeadFlussonicsAddressesToOurs) {
  const auto there = client_.get("/demo/index-" + start_ + "-8.m3u8?token=x");
  EXPECT_EQ(there.status, 302);
  EXPECT_EQ(there.field("location"), "/live/demo/index-" + start_ + "-8.m3u8?token=x");
}

TEST_F(ArchiveRoutes, ShiftedLiveAddressesAreOfThePast) {
  EXPECT_THAT(client_.get("/live/demo/index-ts.m3u8?utc=" + start_ + "&lutc=1").body, HasSubstr("archive.m3u8?start="));
  client_.send("GET", "/live/demo/stream.ts?utc=" + start_ + "&lutc=1&duration=4");
  EXPECT_EQ(client_.receive().field("transfer-encoding"), "chunked");
  EXPECT_EQ(unchunk(client_), "segment 0;segment 1;");
}

}  // namespace
}  // namespace grandstand::http

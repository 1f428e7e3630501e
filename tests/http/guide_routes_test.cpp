// SPDX-License-Identifier: MIT
#include "guide_answers.hpp"
#include "http_client.hpp"
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
using testing::StartsWith;
using Json = nlohmann::json;

std::vector<storage::Migration> migrations() {
  std::vector<storage::Migration> all(identity::Accounts::migrations().begin(), identity::Accounts::migrations().end());
  all.insert(all.end(), guide::Guide::migrations().begin(), guide::Guide::migrations().end());
  return all;
}

class GuideRoutesTest : public testing::Test {
 protected:
  GuideRoutesTest() {
    guide_.set_channels(
        {{ChannelId("demo"), "Demo", 1, "", "demo", true}, {ChannelId("news"), "News", 2, "", "news", true}});
    fill(ChannelId("demo"), 3, 1h);
  }

  // The channel's programmes are so many, one after the other; the first has begun.
  void fill(const ChannelId& channel, int count, std::chrono::minutes duration = 5min) {
    media::EventInformation information;
    for (int i = 0; i < count; ++i) {
      media::ProgrammeEvent event;
      event.start = clock_.utc() + i * duration - duration / 2;
      event.duration = duration;
      event.title = "Programme " + std::to_string(i);
      information.events.push_back(event);
    }
    guide_.take(channel, information);
    guide_.settle();
    guide_.tick();
    guide_.settle();
  }

  TestDatabase database_{migrations()};
  ManualClock clock_;
  guide::Guide guide_{{}, {clock_, database_.metrics(), database_.database()}};
  RunningServer site_{database_.database(), {}, {}, &guide_};
  HttpClient client_{site_.port()};
};

TEST_F(GuideRoutesTest, GivesTheProgrammesOfASpan) {
  const auto all = client_.get("/api/v1/guide?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z");
  ASSERT_EQ(all.status, 200) << all.body;
  const auto json = Json::parse(all.body);
  ASSERT_EQ(json["channels"].size(), 2u);
  EXPECT_EQ(json["channels"][0]["channel"], "demo");
  ASSERT_EQ(json["channels"][0]["programmes"].size(), 2u);
  EXPECT_EQ(json["channels"][0]["programmes"][1]["title"], "Programme 1");
  EXPECT_EQ(json["channels"][0]["programmes"][1]["start"], "2026-01-01T00:30:00.000Z");
  EXPECT_EQ(json["more"], false);
  EXPECT_EQ(Json::parse(client_.get("/api/v1/guide?channel=news").body)["channels"].size(), 1u);
}

// Made on the event loop, and kept in memory for whoever reads slowly.
TEST_F(GuideRoutesTest, GivesSoManyProgrammesAtMostAndSaysThatThereAreMore) {
  fill(ChannelId("news"), 2'100);
  const auto json = Json::parse(client_.get("/api/v1/guide?channel=news&to=2026-01-14T00:00:00Z").body);
  EXPECT_EQ(json["channels"][0]["programmes"].size(), 2'000u);
  EXPECT_EQ(json["more"], true);
}

TEST_F(GuideRoutesTest, WhoAsksTheSameSharesTheAnswerUntilTheScheduleChanges) {
  const auto first = client_.get("/api/v1/guide?channel=news").body;
  site_.clock.advance(5s);
  EXPECT_EQ(client_.get("/api/v1/guide?channel=news").body, first);
  fill(ChannelId("news"), 1);
  EXPECT_EQ(Json::parse(client_.get("/api/v1/guide?channel=news").body)["channels"][0]["programmes"].size(), 1u);
}

TEST(GuideAnswers, AreGoodForAsLongAsAClientMightHaveKeptThem) {
  GuideAnswers answers;
  const SteadyTime now{1h};
  answers.keep("channel=news", 7, now, "{}");
  ASSERT_NE(answers.find("channel=news", 7, now + 14s), nullptr);
  EXPECT_EQ(answers.find("channel=news", 7, now + 14s)->view(), "{}");
  EXPECT_EQ(answers.find("channel=news", 7, now + 15s), nullptr);
  EXPECT_EQ(answers.find("channel=news", 8, now), nullptr) << "the schedule has changed";
  EXPECT_EQ(answers.find("channel=films", 7, now), nullptr);
}

TEST_F(GuideRoutesTest, TellsAllThatIsKnownOfAProgramme) {
  guide::Programme programme;
  programme.title = "The \"Evening\"";
  programme.description = "Añejo\nC:\\";
  programme.categories = {"Film", "Drama"};
  programme.credits = {{"actor", "Ada"}, {"director", "Bo"}};
  programme.star_rating = "3/5";
  std::string text;
  append_json(text, programme);
  EXPECT_EQ(Json::parse(text), Json::parse(R"({"start":"1970-01-01T00:00:00.000Z","stop":"1970-01-01T00:00:00.000Z",
    "title":"The \"Evening\"","description":"Añejo\nC:\\","categories":["Film","Drama"],
    "credits":[{"role":"actor","name":"Ada"},{"role":"director","name":"Bo"}],"star_rating":"3/5"})"));
}

TEST_F(GuideRoutesTest, SaysWhatIsWrongWithAQuestion) {
  EXPECT_EQ(client_.get("/api/v1/guide?channel=nobody").status, 404);
  EXPECT_THAT(client_.get("/api/v1/guide?from=yesterday").body, HasSubstr("from: expected a time"));
  EXPECT_EQ(client_.get("/api/v1/guide?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z").status, 400);
  EXPECT_EQ(client_.get("/api/v1/guide?from=2026-01-02T00:00:00Z&to=2027-01-01T00:00:00Z").status, 400);
  EXPECT_EQ(client_.get("/api/v1/guide/now?at=never").status, 400);
}

TEST_F(GuideRoutesTest, GivesNowAndNext) {
  const auto json = Json::parse(client_.get("/api/v1/guide/now").body);
  EXPECT_EQ(json["channels"][0]["now"]["title"], "Programme 0");
  EXPECT_EQ(json["channels"][0]["next"]["title"], "Programme 1");
  EXPECT_TRUE(json["channels"][1]["now"].is_null());
}

TEST_F(GuideRoutesTest, GivesXmltvPlainPackedAndOnlyOnceToWhoHasIt) {
  const auto plain = client_.get("/epg.xml");
  ASSERT_EQ(plain.status, 200);
  EXPECT_EQ(plain.field("content-type"), "application/xml; charset=utf-8");
  EXPECT_THAT(plain.body, HasSubstr("<programme start=\"20251231233000 +0000\" stop=\"20260101003000 +0000\""));
  EXPECT_EQ(client_.get("/epg.xml", "If-None-Match: " + plain.field("etag") + "\r\n").status, 304);
  const auto coded = client_.get("/epg.xml", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(coded.field("content-encoding"), "gzip");
  const auto packed = client_.get("/epg.xml.gz");
  EXPECT_EQ(packed.field("content-type"), "application/gzip");
  EXPECT_EQ(packed.field("content-encoding"), "");
  EXPECT_THAT(packed.body, StartsWith("\x1F\x8B"));
  EXPECT_NE(packed.field("etag"), plain.field("etag"));
}

TEST_F(GuideRoutesTest, ShowsSourcesToAdministratorsOnly) {
  EXPECT_EQ(client_.get("/api/v1/guide/sources").status, 401);
}

}  // namespace
}  // namespace grandstand::http

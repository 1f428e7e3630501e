// SPDX-License-Identifier: MIT
// The guide with a real PostgreSQL, files and a real HTTP peer.
#include "answering_server.hpp"
#include "captured_log.hpp"
#include "compression.hpp"
#include "manual_clock.hpp"
#include "test_database.hpp"

#include <grandstand/guide/guide.hpp>

#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::guide {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// One answer after the other from a list, the last one for all that follow.
AnsweringServer::Answer in_turn(std::vector<std::string> answers) {
  return [answers = std::move(answers), next = std::size_t{0}](const auto&) mutable {
    return answers[std::min(next++, answers.size() - 1)];
  };
}

std::string url_of(const AnsweringServer& server) {
  return "http://user:secret@" + server.authority() + "/guide.xml";
}

std::string ok(const std::string& body, const std::string& fields = {}) {
  return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

std::string document(const std::string& title) {
  return R"(<?xml version="1.0"?><tv><programme start="20260101010000 +0000" stop="20260101020000 +0000" channel="one.example">
  <title lang="en">)" +
         title + R"(</title><desc>Some &lt;text&gt; &amp; more</desc><credits><actor>Somebody</actor></credits>
  <category>Film</category><category>Drama</category><episode-num system="onscreen">S1</episode-num></programme>
  <programme start="20260101020000" channel="one.example"><title>Then</title></programme>
  <programme start="20260101030000" stop="20260101040000" channel="one.example"><title>Later</title></programme></tv>)";
}

class GuideTest : public testing::Test {
 protected:
  std::unique_ptr<Guide> make(std::vector<XmltvSource> sources, Settings settings = {}) {
    settings.sources = std::move(sources);
    auto guide = std::make_unique<Guide>(settings, Guide::Context{clock_, database_.metrics(), database_.database()});
    EXPECT_TRUE(guide->load().ok());
    guide->set_channels({{ChannelId("one"), "One & Only", 1, "https://pictures.example/one.png", "one.example", true},
                         {ChannelId("two"), "Two", 0, "", "two", false}});
    return guide;
  }
  static std::string titles(const Guide& guide, const char* channel = "one") {
    std::string text;
    const auto schedule = guide.schedule();
    const auto* entry = schedule->find(ChannelId(channel));
    if (entry == nullptr) return "no channel";
    for (const auto& programme : *entry->programmes) text += (text.empty() ? "" : ", ") + programme->title;
    return text;
  }
  std::string write(const std::string& name, const std::string& content) {
    const auto path = directory_.path() / name;
    std::ofstream(path, std::ios::binary) << content;
    return "file:" + path.string();
  }
  TemporaryDirectory directory_;
  TestDatabase database_{Guide::migrations()};
  ManualClock clock_;
};

TEST_F(GuideTest, ImportsAFileAndKeepsItOverARestart) {
  const auto url = write("guide.xml", document("A film"));
  {
    auto guide = make({{url, 1h}});
    guide->tick();
    guide->settle();
    EXPECT_EQ(titles(*guide), "A film, Then, Later");
    EXPECT_EQ(guide->sources()->front().programmes, 3u);
  }
  auto again = make({});
  again->settle();
  EXPECT_EQ(titles(*again), "A film, Then, Later");
  const auto& film = *again->schedule()->find(ChannelId("one"))->programmes->front();
  EXPECT_EQ(film.description, "Some <text> & more");
  EXPECT_THAT(film.categories, testing::ElementsAre("Film", "Drama"));
  EXPECT_THAT(film.credits, testing::ElementsAre(Programme::Credit{"actor", "Somebody"}));
  EXPECT_EQ(film.stop - film.start, 1h);
}

TEST_F(GuideTest, LooksAgainAfterTheIntervalAndTakesWhatChanged) {
  const auto url = write("guide.xml", document("Before"));
  auto guide = make({{url, 1h}});
  guide->tick();
  guide->settle();
  write("guide.xml", document("After the change"));
  guide->tick();
  guide->settle();
  EXPECT_EQ(titles(*guide), "Before, Then, Later");
  clock_.advance(61min);
  guide->tick();
  guide->settle();
  EXPECT_EQ(titles(*guide), "After the change, Then, Later");
}

TEST_F(GuideTest, AsksAServerOnlyForAnotherVersion) {
  AnsweringServer server(
      in_turn({ok(document("From afar"), "ETag: \"v1\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n"),
               "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"}));
  auto guide = make({{url_of(server), 1h}});
  guide->tick();
  guide->settle();
  clock_.advance(61min);
  guide->tick();
  guide->settle();
  EXPECT_EQ(titles(*guide), "From afar, Then, Later");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_THAT(requests[1].head, HasSubstr("If-None-Match: \"v1\""));
  EXPECT_THAT(requests[1].head, HasSubstr("If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT"));
  EXPECT_TRUE(guide->sources()->front().error.empty());
  EXPECT_EQ(guide->sources()->front().url.find("secret"), std::string::npos);
}

TEST_F(GuideTest, ASourceThatFailsIsToldAndChangesNothing) {
  AnsweringServer server(in_turn({ok(document("Good")), AnsweringServer::status(500)}));
  auto guide = make({{url_of(server), 1h}});
  guide->tick();
  guide->settle();
  clock_.advance(61min);
  test::CapturedLog log;
  guide->tick();
  guide->settle();
  EXPECT_THAT(log.take(), HasSubstr("An XMLTV source cannot be imported; what is known stays"));
  EXPECT_EQ(titles(*guide), "Good, Then, Later");
  EXPECT_THAT(guide->sources()->front().error, HasSubstr("500"));
  EXPECT_THAT(database_.metrics().render(), HasSubstr("grandstand_guide_imports_total{outcome=\"failed\"} 1"));
  EXPECT_THAT(database_.metrics().render(), testing::ContainsRegex("grandstand_guide_source_up\\{[^}]*\\} 0"));
}

TEST_F(GuideTest, AnUnreachableSourceIsTriedAgainSoon) {
  auto guide = make({{"http://127.0.0.1:1/guide.xml", 6h}});
  guide->tick();
  guide->settle();
  EXPECT_FALSE(guide->sources()->front().error.empty());
  const auto first = guide->sources()->front().tried;
  clock_.advance(61s);
  guide->tick();
  guide->settle();
  EXPECT_GT(guide->sources()->front().tried, first);
}

TEST_F(GuideTest, ReadsGzipAndXzAndSaysWhenThePackingIsBroken) {
  const auto packed = gzip(document("Packed"));
  auto guide = make({{write("guide.xml.gz", packed), 1h}});
  guide->tick();
  guide->settle();
  EXPECT_EQ(titles(*guide), "Packed, Then, Later");
  auto broken = make({{write("broken.gz", packed.substr(0, packed.size() / 2)), 1h}});
  broken->tick();
  broken->settle();
  EXPECT_EQ(broken->sources()->front().error, "the gzip packing of the document is broken");
  const auto plain = write("plain.xml", document("By xz")).substr(5);
  if (std::system(("xz -k " + plain).c_str()) != 0) GTEST_SKIP() << "no xz";
  auto xz = make({{"file:" + plain + ".xz", 1h}});
  xz->tick();
  xz->settle();
  EXPECT_EQ(titles(*xz), "By xz, Then, Later");
}

TEST_F(GuideTest, ABadProgrammeIsSkippedAndCounted) {
  auto guide = make({{write("guide.xml",
                            "<tv><programme start=\"x\" channel=\"one.example\"><title>A</title></programme>"
                            "<programme start=\"20260101010000\" stop=\"20260101020000\" channel=\"one.example\">"
                            "<title>B</title></programme></tv>"),
                      1h}});
  guide->tick();
  guide->settle();
  EXPECT_EQ(titles(*guide), "B");
  EXPECT_EQ(guide->sources()->front().skipped, 1u);
  EXPECT_THAT(guide->sources()->front().faults.front(), HasSubstr("line 1"));
  EXPECT_THAT(database_.metrics().render(), HasSubstr("grandstand_guide_skipped_programmes_total 1"));
}

TEST_F(GuideTest, TakesTheStreamsOwnGuideWhereTheLineupLetsIt) {
  auto guide = make({{write("guide.xml", document("A film")), 1h}});
  guide->tick();
  guide->settle();
  media::ProgrammeEvent event;
  event.start = clock_.utc() + 1h;
  event.duration = 1h;
  event.title = "A film";
  event.category = "News";
  const auto take = [&](const char* channel) {
    guide->take(ChannelId(channel), {true, {event}});
    guide->settle();
  };
  take("one");  // the same programme: what XMLTV said of it stays
  EXPECT_THAT(guide->schedule()->find(ChannelId("one"))->programmes->front()->source, "xmltv");
  event.duration = 90min;
  event.title = "A longer film";
  take("one");
  take("two");
  take("nobody");
  EXPECT_EQ(titles(*guide), "A longer film, Then, Later");
  EXPECT_EQ(titles(*guide, "two"), "");
  EXPECT_THAT(guide->schedule()->find(ChannelId("one"))->programmes->front()->categories, testing::ElementsAre("News"));
}

TEST_F(GuideTest, ANewChannelIsFilledFromDocumentsThatDidNotChange) {
  auto guide = make({{write("guide.xml", document("A film")), 6h}});
  guide->tick();
  guide->settle();
  guide->set_channels({{ChannelId("three"), "Three", 3, "", "one.example", true},
                       {ChannelId("four"), "Four", 4, "", "other.example", true}});
  guide->tick();
  guide->settle();
  EXPECT_EQ(titles(*guide, "three"), "A film, Then, Later");
  EXPECT_EQ(titles(*guide, "one"), "no channel");
}

TEST_F(GuideTest, ANewChannelWithTheXmltvIdOfAnotherIsFilledToo) {
  auto guide = make({{write("guide.xml", document("A film")), 6h}});
  guide->tick();
  guide->settle();
  guide->set_channels({{ChannelId("one"), "One", 1, "", "one.example", true},
                       {ChannelId("one-hd"), "One HD", 2, "", "one.example", true}});
  guide->tick();
  guide->settle();
  EXPECT_EQ(titles(*guide, "one-hd"), "A film, Then, Later");
}

TEST_F(GuideTest, ADocumentThatNeverChangesFillsTheGuideForAsLongAsItReaches) {
  const std::string far = R"(<programme start="20260120000000" stop="20260120010000" channel="one.example">
    <title>In three weeks</title></programme></tv>)";
  auto whole = document("A film");
  whole.replace(whole.find("</tv>"), 5, far);
  auto guide = make({{write("guide.xml", whole), 6h}});
  for (int days = 0; days < 4; ++days) {
    guide->tick();
    guide->settle();
    EXPECT_EQ(titles(*guide), "A film, Then, Later");
    clock_.advance(24h);
  }
  clock_.advance(24h * 2);
  guide->tick();
  guide->settle();
  EXPECT_THAT(titles(*guide), HasSubstr("In three weeks"));
}

TEST_F(GuideTest, WhatIsTooFarAwayTakesNobodysPlace) {
  auto whole = document("A film");
  std::string far;
  for (int day = 16; day < 26; ++day) {
    far += "<programme start=\"202601" + std::to_string(day) +
           "000000\" channel=\"two\"><title>Far away</title></programme>";
  }
  whole.insert(whole.find("<tv>") + 4, far);
  Settings settings;
  settings.max_programmes = 3;
  auto guide = make({{write("guide.xml", whole), 6h}}, settings);
  guide->tick();
  guide->settle();
  EXPECT_EQ(titles(*guide), "A film, Then, Later");
}

TEST_F(GuideTest, ForgetsWhatIsTooOldInTheDatabaseToo) {
  {
    auto guide = make({{write("guide.xml", document("A film")), 100h}});
    guide->tick();
    guide->settle();
    clock_.advance(24h * 7 + 150min);
    guide->tick();
    guide->settle();
    EXPECT_EQ(titles(*guide), "Then, Later");
  }
  EXPECT_EQ(database_.database()
                .run_blocking<int>([](pqxx::work& work) -> Result<int> {
                  return work.exec1("SELECT count(*) FROM guide_programme")[0].as<int>();
                })
                .value(),
            2);
}

TEST_F(GuideTest, WhatItExportsIsValidAndImportsAsTheSame) {
  auto guide = make({{write("guide.xml", document("A &amp; B &lt;film&gt;")), 1h}});
  guide->settle();
  guide->tick();
  guide->settle();
  const auto empty = guide->document();
  clock_.advance(10s);
  guide->tick();
  guide->settle();
  const auto made = guide->document();
  EXPECT_NE(made->etag, empty->etag);
  clock_.advance(10s);
  guide->tick();
  guide->settle();
  EXPECT_EQ(guide->document(), made);  // once per change
  std::string unpacked;
  ASSERT_TRUE(unpack(made->gzip.view(), 1u << 20, [&](std::string_view piece) {
                unpacked += piece;
                return success();
              }).ok());
  EXPECT_EQ(unpacked, made->xml.view());
  const auto path = write("export.xml", std::string(made->xml.view())).substr(5);
  if (std::filesystem::exists("/usr/share/xmltv/xmltv.dtd")) {
    const std::string command = "xmllint --nonet --noout --dtdvalid /usr/share/xmltv/xmltv.dtd '" + path + "' 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << made->xml.view();
  }
  const auto before = guide->schedule();
  Settings settings;
  settings.sources = {{"file:" + path, 1h}};
  TestDatabase other(Guide::migrations());
  Guide second(settings, Guide::Context{clock_, other.metrics(), other.database()});
  second.set_channels({{ChannelId("copy"), "Copy", 1, "", "one", true}});
  second.tick();
  second.settle();
  const auto& copied = *second.schedule()->find(ChannelId("copy"))->programmes;
  const auto& original = *before->find(ChannelId("one"))->programmes;
  ASSERT_EQ(original.size(), 3u);
  ASSERT_EQ(copied.size(), original.size());
  for (std::size_t i = 0; i < copied.size(); ++i) EXPECT_EQ(*copied[i], *original[i]);
}

}  // namespace
}  // namespace grandstand::guide

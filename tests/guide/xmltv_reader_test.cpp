// SPDX-License-Identifier: MIT
#include "xmltv_reader.hpp"

#include "xmltv_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::guide {
namespace {

using namespace std::chrono_literals;

UtcTime at(int hours, int minutes = 0) {
  return std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + std::chrono::hours(hours) +
         std::chrono::minutes(minutes);
}

struct Reading {
  explicit Reading(std::string_view text, std::size_t piece = SIZE_MAX)
      : reader([](const std::string& channel) { return channel != "foreign"; },
               [this](const std::string& channel, Programme programme) {
                 channels.push_back(channel);
                 programmes.push_back(std::move(programme));
               }) {
    for (std::size_t from = 0; from < text.size() && status.ok(); from += std::min(piece, text.size() - from)) {
      status = reader.push(text.substr(from, piece));
    }
    if (status.ok()) status = reader.finish();
  }

  std::vector<std::string> channels;
  std::vector<Programme> programmes;
  Status status = success();
  XmltvReader reader;
};

constexpr std::string_view kWhole = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tv SYSTEM "xmltv.dtd">
<tv generator-info-name="somebody">
  <channel id="one"><display-name>One</display-name></channel>
  <programme start="20260101120000 +0100" stop="20260101123000 +0100" channel="one">
    <title lang="en">News &amp; Weather</title><title lang="de">Nachrichten</title>
    <sub-title>Midday</sub-title>
    <desc>First line
second line</desc>
    <credits><presenter>A. Person</presenter><actor role="X">B. Person</actor></credits>
    <date>2026</date>
    <category>News</category><category>Weather</category><category>News</category>
    <icon src="https://pictures.example/1.png"/><icon src="https://pictures.example/2.png"/>
    <episode-num system="xmltv_ns">0.1.0/1</episode-num><episode-num system="onscreen">S01E02</episode-num>
    <rating system="age"><value>12</value></rating>
    <star-rating><value>3/5</value></star-rating>
  </programme>
  <programme start="20260101113000" channel="foreign"><title>Not ours</title></programme>
</tv>)";

TEST(XmltvTime, TakesOffsetsNamesOfUtcAndShortForms) {
  EXPECT_EQ(parse_xmltv_time("20260101120000 +0100"), at(11));
  EXPECT_EQ(parse_xmltv_time("20260101120000 -05:30"), at(17, 30));
  EXPECT_EQ(parse_xmltv_time("202601011215"), at(12, 15));
  EXPECT_EQ(parse_xmltv_time("20260101120000 UTC"), at(12));
  EXPECT_EQ(parse_xmltv_time("20260101120000Z"), at(12));
  EXPECT_EQ(parse_xmltv_time("20260101"), at(0));
  for (const char* wrong : {"", "now", "2026", "20261301120000", "20260230120000", "20260101250000",
                            "20260101120000 CET", "20260101120000 +1", "202601011200000"}) {
    EXPECT_FALSE(parse_xmltv_time(wrong).has_value()) << wrong;
  }
  EXPECT_EQ(to_xmltv_time(at(11, 5)), "20260101110500 +0000");
}

TEST(XmltvReader, ReadsWhatAProgrammeSays) {
  const Reading reading(kWhole);
  ASSERT_TRUE(reading.status.ok()) << reading.status.error().message;
  ASSERT_EQ(reading.programmes.size(), 1u);
  const Programme& p = reading.programmes.front();
  EXPECT_EQ(p.start, at(11));
  EXPECT_EQ(p.stop, at(11, 30));
  EXPECT_EQ(p.title, "News & Weather");
  EXPECT_EQ(p.language, "en");
  EXPECT_EQ(p.subtitle, "Midday");
  EXPECT_EQ(p.description, "First line\nsecond line");
  EXPECT_THAT(p.categories, testing::ElementsAre("News", "Weather"));
  EXPECT_THAT(p.credits, testing::ElementsAre(Programme::Credit{"presenter", "A. Person"},
                                              Programme::Credit{"actor", "B. Person"}));
  EXPECT_EQ(p.icon, "https://pictures.example/1.png");
  EXPECT_EQ(p.episode_ns, "0.1.0/1");
  EXPECT_EQ(p.episode, "S01E02");
  EXPECT_EQ(p.rating, "12");
  EXPECT_EQ(p.star_rating, "3/5");
  EXPECT_EQ(p.date, "2026");
  EXPECT_EQ(reading.reader.counts().foreign, 1u);
}

TEST(XmltvReader, PiecesOfAnySizeGiveTheSame) {
  const Reading whole(kWhole);
  for (const std::size_t piece : {1u, 2u, 7u, 64u}) {
    const Reading pieces(kWhole, piece);
    EXPECT_EQ(pieces.programmes, whole.programmes) << piece;
  }
}

TEST(XmltvReader, LeavesOutProgrammesWithAFaultAndSaysWhereTheyAre) {
  const Reading reading(
      "<tv>\n"
      "<programme start=\"yesterday\" channel=\"one\"><title>A</title></programme>\n"
      "<programme start=\"20260101120000\" stop=\"20260101110000\" channel=\"one\"><title>B</title></programme>\n"
      "<programme start=\"20260101120000\" channel=\"one\"><desc>no title</desc></programme>\n"
      "<programme start=\"20260101120000\" channel=\"one\"><title>Good</title></programme>\n"
      "</tv>");
  ASSERT_TRUE(reading.status.ok());
  ASSERT_EQ(reading.programmes.size(), 1u);
  EXPECT_EQ(reading.programmes.front().title, "Good");
  EXPECT_EQ(reading.programmes.front().stop, reading.programmes.front().start);
  EXPECT_EQ(reading.reader.counts().skipped, 3u);
  EXPECT_THAT(reading.reader.counts().faults,
              testing::ElementsAre("line 2: start=\"yesterday\" is no time; expected YYYYMMDDHHMMSS +HHMM",
                                   "line 3: a programme that stops at or before its start",
                                   "line 4: a programme without title"));
}

TEST(XmltvReader, SaysWhereADocumentIsNoXmltv) {
  const Reading mismatched("<tv>\n<programme start=\"1\" channel=\"c\"></tv>");
  ASSERT_FALSE(mismatched.status.ok());
  EXPECT_THAT(mismatched.status.error().message, testing::HasSubstr("line 2"));
  EXPECT_THAT(mismatched.status.error().message, testing::HasSubstr("mismatched tag"));
  const Reading page("<html><body>Not found</body></html>");
  ASSERT_FALSE(page.status.ok());
  EXPECT_EQ(page.status.error().message, "line 1, column 1: the document is <html>; expected <tv>");
  EXPECT_EQ(Reading("<page/>").status.error().message, "line 1, column 1: the document is <page>; expected <tv>");
  EXPECT_FALSE(Reading("").status.ok());
  EXPECT_FALSE(Reading("{}").status.ok());
  EXPECT_FALSE(Reading("<tv><programme").status.ok());
}

TEST(XmltvReader, RefusesEntitiesOfTheDocument) {
  const Reading bomb(
      "<!DOCTYPE tv [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><tv><programme start=\"20260101\" "
      "channel=\"c\"><title>&b;</title></programme></tv>");
  ASSERT_FALSE(bomb.status.ok());
  EXPECT_THAT(bomb.status.error().message, testing::HasSubstr("entities of its own"));
  EXPECT_TRUE(bomb.programmes.empty());
}

TEST(XmltvReader, CutsLongTextsBetweenCharacters) {
  std::string title;
  for (int i = 0; i < 20'000; ++i) title += "é";
  const Reading reading("<tv><programme start=\"20260101\" channel=\"c\"><title>x" + title +
                        "</title></programme></tv>");
  ASSERT_EQ(reading.programmes.size(), 1u);
  const std::string& read = reading.programmes.front().title;
  EXPECT_LE(read.size(), XmltvReader::kMaxText);
  EXPECT_EQ(read.size() % 2, 1u);
}

TEST(XmltvReader, ReadsTablesOfOneByte) {
  const Reading latin(
      "<?xml version=\"1.0\" encoding=\"windows-1252\"?><tv><programme start=\"20260101\" channel=\"c\">"
      "<title>5 \x80 caf\xE9</title></programme></tv>");
  ASSERT_TRUE(latin.status.ok()) << latin.status.error().message;
  EXPECT_EQ(latin.programmes.front().title, "5 € café");
  EXPECT_FALSE(Reading("<?xml version=\"1.0\" encoding=\"no-such\"?><tv/>").status.ok());
}

TEST(XmltvReader, DepthIsBounded) {
  std::string deep = "<tv>";
  for (int i = 0; i < 1'000; ++i) deep += "<a>";
  EXPECT_THAT(Reading(deep).status.error().message, testing::HasSubstr("too deep"));
}

}  // namespace
}  // namespace grandstand::guide

// SPDX-License-Identifier: MIT
// What stands beside the segments in playlists of the past: date ranges, captions in the pictures.
#include "index_line.hpp"
#include "recorded_channel.hpp"

#include <gmock/gmock.h>

namespace grandstand::dvr {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr char kBreak[] =
    "#EXT-X-DATERANGE:ID=\"splice-7-1\",START-DATE=\"2026-01-01T00:00:20.000Z\",SCTE35-OUT=0xFC\n";
constexpr char kBreakEnds[] =
    "#EXT-X-DATERANGE:ID=\"splice-7-1\",START-DATE=\"2026-01-01T00:00:20.000Z\",DURATION=20.000,SCTE35-IN=0xFD\n";

class DateRangeArchive : public testing::Test {
 protected:
  DateRangeArchive() { start(); }

  // A daemon that starts anew, an hour of live numbers later.
  void start() {
    channel_.reset();
    channel_ = std::make_unique<RecordedChannel>(folder_.path(), clock_);
    listed_ = nullptr;
  }
  void feed(int segments) {
    channel_->date_ranges = listed_;
    channel_->feed(segments);
  }
  void list(UtcTime start, std::optional<UtcTime> end, const std::string& lines, const std::string& id = "splice-7-1") {
    auto list = listed_ ? std::make_shared<hls::DateRangeList>(*listed_) : std::make_shared<hls::DateRangeList>();
    std::erase_if(list->entries, [&](const auto& entry) { return entry.id == id; });
    list->entries.push_back({id, start, end, start, lines});
    listed_ = std::move(list);
  }
  // Twenty seconds of programme, a break as long, twenty seconds of programme; then the live playlist forgets it.
  UtcTime record_break() {
    const auto begin = clock_.utc();
    feed(10);
    list(begin + seconds(20), std::nullopt, kBreak);
    feed(10);
    list(begin + seconds(20), begin + seconds(40), std::string(kBreak) + kBreakEnds);
    feed(10);
    listed_ = std::make_shared<hls::DateRangeList>();
    feed(2);
    return begin;
  }

  TestFolder folder_;
  ManualClock clock_;
  std::unique_ptr<RecordedChannel> channel_;
  std::shared_ptr<const hls::DateRangeList> listed_;
};

TEST_F(DateRangeArchive, ListsWhatTouchesTheStretchBeforeTheFirstSegment) {
  const auto begin = record_break();
  const auto whole = std::string(kBreak) + kBreakEnds;
  const auto text = channel_->range(begin, seconds(60));
  EXPECT_THAT(text, HasSubstr("\n" + whole));
  EXPECT_LT(text.find(whole), text.find("#EXTINF"));
  EXPECT_THAT(channel_->range(begin + seconds(30), seconds(5)), HasSubstr(whole)) << "it began before";
  EXPECT_THAT(channel_->range(begin, seconds(10)), Not(HasSubstr("DATERANGE"))) << "it began later";
  EXPECT_THAT(channel_->range(begin + seconds(50), seconds(10)), Not(HasSubstr("DATERANGE"))) << "it was over";
  EXPECT_THAT(channel_->kept("ts"), HasSubstr(whole));
}

TEST_F(DateRangeArchive, TheListOfEverythingAndItsDeltaSayItAsSoonAsItIsKnown) {
  const auto begin = clock_.utc();
  feed(40);
  EXPECT_THAT(channel_->kept(), Not(HasSubstr("DATERANGE")));
  list(begin + seconds(100), std::nullopt, kBreak);
  feed(1);
  EXPECT_THAT(channel_->kept(), HasSubstr(kBreak)) << "although it is to come";
  Question question;
  question.kind = Question::Kind::kMedia;
  question.channel = "news";
  question.rendition = "fmp4";
  question.skip = true;
  const auto delta = channel_->text(question);
  EXPECT_THAT(delta, HasSubstr("EXT-X-SKIP"));
  EXPECT_THAT(delta, HasSubstr(kBreak));
  question.stretch = {Stretch::Kind::kDelayed, {}, {}, seconds(10)};
  EXPECT_THAT(channel_->text(question), Not(HasSubstr("DATERANGE"))) << "that viewer is not there yet";
}

TEST_F(DateRangeArchive, SurvivesARestartAndIsForgottenWithItsTime) {
  const auto begin = record_break();
  const auto before = channel_->range(begin, seconds(60));
  std::ofstream(folder_.path() / "news/date_ranges", std::ios::app)
      << "range 1 2\nrange x - id #EXT-X-DATERANGE:ID=\"a\" .\nhalf";
  start();
  EXPECT_EQ(channel_->range(begin, seconds(60)), before);
  list(clock_.utc(), clock_.utc(), "#EXT-X-DATERANGE:ID=\"splice-8-2\",SCTE35-CMD=0xFE\n", "splice-8-2");
  feed(1);
  EXPECT_THAT(channel_->kept(), testing::AllOf(HasSubstr(kBreak), HasSubstr("splice-8-2")));
  clock_.advance(hours(26) - seconds(10));  // the keep, and two hours
  channel_->tick();
  std::ifstream file(folder_.path() / "news/date_ranges");
  const std::string left{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(left, testing::AllOf(Not(HasSubstr("splice-7")), HasSubstr("splice-8-2")));
}

TEST_F(DateRangeArchive, OneThatNobodyEndsIsOverAtLast) {
  const auto begin = clock_.utc();
  list(begin, std::nullopt, kBreak);
  feed(1);
  clock_.advance(hours(3));
  channel_->sequence() += 5'400;
  listed_ = std::make_shared<hls::DateRangeList>();
  feed(5);
  EXPECT_THAT(channel_->range(begin + hours(3), seconds(10)), Not(HasSubstr("DATERANGE")));
}

TEST(IndexLine, ADateRangeIsReadAsItWasWritten) {
  hls::DateRangeList::Entry range;
  range.id = "splice-7-1";
  range.start = UtcTime{seconds(1'767'225'620)};
  range.lines = std::string(kBreak) + kBreakEnds;
  for (const auto end : {std::optional<UtcTime>(), std::optional(range.start + seconds(20))}) {
    range.end = end;
    const auto line = to_line(range);
    ASSERT_EQ(line.back(), '\n');
    const auto read = parse_date_range(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, range.id);
    EXPECT_EQ(read->start, range.start);
    EXPECT_EQ(read->end, range.end);
    EXPECT_EQ(read->lines, range.lines);
    for (std::size_t size = 0; size + 1 < line.size(); ++size) {
      EXPECT_FALSE(parse_date_range(std::string_view(line).substr(0, size))) << size;
    }
  }
}

constexpr char kCaptions[] = "TYPE=CLOSED-CAPTIONS,GROUP-ID=\"captions\",NAME=\"Captions\",INSTREAM-ID=\"CC1\"";

TEST_F(DateRangeArchive, NamesTheCaptionsInThePictures) {
  const std::string pictures = "BANDWIDTH=1000000,CODECS=\"avc1.640028\",RESOLUTION=640x360,CLOSED-CAPTIONS=";
  channel_->attributes = pictures + "NONE";
  feed(3);
  Question question;
  question.channel = "news";
  EXPECT_THAT(channel_->text(question), testing::AllOf(HasSubstr(",CLOSED-CAPTIONS=NONE\n"), Not(HasSubstr("MEDIA:"))));
  channel_->attributes = pictures + "\"captions\"";
  channel_->captions = {kCaptions};
  feed(3);
  const auto text = channel_->text(question);
  EXPECT_THAT(text, HasSubstr("#EXT-X-MEDIA:" + std::string(kCaptions) + "\n"));
  EXPECT_THAT(text, HasSubstr(",CLOSED-CAPTIONS=\"captions\"\n"));
  start();
  EXPECT_EQ(channel_->text(question), text);
}

TEST_F(DateRangeArchive, AllVariantsHaveTheSameCaptionsOrNoneHasAny) {
  channel_->renditions = {"fmp4", "fmp4-360p"};
  for (const std::string rendition : {"fmp4", "fmp4-360p"}) {
    auto segment = channel_->make(rendition);
    auto description = *segment.rendition;
    description.attributes = "BANDWIDTH=1,RESOLUTION=640x360,CLOSED-CAPTIONS=";
    description.attributes += rendition == "fmp4" ? "\"captions\"" : "NONE";
    if (rendition == "fmp4") description.captions = {kCaptions};
    segment.rendition = std::make_shared<hls::RenditionDescription>(description);
    channel_->archive->on_segment(segment);
  }
  channel_->archive->drain();
  Question question;
  question.channel = "news";
  const auto text = channel_->text(question);
  EXPECT_THAT(text, Not(HasSubstr("CLOSED-CAPTIONS=NONE")));
  EXPECT_NE(text.find("CLOSED-CAPTIONS=\"captions\""), text.rfind("CLOSED-CAPTIONS=\"captions\""));
}

}  // namespace
}  // namespace grandstand::dvr

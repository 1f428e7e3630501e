// SPDX-License-Identifier: MIT
#include "recorded_channel.hpp"

#include <csignal>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <zlib.h>

namespace grandstand::dvr {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string gunzip(const SharedBytes& bytes) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(std::size_t{1} << 24, '\0');
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = inflate(&stream, Z_FINISH);
  const bool whole = done == Z_STREAM_END && stream.avail_in == 0;
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return whole ? out : "not gzip";
}

// Rules 11 to 15 of the checklist: what may change from one reload to the next.
void expect_only_appended_and_removed(const ParsedPlaylist& before, const ParsedPlaylist& after) {
  EXPECT_EQ(before.target_duration, after.target_duration);
  ASSERT_FALSE(after.segments.empty());
  EXPECT_GE(after.segments.front().sequence, before.segments.front().sequence);
  EXPECT_GE(after.segments.back().sequence, before.segments.back().sequence);
  std::map<std::uint64_t, PlaylistSegment> known;
  for (const auto& segment : before.segments) known[segment.sequence] = segment;
  for (const auto& segment : after.segments) {
    const auto same = known.find(segment.sequence);
    if (same != known.end()) EXPECT_EQ(same->second, segment) << segment.uri;
  }
}

class ArchiveTest : public testing::Test {
 protected:
  TestFolder folder_;
  ManualClock clock_;
};

TEST_F(ArchiveTest, ListsWhatItRecordedAndGivesItBack) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.feed(10);
  const auto playlist = parse(channel.kept());
  ASSERT_EQ(playlist.segments.size(), 10u);
  EXPECT_EQ(playlist.target_duration, 4);
  EXPECT_FALSE(playlist.ended);
  EXPECT_EQ(playlist.segments[0].date, "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(playlist.segments[9].duration, "2.00000,");
  for (const auto& segment : playlist.segments) {
    EXPECT_EQ(segment.map, "URI=\"init-" + channel.token() + "-1.mp4\"");
    EXPECT_EQ(channel.file(segment.uri), "fmp4 " + segment.uri.substr(segment.uri.find('-') + 1, 10));
  }
  EXPECT_EQ(channel.file("init-" + channel.token() + "-1.mp4"), "init 1");
  EXPECT_EQ(parse(channel.kept("ts")).segments.size(), 10u);
}

TEST_F(ArchiveTest, CarriesOnItsNumbersOverRestartsAndReusesNoUri) {
  ParsedPlaylist before;
  std::set<std::string> uris;
  std::size_t listed = 0;
  for (int start = 0; start < 4; ++start) {
    RecordedChannel channel(folder_.path(), clock_);
    for (int part = 0; part < 3; ++part) {
      channel.feed(600);
      const auto after = parse(channel.kept());
      if (!before.segments.empty()) expect_only_appended_and_removed(before, after);
      before = after;
    }
    listed = before.segments.size();
    clock_.advance(minutes(7));  // down
  }
  EXPECT_EQ(listed, 4u * 1'800);
  for (const auto& segment : before.segments) EXPECT_TRUE(uris.insert(segment.uri).second);
  // Each start is a discontinuity, the first one is not.
  EXPECT_EQ(before.segments.back().discontinuity_sequence, before.discontinuity_sequence + 3);
}

TEST_F(ArchiveTest, RenditionsAgreeOnNumbersAndDiscontinuities) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.feed(5);
  channel.next_is_discontinuity = true;
  channel.feed(5);
  channel.renditions.emplace_back("fmp4-720p");  // begins later
  channel.feed(5);
  channel.next_is_discontinuity = true;
  channel.feed(5);
  const auto first = parse(channel.kept("fmp4"));
  const auto second = parse(channel.kept("ts"));
  const auto late = parse(channel.kept("fmp4-720p"));
  ASSERT_EQ(first.segments.size(), second.segments.size());
  ASSERT_EQ(late.segments.size(), 10u);
  for (std::size_t i = 0; i < first.segments.size(); ++i) {
    EXPECT_EQ(first.segments[i].sequence, second.segments[i].sequence);
    EXPECT_EQ(first.segments[i].discontinuity_sequence, second.segments[i].discontinuity_sequence);
  }
  EXPECT_EQ(late.segments.back().sequence, first.segments.back().sequence);
  EXPECT_EQ(late.segments.back().discontinuity_sequence, first.segments.back().discontinuity_sequence);
}

TEST_F(ArchiveTest, IgnoresWhatWasHalfWrittenWhenTheProcessDied) {
  for (const int cut : {1, 20, 60}) {
    TestFolder folder;
    ParsedPlaylist before;
    {
      RecordedChannel channel(folder.path(), clock_);
      channel.feed(100);
      before = parse(channel.kept());
    }
    for (const auto& index : folder.files(".index")) {
      std::filesystem::resize_file(index, std::filesystem::file_size(index) - static_cast<std::uintmax_t>(cut));
    }
    std::ofstream(folder.path() / "news/fmp4/init/init-x.mp4.new") << "half";
    clock_.advance(minutes(1));
    RecordedChannel channel(folder.path(), clock_);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "news/fmp4/init/init-x.mp4.new"));
    const auto after = parse(channel.kept());
    ASSERT_EQ(after.segments.size(), 99u) << cut;
    channel.feed(3);
    const auto grown = parse(channel.kept());
    ASSERT_EQ(grown.segments.size(), 102u);
    EXPECT_EQ(grown.segments[99].sequence, grown.segments[98].sequence + 1);
    EXPECT_EQ(grown.segments[99].discontinuity_sequence, grown.segments[98].discontinuity_sequence + 1);
    for (std::size_t i = 0; i < 99; ++i) EXPECT_EQ(grown.segments[i], before.segments[i]);
    EXPECT_EQ(channel.file(grown.segments[101].uri).substr(0, 5), "fmp4 ");
    EXPECT_EQ(channel.file(grown.segments[5].uri).substr(0, 5), "fmp4 ");
  }
}

TEST_F(ArchiveTest, DropsLinesWhoseBytesNeverReachedTheDisk) {
  {
    RecordedChannel channel(folder_.path(), clock_);
    channel.feed(10);
  }
  for (const auto& media : folder_.files(".media")) {
    std::filesystem::resize_file(media, std::filesystem::file_size(media) - 20);
  }
  RecordedChannel channel(folder_.path(), clock_);
  const auto listed = parse(channel.kept()).segments.size();
  EXPECT_LT(listed, 10u);
  EXPECT_GT(listed, 6u);
}

TEST_F(ArchiveTest, LeavesForeignFilesAlone) {
  std::filesystem::create_directories(folder_.path() / "news/fmp4");
  std::filesystem::create_directories(folder_.path() / "lost+found");
  std::ofstream(folder_.path() / "news/fmp4/notes.txt") << "mine";
  std::ofstream(folder_.path() / "news/fmp4/20260101T000000Z_s1_d0_m1.index") << "no index";
  RecordedChannel channel(folder_.path(), clock_);
  channel.feed(3);
  EXPECT_EQ(parse(channel.kept()).segments.size(), 3u);
  clock_.advance(hours(100));
  channel.tick();
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "news/fmp4/notes.txt"));
}

TEST_F(ArchiveTest, MarksWhatWasLostAsGapWithoutShiftingNumbers) {
  auto settings = RecordedChannel::no_min_free();
  settings.queue_bytes = 60;
  RecordedChannel channel(folder_.path(), clock_, {hours(24), 0}, settings);
  channel.renditions = {"fmp4"};
  for (const std::size_t padding : {0, 0, 0, 60, 60, 0, 0, 0}) {
    channel.padding = padding;  // a segment of more than the queue takes
    channel.feed(1);
    EXPECT_EQ(channel.archive->trouble(ChannelId("news")).empty(), padding == 0);
  }
  const auto playlist = parse(channel.kept());
  ASSERT_EQ(playlist.segments.size(), 8u);
  EXPECT_FALSE(playlist.segments[2].gap);
  EXPECT_TRUE(playlist.segments[3].gap);
  EXPECT_TRUE(playlist.segments[4].gap);
  EXPECT_FALSE(playlist.segments[5].gap);
  EXPECT_EQ(playlist.segments.back().discontinuity_sequence, playlist.discontinuity_sequence);
  EXPECT_NE(channel.metrics.render().find("grandstand_dvr_gaps_total{channel=\"news\"} 2"), std::string::npos);
  EXPECT_NE(channel.kept().find("#EXT-X-VERSION:8"), std::string::npos);
}

TEST_F(ArchiveTest, IsBehindUntilTheQueueIsHalfEmpty) {
  auto settings = RecordedChannel::no_min_free();
  settings.queue_bytes = 60;
  RecordedChannel channel(folder_.path(), clock_, {hours(24), 0}, settings);
  channel.renditions = {"fmp4"};
  const auto is_behind_after = [&](std::size_t padding) {
    channel.padding = padding;
    channel.feed(1);
    return !channel.archive->trouble(ChannelId("news")).empty();
  };
  EXPECT_FALSE(is_behind_after(20)) << "more than half, but nothing was lost";
  EXPECT_TRUE(is_behind_after(60)) << "more than the queue takes";
  EXPECT_TRUE(is_behind_after(20));
  EXPECT_FALSE(is_behind_after(0));
  EXPECT_FALSE(is_behind_after(20));
}

TEST_F(ArchiveTest, AJumpOfTheLiveNumbersIsADiscontinuity) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.feed(3);
  channel.sequence() += 100;
  channel.feed(3);
  const auto playlist = parse(channel.kept());
  ASSERT_EQ(playlist.segments.size(), 6u);
  EXPECT_EQ(playlist.segments[3].sequence, playlist.segments[2].sequence + 1);
  EXPECT_EQ(playlist.segments[3].discontinuity_sequence, playlist.segments[2].discontinuity_sequence + 1);
  EXPECT_EQ(channel.file(playlist.segments[4].uri).substr(0, 5), "fmp4 ");
}

TEST_F(ArchiveTest, ARangeInThePastIsAFile) {
  RecordedChannel channel(folder_.path(), clock_);
  const auto begin = clock_.utc();
  channel.feed(1'000);
  const auto text = channel.range(begin + seconds(301), seconds(60));
  const auto playlist = parse(text);
  EXPECT_EQ(playlist.type, "VOD");
  EXPECT_TRUE(playlist.ended);
  ASSERT_EQ(playlist.segments.size(), 31u);  // the segment around the start, and the one around the end
  EXPECT_EQ(playlist.segments.front().date, "2026-01-01T00:05:00.000Z");
  EXPECT_EQ(playlist.segments.front().sequence, parse(channel.kept()).segments[150].sequence);
}

TEST_F(ArchiveTest, ARangeOfARunningProgrammeGrowsAndEnds) {
  RecordedChannel channel(folder_.path(), clock_);
  const auto begin = clock_.utc();
  channel.feed(30);
  const auto range = [&] { return parse(channel.range(begin + seconds(20), seconds(80))); };
  const auto early = range();
  EXPECT_EQ(early.type, "EVENT");
  EXPECT_FALSE(early.ended);
  EXPECT_EQ(early.segments.size(), 20u);
  channel.feed(10);
  const auto later = range();
  expect_only_appended_and_removed(early, later);
  EXPECT_EQ(later.segments.size(), 30u);
  EXPECT_EQ(later.segments.front(), early.segments.front());
  channel.feed(30);
  const auto done = range();
  EXPECT_EQ(done.type, "EVENT");
  EXPECT_TRUE(done.ended);
  EXPECT_EQ(done.segments.size(), 40u);
  channel.feed(500);
  EXPECT_EQ(range().type, "VOD");
}

TEST_F(ArchiveTest, ARangeWhoseEndIsNeverRecordedEnds) {
  RecordedChannel channel(folder_.path(), clock_);
  const auto begin = clock_.utc();
  channel.feed(30);
  clock_.advance(minutes(5));
  EXPECT_TRUE(parse(channel.range(begin, seconds(80))).ended);
}

TEST_F(ArchiveTest, ARangeThatEndsWhereNothingWasRecordedEndsAtOnce) {
  RecordedChannel channel(folder_.path(), clock_);
  const auto begin = clock_.utc();
  channel.feed(10);
  clock_.advance(seconds(20));
  channel.sequence() += 10;
  channel.feed(1);
  EXPECT_TRUE(parse(channel.range(begin, seconds(30))).ended);
  EXPECT_FALSE(parse(channel.range(begin, seconds(300))).ended);
}

TEST_F(ArchiveTest, OffersNoRenditionThatEndedLongAgoInAListThatGoesOn) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4", "fmp4-480p"};
  const auto begin = clock_.utc();
  channel.feed(30);
  channel.renditions = {"fmp4"};
  channel.feed(90);
  Question question;
  question.channel = "news";
  EXPECT_THAT(channel.text(question), Not(HasSubstr("fmp4-480p")));
  question.stretch = {Stretch::Kind::kRange, begin, seconds(60), {}};
  EXPECT_THAT(channel.text(question), HasSubstr("fmp4-480p"));
}

TEST_F(ArchiveTest, DescribesAProgrammeByMostOfItAndNotByTheSlateAtItsEnd) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4"};
  const auto begin = clock_.utc();
  const auto sound = [&] {
    auto segment = channel.make("audio-eng");
    auto description = *segment.rendition;
    description.kind = "audio";
    description.container = "fmp4";
    description.attributes = "TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"English\"";
    segment.rendition = std::make_shared<hls::RenditionDescription>(description);
    channel.archive->on_segment(segment);
  };
  const auto muxed = channel.attributes;
  channel.attributes = muxed + ",AUDIO=\"audio\"";
  for (int i = 0; i < 50; ++i) {
    sound();
    channel.feed(1);
  }
  channel.attributes = muxed;
  ++channel.generation;
  channel.feed(10);
  Question question;
  question.channel = "news";
  const auto expect_sound = [&] {
    EXPECT_THAT(channel.text(question), HasSubstr("URI=\"audio-eng/"));
    EXPECT_THAT(channel.text(question), HasSubstr(",AUDIO=\"audio\"\nfmp4/"));
  };
  expect_sound();
  question.stretch = {Stretch::Kind::kRange, begin, seconds(120), {}};
  expect_sound();
  question.stretch = {Stretch::Kind::kDelayed, {}, {}, seconds(2)};
  expect_sound();
}

TEST_F(ArchiveTest, OffersNoRungOfNothingButGapsUnlessThereIsNoOther) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4"};
  const auto begin = clock_.utc();
  const auto feed = [&](int segments) {
    for (int i = 0; i < segments; ++i) {
      auto shed = channel.make("fmp4-720p");
      shed.media = nullptr;
      channel.archive->on_segment(shed);
      channel.feed(1);
    }
  };
  feed(30);
  Question question;
  question.channel = "news";
  for (const auto& stretch : {Stretch{}, Stretch{Stretch::Kind::kRange, begin, seconds(60), {}},
                              Stretch{Stretch::Kind::kDelayed, {}, {}, seconds(10)}}) {
    question.stretch = stretch;
    EXPECT_THAT(channel.text(question), HasSubstr("\nfmp4/"));
    EXPECT_THAT(channel.text(question), Not(HasSubstr("fmp4-720p")));
  }
  channel.renditions.clear();
  const auto alone = clock_.utc();
  feed(30);
  question.stretch = {Stretch::Kind::kRange, alone, seconds(60), {}};
  EXPECT_THAT(channel.text(question), HasSubstr("fmp4-720p"));
}

TEST_F(ArchiveTest, SaysTheBitRatesOfTheStretch) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4"};
  const auto begin = clock_.utc();
  channel.padding = 10'000;
  channel.feed(10);
  channel.padding = 20'000;
  channel.feed(10);
  Question question;
  question.channel = "news";
  question.stretch = {Stretch::Kind::kRange, begin, seconds(20), {}};
  EXPECT_THAT(channel.text(question), HasSubstr("#EXT-X-STREAM-INF:BANDWIDTH=40060,"));
  question.stretch = {Stretch::Kind::kRange, begin, seconds(40), {}};
  EXPECT_THAT(channel.text(question), HasSubstr("#EXT-X-STREAM-INF:BANDWIDTH=80060,"));
}

TEST_F(ArchiveTest, AnnouncesNoLowerBitRateThanItGives) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4"};
  channel.attributes = "BANDWIDTH=1000000,AVERAGE-BANDWIDTH=1000000,CODECS=\"avc1.640028\"";
  channel.feed(2);
  channel.padding = 1;  // 15 and 15 and 16 bytes in six seconds are 61.33 bit/s
  channel.feed(1);
  Question question;
  question.channel = "news";
  EXPECT_THAT(channel.text(question), HasSubstr("BANDWIDTH=64,AVERAGE-BANDWIDTH=62,"));
}

TEST_F(ArchiveTest, ARenditionThatComesLaterTakesTheNumbersOfTheOthers) {
  {
    RecordedChannel before(folder_.path(), clock_);
    before.renditions = {"fmp4"};
    before.feed(10);
  }
  clock_.advance(seconds(300));
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4"};
  channel.feed(10);
  // Its first segment is three behind.
  channel.sequence() -= 3;
  channel.archive->on_segment(channel.make("audio-eng"));
  channel.archive->drain();
  const auto picture = parse(channel.kept("fmp4"));
  const auto sound = parse(channel.kept("audio-eng"));
  EXPECT_EQ(sound.segments.front().sequence, picture.segments.back().sequence - 2);
  EXPECT_EQ(sound.discontinuity_sequence, picture.segments.back().discontinuity_sequence);
}

TEST_F(ArchiveTest, SaysWhatItHasToWhoAsksForMore) {
  RecordedChannel channel(folder_.path(), clock_);
  const auto begin = clock_.utc();
  EXPECT_EQ(channel.range(begin, seconds(60)), "error: the archive of news is empty");
  channel.feed(30);
  EXPECT_EQ(channel.range(begin - hours(2), seconds(60)),
            "error: the archive of news has 2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z");
}

TEST_F(ArchiveTest, NamesTheRecordingNearestToARangeOfWhichNothingWasRecorded) {
  RecordedChannel channel(folder_.path(), clock_);
  const auto begin = clock_.utc();
  channel.feed(30);
  clock_.advance(hours(1));
  channel.next_is_discontinuity = true;
  channel.feed(30);
  EXPECT_EQ(channel.range(begin + minutes(10), minutes(5)),
            "error: nothing of news was recorded from 2026-01-01T00:10:00.000Z to 2026-01-01T00:15:00.000Z; the "
            "nearest recording ends at 2026-01-01T00:01:00.000Z");
  Question question;
  question.channel = "news";
  question.stretch = {Stretch::Kind::kRange, begin + minutes(50), minutes(5), {}};
  EXPECT_EQ(channel.text(question),
            "error: nothing of news was recorded from 2026-01-01T00:50:00.000Z to 2026-01-01T00:55:00.000Z; the "
            "nearest recording begins at 2026-01-01T01:01:00.000Z");
}

TEST_F(ArchiveTest, ALaterLiveMovesWithTheClock) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.feed(300);
  Question question;
  question.kind = Question::Kind::kMedia;
  question.channel = "news";
  question.rendition = "fmp4";
  question.stretch = {Stretch::Kind::kDelayed, {}, {}, seconds(120)};
  const auto before = parse(channel.text(question));
  channel.feed(1);
  const auto after = parse(channel.text(question));
  EXPECT_GE(before.segments.size(), 12u);
  EXPECT_FALSE(before.ended);
  expect_only_appended_and_removed(before, after);
  EXPECT_EQ(after.segments.back().sequence, before.segments.back().sequence + 1);
  EXPECT_EQ(after.segments.front().sequence, before.segments.front().sequence + 1);
}

TEST_F(ArchiveTest, ALaterLiveStandsStillAtAHoleAndGoesOnBehindIt) {
  ParsedPlaylist before;
  const auto follow = [&](const RecordedChannel& channel) {
    Question question;
    question.channel = "news";
    question.stretch = {Stretch::Kind::kDelayed, {}, {}, seconds(120)};
    ASSERT_THAT(channel.text(question), HasSubstr("\nfmp4/"));
    question.kind = Question::Kind::kMedia;
    question.rendition = "fmp4";
    const auto text = channel.text(question);
    ASSERT_THAT(text, HasSubstr("#EXTINF"));
    const auto after = parse(text);
    EXPECT_GE(after.segments.size() * 2, std::min<std::size_t>(after.target_duration * 3, 24));
    if (!before.segments.empty()) expect_only_appended_and_removed(before, after);
    before = after;
  };
  {
    RecordedChannel channel(folder_.path(), clock_);
    channel.feed(90);
    follow(channel);
  }
  const auto last = before.segments.back();
  clock_.advance(seconds(300));
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4"};
  for (int i = 0; i < 100; ++i) {
    channel.feed(1);
    follow(channel);
  }
  EXPECT_EQ(before.segments.back().discontinuity_sequence, last.discontinuity_sequence + 1);
  EXPECT_EQ(before.segments.back().date, to_rfc3339(clock_.utc() - seconds(122)));
}

TEST_F(ArchiveTest, ADeltaAndTheListBeforeMakeTheListNow) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.feed(200);
  channel.next_is_discontinuity = true;
  channel.feed(100);
  Question question;
  question.kind = Question::Kind::kMedia;
  question.channel = "news";
  question.rendition = "fmp4";
  question.skip = true;
  const auto full = parse(channel.kept());
  const auto delta = parse(channel.text(question));
  ASSERT_EQ(delta.skipped + delta.segments.size(), full.segments.size());
  EXPECT_EQ(delta.segments.size(), 12u);  // six target durations
  for (std::size_t i = 0; i < delta.segments.size(); ++i) {
    EXPECT_EQ(delta.segments[i].uri, full.segments[i + delta.skipped].uri);
  }
}

TEST_F(ArchiveTest, TheGzipFormIsTheText) {
  RecordedChannel channel(folder_.path(), clock_);
  for (const int more : {1, 62, 1, 1, 500}) {
    channel.feed(more);
    Question question;
    question.kind = Question::Kind::kMedia;
    question.channel = "news";
    question.rendition = "fmp4";
    const auto answer = channel.archive->find_now(question);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(gunzip((*answer)->gzip_body), (*answer)->body.view());
  }
}

TEST_F(ArchiveTest, ForgetsTheListOfEverythingWhenNobodyAsksForIt) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.feed(100);
  Question question;
  question.kind = Question::Kind::kMedia;
  question.channel = "news";
  question.rendition = "fmp4";
  const auto text = channel.kept();
  const std::weak_ptr<const hls::Resource> made = *channel.archive->find_now(question);
  clock_.advance(minutes(1));
  channel.tick();
  EXPECT_EQ(channel.kept(), text);
  clock_.advance(minutes(1));
  channel.tick();
  EXPECT_FALSE(made.expired()) << "somebody asked a minute ago";
  clock_.advance(minutes(2));
  channel.tick();
  EXPECT_TRUE(made.expired());
  EXPECT_EQ(channel.kept(), text);
}

TEST_F(ArchiveTest, NamesTheVariantsOfAContainer) {
  RecordedChannel channel(folder_.path(), clock_);
  const auto begin = clock_.utc();
  channel.feed(10);
  Question question;
  question.channel = "news";
  EXPECT_EQ(channel.text(question),
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=60,CODECS=\"avc1.640028\"\nfmp4/dvr.m3u8\n");
  question.container = "ts";
  question.stretch = {Stretch::Kind::kRange, begin, seconds(60), {}};
  EXPECT_EQ(channel.text(question),
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=52,CODECS=\"avc1.640028\"\n"
            "ts/archive.m3u8?start=2026-01-01T00:00:00.000Z&duration=60\n");
}

TEST_F(ArchiveTest, PromisesIndependentSegmentsOnlyWhereAllOfThemAre) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4", "fmp4-480p"};
  const auto begin = clock_.utc();
  channel.feed(10);
  Question question;
  question.channel = "news";
  question.stretch = {Stretch::Kind::kRange, begin, seconds(20), {}};
  EXPECT_THAT(channel.text(question), HasSubstr("#EXT-X-INDEPENDENT-SEGMENTS"));
  auto forced = channel.make("fmp4-480p");
  forced.independent = false;  // cut without a key frame
  channel.archive->on_segment(channel.make("fmp4"));
  channel.archive->on_segment(forced);
  clock_.advance(seconds(2));
  ++channel.sequence();
  channel.feed(5);
  for (const auto& stretch : {Stretch{}, Stretch{Stretch::Kind::kRange, begin, seconds(60), {}},
                              Stretch{Stretch::Kind::kDelayed, {}, {}, seconds(2)}}) {
    question.stretch = stretch;
    EXPECT_THAT(channel.text(question), AllOf(HasSubstr("fmp4-480p/"), Not(HasSubstr("INDEPENDENT-SEGMENTS"))));
  }
}

TEST_F(ArchiveTest, KeepsKeyLinesWithTheirSegments) {
  RecordedChannel channel(folder_.path(), clock_);
  for (const std::string key :
       {"", "#EXT-X-KEY:METHOD=AES-128,URI=\"keys/1\"", "#EXT-X-KEY:METHOD=AES-128,URI=\"keys/1\"", ""}) {
    auto segment = channel.make("ts");
    segment.key_line = key;
    channel.archive->on_segment(segment);
    ++channel.sequence();
  }
  channel.archive->drain();
  const auto text = channel.kept("ts");
  const auto on = text.find("#EXT-X-KEY:METHOD=AES-128");
  const auto off = text.find("#EXT-X-KEY:METHOD=NONE");
  ASSERT_NE(on, std::string::npos);
  EXPECT_EQ(text.find("#EXT-X-KEY:METHOD=AES-128", on + 1), std::string::npos);
  EXPECT_GT(off, on);
}

TEST_F(ArchiveTest, InitSegmentsAreOutsideOfEveryKeyWhereverTheListBegins) {
  RecordedChannel channel(folder_.path(), clock_);
  const auto begin = clock_.utc();
  for (int i = 0; i < 140; ++i) {
    channel.generation = 1 + static_cast<unsigned>(i / 50);
    auto segment = channel.make("fmp4");
    segment.key_line =
        "#EXT-X-KEY:METHOD=AES-128,URI=\"../key-" + std::to_string(i / 3) + ".key\",IV=0x" + std::to_string(1'000 + i);
    channel.archive->on_segment(segment);
    ++channel.sequence();
    clock_.advance(seconds(2));
  }
  channel.archive->drain();
  for (const int skipped : {0, 1, 49, 50, 64, 100}) {
    const auto text = channel.range(begin + seconds(2) * skipped, seconds(2) * (140 - skipped));
    bool keyed = false;
    int next = skipped;
    std::string key;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("#EXT-X-KEY:")) keyed = (key = line) != "#EXT-X-KEY:METHOD=NONE";
      if (line.starts_with("#EXT-X-MAP:")) EXPECT_FALSE(keyed) << text;
      if (line.starts_with('#')) continue;
      EXPECT_TRUE(key.ends_with("IV=0x" + std::to_string(1'000 + next++))) << key << " " << line;
    }
    EXPECT_EQ(next, 140);
  }
}

TEST_F(ArchiveTest, NamesFromViewersReachNoOtherFile) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.feed(3);
  std::ofstream(folder_.path() / "news/fmp4/init/secret") << "secret";
  std::filesystem::create_symlink("/etc/hostname", folder_.path() / "news/fmp4/init/link");
  EXPECT_EQ(channel.file("secret"), "secret");  // the folder of init segments is open
  for (const std::string uri :
       {"../marks", "init/secret", "..", ".", "", "/etc/hostname", "link", "..%2fmarks", "a\0b"}) {
    EXPECT_TRUE(channel.file(uri).starts_with("error: ")) << uri;
  }
  EXPECT_TRUE(channel.file("x", "../news/fmp4").starts_with("error: "));
}

TEST_F(ArchiveTest, LetsGoOfWhatIsTooOld) {
  RecordedChannel channel(folder_.path(), clock_, {hours(2), 0});
  channel.feed(5 * 1'800);
  const auto listed = [&] { return parse(channel.kept()).segments.size(); };
  EXPECT_EQ(listed(), 5u * 1'800);
  const auto oldest = parse(channel.kept()).segments.front();
  channel.tick();
  EXPECT_EQ(listed(), 2u * 1'800);
  // The list of five hours has been handed out: all of it stays for so long (rule 17, as far as a list can be long).
  EXPECT_EQ(folder_.files(".media").size(), 5u + 2u);  // nobody asked for ts
  EXPECT_EQ(channel.file(oldest.uri).substr(0, 5), "fmp4 ");
  clock_.advance(hours(3) + minutes(1));
  channel.tick();
  EXPECT_TRUE(channel.file(oldest.uri).starts_with("error: "));
}

TEST_F(ArchiveTest, WhatNobodyWasPromisedGoesAtOnceWithItsInitSegments) {
  RecordedChannel channel(folder_.path(), clock_, {hours(1), 0});
  channel.feed(1'800);
  channel.generation = 2;
  channel.next_is_discontinuity = true;
  channel.feed(2 * 1'800);
  EXPECT_EQ(channel.file("init-" + channel.token() + "-1.mp4"), "init 1");
  channel.tick();
  EXPECT_EQ(folder_.files(".media").size(), 2u * 1);
  EXPECT_TRUE(channel.file("init-" + channel.token() + "-1.mp4").starts_with("error: "));
  EXPECT_EQ(channel.file("init-" + channel.token() + "-2.mp4"), "init 2");
}

TEST_F(ArchiveTest, TheListNeverGoesBackOverARestart) {
  ParsedPlaylist before;
  {
    RecordedChannel channel(folder_.path(), clock_, {hours(2), 0});
    channel.feed(4 * 1'800);
    static_cast<void>(channel.kept());
    channel.tick();
    before = parse(channel.kept());
  }
  // More is kept from now on, and what had left is still on disk: it does not come back.
  RecordedChannel channel(folder_.path(), clock_, {hours(20), 0});
  channel.feed(5);
  expect_only_appended_and_removed(before, parse(channel.kept()));
}

TEST_F(ArchiveTest, KeepsToItsQuota) {
  RecordedChannel channel(folder_.path(), clock_, {hours(24), 1'000'000});
  channel.padding = 980;
  for (int i = 0; i < 20; ++i) {
    channel.feed(100);  // 200 KB in two renditions
    channel.tick();
    const auto status = channel.archive->list().at(0);
    EXPECT_LE(status.bytes, 1'000'000u);
    EXPECT_TRUE(status.recording);
    if (i >= 6) EXPECT_GT(status.bytes, 700'000u) << "no more goes than has to";
  }
}

TEST_F(ArchiveTest, AQuotaSparesWhatViewersWerePromisedForAnEighth) {
  RecordedChannel channel(folder_.path(), clock_, {hours(24), 1'000'000});
  channel.padding = 980;
  channel.feed(450);
  const auto promised = parse(channel.kept()).segments.front();
  static_cast<void>(channel.kept("ts"));
  channel.feed(70);
  channel.tick();
  EXPECT_GT(parse(channel.kept()).segments.front().sequence, promised.sequence);  // has left the list
  EXPECT_EQ(channel.file(promised.uri).substr(0, 5), "fmp4 ");                    // and is still there
  EXPECT_GT(channel.archive->list().at(0).bytes, 1'000'000u);
  channel.feed(200);
  channel.tick();
  EXPECT_LE(channel.archive->list().at(0).bytes, 1'125'000u);
  EXPECT_TRUE(channel.file(promised.uri).starts_with("error: "));
  EXPECT_EQ(channel.metrics.render().find("grandstand_dvr_leases_broken_total 0"), std::string::npos);
}

TEST_F(ArchiveTest, AChannelThatLeftTheLineupIsNotServedAndExpires) {
  RecordedChannel channel(folder_.path(), clock_, {hours(1), 0});
  channel.feed(1'800);
  channel.archive->set_recordings({});
  channel.archive->drain();
  EXPECT_TRUE(channel.kept().starts_with("error: "));
  channel.feed(10);
  clock_.advance(hours(3));
  RecordedChannel later(folder_.path(), clock_, {hours(1), 0});
  later.archive->set_recordings({});
  later.tick();  // by the keep that lies beside it; who was promised what is unknown now
  clock_.advance(hours(1));
  later.tick();
  EXPECT_TRUE(folder_.files(".media").empty());
}

TEST_F(ArchiveTest, ADiskThatRefusesStopsRecordingUntilThereIsRoom) {
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4"};
  channel.padding = 10'000;
  channel.feed(10);
  // What the kernel does at a full disk, without one: files of this process may not grow beyond this.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = 105'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  for (int i = 0; i < 2; ++i) channel.feed(1);  // less than until it is tried again
  const auto status = channel.archive->list().at(0);
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_FALSE(status.recording);
  EXPECT_NE(status.reason.find("File too large"), std::string::npos) << status.reason;
  EXPECT_EQ(channel.archive->trouble(ChannelId("news")), status.reason);
  EXPECT_NE(channel.metrics.render().find("grandstand_dvr_failing{channel=\"news\"} 1"), std::string::npos);
  EXPECT_EQ(parse(channel.kept()).segments.size(), 10u);
  clock_.advance(seconds(10));
  channel.feed(3);
  EXPECT_TRUE(channel.archive->list().at(0).recording);
  EXPECT_EQ(channel.archive->trouble(ChannelId("news")), "");
  const auto playlist = parse(channel.kept());
  ASSERT_EQ(playlist.segments.size(), 15u);
  EXPECT_TRUE(playlist.segments[10].gap);
  EXPECT_TRUE(playlist.segments[11].gap);
  EXPECT_FALSE(playlist.segments[12].gap);
  EXPECT_EQ(channel.file(playlist.segments[13].uri).size(), 10'015u);
}

TEST_F(ArchiveTest, ADiskThatIsFullForLongLeavesNothingThatHidesWhatComesAfter) {
  // With names for files, but without the space for what an index begins with.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ParsedPlaylist recorded;
  {
    RecordedChannel channel(folder_.path(), clock_);
    channel.renditions = {"fmp4"};
    const auto attributes = std::exchange(channel.attributes, std::string(200'000, 'x'));
    rlimit tight = before;
    tight.rlim_cur = 105'000;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    channel.feed(100);
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(channel.archive->list().at(0).recording);
    EXPECT_TRUE(folder_.files(".index").empty());
    channel.attributes = attributes;
    clock_.advance(seconds(10));
    channel.feed(100);
    recorded = parse(channel.kept());
    ASSERT_GE(recorded.segments.size(), 100u);
  }
  // What an earlier version left there.
  const auto reel = folder_.files(".index").front().filename().string();
  std::ofstream(folder_.path() / "news/fmp4" / ("20990101T000000Z" + reel.substr(reel.find('_'))));
  std::ofstream(folder_.path() / "news/fmp4" / ("20000101T000000Z" + reel.substr(reel.find('_'))));
  RecordedChannel channel(folder_.path(), clock_);
  channel.renditions = {"fmp4"};
  EXPECT_EQ(parse(channel.kept()).segments, recorded.segments);
  channel.feed(1);
  EXPECT_EQ(parse(channel.kept()).segments.back().sequence, recorded.segments.back().sequence + 1);
  EXPECT_EQ(folder_.files(".index").size(), 2u);
}

TEST_F(ArchiveTest, BelowTheSpaceThatIsLeftToOthersNothingIsRecorded) {
  Settings settings;
  settings.min_free = std::size_t{1} << 62;
  RecordedChannel channel(folder_.path(), clock_, {hours(24), 0}, settings);
  channel.feed(3);
  EXPECT_FALSE(channel.archive->list().at(0).recording);
  EXPECT_NE(channel.archive->list().at(0).reason.find("dvr.min_free"), std::string::npos);
}

TEST_F(ArchiveTest, WhatIsLostOfAnIndexShiftsNoNumbers) {
  {
    RecordedChannel channel(folder_.path(), clock_);
    channel.feed(2 * 1'800);
  }
  const auto first = folder_.files(".index").front();
  std::filesystem::resize_file(first, std::filesystem::file_size(first) / 2);
  RecordedChannel channel(folder_.path(), clock_);
  const auto playlist = parse(channel.kept());
  ASSERT_EQ(playlist.segments.size(), 3'600u);
  EXPECT_TRUE(playlist.segments[1'700].gap);
  EXPECT_FALSE(playlist.segments[1'801].gap);
  EXPECT_EQ(channel.file(playlist.segments[1'801].uri).substr(0, 5), "fmp4 ");
}

}  // namespace
}  // namespace grandstand::dvr

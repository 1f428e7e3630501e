// SPDX-License-Identifier: MIT
// The checklist of headend.md 4.3 against what the packager publishes, after each sample.
#include "media_reader.hpp"
#include "published_media.hpp"
#include "sample_builder.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;
using Kind = Answer::Kind;

constexpr UtcTime kStarted{std::chrono::seconds{1'763'712'055}};

UtcTime date_of(MediaTime time) {
  return kStarted + std::chrono::duration_cast<std::chrono::microseconds>(time - MediaTime{10s});
}

class LowLatency : public testing::Test {
 protected:
  explicit LowLatency(Settings settings = {}) : packager(ChannelId{"news"}, settings, kStarted, metrics) {
    EXPECT_TRUE(packager.set_tracks(test::track_set({test::avc_track(), test::aac_track()}), {}));
  }
  void play(MediaTime start, MediaTime length) {
    for (const auto& sample : test::programme({.start = start, .length = length})) {
      packager.add(sample, date_of(sample.pts));
      if (each) each();
    }
  }
  test::MediaPlaylist playlist(const std::string& name, Directives directives = {}) {
    const auto answer = packager.snapshot()->ask(name + "/media.m3u8", directives);
    if (answer.kind != Kind::kFound) return {};
    return test::parse_media_playlist(std::string(answer.resource->body.view()));
  }
  Kind ask(std::optional<std::uint64_t> sequence, std::optional<std::uint64_t> part = {}) {
    return packager.snapshot()->ask("fmp4/media.m3u8", {sequence, part, Directives::Skip::kNothing}).kind;
  }
  ResourcePtr find(const std::string& path) { return packager.snapshot()->find(path); }

  ops::Metrics metrics;
  Packager packager;
  std::function<void()> each;
};

TEST_F(LowLatency, PublishesPartsAsTheSamplesCome) {
  play(10s, 9s);
  const auto before = playlist("fmp4");
  ASSERT_FALSE(before.parts.empty());
  play(19s, 400ms);
  const auto after = playlist("fmp4");
  EXPECT_EQ(after.segments.size(), before.segments.size()) << "no segment is needed for it";
  EXPECT_GT(after.parts.size(), before.parts.size());
}

TEST_F(LowLatency, PartsAreAsLongAsTheTargetAllowsAndIndependentWhereTheKeyFramesAre) {
  play(10s, 21s);
  for (const std::string name : {"fmp4", "ts"}) {
    const auto list = playlist(name);
    EXPECT_EQ(list.part_target, 0.334);
    ASSERT_GE(list.parts.size(), 42u);
    for (std::size_t i = 0; i < list.parts.size(); ++i) {
      const auto& part = list.parts[i];
      const bool first = i == 0 || list.parts[i - 1].sequence != part.sequence;
      const bool last = i + 1 < list.parts.size() && list.parts[i + 1].sequence != part.sequence;
      EXPECT_LE(part.duration, 0.334);
      if (!last) EXPECT_GE(part.duration, 0.334 * 0.85) << part.uri;
      EXPECT_EQ(part.independent, first) << part.uri;
      EXPECT_FALSE(part.gap);
    }
  }
}

TEST_F(LowLatency, PartsTogetherAreTheSegment) {
  play(10s, 21s);
  for (const std::string name : {"fmp4", "ts"}) {
    const auto list = playlist(name);
    for (const auto& segment : list.segments) {
      std::string together;
      double duration = 0;
      for (const auto& part : list.parts) {
        if (part.sequence != segment.sequence) continue;
        together += find(name + "/" + part.uri)->body.view();
        duration += part.duration;
      }
      if (together.empty()) continue;  // too far from the end
      EXPECT_EQ(together, find(name + "/" + segment.uri)->body.view()) << segment.uri;
      EXPECT_NEAR(duration, segment.duration, 0.00002);
    }
  }
}

TEST_F(LowLatency, FragmentsOfPartsFollowEachOtherToTheTick) {
  play(10s, 21s);
  std::map<std::uint32_t, std::uint64_t> ends;
  std::uint32_t number = 0;
  for (const auto& part : playlist("fmp4").parts) {
    const auto bytes = find("fmp4/" + part.uri)->body;
    const auto fragment = test::read_movie_fragment(bytes.span());
    EXPECT_GT(fragment.sequence, number);
    number = fragment.sequence;
    for (const auto& [track, run] : fragment.tracks) {
      if (ends.contains(track)) EXPECT_EQ(run.decode_time, ends[track]) << part.uri;
      ends[track] = run.end();
    }
  }
}

// Sound that stays away for less than a second, within a part and over several of them: pictures go on.
TEST_F(LowLatency, HolesOfSoundAreFilledWithSilence) {
  for (const auto& sample : test::programme({.start = 10s, .length = 21s})) {
    const auto gone = [&](MediaTime from, MediaTime to) { return sample.pts >= from && sample.pts < to; };
    const bool hole = gone(24s + 50ms, 24s + 250ms) || gone(25s + 900ms, 26s + 700ms);
    if (sample.track != test::kAudioTrack || !hole) packager.add(sample, date_of(sample.pts));
  }
  std::map<std::uint32_t, std::uint64_t> ends;
  std::uint32_t longest = 0;
  for (const auto& part : playlist("fmp4").parts) {
    for (const auto& [track, run] : test::read_movie_fragment(find("fmp4/" + part.uri)->body.span()).tracks) {
      if (ends.contains(track)) EXPECT_EQ(run.decode_time, ends[track]) << part.uri << " track " << track;
      ends[track] = run.end();
      if (track == 2) longest = std::max(longest, *std::max_element(run.durations.begin(), run.durations.end()));
    }
  }
  EXPECT_LT(longest, 1024 * 2) << "what is less than a frame is bridged by the one before";
}

TEST_F(LowLatency, SoundGoesOnWhereAllIsLostForAMoment) {
  for (const auto& sample : test::programme({.start = 10s, .length = 21s})) {
    if (sample.pts < 25s + 300ms || sample.pts >= 26s + 200ms) packager.add(sample, date_of(sample.pts));
  }
  std::optional<std::uint64_t> next;
  for (const auto& part : playlist("fmp4").parts) {
    const auto resource = find("fmp4/" + part.uri);
    ASSERT_NE(resource, nullptr) << part.uri;
    const auto tracks = test::read_movie_fragment(resource->body.span()).tracks;
    ASSERT_TRUE(tracks.contains(2)) << part.uri;
    if (next) EXPECT_EQ(tracks.at(2).decode_time, *next) << part.uri;
    next = tracks.at(2).end();
  }
}

TEST_F(LowLatency, TransportStreamPartsBeginWithTablesAndCountersGoOn) {
  play(10s, 15s);
  std::map<int, int> continuity;
  for (const auto& part : playlist("ts").parts) {
    const auto bytes = find("ts/" + part.uri)->body;
    const auto facts = test::read_transport(bytes.span(), continuity);
    EXPECT_TRUE(facts.whole_packets && facts.tables_first) << part.uri;
    EXPECT_TRUE(facts.continuity_errors.empty()) << part.uri;
  }
}

TEST_F(LowLatency, TellsPlayersHowToAsk) {
  play(10s, 9s);
  EXPECT_THAT(playlist("fmp4").text,
              testing::HasSubstr("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24.0,"
                                 "CAN-SKIP-DATERANGES=YES,HOLD-BACK=12.0,PART-HOLD-BACK=1.002\n"));
}

TEST_F(LowLatency, HintsAtThePartThatComesNext) {
  play(10s, 9s);
  std::set<std::string> hints;
  each = [&] {
    const auto list = playlist("fmp4");
    hints.insert(list.hint);
    const auto answer = packager.snapshot()->ask("fmp4/" + list.hint, {});
    EXPECT_EQ(answer.kind, Kind::kLater) << "held until it exists";
  };
  play(19s, 6s);
  each = nullptr;
  const auto list = playlist("fmp4");
  int listed = 0;
  for (const auto& part : list.parts) listed += hints.contains(part.uri) ? 1 : 0;
  EXPECT_GE(listed, 15);
  // A hint that turned out wrong, since the segment ended before, does not hang.
  for (const auto& hint : hints) {
    if (hint != list.hint && !find("fmp4/" + hint)) {
      EXPECT_EQ(packager.snapshot()->ask("fmp4/" + hint, {}).kind, Kind::kNone) << hint;
    }
  }
  const auto open = std::to_string(list.open_sequence());
  for (const auto& name : {open + ".99", open + ".-1", open + ".", open + ".0x", std::string("99999999999.0")}) {
    const auto token = list.hint.substr(0, list.hint.find('-') + 1);
    EXPECT_EQ(packager.snapshot()->ask("fmp4/" + token + name + ".m4s", {}).kind, Kind::kNone) << name;
  }
}

TEST_F(LowLatency, HoldsAReloadUntilWhatItAsksForIsThere) {
  play(10s, 9s);
  const auto list = playlist("fmp4");
  const auto last = list.segments.back().sequence;
  const auto open_parts = static_cast<std::uint64_t>(list.parts.size()) -
                          static_cast<std::uint64_t>(std::count_if(list.parts.begin(), list.parts.end(),
                                                                   [&](const auto& p) { return p.sequence <= last; }));
  EXPECT_EQ(ask(last), Kind::kFound);
  EXPECT_EQ(ask(last + 1), Kind::kLater);
  EXPECT_EQ(ask(last + 2), Kind::kLater);
  EXPECT_EQ(ask(last + 1, open_parts - 1), Kind::kFound);
  EXPECT_EQ(ask(last + 1, open_parts), Kind::kLater);
  EXPECT_EQ(ask(last, 6), Kind::kFound);
  EXPECT_EQ(ask(last, 7), Kind::kFound) << "beyond the last part: the first one of the next segment";
  play(19s, 400ms);
  EXPECT_EQ(ask(last + 1, open_parts), Kind::kFound);
}

TEST_F(LowLatency, AnswersOldNumbersAtOnceAndRefusesTheFarFuture) {
  play(10s, 9s);
  const auto last = playlist("fmp4").segments.back().sequence;
  EXPECT_EQ(ask(0), Kind::kFound);
  EXPECT_EQ(ask(0, 99), Kind::kFound);
  EXPECT_EQ(ask(last - 500), Kind::kFound);
  EXPECT_EQ(ask(last + 3), Kind::kTooFar);
  EXPECT_EQ(ask(UINT64_MAX), Kind::kTooFar);
  EXPECT_EQ(ask(last + 1, 40), Kind::kTooFar) << "the advance part limit is three seconds";
  EXPECT_EQ(ask(last + 1, UINT64_MAX), Kind::kTooFar);
}

TEST_F(LowLatency, PartsLeaveThePlaylistButStayFetchable) {
  play(10s, 9s);
  const auto early = playlist("fmp4").parts.front();
  play(19s, 20s);
  const auto list = playlist("fmp4");
  for (const auto& part : list.parts) EXPECT_NE(part.uri, early.uri);
  EXPECT_NE(find("fmp4/" + early.uri), nullptr);
  double listed = 0;
  for (const auto& part : list.parts) listed += part.duration;
  EXPECT_GE(listed, 12.0) << "three target durations from the end they are all there";
  EXPECT_LE(listed, 12.0 + 2.1);
}

// Puts what a delta update left out back in, as a player does.
std::string merge(const std::string& before, const std::string& delta) {
  const auto list = test::parse_media_playlist(delta);
  const auto at = delta.find("#EXT-X-SKIP:");
  if (at == std::string::npos) return delta;
  // The lines of the skipped segments, out of the playlist before.
  std::istringstream lines(before);
  auto sequence = test::parse_media_playlist(before).media_sequence;
  std::string skipped, block;
  bool head = true;
  for (std::string line; std::getline(lines, line);) {
    if (head && (line.starts_with("#EXT-X-MAP") || line.starts_with("#EXT-X-PROGRAM-DATE-TIME"))) head = false;
    if (head || line.starts_with("#EXT-X-PART")) continue;
    block += line + "\n";
    if (line.front() == '#') continue;
    if (sequence >= list.media_sequence && sequence < list.media_sequence + list.skipped) skipped += block;
    ++sequence;
    block.clear();
  }
  return delta.substr(0, at) + skipped + delta.substr(delta.find('\n', at) + 1);
}

class DeltaUpdates : public LowLatency {
 protected:
  static Settings long_window() {
    Settings settings;
    settings.window = 60s;
    return settings;
  }
  DeltaUpdates() : LowLatency(long_window()) {}
};

TEST_F(DeltaUpdates, MergedWithTheOneBeforeAreTheWholePlaylist) {
  play(10s, 51s);
  packager.discontinuity();
  play(61s, 20s);
  const auto before = playlist("fmp4").text;
  play(81s, 1s);
  const auto full = playlist("fmp4");
  const auto delta = playlist("fmp4", {.skip = Directives::Skip::kSegments});
  EXPECT_EQ(delta.version, 9);
  EXPECT_EQ(full.version, 6);
  ASSERT_GT(delta.skipped, 5u);
  double kept = 0;
  for (const auto& segment : delta.segments) kept += segment.duration;
  EXPECT_GE(kept, 24.0 - 1.1) << "only what is beyond the skip boundary is left out";
  auto merged = test::parse_media_playlist(merge(before, delta.text));
  // The EXT-X-MAP may have left with the segment that carried it: players keep it.
  for (auto& segment : merged.segments) segment.map = full.map;
  EXPECT_EQ(merged.segments.size(), full.segments.size());
  EXPECT_EQ(merged.segments, full.segments);
}

TEST_F(DeltaUpdates, AreWholeWhenThereIsNothingToLeaveOut) {
  play(10s, 9s);
  EXPECT_EQ(playlist("fmp4", {.skip = Directives::Skip::kSegments}).text, playlist("fmp4").text);
}

TEST_F(DeltaUpdates, NameTheDateRangesThatHaveGone) {
  play(10s, 21s);
  media::SpliceCue cue;
  cue.kind = media::SpliceCue::Kind::kOut;
  cue.event_id = 7;
  cue.duration = 2s;
  cue.section = test::bytes_of({0xfc, 0x30});
  packager.add_splice_cue(cue, date_of(31s));
  play(31s, 31s);
  const auto delta = playlist("ts", {.skip = Directives::Skip::kSegmentsAndDateRanges});
  EXPECT_EQ(delta.version, 10);
  EXPECT_THAT(delta.text, testing::HasSubstr("RECENTLY-REMOVED-DATERANGES=\"\""));
  EXPECT_THAT(delta.text, testing::Not(testing::HasSubstr("#EXT-X-DATERANGE"))) << "known for long";
  EXPECT_THAT(playlist("ts").text, testing::HasSubstr("ID=\"splice-7-"));
  play(62s, 50s);
  EXPECT_THAT(playlist("ts").text, testing::Not(testing::HasSubstr("splice-7-")));
  EXPECT_THAT(playlist("ts", {.skip = Directives::Skip::kSegmentsAndDateRanges}).text,
              testing::HasSubstr("RECENTLY-REMOVED-DATERANGES=\"splice-7-"));
}

TEST_F(DeltaUpdates, ListADateRangeAgainThatGotItsEnd) {
  play(10s, 21s);
  media::SpliceCue cue;
  cue.kind = media::SpliceCue::Kind::kOut;
  cue.event_id = 7;
  cue.section = test::bytes_of({0xfc, 0x30});
  packager.add_splice_cue(cue, date_of(31s));
  play(31s, 31s);
  const Directives with_date_ranges{.skip = Directives::Skip::kSegmentsAndDateRanges};
  EXPECT_THAT(playlist("ts", with_date_ranges).text, testing::Not(testing::HasSubstr("#EXT-X-DATERANGE")));
  cue.kind = media::SpliceCue::Kind::kIn;
  packager.add_splice_cue(cue, date_of(62s));
  const auto delta = playlist("ts", with_date_ranges);
  EXPECT_GT(delta.skipped, 0u);
  EXPECT_THAT(delta.text, testing::HasSubstr("DURATION=31.000,SCTE35-IN=0xFC30"));
}

TEST_F(LowLatency, AStopOfTheMediaLetsGoWhoWaits) {
  play(10s, 9s);
  const auto before = packager.snapshot()->interruptions();
  packager.flush();
  EXPECT_EQ(packager.snapshot()->interruptions(), before + 1);
  EXPECT_EQ(playlist("fmp4").open_sequence(), playlist("ts").open_sequence());
}

TEST_F(LowLatency, RingsOnceForEachVersionAndOnlyForLoopsThatListen) {
  std::vector<std::size_t> woken;
  packager.bell()->connect(std::make_shared<const Bell::Wake>([&](std::size_t loop) { woken.push_back(loop); }));
  play(10s, 9s);
  EXPECT_TRUE(woken.empty());
  packager.bell()->listen(3);
  packager.bell()->listen(3);
  packager.bell()->listen(0);
  play(19s, 2s);
  EXPECT_EQ(woken, (std::vector<std::size_t>{0, 3}));
}

TEST_F(LowLatency, WritesNoTextThatNobodyReadsAndEachOnlyOnce) {
  play(10s, 9s);
  const auto snapshot = packager.snapshot();
  EXPECT_EQ(snapshot->find("fmp4/media.m3u8"), snapshot->find("fmp4/media.m3u8"));
  const auto other = packager.snapshot()->find("fmp4/media.m3u8");
  EXPECT_EQ(other->etag, snapshot->find("fmp4/media.m3u8")->etag);
  play(19s, 1s);
  EXPECT_NE(packager.snapshot()->find("fmp4/media.m3u8")->etag, other->etag);
}

TEST_F(LowLatency, CanBeFollowedAsOneStreamFromTheLatestKeyFrame) {
  play(10s, 9s);
  StreamCursor cursor;
  std::map<int, int> continuity;
  std::size_t pieces = 0;
  const auto take = [&] {
    for (const auto& bytes : packager.snapshot()->follow(cursor)) {
      const auto facts = test::read_transport(bytes.span(), continuity);
      EXPECT_TRUE(facts.continuity_errors.empty()) << "nothing is left out and nothing comes twice";
      if (pieces++ == 0) EXPECT_TRUE(facts.tables_first);
    }
  };
  take();
  EXPECT_GE(pieces, 1u);
  EXPECT_LE(pieces, 7u) << "it does not begin long ago";
  each = take;
  play(19s, 10s);
  EXPECT_GE(pieces, 30u);
  EXPECT_EQ(cursor.skips, 0u);
}

TEST_F(LowLatency, AFollowerThatFallsOutOfTheWindowGoesOnAtTheEnd) {
  play(10s, 9s);
  StreamCursor cursor;
  std::map<int, int> continuity;
  for (const auto& bytes : packager.snapshot()->follow(cursor)) test::read_transport(bytes.span(), continuity);
  play(19s, 120s);
  const auto pieces = packager.snapshot()->follow(cursor);
  EXPECT_LE(pieces.size(), 8u);
  EXPECT_EQ(cursor.skips, 1u);
  const auto announced = test::read_transport(pieces.front().span(), continuity).discontinuities;
  EXPECT_EQ(announced, (std::set<int>{0, 0x1000, 0x100, 0x101})) << "what was left out is announced";
  for (const auto& bytes : pieces) {
    EXPECT_TRUE(test::read_transport(bytes.span(), continuity).continuity_errors.empty());
  }
}

TEST_F(LowLatency, AFollowerIsToldOfDiscontinuities) {
  play(10s, 9s);
  StreamCursor cursor;
  std::map<int, int> continuity;
  std::set<int> announced;
  const auto take = [&] {
    for (const auto& bytes : packager.snapshot()->follow(cursor)) {
      const auto facts = test::read_transport(bytes.span(), continuity);
      EXPECT_TRUE(facts.continuity_errors.empty());
      announced.insert(facts.discontinuities.begin(), facts.discontinuities.end());
    }
  };
  take();
  play(19s, 5s);
  take();
  EXPECT_TRUE(announced.empty());
  packager.discontinuity();
  auto sound = test::aac_track();
  sound.language = "deu";
  ASSERT_TRUE(packager.set_tracks(test::track_set({test::avc_track(), sound}), {}));
  play(60s, 5s);
  take();
  EXPECT_EQ(announced, (std::set<int>{0x100, 0x101}));
}

TEST_F(LowLatency, PartsGoOnWhenThePicturesStop) {
  play(10s, 8s);
  for (const auto& sample : test::programme({.start = 18s, .length = 20s, .video = false})) {
    packager.add(sample, date_of(sample.pts));
  }
  const auto list = playlist("ts");
  ASSERT_GE(list.segments.size(), 7u);
  for (const auto& part : list.parts) EXPECT_LE(part.duration, 0.334);
}

TEST_F(LowLatency, PartsStayLongWherePicturesAreLost) {
  int number = 0;
  for (const auto& sample : test::programme({.length = 30s})) {
    const bool picture = sample.track == test::kVideoTrack;
    if (picture && ++number % 19 >= 14) continue;  // five of nineteen
    packager.add(sample, date_of(sample.pts));
  }
  const auto list = playlist("ts");
  ASSERT_GE(list.parts.size(), 20u);
  for (std::size_t i = 0; i + 1 < list.parts.size(); ++i) {
    EXPECT_LE(list.parts[i].duration, 0.334);
    if (list.parts[i + 1].sequence == list.parts[i].sequence) EXPECT_GE(list.parts[i].duration, 0.334 * 0.85);
  }
}

TEST_F(LowLatency, AHoleIsMarkedInThePartsToo) {
  ASSERT_TRUE(packager.set_tracks(test::track_set({test::avc_track()}), {}));
  for (const auto& sample : test::programme({.start = 10s, .length = 14s, .gop = 30})) {
    const bool hole = sample.pts >= 19s && sample.pts < 19s + 800ms;
    if (sample.track == test::kVideoTrack && !hole) packager.add(sample, date_of(sample.pts));
  }
  int gaps = 0;
  for (const auto& part : playlist("fmp4").parts) {
    EXPECT_LE(part.duration, 0.334);
    gaps += part.gap;
    EXPECT_EQ(find("fmp4/" + part.uri) == nullptr, part.gap);
  }
  EXPECT_GE(gaps, 1);
}

}  // namespace
}  // namespace grandstand::hls

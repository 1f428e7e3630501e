// SPDX-License-Identifier: MIT
#include "media_reader.hpp"
#include "published_media.hpp"
#include "sample_builder.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;

constexpr UtcTime kStarted{std::chrono::seconds{1'763'712'055}};

UtcTime date_of(MediaTime time) {
  return kStarted + std::chrono::duration_cast<std::chrono::microseconds>(time - MediaTime{10s});
}

// The last segment before a break ends with its last frame of sound: up to 21.4 ms longer than its pictures.
MATCHER_P3(IsSegment, duration, discontinuity, map, "") {
  return std::abs(arg.duration - duration) < 0.0215 && arg.discontinuity == discontinuity && arg.map.ends_with(map);
}

Settings without_parts() {
  Settings settings;
  settings.low_latency = false;
  return settings;
}

class PackagerTest : public testing::Test {
 protected:
  explicit PackagerTest(Settings settings = without_parts())
      : packager(ChannelId{"news"}, settings, kStarted, metrics) {}

  void set_tracks(std::vector<media::Track> tracks, std::vector<media::Track> substitutes = {}) {
    const auto taken = packager.set_tracks(test::track_set(std::move(tracks)), std::move(substitutes));
    ASSERT_TRUE(taken) << taken.error().message;
  }
  void play(const test::ProgrammeShape& shape) {
    for (const auto& sample : test::programme(shape)) packager.add(sample, date_of(sample.pts));
  }
  test::MediaPlaylist playlist(const std::string& container) {
    return test::read_media_playlist(*packager.snapshot(), container);
  }
  SharedBytes segment(const std::string& container, const test::ListedSegment& listed) {
    return test::fetch(*packager.snapshot(), container + "/" + listed.uri);
  }
  bool exists(const std::string& path) { return packager.snapshot()->find(path) != nullptr; }

  ops::Metrics metrics;
  Packager packager;
};

TEST_F(PackagerTest, HasNothingBeforeTheFirstSegment) {
  set_tracks({test::avc_track(), test::aac_track()});
  EXPECT_FALSE(exists("index.m3u8"));
  play({.length = 1s});
  EXPECT_FALSE(exists("index.m3u8"));
}

TEST_F(PackagerTest, ListsTheSameBoundariesAndDatesInBothContainers) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 21s});
  auto fmp4 = playlist("fmp4");
  auto ts = playlist("ts");
  ASSERT_EQ(fmp4.segments.size(), 10u);
  ASSERT_EQ(ts.segments.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(fmp4.segments[i].sequence, ts.segments[i].sequence);
    EXPECT_EQ(fmp4.segments[i].date, ts.segments[i].date);
    EXPECT_EQ(fmp4.segments[i].duration, ts.segments[i].duration);
    EXPECT_THAT(fmp4.segments[i], IsSegment(2.0, false, ".mp4"));
    EXPECT_THAT(ts.segments[i], IsSegment(2.0, false, ""));
  }
  EXPECT_EQ(fmp4.media_sequence, 1'763'712'055u);
  EXPECT_EQ(fmp4.version, 6);
  EXPECT_EQ(ts.version, 3);
  EXPECT_EQ(fmp4.target_duration, 4);
  EXPECT_TRUE(fmp4.independent);
  EXPECT_EQ(fmp4.segments[1].date, "2025-11-21T08:00:57.000Z");
}

TEST_F(PackagerTest, WritesFragmentsThatFollowEachOtherToTheTick) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 21s});
  std::map<std::uint32_t, std::uint64_t> ends;
  std::uint32_t sequence = 0;
  std::size_t pictures = 0;
  std::size_t sounds = 0;
  for (const auto& listed : playlist("fmp4").segments) {
    const auto bytes = segment("fmp4", listed);
    const auto fragment = test::read_movie_fragment(bytes.span());
    EXPECT_EQ(fragment.boxes, (std::vector<std::string>{"styp", "moof", "mdat"}));
    EXPECT_GT(fragment.sequence, sequence);
    sequence = fragment.sequence;
    ASSERT_EQ(fragment.tracks.size(), 2u);
    for (const auto& [track, run] : fragment.tracks) {
      EXPECT_TRUE(run.starts_with_sync_sample);
      if (ends.contains(track)) EXPECT_EQ(run.decode_time, ends[track]);
      ends[track] = run.end();
    }
    pictures += fragment.tracks.at(1).sizes.size();
    sounds += fragment.tracks.at(2).sizes.size();
  }
  EXPECT_EQ(pictures, 10 * 50u);
  EXPECT_EQ(sounds, 10 * 2 * 48'000u / 1024 + 1);
}

TEST_F(PackagerTest, BridgesLostPicturesByTheOneBefore) {
  set_tracks({test::avc_track(), test::aac_track()});
  for (const auto& sample : test::programme({.length = 21s, .gop = 25})) {
    // A key frame is lost, and with it all that depends on it.
    if (sample.track == test::kVideoTrack && sample.pts >= 14s && sample.pts < 14s + 920ms) continue;
    packager.add(sample, date_of(sample.pts));
  }
  std::map<std::uint32_t, std::uint64_t> ends;
  const auto list = playlist("fmp4");
  for (const auto& listed : list.segments) {
    EXPECT_FALSE(listed.discontinuity);
    const auto fragment = test::read_movie_fragment(segment("fmp4", listed).span());
    for (const auto& [track, run] : fragment.tracks) {
      if (ends.contains(track)) EXPECT_EQ(run.decode_time, ends[track]) << track;
      ends[track] = run.end();
    }
  }
  EXPECT_TRUE(list.independent);
}

TEST_F(PackagerTest, MarksPicturesThatAreLostForLongerByADiscontinuity) {
  set_tracks({test::avc_track(), test::aac_track()});
  for (const auto& sample : test::programme({.length = 21s})) {
    if (sample.track == test::kVideoTrack && sample.pts > 13s && sample.pts < 16s) continue;
    packager.add(sample, date_of(sample.pts));
  }
  const auto list = playlist("fmp4");
  EXPECT_EQ(std::ranges::count_if(list.segments, &test::ListedSegment::discontinuity), 1);
  const auto anew = std::ranges::find_if(list.segments, &test::ListedSegment::discontinuity);
  EXPECT_EQ(anew->date, to_rfc3339(date_of(16s)));
}

TEST_F(PackagerTest, PicturesFarApartLastUntilTheNextOne) {
  set_tracks({test::avc_track()});
  constexpr MediaTime kStep = 2'500ms;
  for (MediaTime at = 10s; at <= 35s; at += kStep) packager.add(test::picture(at, at, true), date_of(at));
  const auto list = playlist("fmp4");
  ASSERT_EQ(list.segments.size(), 10u);
  auto end = MediaTime{10s}.count();
  for (const auto& listed : list.segments) {
    EXPECT_THAT(listed, IsSegment(2.5, false, list.segments.front().map));
    const auto run = test::read_movie_fragment(segment("fmp4", listed).span()).tracks.at(1);
    EXPECT_EQ(run.decode_time, static_cast<std::uint64_t>(end));
    end += kStep.count();
    EXPECT_EQ(run.end(), static_cast<std::uint64_t>(end));
  }
  EXPECT_TRUE(list.independent);
}

TEST_F(PackagerTest, PicturesFartherApartThanASegmentMayBeLongAreNotStretched) {
  set_tracks({test::avc_track()});
  for (MediaTime at = 10s; at <= 100s; at += MediaTime{9s}) packager.add(test::picture(at, at, true), date_of(at));
  for (const auto& listed : playlist("fmp4").segments) EXPECT_LT(listed.duration, 1);
}

TEST_F(PackagerTest, SaysOnceAndForAllThatSegmentsAreNotIndependent) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 20s, .gop = 200});  // eight seconds: cut without a key frame
  EXPECT_FALSE(playlist("fmp4").independent);
  play({.start = 30s, .length = 60s});
  EXPECT_FALSE(playlist("fmp4").independent);
}

TEST_F(PackagerTest, WritesTransportStreamsWithTablesFirstAndContinuousCounters) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 21s});
  std::map<int, int> continuity;
  for (const auto& listed : playlist("ts").segments) {
    const auto bytes = segment("ts", listed);
    const auto facts = test::read_transport(bytes.span(), continuity);
    EXPECT_TRUE(facts.whole_packets);
    EXPECT_TRUE(facts.tables_first);
    EXPECT_TRUE(facts.continuity_errors.empty());
    EXPECT_EQ(facts.stream_types, (std::map<int, std::uint8_t>{{0x100, 0x1b}, {0x101, 0x0f}}));
    EXPECT_EQ(facts.units.at(0x100), 50);
    EXPECT_LT(std::abs(facts.pts.at(0x100).front() - facts.pts.at(0x101).front()), 9'000);
  }
}

TEST_F(PackagerTest, KeepsRemovedSegmentsFetchableForTheirTimeAndNoLonger) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 9s});
  const auto first = playlist("ts").segments.front();
  const auto path = "ts/" + first.uri;
  play({.start = 19s, .length = 30s});
  EXPECT_NE(playlist("ts").segments.front().uri, first.uri);
  EXPECT_TRUE(exists(path));
  play({.start = 49s, .length = 80s});
  EXPECT_FALSE(exists(path));
  // Window and what was removed: the window, its own duration and the longest playlist.
  int held = 0;
  for (std::uint64_t sequence = first.sequence; sequence < first.sequence + 200; ++sequence) {
    if (exists("ts/" + first.uri.substr(0, first.uri.find('-') + 1) + std::to_string(sequence) + ".ts")) ++held;
  }
  EXPECT_GE(held, 30);
  EXPECT_LE(held, 36);
}

TEST_F(PackagerTest, MarksADiscontinuityAndBeginsAtAKeyFrame) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 5s});
  packager.discontinuity();
  play({.start = 15s, .length = 600ms, .gop = 1'000'000});  // a key frame at once
  packager.discontinuity();
  for (const auto& sample : test::programme({.start = 16s, .length = 1s, .gop = 50})) {
    auto dependent = sample;
    if (sample.track == test::kVideoTrack) dependent.key = false;
    packager.add(dependent, date_of(sample.pts));
  }
  play({.start = 17s, .length = 5s});
  for (const auto* const container : {"fmp4", "ts"}) {
    const auto list = playlist(container);
    ASSERT_GE(list.segments.size(), 6u) << container;
    EXPECT_THAT(list.segments[2], IsSegment(1.0, false, list.map));
    EXPECT_THAT(list.segments[3], IsSegment(0.6, true, list.map));
    EXPECT_THAT(list.segments[4], IsSegment(2.0, true, list.map));
    EXPECT_EQ(list.segments[4].discontinuity_sequence, list.discontinuity_sequence + 2);
    EXPECT_TRUE(list.independent);
  }
}

TEST_F(PackagerTest, ChangesOfTracksGetANewMapAndADiscontinuity) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 5s});
  auto wide = test::avc_track();
  wide.width = 1280;
  set_tracks({wide, test::aac_track()});
  play({.start = 15s, .length = 5s});
  const auto list = playlist("fmp4");
  ASSERT_EQ(list.segments.size(), 5u);
  EXPECT_THAT(list.segments[2], IsSegment(1.0, false, "-1.mp4"));
  EXPECT_THAT(list.segments[3], IsSegment(2.0, true, "-2.mp4"));
  EXPECT_TRUE(exists("fmp4/" + list.segments[0].map));
  EXPECT_TRUE(exists("fmp4/" + list.segments[3].map));
  const auto index = test::fetch(*packager.snapshot(), "index.m3u8");
  EXPECT_THAT(std::string(index.view()), testing::HasSubstr("RESOLUTION=1280x360"));
}

TEST_F(PackagerTest, SaysABandwidthWhileNothingOfTheNewTracksIsThere) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 8s});
  auto wide = test::avc_track();
  wide.width = 1280;
  set_tracks({wide, test::aac_track()});
  const auto index = std::string(test::fetch(*packager.snapshot(), "index.m3u8").view());
  EXPECT_THAT(index, testing::HasSubstr("RESOLUTION=1280x"));
  EXPECT_THAT(index, testing::ContainsRegex("[:,]BANDWIDTH=[1-9]"));
}

TEST_F(PackagerTest, TheSameTracksAgainChangeNothing) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 6s});
  set_tracks({test::avc_track(), test::aac_track()});
  play({.start = 16s, .length = 5s});
  for (const auto& listed : playlist("fmp4").segments) EXPECT_THAT(listed, IsSegment(2.0, false, "-1.mp4"));
}

TEST_F(PackagerTest, Fmp4WaitsForTranscodedSoundAndTsDoesNot) {
  set_tracks({test::avc_track(), test::mp2_track()}, {test::aac_track()});
  std::deque<media::Sample> in_the_encoder;
  for (const auto& sample : test::programme({.length = 21s})) {
    packager.add(sample, date_of(sample.pts));
    if (sample.track == test::kAudioTrack) in_the_encoder.push_back(sample);
    while (!in_the_encoder.empty() && in_the_encoder.front().pts + 400ms <= sample.pts) {
      packager.add(in_the_encoder.front(), date_of(in_the_encoder.front().pts), Packager::Origin::kSubstitute);
      in_the_encoder.pop_front();
    }
  }
  packager.flush();
  const auto fmp4 = playlist("fmp4");
  EXPECT_EQ(playlist("ts").segments.size(), fmp4.segments.size());
  for (std::size_t i = 0; i + 1 < fmp4.segments.size(); ++i) {
    const auto bytes = segment("fmp4", fmp4.segments[i]);
    EXPECT_NEAR(static_cast<double>(test::read_movie_fragment(bytes.span()).tracks.at(2).sizes.size()), 93.75, 1);
  }
  const auto index = std::string(test::fetch(*packager.snapshot(), "index.m3u8").view());
  const auto index_ts = std::string(test::fetch(*packager.snapshot(), "index-ts.m3u8").view());
  EXPECT_THAT(index, testing::HasSubstr("CODECS=\"avc1.64001e,mp4a.40.2\""));
  EXPECT_THAT(index_ts, testing::HasSubstr("CODECS=\"avc1.64001e,mp4a.40.33\""));
}

TEST_F(PackagerTest, DoesNotWaitForSoundThatNeverComes) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 15s, .audio = false});
  EXPECT_GE(playlist("fmp4").segments.size(), 6u);
  EXPECT_GE(playlist("ts").segments.size(), 6u);
}

// The sound of all segments as one: frames of the test's programme have 200 bytes.
struct HeardSound {
  std::size_t sounds = 0, silences = 0;
  bool seamless = true;
  double length = 0;  // in seconds
};

class SoundTest : public PackagerTest {
 protected:
  HeardSound heard() {
    HeardSound all;
    std::optional<std::uint64_t> begin, next;
    for (const auto& listed : playlist("fmp4").segments) {
      const auto fragments = test::read_movie_fragment(segment("fmp4", listed).span()).tracks;
      const auto sound = fragments.find(2);
      if (sound == fragments.end()) continue;
      const auto& [track, fragment] = *sound;
      if (!begin) begin = fragment.decode_time;
      all.seamless = all.seamless && (!next || fragment.decode_time == *next);
      next = fragment.end();
      for (const auto duration : fragment.durations) all.seamless = all.seamless && duration < 2 * 1'024;
      for (const auto size : fragment.sizes) ++(size == 200 ? all.sounds : all.silences);
    }
    if (next) all.length = static_cast<double>(*next - *begin) / 48'000;
    return all;
  }
  // Without the sound that `missing` names, and what there is `late`.
  void play_sound(MediaTime length, MediaTime late, const std::function<bool(MediaTime)>& missing) {
    std::deque<media::Sample> on_its_way;
    for (const auto& sample : test::programme({.length = length})) {
      if (sample.track == test::kVideoTrack) {
        packager.add(sample, date_of(sample.pts));
      } else if (!missing(sample.pts - 10s)) {
        on_its_way.push_back(sample);
      }
      for (; !on_its_way.empty() && on_its_way.front().pts + late <= sample.pts; on_its_way.pop_front()) {
        packager.add(on_its_way.front(), date_of(on_its_way.front().pts));
      }
    }
    packager.flush();
  }
};

TEST_F(SoundTest, AHoleInItBecomesSilence) {
  set_tracks({test::avc_track(), test::aac_track()});
  play_sound(20s, 0s, [](MediaTime at) { return (at >= 3s && at < 3'300ms) || (at >= 7s && at < 11s); });
  const auto sound = heard();
  EXPECT_TRUE(sound.seamless);
  EXPECT_NEAR(sound.length, 20, 0.05);
  EXPECT_NEAR(static_cast<double>(sound.silences), 4.3 / 0.0213, 4);
}

TEST_F(SoundTest, WhatStopsBecomesSilence) {
  set_tracks({test::avc_track(), test::aac_track()});
  play_sound(20s, 0s, [](MediaTime at) { return at >= 5s; });
  const auto sound = heard();
  EXPECT_TRUE(sound.seamless);
  EXPECT_NEAR(sound.length, 20, 2.1) << "the end is flushed before it is too late for sound";
  EXPECT_NEAR(static_cast<double>(sound.sounds), 5 / 0.0213, 2);
}

TEST_F(SoundTest, WhatNeverCameIsSilence) {
  set_tracks({test::avc_track(), test::aac_track()});
  play_sound(20s, 0s, [](MediaTime at) { return at >= 0s; });
  const auto sound = heard();
  EXPECT_TRUE(sound.seamless);
  EXPECT_NEAR(sound.length, 20, 2.1);
  EXPECT_EQ(sound.sounds, 0u);
}

TEST_F(SoundTest, ThatIsLateIsHeardNevertheless) {
  set_tracks({test::avc_track(), test::aac_track()});
  play_sound(20s, 1'600ms, [](MediaTime at) { return at < 0s; });
  const auto sound = heard();
  EXPECT_TRUE(sound.seamless);
  EXPECT_GT(sound.sounds, 15 / 0.0213);
  EXPECT_EQ(sound.silences, 0u);
}

TEST_F(SoundTest, ThatComesAfterItsSilenceIsTooLate) {
  set_tracks({test::avc_track(), test::aac_track()});
  play_sound(30s, 6s, [](MediaTime at) { return at < 0s; });
  const auto sound = heard();
  EXPECT_TRUE(sound.seamless);
  EXPECT_GT(sound.silences, 20 / 0.0213);
}

TEST_F(PackagerTest, GoesOnWithoutPictures) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 4s});
  play({.start = 14s, .length = 20s, .video = false});
  const auto list = playlist("ts");
  ASSERT_GE(list.segments.size(), 4u);
  EXPECT_THAT(list.segments.back(), IsSegment(4.0, false, ""));
  EXPECT_TRUE(list.independent);  // sound depends on nothing before
}

TEST_F(PackagerTest, PackagesSoundAlone) {
  set_tracks({test::aac_track()});
  play({.length = 15s, .video = false});
  EXPECT_GE(playlist("fmp4").segments.size(), 6u);
  EXPECT_GE(playlist("ts").segments.size(), 6u);
  const auto index = std::string(test::fetch(*packager.snapshot(), "index.m3u8").view());
  EXPECT_THAT(index, testing::HasSubstr("CODECS=\"mp4a.40.2\"\n"));
}

TEST_F(PackagerTest, IndexFallsBackToTsWhenNothingFitsIntoFmp4) {
  set_tracks({test::mp2_track()});
  play({.length = 15s, .video = false});
  EXPECT_THAT(std::string(test::fetch(*packager.snapshot(), "index.m3u8").view()),
              testing::HasSubstr("\nts/media.m3u8"));
  EXPECT_FALSE(exists("fmp4/media.m3u8"));
}

TEST_F(PackagerTest, EndsASegmentBeforeAHoleAndAtTheEnd) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 5s});
  play({.start = 45s, .length = 3s});
  packager.flush();
  const auto list = playlist("fmp4");
  ASSERT_EQ(list.segments.size(), 5u);
  EXPECT_NEAR(list.segments[2].duration, 1.0, 0.022);
  EXPECT_THAT(list.segments[3], IsSegment(2.0, true, list.map));
  EXPECT_EQ(list.segments[3].date, to_rfc3339(date_of(45s)));
  EXPECT_NEAR(list.segments[4].duration, 1.0, 0.022);
}

TEST_F(PackagerTest, DropsSamplesOfNoTimeBaseAndRecoversFromAStepBack) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 5s});
  packager.add(test::picture(-3600s, -3600s, true), date_of(-3600s));
  packager.add(test::sound(5000s), date_of(5000s));
  play({.start = 15s, .length = 5s});
  for (const auto& listed : playlist("ts").segments) EXPECT_THAT(listed, IsSegment(listed.duration, false, ""));
  play({.start = -5000s, .length = 30s});
  EXPECT_TRUE(playlist("ts").segments.back().sequence > 1'763'712'055u + 8);
}

TEST_F(PackagerTest, SaysWhyTracksCannotBePackaged) {
  const auto none = packager.set_tracks(test::track_set({}), {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(none.error().message, testing::HasSubstr("channel news"));
  auto headless = test::avc_track();
  headless.decoder_config = {};
  const auto broken = packager.set_tracks(test::track_set({headless}), {});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(broken.error().message, testing::HasSubstr("decoder configuration"));
  play({.length = 10s});
  EXPECT_FALSE(exists("index.m3u8"));
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 10s});
  EXPECT_TRUE(exists("index.m3u8"));
}

TEST_F(PackagerTest, ServesPlaylistsWithGzipAndSegmentsForGood) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 9s});
  const auto snapshot = packager.snapshot();
  const auto media = snapshot->find("fmp4/media.m3u8");
  EXPECT_EQ(media->content_type, "application/vnd.apple.mpegurl");
  EXPECT_EQ(media->cache_control, "max-age=1");
  EXPECT_FALSE(media->compressed().empty());
  EXPECT_EQ(media->etag.front(), '"');
  const auto list = playlist("fmp4");
  const auto segment = snapshot->find("fmp4/" + list.segments[0].uri);
  EXPECT_EQ(segment->content_type, "video/mp4");
  EXPECT_EQ(segment->cache_control, "max-age=86400, immutable");
  EXPECT_EQ(snapshot->find("fmp4/" + list.map)->content_type, "video/mp4");
  EXPECT_EQ(snapshot->find("ts/" + playlist("ts").segments[0].uri)->content_type, "video/mp2t");
  const auto index = snapshot->find("index.m3u8");
  play({.start = 19s, .length = 9s});
  EXPECT_NE(packager.snapshot()->find("fmp4/media.m3u8")->etag, media->etag);
  EXPECT_EQ(packager.snapshot()->find("index.m3u8"), index);  // nothing in it changed
}

TEST_F(PackagerTest, SequenceNumbersDoNotFallBackOverARestart) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 21s});
  const auto before = playlist("ts");
  Packager restarted(ChannelId{"news"}, {}, kStarted + 25s, metrics);
  ASSERT_TRUE(restarted.set_tracks(test::track_set({test::avc_track(), test::aac_track()}), {}));
  for (const auto& sample : test::programme({.length = 9s})) restarted.add(sample, date_of(sample.pts) + 25s);
  const auto after = test::read_media_playlist(*restarted.snapshot(), "ts");
  EXPECT_GT(after.media_sequence, before.segments.back().sequence);
  EXPECT_GE(after.discontinuity_sequence, before.discontinuity_sequence);
  EXPECT_LT(after.discontinuity_sequence, 10'000'000u) << "hls.js is slow with large ones";
  std::set<std::string> uris;
  for (const auto& list : {before, after}) {
    for (const auto& segment : list.segments) EXPECT_TRUE(uris.insert(segment.uri).second) << segment.uri;
  }
}

class CollectedSegments final : public SegmentObserver {
 public:
  void on_segment(const FinishedSegment& segment) override { of[segment.rendition->name].push_back(segment); }
  std::string trouble(const ChannelId&) const override { return {}; }
  std::map<std::string, std::vector<FinishedSegment>> of;
};

TEST_F(PackagerTest, GoesOnBehindNumbersThatHaveOutrunTheClock) {
  set_tracks({test::avc_track(), test::aac_track()});
  for (int i = 0; i < 60; ++i) {
    play({.start = MediaTime{10s} + i * MediaTime{500ms}, .length = 500ms});
    packager.discontinuity();
  }
  const auto numbers = packager.numbers();
  const auto clock = numbers_by_clock(kStarted + 30s);
  ASSERT_GT(numbers.media, clock.media);
  ASSERT_GT(numbers.discontinuity, clock.discontinuity);
  Packager next(ChannelId{"news"}, without_parts(), kStarted + 30s, metrics, numbers);
  EXPECT_EQ(next.numbers(), numbers);
  Packager much_later(ChannelId{"news"}, without_parts(), kStarted + 24h, metrics, numbers);
  EXPECT_EQ(much_later.numbers(), numbers_by_clock(kStarted + 24h));
}

TEST_F(PackagerTest, TellsTheObserverOfEverySegmentOfEveryRendition) {
  CollectedSegments collected;
  packager.set_observer(&collected);
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 5s});
  packager.discontinuity();
  play({.start = 15s, .length = 4500ms});
  for (const std::string container : {"fmp4", "ts"}) {
    const auto list = playlist(container);
    const auto& told = collected.of[container];
    ASSERT_EQ(told.size(), list.segments.size()) << container;
    for (std::size_t i = 0; i < told.size(); ++i) {
      EXPECT_EQ(told[i].channel, ChannelId{"news"});
      EXPECT_EQ(told[i].sequence, list.segments[i].sequence);
      EXPECT_EQ(told[i].uri, list.segments[i].uri);
      EXPECT_EQ(told[i].init_uri, list.segments[i].map);
      EXPECT_EQ(told[i].discontinuity, list.segments[i].discontinuity);
      EXPECT_EQ(told[i].discontinuity_sequence, list.segments[i].discontinuity_sequence);
      EXPECT_EQ(to_rfc3339(told[i].date), list.segments[i].date);
      EXPECT_EQ(told[i].media->body, segment(container, list.segments[i]));
      EXPECT_EQ(told[i].init == nullptr, container == "ts");
    }
    EXPECT_EQ(told[0].rendition->kind, "variant");
    EXPECT_EQ(told[0].rendition->container, container);
    EXPECT_THAT(told[0].rendition->attributes, testing::StartsWith("BANDWIDTH="));
  }
}

// Random programmes with everything that goes wrong; after each sample the playlists are compared with the ones before
// (headend.md 4, rules 1 to 17).
class PlaylistProperties : public PackagerTest, public testing::WithParamInterface<int> {
 protected:
  void observe(const std::string& container) {
    const auto now = playlist(container);
    if (now.text == last[container].text) return;
    const auto& before = last[container];
    if (!before.segments.empty()) {
      ASSERT_EQ(now.target_duration, before.target_duration);
      ASSERT_GE(now.media_sequence, before.media_sequence);
      std::uint64_t removed_tags = 0;
      for (const auto& segment : before.segments) {
        if (segment.sequence < now.media_sequence && segment.discontinuity) ++removed_tags;
      }
      ASSERT_EQ(now.discontinuity_sequence, before.discontinuity_sequence + removed_tags);
    }
    double sum = 0;
    for (const auto& segment : now.segments) {
      ASSERT_LE(std::lround(segment.duration), now.target_duration);
      sum += segment.duration;
      const auto [known, added] = seen[container].try_emplace(segment.sequence, segment);
      ASSERT_EQ(known->second, segment) << "segments never change";
      if (!segment.gap) ASSERT_TRUE(exists(container + "/" + segment.uri)) << segment.uri;
      if (added && known != seen[container].begin()) {
        ASSERT_EQ(std::prev(known)->first + 1, segment.sequence) << "none is left out";
      }
    }
    if (now.media_sequence > first_sequence) ASSERT_GE(sum, 3.0 * now.target_duration);
    last[container] = now;
  }

  std::map<std::string, test::MediaPlaylist> last;
  std::map<std::string, std::map<std::uint64_t, test::ListedSegment>> seen;
  std::uint64_t first_sequence = 1'763'712'055;
};

TEST_P(PlaylistProperties, HoldWhateverArrives) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const auto chance = [&](int one_in) { return std::uniform_int_distribution<int>(1, one_in)(random) == 1; };
  set_tracks({test::avc_track(), test::aac_track()});
  MediaTime at = 10s;
  unsigned width = 640;
  for (int part = 0; part < 40; ++part) {
    test::ProgrammeShape shape{.start = at};
    shape.length = MediaTime{std::uniform_int_distribution<std::int64_t>(3'000, 900'000)(random)};
    shape.gop = std::uniform_int_distribution<int>(10, 260)(random);
    shape.video = !chance(8);
    shape.audio = !shape.video || !chance(8);
    for (const auto& sample : test::programme(shape)) {
      if (chance(200)) continue;  // lost
      packager.add(sample, date_of(sample.pts));
    }
    observe("fmp4");
    observe("ts");
    if (HasFatalFailure()) return;
    at += shape.length;
    if (chance(6)) packager.discontinuity();
    if (chance(10)) packager.flush();
    if (chance(10)) at += MediaTime{std::uniform_int_distribution<std::int64_t>(1, 2'000'000)(random)};
    if (chance(10)) {
      auto video = test::avc_track();
      video.width = static_cast<int>(width += 16);
      set_tracks({video, test::aac_track()});
    }
  }
  EXPECT_GT(seen["ts"].size(), 20u);
  for (const auto& [sequence, segment] : seen["ts"]) {
    const auto other = seen["fmp4"].find(sequence);
    if (other == seen["fmp4"].end()) continue;
    EXPECT_EQ(other->second.duration, segment.duration);
    EXPECT_EQ(other->second.date, segment.date);
    EXPECT_EQ(other->second.discontinuity_sequence, segment.discontinuity_sequence);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlaylistProperties, testing::Range(1, 13));

}  // namespace
}  // namespace grandstand::hls

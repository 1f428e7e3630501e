// SPDX-License-Identifier: MIT
#include "playlist_text.hpp"

#include "golden.hpp"
#include "published_media.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;

constexpr UtcTime kDate{std::chrono::milliseconds{1'763'712'055'123}};

ResourcePtr resource() {
  return std::make_shared<const Resource>();
}

// Segments of `durations` from media time 10 s on.
std::deque<Segment> segments(const std::vector<MediaTime>& durations, Format format) {
  std::deque<Segment> made;
  MediaTime start = 10s;
  const auto init = resource();
  for (std::size_t i = 0; i < durations.size(); ++i) {
    Segment segment;
    segment.plan.sequence = 1'763'712'055 + i;
    segment.plan.discontinuity_sequence = 7;
    segment.plan.start = start;
    segment.plan.end = start += durations[i];
    segment.plan.date =
        kDate + std::chrono::duration_cast<std::chrono::microseconds>(segment.plan.start - MediaTime{10s});
    segment.uri = "k3-" + std::to_string(segment.plan.sequence) + (format == Format::kFmp4 ? ".m4s" : ".ts");
    segment.media = resource();
    if (format == Format::kFmp4) {
      segment.init = init;
      segment.init_uri = "init-k3-1.mp4";
    }
    made.push_back(std::move(segment));
  }
  return made;
}

RenditionSnapshot rendition_of(Format format, const std::deque<Segment>& listed) {
  auto traits = std::make_shared<RenditionTraits>();
  traits->name = format == Format::kFmp4 ? "fmp4" : "ts";
  traits->format = format;
  traits->token = "k3";
  traits->target_duration = 6s;
  auto list = std::make_shared<SegmentList>();
  for (const auto& segment : listed) list->fetchable.push_back(std::make_shared<const Segment>(segment));
  RenditionSnapshot rendition;
  rendition.traits = traits;
  rendition.segments = list;
  return rendition;
}

std::string media_playlist(Format format, const std::deque<Segment>& listed) {
  return write_media_playlist({rendition_of(format, listed)});
}

// Segments with key frames, new tracks in the third, nothing in the fourth, no key frame in the fifth.
std::string i_frame_playlist(Format format) {
  auto list = segments({2s, 2s, 2s, 6s, 2s}, format);
  const std::size_t offset = format == Format::kTs ? 376 : 28;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i < 4) list[i].key_frame = {offset, 9'400 + i};
    if (i < 2) continue;
    list[i].plan.discontinuity_sequence = 8;
    if (format == Format::kTs) continue;
    list[i].init = i == 2 ? resource() : list[2].init;
    list[i].init_uri = "init-k3-2.mp4";
  }
  list[2].plan.discontinuity = true;
  list[3].media = nullptr;
  list[4].plan.independent = false;
  return write_i_frame_playlist(rendition_of(format, list));
}

TEST(PlaylistText, Fmp4) {
  const auto list = segments({2s, 2s, 1'960ms, 2s, 2s, 2s}, Format::kFmp4);
  test::expect_golden("hls/golden/fmp4.m3u8", media_playlist(Format::kFmp4, list));
}

TEST(PlaylistText, Ts) {
  const auto list = segments({2s, 2s, 1'960ms, 2s, 2s, 2s}, Format::kTs);
  test::expect_golden("hls/golden/ts.m3u8", media_playlist(Format::kTs, list));
}

TEST(PlaylistText, NewTracksAGapAndACutWithoutKeyFrame) {
  auto list = segments({2s, 2s, 2s, 6s, 2s}, Format::kFmp4);
  for (std::size_t i = 2; i < list.size(); ++i) {
    list[i].init = resource();
    list[i].init_uri = "init-k3-2.mp4";
    list[i].plan.discontinuity_sequence = 8;
  }
  for (std::size_t i = 3; i < list.size(); ++i) list[i].init = list[2].init;
  list[2].plan.discontinuity = true;
  list[3].media = nullptr;
  list[4].plan.independent = false;
  test::expect_golden("hls/golden/changes.m3u8", media_playlist(Format::kFmp4, list));
}

TEST(PlaylistText, IFramesOfFmp4) {
  test::expect_golden("hls/golden/iframes_fmp4.m3u8", i_frame_playlist(Format::kFmp4));
}

TEST(PlaylistText, IFramesOfTs) {
  test::expect_golden("hls/golden/iframes_ts.m3u8", i_frame_playlist(Format::kTs));
}

TEST(PlaylistText, CountsADiscontinuityOnlyWhenItHasLeft) {
  auto list = segments({2s, 2s}, Format::kTs);
  list[0].plan.discontinuity = true;
  EXPECT_EQ(test::parse_media_playlist(media_playlist(Format::kTs, list)).discontinuity_sequence, 6u);
  list[0].plan.discontinuity = false;
  EXPECT_EQ(test::parse_media_playlist(media_playlist(Format::kTs, list)).discontinuity_sequence, 7u);
}

TEST(PlaylistText, RoundingOfDurationsDoesNotAddUp) {
  // 29.97 fps: 60 frames are 2.002 s, one tick more or less.
  const auto list = segments(std::vector<MediaTime>(500, MediaTime{180'181}), Format::kTs);
  double sum = 0;
  for (const auto& segment : test::parse_media_playlist(media_playlist(Format::kTs, list)).segments) {
    sum += segment.duration;
  }
  EXPECT_NEAR(sum, 500 * 180'181 / 90'000.0, 0.00002);
}

TEST(PlaylistText, Multivariant) {
  Variant variant;
  variant.uri = "fmp4/media.m3u8";
  variant.peak_bandwidth = 3'300'000;
  variant.average_bandwidth = 2'900'000;
  variant.codecs = "avc1.64001e,mp4a.40.2";
  variant.width = 1280;
  variant.height = 720;
  variant.frame_rate = 30'000.0 / 1001;
  auto i_frames = variant;
  i_frames.uri = "fmp4/iframes.m3u8";
  i_frames.peak_bandwidth = 310'000;
  i_frames.average_bandwidth = 250'000;
  i_frames.codecs = "avc1.64001e";
  test::expect_golden("hls/golden/multivariant.m3u8",
                      write_multivariant_playlist({.version = 6, .variants = {variant}, .i_frames = {i_frames}}));
}

TEST(PlaylistText, MultivariantWithoutVideo) {
  Variant variant;
  variant.uri = "ts/media.m3u8";
  variant.peak_bandwidth = 150'000;
  variant.average_bandwidth = 140'000;
  variant.codecs = "mp4a.40.33";
  test::expect_golden("hls/golden/multivariant_audio.m3u8",
                      write_multivariant_playlist({.version = 3, .variants = {variant}}));
}

}  // namespace
}  // namespace grandstand::hls

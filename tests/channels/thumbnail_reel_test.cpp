// SPDX-License-Identifier: MIT
#include "thumbnail_reel.hpp"

#include <grandstand/media/ffmpeg_log.hpp>

#include <gmock/gmock.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const UtcTime kBegin = UtcTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}} + 20h;

media::Thumbnail thumbnail(int height = 18) {
  media::silence_ffmpeg();
  media::Thumbnail made;
  made.jpeg = SharedBytes(std::string("jpeg"));
  made.tile = {.width = 32, .height = height, .planes = {}};
  made.tile.planes.resize(static_cast<std::size_t>(32 * height * 3 / 2), 100);
  return made;
}

std::string body(const ThumbnailReel& reel, const std::string& name) {
  const auto files = reel.files();
  const auto file = files->find(name);
  return file == files->end() ? "" : std::string(file->second->body.view());
}

TEST(ThumbnailReel, TellsWhichTileOfWhichSheetShowsWhichTime) {
  ThumbnailReel reel(10s);
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(reel.add(thumbnail(), kBegin + i * 10s + (i == 6 ? 500ms : 0ms)));
  const auto text = body(reel, "thumbnails.vtt");
  EXPECT_THAT(text, testing::StartsWith("WEBVTT\nX-PROGRAM-DATE-TIME:2026-11-21T20:00:00.000Z\n\n"
                                        "00:00:00.000 --> 00:00:10.000\nsprites/1795291200.jpg#xywh=0,0,32,18\n"));
  EXPECT_THAT(text, HasSubstr("\n00:00:40.000 --> 00:00:50.000\nsprites/1795291200.jpg#xywh=128,0,32,18\n"));
  EXPECT_THAT(text, HasSubstr("\n00:00:50.000 --> 00:01:00.500\nsprites/1795291200.jpg#xywh=0,18,32,18\n"));
  EXPECT_THAT(text, testing::EndsWith("\n00:01:00.500 --> 00:01:10.500\nsprites/1795291200.jpg#xywh=32,18,32,18\n"));
  EXPECT_EQ(body(reel, "thumbnail.jpg"), "jpeg");
  EXPECT_EQ(reel.files()->find("thumbnail.jpg")->second->cache_control, "no-cache");
}

TEST(ThumbnailReel, AFullSheetNeverChangesAndTheNextOneBegins) {
  ThumbnailReel reel(10s);
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(reel.add(thumbnail(), kBegin + i * 10s));
  const auto first = reel.files()->find("sprites/1795291200.jpg")->second;
  EXPECT_THAT(first->cache_control, HasSubstr("immutable"));
  ASSERT_TRUE(reel.add(thumbnail(), kBegin + 250s));
  EXPECT_EQ(reel.files()->find("sprites/1795291200.jpg")->second, first);
  EXPECT_EQ(reel.files()->find("sprites/1795291450.jpg")->second->cache_control, "max-age=10");
  EXPECT_THAT(body(reel, "thumbnails.vtt"), HasSubstr("sprites/1795291450.jpg#xywh=0,0,32,18"));
}

TEST(ThumbnailReel, PicturesOfAnotherShapeBeginASheet) {
  ThumbnailReel reel(10s);
  ASSERT_TRUE(reel.add(thumbnail(18), kBegin));
  ASSERT_TRUE(reel.add(thumbnail(24), kBegin + 10s));
  EXPECT_THAT(body(reel, "thumbnails.vtt"), HasSubstr("sprites/1795291210.jpg#xywh=0,0,32,24"));
}

TEST(ThumbnailReel, KeepsTheLatestSheetsOnly) {
  ThumbnailReel reel(10s);
  const int tiles = static_cast<int>(25 * ThumbnailReel::kMostSheets) + 1;
  for (int i = 0; i < tiles; ++i) ASSERT_TRUE(reel.add(thumbnail(2), kBegin + i * 10s));
  EXPECT_EQ(reel.files()->size(), ThumbnailReel::kMostSheets + 2);
  EXPECT_EQ(reel.files()->find("sprites/1795291200.jpg"), reel.files()->end());
  EXPECT_THAT(body(reel, "thumbnails.vtt"), Not(HasSubstr("1795291200.jpg")));
  EXPECT_THAT(body(reel, "thumbnails.vtt"), HasSubstr("2026-11-21T20:00:00.000Z")) << "the zero of the cues stays";
}

}  // namespace
}  // namespace grandstand::channels

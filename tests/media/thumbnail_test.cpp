// SPDX-License-Identifier: MIT
#include "encoded_programme.hpp"

#include <grandstand/media/ffmpeg_log.hpp>
#include <grandstand/media/thumbnail.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

using testing::HasSubstr;

// A JPEG as ffmpeg decodes it: grey values, row by row.
std::string grey_of(const SharedBytes& jpeg, const std::string& filter = "null") {
  const test::ScratchDirectory scratch;
  const auto path = scratch.file("picture.jpg");
  test::write_file(path, {jpeg});
  const auto outcome = test::run_command("ffmpeg -nostdin -v error -i " + path.string() + " -vf " + filter +
                                         " -pix_fmt gray -f rawvideo -");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  return outcome.output;
}

SmallPicture plain(int width, int height, std::uint8_t grey) {
  const auto pixels = static_cast<std::size_t>(width * height);
  SmallPicture picture{.width = width, .height = height, .planes = std::vector<std::uint8_t>(pixels, grey)};
  picture.planes.resize(pixels * 3 / 2, 128);
  return picture;
}

class Thumbnails : public testing::TestWithParam<const char*> {};

TEST_P(Thumbnails, AreJpegPicturesOfKeyFramesInTheirShape) {
  silence_ffmpeg();
  const auto programme = test::encode_programme(1, GetParam(), "");
  auto thumbnailer = Thumbnailer::create(programme.tracks->tracks[0]);
  ASSERT_TRUE(thumbnailer) << thumbnailer.error().message;
  int made = 0;
  for (const auto& sample : programme.samples) {
    if (!sample.key) continue;
    const auto thumbnail = (*thumbnailer)->make(sample);
    ASSERT_TRUE(thumbnail) << thumbnail.error().message;
    EXPECT_EQ(thumbnail->height, 180);
    EXPECT_EQ(grey_of(thumbnail->jpeg).size(), 320u * 180);
    EXPECT_EQ(thumbnail->tile.width, 160);
    EXPECT_EQ(thumbnail->tile.height, 90);
    ++made;
  }
  EXPECT_GE(made, 2);
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, Thumbnails,
    testing::Values("-c:v libx264 -preset ultrafast -bf 2 -g 10 -pix_fmt yuv420p",
                    "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10 -pix_fmt "
                    "yuv420p",
                    "-c:v mpeg2video -g 10 -bf 2"));

TEST(Thumbnailer, ADamagedKeyFrameIsAnErrorAndTheNextOneIsFine) {
  silence_ffmpeg();
  const auto programme = test::encode_programme(1, "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p", "");
  auto thumbnailer = Thumbnailer::create(programme.tracks->tracks[0]);
  ASSERT_TRUE(thumbnailer);
  auto broken = programme.samples[0];
  broken.data = SharedBytes(std::string(600, 'x'));
  EXPECT_FALSE((*thumbnailer)->make(broken));
  EXPECT_TRUE((*thumbnailer)->make(programme.samples[10]));
}

TEST(ThumbnailSheet, HasItsTilesSideBySideRowByRow) {
  silence_ffmpeg();
  ThumbnailSheet sheet(32, 16);
  for (std::size_t i = 0; i < ThumbnailSheet::kTiles; ++i) {
    EXPECT_EQ(sheet.size(), i);
    EXPECT_TRUE(sheet.add(plain(32, 16, static_cast<std::uint8_t>(5 + i * 10))));
  }
  EXPECT_FALSE(sheet.add(plain(32, 16, 0))) << "it is full";
  const auto jpeg = sheet.jpeg();
  ASSERT_TRUE(jpeg) << jpeg.error().message;
  const auto grey = grey_of(*jpeg);
  ASSERT_EQ(grey.size(), 160u * 80);
  for (std::size_t i = 0; i < ThumbnailSheet::kTiles; ++i) {
    const auto x = i % 5 * 32 + 16;
    const auto y = i / 5 * 16 + 8;
    EXPECT_NEAR(static_cast<std::uint8_t>(grey[y * 160 + x]), 5 + static_cast<double>(i) * 10, 4) << i;
  }
}

TEST(ThumbnailSheet, RefusesTilesOfAnotherSize) {
  ThumbnailSheet sheet(32, 16);
  EXPECT_FALSE(sheet.add(plain(32, 18, 0)));
  EXPECT_EQ(sheet.size(), 0u);
}

}  // namespace
}  // namespace grandstand::media

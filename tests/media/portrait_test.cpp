// SPDX-License-Identifier: MIT
#include <grandstand/media/portrait.hpp>
#include <grandstand/media/thumbnail.hpp>

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

using testing::HasSubstr;

// A JPEG of that size, black on the left and white on the right.
std::string jpeg(int width, int height) {
  SmallPicture picture{.width = width, .height = height, .planes = {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) picture.planes.push_back(x < width / 2 ? 0 : 255);
  picture.planes.resize(picture.planes.size() * 3 / 2, 128);
  return std::string(encode_jpeg(picture).value().view());
}

// 2 x 2, transparent.
const std::string kPng(
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x06\0\0\0\x72\xb6\x0d\x24\0\0\0\x0bIDAT\x78\x9c\x63\x60"
    "\x40\x07\0\0\x12\0\x01\x26\x22\xf7\xe5\0\0\0\0IEND\xae\x42\x60\x82",
    68);

TEST(Portrait, IsASquareJpegOfTheMiddle) {
  for (const auto& [width, height] : {std::pair{640, 360}, {360, 640}, {256, 256}, {2, 2}}) {
    const auto made = make_portrait(jpeg(width, height));
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_TRUE(made->view().starts_with("\xff\xd8\xff"));
    EXPECT_LT(made->size(), 32u << 10);
    // Taken in again: it has the size that is said, and both halves.
    ASSERT_TRUE(make_portrait(made->view()).ok());
  }
}

TEST(Portrait, RefusesWhatIsNoPicture) {
  for (const std::string upload : {"", "x", "<svg xmlns='http://www.w3.org/2000/svg'/>", "<html>", "%PDF-1.7"}) {
    const auto made = make_portrait(upload);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(made.error().message, HasSubstr("not a picture; expected PNG, JPEG, WebP or GIF"));
  }
}

TEST(Portrait, RefusesPicturesThatAreDamagedOrHuge) {
  const auto whole = jpeg(64, 64);
  for (const auto& upload : {whole.substr(0, 20), std::string("\x89PNG\r\n\x1a\n"), std::string("GIF89a"),
                             std::string("RIFF\x10\0\0\0WEBPVP8 ", 16), std::string("\xff\xd8\xff<script>")}) {
    const auto made = make_portrait(upload);
    ASSERT_FALSE(made.ok());
    EXPECT_THAT(made.error().message, HasSubstr("damaged, or larger than 2048 x 2048 pixels"));
  }
  // A small file that says it has 65,535 x 65,535 pixels.
  auto bomb = whole;
  const auto start = bomb.find("\xff\xc0");
  bomb.replace(start + 5, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(make_portrait(bomb).ok());
}

TEST(Portrait, KeepsNothingOfTheUploadButItsPixels) {
  auto upload = jpeg(64, 64);
  upload.insert(2, std::string("\xff\xfe\0\x10<script>secret", 18));
  upload += "<?php secret ?>";
  const auto made = make_portrait(upload);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->view().find("secret"), std::string_view::npos);
}

TEST(Portrait, SurvivesAnyBytes) {
  std::mt19937 random(1);
  const auto whole = jpeg(64, 64);
  for (int i = 0; i < 200; ++i) {
    auto upload = i % 2 == 0 ? whole : kPng;
    for (int n = 0; n < 8; ++n) upload[8 + random() % (upload.size() - 8)] = static_cast<char>(random());
    (void)make_portrait(upload);
  }
}

}  // namespace
}  // namespace grandstand::media

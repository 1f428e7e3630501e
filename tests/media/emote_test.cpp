// SPDX-License-Identifier: MIT
#include <grandstand/media/emote.hpp>
#include <grandstand/media/thumbnail.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

std::string jpeg(int width, int height) {
  SmallPicture picture{.width = width, .height = height, .planes = {}};
  picture.planes.assign(static_cast<std::size_t>(width) * height * 3 / 2, 128);
  return std::string(encode_jpeg(picture).value().view());
}

// From a PNG's header.
std::uint32_t number_at(std::string_view png, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(png[at + i]);
  return value;
}
std::pair<std::uint32_t, std::uint32_t> size_of(std::string_view png) {
  return {number_at(png, 16), number_at(png, 20)};
}

TEST(Emote, IsAPngThatFitsAndKeepsItsShape) {
  const std::pair<std::pair<int, int>, std::pair<std::uint32_t, std::uint32_t>> cases[] = {
      {{448, 224}, {112, 56}}, {{64, 64}, {64, 64}}, {{200, 400}, {56, 112}}};
  for (const auto& [given, expected] : cases) {
    const auto made = make_emote(jpeg(given.first, given.second));
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_TRUE(made->view().starts_with("\x89PNG"));
    EXPECT_EQ(size_of(made->view()), expected);
    EXPECT_EQ(made->view()[25], 6) << "with transparency";
    EXPECT_TRUE(make_emote(made->view()).ok()) << "it is a picture itself";
  }
}

TEST(Emote, RefusesWhatIsNoPictureOrAStrip) {
  for (const std::string upload : {"", "<svg xmlns='http://www.w3.org/2000/svg'/>", "GIF89a but not really"}) {
    EXPECT_EQ(make_emote(upload).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(make_emote(jpeg(640, 16)).error().code, ErrorCode::kInvalidArgument);
}

TEST(Emote, SurvivesDamage) {
  const auto whole = jpeg(96, 96);
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    auto damaged = whole.substr(0, 1 + random() % whole.size());
    for (int j = 0; j < 8; ++j) damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto made = make_emote(damaged);
    EXPECT_TRUE(made.ok() || !made.error().message.empty());
  }
}

}  // namespace
}  // namespace grandstand::media

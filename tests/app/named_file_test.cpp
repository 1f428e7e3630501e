// SPDX-License-Identifier: MIT
#include "named_file.hpp"

#include "test_database.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace grandstand::app {
namespace {

TEST(NamedFile, IsFoundByItsPathFromHere) {
  const auto here = std::filesystem::current_path();
  EXPECT_EQ(named_file("file:film.mp4"), here / "film.mp4");
  EXPECT_EQ(named_file("film.mp4"), std::nullopt) << "there is no such file";
  const TemporaryDirectory directory;
  const auto film = directory.path() / "film.mp4";
  std::ofstream(film) << "film";
  EXPECT_EQ(named_file(std::filesystem::relative(film).string()), film);
}

TEST(NamedFile, LeavesWholeUrlsAlone) {
  for (const auto* url : {"file:/media/film.mp4", "file:///media/film.mp4", "https://tv.example/a.m3u8", "file:"}) {
    EXPECT_EQ(named_file(url), std::nullopt) << url;
  }
}

TEST(NamedFile, IsWrittenAsAUrl) {
  EXPECT_EQ(to_file_url("/media/a b/100%.m3u8"), "file:///media/a%20b/100%25.m3u8");
}

}  // namespace
}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#include "file_watch.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace grandstand::app {
namespace {

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() {
    std::filesystem::create_directories(directory_);
    write(file_, "one");
  }
  ~FileWatchTest() override { std::filesystem::remove_all(directory_); }

  static void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }
  static bool readable(const FileWatch& watch) {
    pollfd fd{watch.descriptor(), POLLIN, 0};
    return poll(&fd, 1, 0) == 1;
  }

  std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("grandstand-watch-" + std::to_string(getpid()));
  std::filesystem::path file_ = directory_ / "channels.yaml";
};

TEST_F(FileWatchTest, TellsAWrittenFileOnceItHasSettled) {
  FileWatch watch(file_);
  EXPECT_FALSE(watch.changed());
  write(file_, "another content");
  EXPECT_TRUE(readable(watch));
  EXPECT_FALSE(watch.changed()) << "somebody may still be writing";
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed()) << "told once";
}

TEST_F(FileWatchTest, TellsAReplacedFile) {
  FileWatch watch(file_);
  write(directory_ / "new", "one");
  std::filesystem::rename(directory_ / "new", file_);
  watch.changed();
  EXPECT_TRUE(watch.changed()) << "same size, another file: how editors save";
}

TEST_F(FileWatchTest, OtherFilesOfTheDirectoryDoNotMatter) {
  FileWatch watch(file_);
  write(directory_ / "other", "x");
  watch.changed();
  EXPECT_FALSE(watch.changed());
}

}  // namespace
}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#include "faults.hpp"
#include "test_paths.hpp"

#include <grandstand/config/load.hpp>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace grandstand::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Load : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "grandstand-config-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

TEST_F(Load, PathsStartAtTheFileTheyStandIn) {
  const auto loaded = load_server_config(write("grandstand.yaml", "data_directory: state\nhttp: {web_root: web}\n"));
  ASSERT_THAT(faults_of(loaded), ElementsAre());
  const auto& config = std::get<ServerConfig>(loaded);
  EXPECT_EQ(config.channels_file, folder_ / "channels.yaml");
  EXPECT_EQ(config.http.web_root, folder_ / "web");
  EXPECT_EQ(config.data_directory, folder_ / "state");
}

TEST_F(Load, AnAbsolutePathStaysAsItIs) {
  const auto loaded = load_server_config(write("grandstand.yaml", "channels_file: /srv/tv/channels.yaml\n"));
  ASSERT_THAT(faults_of(loaded), ElementsAre());
  EXPECT_EQ(std::get<ServerConfig>(loaded).channels_file, "/srv/tv/channels.yaml");
  EXPECT_TRUE(std::get<ServerConfig>(loaded).http.web_root.empty());
}

TEST_F(Load, EveryConfigurationOfTheProjectIsRight) {
  const std::filesystem::path root = GRANDSTAND_SOURCE_DIR;
  for (const char* file : {"config/grandstand.yaml", "config/demo/grandstand.yaml", "docker/grandstand.yaml"}) {
    EXPECT_THAT(faults_of(load_server_config(root / file)), ElementsAre()) << file;
  }
  for (const char* file : {"config/channels.yaml", "config/demo/channels.yaml"}) {
    EXPECT_THAT(faults_of(load_lineup(root / file)), ElementsAre()) << file;
  }
}

TEST_F(Load, AFileThatCannotBeReadIsOneFault) {
  const auto missing = load_lineup(folder_ / "none.yaml");
  const auto* faults = std::get_if<std::vector<Fault>>(&missing);
  ASSERT_TRUE(faults != nullptr && faults->size() == 1);
  EXPECT_THAT(to_string(faults->front()),
              HasSubstr("none.yaml' cannot be opened: No such file or directory; expected"));

  EXPECT_THAT(faults_of(load_server_config(folder_)), ElementsAre(HasSubstr("is not a regular file")));
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(faults_of(load_server_config(folder_ / "pipe")), ElementsAre(HasSubstr("is not a regular file")));
}

TEST_F(Load, TheLineupIsFoundThoughOtherThingsAreWrong) {
  EXPECT_EQ(find_lineup(write("a.yaml", "loops: many\nchannels_file: tv/lineup.yaml\n")), folder_ / "tv/lineup.yaml");
  EXPECT_EQ(find_lineup(write("b.yaml", "loops: many\n")), folder_ / "channels.yaml");
  EXPECT_EQ(find_lineup(write("c.yaml", "channels_file: [lineup.yaml]\n")), std::nullopt);
  EXPECT_EQ(find_lineup(write("d.yaml", "channels_file: lineup.yaml\nloops: [\n")), std::nullopt);
  EXPECT_EQ(find_lineup(write("e.yaml", "- channels_file: lineup.yaml\n")), std::nullopt);
  EXPECT_EQ(find_lineup(folder_ / "none.yaml"), std::nullopt);
}

TEST_F(Load, AStreamKeyCanBeInAFileOfItsOwn) {
  write("studio.key", "Ohz7Xae4oofaeghu\nrest\n");
  const auto loaded = load_lineup(
      write("channels.yaml", "channels: [{id: a, feed: {url: rtmp://publish, stream_key_file: studio.key}}]"));
  ASSERT_THAT(faults_of(loaded), ElementsAre());
  EXPECT_EQ(std::get<channels::Lineup>(loaded).channels.at(0).sources.at(0).stream_key, "Ohz7Xae4oofaeghu");
}

TEST_F(Load, AStreamKeyFileWithoutAKeyIsAFault) {
  write("empty.key", "\n");
  const auto faults = faults_of(load_lineup(write("channels.yaml", R"(channels:
  - {id: a, feed: {url: rtmp://publish, stream_key_file: none.key}}
  - {id: b, feed: {url: rtmp://publish, stream_key_file: empty.key}}
  - {id: c, feed: {url: rtmp://publish, stream_key_file: empty.key, stream_key: x}}
)")));
  ASSERT_EQ(faults.size(), 3u) << testing::PrintToString(faults);
  EXPECT_THAT(faults[0], HasSubstr("2:58: channels.a.feed.stream_key_file: '"));
  EXPECT_THAT(faults[1], HasSubstr("expected a stream key of 1 to 128 characters in its first line"));
  EXPECT_THAT(faults[2], HasSubstr("stands beside stream_key; expected one of the two"));
}

}  // namespace
}  // namespace grandstand::config

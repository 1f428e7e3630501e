// SPDX-License-Identifier: MIT
#include "static_files.hpp"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "grandstand-web-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    write("index.html", "<!doctype html>");
    write("assets/app-B1x2.js", std::string(100, 'j'));
    write("assets/app-B1x2.js.gz", "small");
    write("logos/news.svg", "<svg/>");
  }
  ~StaticFilesTest() override { std::filesystem::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }

  std::filesystem::path root_;
};

TEST_F(StaticFilesTest, ServesWhatIsThere) {
  const auto files = StaticFiles::load(root_);
  ASSERT_TRUE(files.ok());
  const auto script = files->find("/assets/app-B1x2.js");
  ASSERT_NE(script, nullptr);
  EXPECT_EQ(script->body.size(), 100u);
  EXPECT_EQ(script->gzip_body.view(), "small");
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script->cache_control, "max-age=31536000, immutable");
  EXPECT_EQ(files->find("/logos/news.svg")->content_type, "image/svg+xml");
  EXPECT_EQ(files->find("/logos/news.svg")->cache_control, "no-cache");
}

TEST_F(StaticFilesTest, GivesTheApplicationForItsAddresses) {
  const auto files = StaticFiles::load(root_);
  ASSERT_TRUE(files.ok());
  const auto index = files->find("/index.html");
  for (const char* path : {"/", "/tv", "/link", "/remote", "/watch/news", "/watch/a/b", "/party", "/party/k3f9xq2m7b",
                           "/tv/news", "/overlay/news", "/guide", "/guide/news/2026-11-21T19:00:00Z", "/tv/guide"})
    EXPECT_EQ(files->find(path), index) << path;
  for (const char* path : {"/nothing", "/assets/", "/assets/app-B1x2.js.gz", "/../index.html",
                           "/watch/../../etc/passwd/..", "index.html", ""}) {
    const auto found = files->find(path);
    EXPECT_TRUE(found == nullptr || found == index) << path;
  }
  EXPECT_EQ(files->find("/nothing"), nullptr);
  EXPECT_EQ(files->find("/assets/app-B1x2.js.gz"), nullptr);
}

TEST_F(StaticFilesTest, SaysWhatItCannotRead) {
  const auto files = StaticFiles::load(root_ / "missing");
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().message.find("http.web_root: cannot read "), 0u);
  const auto none = StaticFiles::load({});
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->empty());
}

}  // namespace
}  // namespace grandstand::http

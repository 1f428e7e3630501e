// SPDX-License-Identifier: MIT
#include "on_loop.hpp"

#include <grandstand/channels/catalogue.hpp>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace grandstand::channels {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ChannelSettings channel(const std::string& id, const std::string& url) {
  ChannelSettings settings;
  settings.id = ChannelId(id);
  settings.name = id;
  settings.sources.emplace_back().url = url;
  return settings;
}

// A catalogue with everything real around it.
class CatalogueTest : public testing::Test {
 protected:
  CatalogueTest() { runtime_.start(); }
  ~CatalogueTest() override {
    on_loop([this] { catalogue_.stop(); });
    runtime_.stop();
    runtime_.join();
  }

  void on_loop(const std::function<void()>& work) { grandstand::on_loop(runtime_.loop(0), work); }

  Catalogue::Difference apply(std::vector<ChannelSettings> channels) {
    Catalogue::Difference difference;
    on_loop([&] { difference = catalogue_.apply(Lineup{std::move(channels)}); });
    return difference;
  }

  std::string body(const std::string& path) {
    const auto answer = origin_.find(path);
    return answer.resource ? std::string(answer.resource->body.view()) : std::string();
  }

  // Asks until it is so; the channels run in real time on their own threads.
  bool eventually(const std::function<bool()>& question) {
    for (int i = 0; i < 600; ++i) {
      if (question()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  // A few seconds of television with MP2 sound, made once.
  static std::string film() {
    static const std::string file = [] {
      const auto path =
          std::filesystem::temp_directory_path() / ("grandstand-channels-" + std::to_string(getpid()) + ".ts");
      const auto command =
          "ffmpeg -v error -y -f lavfi -i testsrc2=size=320x180:rate=25 -f lavfi -i sine=sample_rate=48000 -t 5 -c:v "
          "libx264 "
          "-preset ultrafast -pix_fmt yuv420p -g 25 -c:a mp2 -b:a 128k " +
          path.string();
      EXPECT_EQ(std::system(command.c_str()), 0);
      return path.string();
    }();
    return file;
  }
  static void TearDownTestSuite() { std::filesystem::remove(film()); }

  SystemClock clock_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{2};
  hls::Origin origin_;
  Catalogue catalogue_{{runtime_, clock_, metrics_, origin_, nullptr, {}}};
};

TEST_F(CatalogueTest, ALineupIsAppliedAsADifferencePerChannel) {
  const auto first = apply({channel("a", "udp://127.0.0.1:15901"), channel("b", "udp://127.0.0.1:15902"),
                            channel("c", "udp://127.0.0.1:15903")});
  EXPECT_THAT(first.added, ElementsAre(ChannelId("a"), ChannelId("b"), ChannelId("c")));

  auto renamed = channel("b", "udp://127.0.0.1:15902");
  renamed.name = "Another name";
  const auto second = apply({channel("a", "udp://127.0.0.1:15901"), renamed, channel("d", "udp://127.0.0.1:15904")});
  EXPECT_THAT(second.added, ElementsAre(ChannelId("d")));
  EXPECT_THAT(second.removed, ElementsAre(ChannelId("c")));
  EXPECT_THAT(second.renamed, ElementsAre(ChannelId("b")));
  EXPECT_THAT(second.restarted, IsEmpty());
  EXPECT_EQ(second.untouched, 1u);

  const auto third = apply({channel("a", "udp://127.0.0.1:15999"), renamed, channel("d", "udp://127.0.0.1:15904")});
  EXPECT_THAT(third.restarted, ElementsAre(ChannelId("a")));
  EXPECT_EQ(third.untouched, 2u);
  EXPECT_EQ(origin_.find("c/index.m3u8").outcome, hls::Origin::Outcome::kNoChannel);
}

TEST_F(CatalogueTest, RunsWhatIsItsOwnAndTellsOfTheOthersWhatItHears) {
  std::set<std::string> here{"a"};
  Catalogue::Context context{runtime_, clock_, metrics_, origin_, nullptr, {}};
  context.runs_here = [&here](const ChannelId& id) { return here.contains(id.value()); };
  Catalogue catalogue(std::move(context));
  auto studio = channel("b", "rtmp://publish");
  studio.sources[0].stream_key = "sesame";
  studio.number = 7;
  on_loop([&] {
    EXPECT_THAT(catalogue.apply(Lineup{{channel("a", "udp://127.0.0.1:15901"), studio}}).added,
                ElementsAre(ChannelId("a")));
  });
  EXPECT_FALSE(catalogue.runs_elsewhere("a"));
  EXPECT_TRUE(catalogue.runs_elsewhere("b"));
  EXPECT_FALSE(catalogue.runs_elsewhere("unknown"));
  EXPECT_EQ(catalogue.list()[1].number, 7);
  EXPECT_NE(catalogue.list()[1].state, ChannelState::kLive);

  ChannelStatus told;
  told.id = ChannelId("b");
  told.state = ChannelState::kLive;
  told.ladder_failed = true;
  told.sources.push_back({"rtmp://publish", "running", "", 100, true, false});
  const auto heard = decode_statuses(encode_statuses("two", {told}));
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_THAT(decode_statuses("{\"node\": 3}"), IsEmpty());
  on_loop([&] {
    EXPECT_TRUE(catalogue.follows_publisher(ChannelId("b"), "sesame"));
    EXPECT_FALSE(catalogue.follows_publisher(ChannelId("b"), "wrong"));
    EXPECT_FALSE(catalogue.follows_publisher(ChannelId("a"), "sesame"));
    catalogue.hear(heard[0]);
    EXPECT_FALSE(catalogue.follows_publisher(ChannelId("b"), "sesame")) << "somebody publishes there";
  });
  EXPECT_EQ(catalogue.list()[1].state, ChannelState::kLive);
  EXPECT_TRUE(catalogue.list()[1].ladder_failed);
  EXPECT_EQ(catalogue.list()[1].node, "two");
  EXPECT_EQ(catalogue.list()[1].name, "b");
  EXPECT_EQ(catalogue.running().size(), 1u);

  here = {"b"};
  on_loop([&] { catalogue.place(); });
  EXPECT_TRUE(catalogue.runs_elsewhere("a"));
  EXPECT_FALSE(catalogue.runs_elsewhere("b"));
  EXPECT_EQ(catalogue.list()[1].node, "");
  EXPECT_EQ(origin_.find("a/index.m3u8").outcome, hls::Origin::Outcome::kNoChannel);
  on_loop([&] { catalogue.stop(); });
}

TEST_F(CatalogueTest, ChannelsAreListedInTheOrderOfTheLineup) {
  apply({channel("z", "udp://127.0.0.1:15901"), channel("a", "udp://127.0.0.1:15902")});
  const auto list = catalogue_.list();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id, ChannelId("z"));
  EXPECT_EQ(list[1].id, ChannelId("a"));
  EXPECT_NE(list[0].state, ChannelState::kLive);
  EXPECT_FALSE(list[0].reason.empty());
}

TEST_F(CatalogueTest, AFeedThatCannotBeOpenedIsDownWithTheReason) {
  apply({channel("a", "rtmp://publish")});
  ASSERT_TRUE(eventually([&] { return catalogue_.list()[0].state == ChannelState::kDown; }));
  EXPECT_FALSE(catalogue_.list()[0].reason.empty());
}

TEST_F(CatalogueTest, AFileBecomesALiveChannelWithAacForBrowsersAndMp2ForBoxes) {
  apply({channel("film", "file:" + film())});
  ASSERT_TRUE(eventually([&] { return catalogue_.list()[0].state == ChannelState::kLive; }))
      << catalogue_.list()[0].reason;
  ASSERT_TRUE(eventually([&] { return !body("film/index.m3u8").empty(); }));
  EXPECT_THAT(body("film/index.m3u8"), HasSubstr("mp4a.40.2"));
  EXPECT_THAT(body("film/index-ts.m3u8"), testing::Not(HasSubstr("mp4a.40.2")));
  EXPECT_THAT(body("film/fmp4/media.m3u8"), HasSubstr("#EXT-X-PROGRAM-DATE-TIME:"));
}

TEST_F(CatalogueTest, AnotherFeedKeepsThePlaylistAndSignalsADiscontinuity) {
  apply({channel("film", "file:" + film())});
  ASSERT_TRUE(eventually([&] { return !body("film/fmp4/media.m3u8").empty(); }));
  const auto before = body("film/fmp4/media.m3u8");
  auto changed = channel("film", "file:" + film());
  changed.sources[0].silence_timeout = std::chrono::milliseconds(4'000);
  EXPECT_THAT(apply({changed}).restarted, ElementsAre(ChannelId("film")));
  ASSERT_TRUE(
      eventually([&] { return body("film/fmp4/media.m3u8").find("#EXT-X-DISCONTINUITY\n") != std::string::npos; }));
  const auto first_uri = before.substr(before.find(".m4s") - 12, 16);
  EXPECT_THAT(body("film/fmp4/media.m3u8"), HasSubstr(first_uri)) << "what was listed stays listed";
}

TEST_F(CatalogueTest, TheBuiltInSlateIsThereWithoutAnySource) {
  apply({channel("a", "rtmp://publish")});
  ASSERT_TRUE(eventually([&] { return catalogue_.list()[0].state == ChannelState::kSlate; }));
  ASSERT_TRUE(eventually([&] { return body("a/fmp4/media.m3u8").find(".m4s") != std::string::npos; }));
  EXPECT_THAT(body("a/index.m3u8"), HasSubstr("RESOLUTION=1280x720"));
  EXPECT_THAT(catalogue_.list()[0].reason, HasSubstr("stream_key"));
  EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_slates_encoded_total 1"));
}

TEST_F(CatalogueTest, AHundredReloadsLeaveTheOtherChannelsFilmAsItIs) {
  apply({channel("film", "file:" + film()), channel("other", "rtmp://publish")});
  ASSERT_TRUE(eventually([&] { return body("film/fmp4/media.m3u8").find(".m4s") != std::string::npos; }));
  for (int i = 0; i < 100; ++i) {
    auto other = channel("other", "udp://127.0.0.1:" + std::to_string(15'000 + i));
    other.failover.hold_down = std::chrono::milliseconds(500 + i);
    EXPECT_EQ(apply({channel("film", "file:" + film()), other}).untouched, 1u);
  }
  const auto text = body("film/fmp4/media.m3u8");
  EXPECT_EQ(text.find("#EXT-X-DISCONTINUITY\n"), std::string::npos) << text;
  EXPECT_EQ(catalogue_.list()[0].state, ChannelState::kLive);
}

TEST_F(CatalogueTest, AnOperatorCanOnlyChooseASourceThatIs) {
  apply({channel("a", "udp://127.0.0.1:15901")});
  EXPECT_TRUE(catalogue_.select_source(ChannelId("a"), 0));
  EXPECT_TRUE(catalogue_.select_source(ChannelId("a"), std::nullopt));
  EXPECT_EQ(catalogue_.select_source(ChannelId("a"), 1).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(catalogue_.select_source(ChannelId("b"), 0).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace grandstand::channels

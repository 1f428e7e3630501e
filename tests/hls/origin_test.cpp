// SPDX-License-Identifier: MIT
#include "published_media.hpp"
#include "sample_builder.hpp"

#include <grandstand/hls/origin.hpp>

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;

constexpr UtcTime kStarted{std::chrono::seconds{1'763'712'055}};

class OriginTest : public testing::Test {
 protected:
  OriginTest() {
    origin.add(ChannelId{"news"}, packager);
    EXPECT_TRUE(packager->set_tracks(test::track_set({test::avc_track(), test::aac_track()}), {}));
  }
  void play() {
    for (const auto& sample : test::programme({.length = 9s})) packager->add(sample, kStarted);
  }

  ops::Metrics metrics;
  std::shared_ptr<Packager> packager = std::make_shared<Packager>(ChannelId{"news"}, Settings{}, kStarted, metrics);
  Origin origin;
};

TEST_F(OriginTest, FindsPlaylistsAndSegments) {
  play();
  const auto playlist = test::read_media_playlist(*packager->snapshot(), "ts");
  for (const auto& path : {std::string("news/index.m3u8"), std::string("news/index-ts.m3u8"),
                           std::string("news/fmp4/media.m3u8"), "news/ts/" + playlist.segments.back().uri}) {
    const auto answer = origin.find(path);
    EXPECT_EQ(answer.outcome, Origin::Outcome::kFound) << path;
    ASSERT_NE(answer.resource, nullptr) << path;
    EXPECT_FALSE(answer.resource->body.empty()) << path;
  }
}

TEST_F(OriginTest, SaysThatAChannelIsNotReadyYet) {
  EXPECT_EQ(origin.find("news/index.m3u8").outcome, Origin::Outcome::kNotReady);
  EXPECT_EQ(origin.find("news/fmp4/media.m3u8").outcome, Origin::Outcome::kNotReady);
  EXPECT_EQ(origin.find("news/fmp4/k3-1.m4s").outcome, Origin::Outcome::kNoResource);
}

TEST_F(OriginTest, FindsWhatAChannelOffersBesideItsMedia) {
  class Picture final : public SideResources {
   public:
    ResourcePtr find(std::string_view path) const override {
      return path == "thumbnail.jpg" ? std::make_shared<const Resource>() : nullptr;
    }
  };
  origin.add_side(ChannelId("news"), std::make_shared<const Picture>());
  EXPECT_EQ(origin.find("news/thumbnail.jpg").outcome, Origin::Outcome::kFound);
  EXPECT_EQ(origin.find("news/other.jpg").outcome, Origin::Outcome::kNoResource);
  origin.remove(ChannelId("news"));
  EXPECT_EQ(origin.find("news/thumbnail.jpg").outcome, Origin::Outcome::kNoChannel);
}

TEST_F(OriginTest, TellsUnknownChannelsFromUnknownResources) {
  play();
  for (const auto* const path : {"sport/index.m3u8", "", "/", "news", "/news/index.m3u8", "NEWS/index.m3u8"}) {
    EXPECT_EQ(origin.find(path).outcome, Origin::Outcome::kNoChannel) << path;
  }
  EXPECT_EQ(origin.find(std::string(100'000, 'a') + "/index.m3u8").outcome, Origin::Outcome::kNoChannel);
  for (const auto* const path :
       {"news/", "news//index.m3u8", "news/index.m3u8/", "news/index.m3u8?_HLS_msn=1", "news/../news/index.m3u8",
        "news/fmp4/../index.m3u8", "news/fmp4/", "news/INDEX.m3u8"}) {
    EXPECT_EQ(origin.find(path).outcome, Origin::Outcome::kNoResource) << path;
  }
}

TEST_F(OriginTest, ForgetsRemovedChannels) {
  play();
  origin.remove(ChannelId{"news"});
  EXPECT_EQ(origin.find("news/index.m3u8").outcome, Origin::Outcome::kNoChannel);
  origin.remove(ChannelId{"news"});
}

}  // namespace
}  // namespace grandstand::hls

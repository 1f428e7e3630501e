// SPDX-License-Identifier: MIT
#include "rtmp_inlet.hpp"

#include "manual_clock.hpp"
#include "recording_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using namespace std::chrono_literals;

class RtmpInletTest : public testing::Test {
 protected:
  static FeedSettings feed() {
    FeedSettings feed;
    feed.stream_key = "s3cret";
    return feed;
  }
  static media::Sample sample(std::uint32_t track = 1) {
    media::Sample sample;
    sample.track = track;
    return sample;
  }

  ManualClock clock_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{1};
  RecordingSink sink_;
  SourceContext context_{ChannelId("news"), runtime_.loop(0), clock_, metrics_, nullptr, sink_, sink_};
  RtmpInlet inlet_{feed(), context_};
};

TEST_F(RtmpInletTest, TellsItsStates) {
  inlet_.open();
  EXPECT_EQ(sink_.reason(), "waiting for a publisher");
  EXPECT_EQ(sink_.state(), SourceState::kStarting);
  inlet_.on_publish_start("192.0.2.1:5");
  EXPECT_EQ(sink_.state(), SourceState::kStarting);
  inlet_.on_sample(sample());
  EXPECT_EQ(sink_.state(), SourceState::kRunning);
  clock_.advance(4s);
  inlet_.tick(clock_.steady());
  EXPECT_EQ(sink_.reason(), "the publisher sends nothing");
  inlet_.on_sample(sample());
  EXPECT_EQ(sink_.state(), SourceState::kRunning);
  inlet_.on_publish_end("the publisher left");
  EXPECT_EQ(sink_.state(), SourceState::kRunning);  // it may come back
  clock_.advance(3s);
  inlet_.tick(clock_.steady());
  EXPECT_EQ(sink_.state(), SourceState::kDown);
  EXPECT_EQ(sink_.reason(), "the publisher left");
}

TEST_F(RtmpInletTest, BeginsANewTimeBaseWhenAPublisherComesBack) {
  inlet_.on_publish_start("a");
  EXPECT_TRUE(sink_.discontinuities.empty());
  inlet_.on_publish_end("left");
  inlet_.on_publish_start("b");
  inlet_.on_sample(sample());
  EXPECT_THAT(sink_.log, testing::ElementsAre("discontinuity", "sample"));
}

TEST_F(RtmpInletTest, TellsNothingOfAPublisherThatComesBackInTime) {
  inlet_.on_publish_start("a");
  inlet_.on_sample(sample());
  const std::size_t told = sink_.states.size();
  for (int i = 0; i < 3; ++i) {
    inlet_.on_publish_end("left");
    clock_.advance(2s);
    inlet_.tick(clock_.steady());
    inlet_.on_publish_start("a");
    clock_.advance(2s);
    inlet_.tick(clock_.steady());
    inlet_.on_sample(sample());
  }
  EXPECT_EQ(sink_.states.size(), told);
  EXPECT_EQ(sink_.discontinuities.size(), 3U);
  inlet_.on_publish_end("left for good");
  clock_.advance(3s);
  inlet_.tick(clock_.steady());
  EXPECT_EQ(sink_.reason(), "left for good");
}

TEST_F(RtmpInletTest, PassesNoSoundWhereVideoCannotBeUsed) {
  inlet_.on_publish_start("a");
  inlet_.on_publish_problem("publishes VP6 video; H.264, HEVC or AV1 expected");
  inlet_.on_sample(sample(2));
  EXPECT_EQ(sink_.state(), SourceState::kDown);
  EXPECT_EQ(sink_.reason(), "publishes VP6 video; H.264, HEVC or AV1 expected");
  EXPECT_TRUE(sink_.samples.empty());
  inlet_.on_sample(sample(1));
  EXPECT_EQ(sink_.state(), SourceState::kRunning);
}

TEST_F(RtmpInletTest, DeliversNothingAfterClose) {
  inlet_.close();
  inlet_.on_publish_start("a");
  inlet_.on_tracks(std::make_shared<media::TrackSet>());
  inlet_.on_sample(sample());
  inlet_.on_publish_end("left");
  EXPECT_TRUE(sink_.log.empty());
  EXPECT_TRUE(sink_.states.empty());
}

TEST_F(RtmpInletTest, TakesTheRightKeyOnlyUnlessItIsOpen) {
  EXPECT_TRUE(inlet_.accepts_key("s3cret"));
  EXPECT_FALSE(inlet_.accepts_key("s3cre"));
  EXPECT_FALSE(inlet_.accepts_key(""));
  FeedSettings without_key;
  EXPECT_FALSE(RtmpInlet(without_key, context_).accepts_key(""));
  without_key.open = true;
  EXPECT_TRUE(RtmpInlet(without_key, context_).accepts_key("anything"));
}

}  // namespace
}  // namespace grandstand::ingest

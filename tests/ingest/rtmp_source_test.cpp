// SPDX-License-Identifier: MIT
#include "rtmp_source.hpp"

#include "recording_sink.hpp"
#include "rtmp_peer.hpp"
#include "rtmp_stimulus.hpp"

#include <grandstand/ingest/rtmp_server.hpp>

#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

// Runs `work` on the loop and waits for what it gives.
template <class Work>
auto on(aio::Loop& loop, Work work) {
  std::promise<decltype(work())> promise;
  loop.post([&] { promise.set_value(work()); });
  return promise.get_future().get();
}

class RtmpSourceTest : public testing::Test {
 protected:
  RtmpSourceTest() {
    RtmpSettings settings;
    settings.address = "127.0.0.1";
    settings.port = 0;
    auto created = RtmpServer::create(settings, runtime_.loop(0), clock_, metrics_);
    EXPECT_TRUE(created);
    server_ = std::move(created).value();
    feed_.stream_key = "s3cret";
    feed_.reconnect_grace = {};
    runtime_.start();
  }
  ~RtmpSourceTest() override {
    on(channel_loop(), [&] { return source_ = nullptr, 0; });
    on(runtime_.loop(0), [&] { return server_->stop(), 0; });
    runtime_.stop();
    runtime_.join();
  }

  aio::Loop& channel_loop() { return runtime_.loop(1); }

  void start_source() {
    on(channel_loop(), [&] {
      source_ =
          make_rtmp_source(feed_, {ChannelId("news"), channel_loop(), clock_, metrics_, server_.get(), sink_, sink_});
      source_->start();
      return 0;
    });
    on(runtime_.loop(0), [] { return 0; });  // the subscription has arrived
  }

  std::string reason() {
    return on(channel_loop(), [&] { return sink_.reason(); });
  }
  bool becomes(SourceState state) {
    for (int i = 0; i < 500; ++i) {
      if (on(channel_loop(), [&] { return sink_.state(); }) == state) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  static ByteList seconds_of_sound(std::uint32_t seconds) {
    ByteList bytes = chunks({rtmp_type::kAudio, 1, 0, {0xAF, 0, 0x11, 0x90}}, 4);
    for (std::uint32_t i = 0; i * 1024 < seconds * 48'000; ++i) {
      append(bytes, chunks({rtmp_type::kAudio, 1, i * 64 / 3, {0xAF, 1, 9, 9}}, 4));
    }
    return bytes;
  }

  SystemClock clock_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{2};
  std::unique_ptr<RtmpServer> server_;
  FeedSettings feed_;
  RecordingSink sink_;
  std::unique_ptr<Source> source_;
};

TEST_F(RtmpSourceTest, PassesAPublisherOnAndWaitsForTheNext) {
  start_source();
  EXPECT_EQ(reason(), "waiting for a publisher");
  for (int round = 0; round < 2; ++round) {
    RtmpPeer peer(server_->port());
    ASSERT_TRUE(peer.send(publish_dialogue("live", "news?key=s3cret")));
    ASSERT_TRUE(peer.wait_for("onStatus NetStream.Publish.Start"));
    ASSERT_TRUE(peer.send(seconds_of_sound(2)));
    ASSERT_TRUE(becomes(SourceState::kRunning));
    ASSERT_TRUE(peer.send(command({AmfValue("deleteStream"), AmfValue(9.0), AmfValue(), AmfValue(1.0)})));
    ASSERT_TRUE(becomes(SourceState::kDown));
    EXPECT_EQ(reason(), "the publisher stopped");
  }
  EXPECT_EQ(on(channel_loop(), [&] { return sink_.samples.size(); }), 2 * 94U);
  EXPECT_EQ(on(channel_loop(), [&] { return sink_.discontinuities.size(); }), 1U);
}

// The extended timestamp begins after 4 hours and 39 minutes, the 32 bits wrap after 49.7 days.
TEST_F(RtmpSourceTest, PassesAPublisherOnWhoseTimestampsGrowExtendedAndWrap) {
  using Extended = test::ChunkDialect::Extended;
  start_source();
  for (const std::uint64_t boundary : {0xFFFFFFULL, 1ULL << 32}) {
    for (const auto extended : {Extended::kRepeated, Extended::kLeftOut, Extended::kRepeatedAsTime}) {
      on(channel_loop(), [&] { return sink_.samples.clear(), sink_.samples_at_discontinuity.clear(), 0; });
      RtmpPeer peer(server_->port());
      ASSERT_TRUE(peer.send(publish_dialogue("live", "news?key=s3cret")));
      ASSERT_TRUE(peer.wait_for("onStatus NetStream.Publish.Start"));
      test::RtmpChunkStimulus stimulus({.extended = extended});
      const auto sound = [&](std::uint64_t time, ByteList payload) {
        return stimulus.write({.chunk_stream = 4,
                               .type = rtmp_type::kAudio,
                               .timestamp = static_cast<std::uint32_t>(time),
                               .payload = std::move(payload)});
      };
      ByteList bytes = sound(boundary - 1'000, {0xAF, 0, 0x11, 0x90});
      ByteList frame(300);  // three chunks; zeros look like the start of an extended timestamp
      frame[0] = 0xAF;
      frame[1] = 1;
      for (std::uint32_t i = 0; i < 96; ++i) append(bytes, sound(boundary - 1'000 + i * 64 / 3, frame));
      ASSERT_TRUE(peer.send(bytes));
      ASSERT_TRUE(becomes(SourceState::kRunning));
      ASSERT_TRUE(peer.send(command({AmfValue("deleteStream"), AmfValue(9.0), AmfValue(), AmfValue(1.0)})));
      ASSERT_TRUE(becomes(SourceState::kDown));
      const auto samples = on(channel_loop(), [&] { return sink_.samples; });
      ASSERT_EQ(samples.size(), 96U) << boundary;
      for (std::size_t i = 1; i < samples.size(); ++i) {
        EXPECT_EQ(samples[i].data.size(), 298U);
        EXPECT_NEAR((samples[i].dts - samples[i - 1].dts).count(), 1'920, 90) << boundary << " " << i;
      }
      // None but that of a new publisher.
      const auto breaks = on(channel_loop(), [&] { return sink_.samples_at_discontinuity; });
      EXPECT_TRUE(std::ranges::all_of(breaks, [](std::size_t samples) { return samples == 0; })) << boundary;
    }
  }
}

TEST_F(RtmpSourceTest, GoesOnWhenAKilledFfmpegComesBack) {
  feed_.reconnect_grace = std::chrono::seconds(20);
  start_source();
  const std::string command =
      ffmpeg_publish(20, "rtmp://127.0.0.1:" + std::to_string(server_->port()) + "/live/news?key=s3cret");
  const auto count = [&] { return on(channel_loop(), [&] { return sink_.samples.size(); }); };
  const auto more_than = [&](std::size_t samples) {
    for (int i = 0; i < 1000 && count() <= samples; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return count() > samples;
  };
  {
    BackgroundTool first(command);
    ASSERT_TRUE(more_than(10));
    first.kill();
  }
  const std::size_t before = count();
  const std::size_t told = on(channel_loop(), [&] { return sink_.states.size(); });
  BackgroundTool second(command);
  ASSERT_TRUE(more_than(before + 50));
  EXPECT_EQ(on(channel_loop(), [&] { return sink_.states.size(); }), told);
  EXPECT_EQ(on(channel_loop(), [&] { return sink_.discontinuities.size(); }), 1U);
}

TEST_F(RtmpSourceTest, ClosesItsPublisherWhenItStops) {
  start_source();
  RtmpPeer peer(server_->port());
  ASSERT_TRUE(peer.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(peer.wait_for("onStatus NetStream.Publish.Start"));
  on(channel_loop(), [&] { return source_->stop(), 0; });
  EXPECT_TRUE(peer.wait_for_end());
}

TEST_F(RtmpSourceTest, LeavesTheChannelToTheSourceThatReplacedIt) {
  start_source();
  auto old = on(channel_loop(), [&] { return std::move(source_); });
  start_source();
  on(channel_loop(), [&] { return old = nullptr, 0; });
  RtmpPeer peer(server_->port());
  ASSERT_TRUE(peer.send(publish_dialogue("live", "news?key=s3cret")));
  EXPECT_TRUE(peer.wait_for("onStatus NetStream.Publish.Start"));
}

}  // namespace
}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "captured_log.hpp"
#include "manual_clock.hpp"
#include "rtmp_listener.hpp"
#include "rtmp_peer.hpp"

#include <grandstand/ingest/rtmp_server.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

bool wait_until(const std::function<bool()>& done) {
  for (int i = 0; i < 1000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return done();
}

// Keeps what a subscriber is told; read from the test's thread.
class Recorder final : public RtmpSubscriber {
 public:
  bool accepts_key(std::string_view key) const override { return key == "s3cret"; }
  bool replaces_publisher() const override { return replaces; }
  void on_publish_start(std::string peer) override { note("start"); }
  void on_publish_end(std::string reason) override { note("end: " + reason); }
  void on_publish_problem(std::string reason) override { note("problem: " + reason); }
  void on_discontinuity(std::string reason) override { note("discontinuity"); }
  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override {
    std::lock_guard lock(mutex_);
    tracks_ = std::move(tracks);
    events_.push_back("tracks");
  }
  void on_sample(media::Sample sample) override {
    std::lock_guard lock(mutex_);
    samples_.push_back(std::move(sample));
  }

  bool replaces = false;

  std::vector<std::string> events() const {
    std::lock_guard lock(mutex_);
    return events_;
  }
  bool has(const std::string& event) const { return testing::Value(events(), testing::Contains(event)); }
  std::vector<media::Sample> samples() const {
    std::lock_guard lock(mutex_);
    return samples_;
  }
  std::shared_ptr<const media::TrackSet> tracks() const {
    std::lock_guard lock(mutex_);
    return tracks_;
  }

 private:
  void note(std::string event) {
    std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }

  mutable std::mutex mutex_;
  std::vector<std::string> events_;
  std::vector<media::Sample> samples_;
  std::shared_ptr<const media::TrackSet> tracks_;
};

void expect_orderly(const std::vector<media::Sample>& samples) {
  std::map<std::uint32_t, media::MediaTime> last;
  for (const media::Sample& sample : samples) {
    EXPECT_GE(sample.pts, sample.dts);
    if (last.contains(sample.track)) EXPECT_GT(sample.dts, last[sample.track]);
    last[sample.track] = sample.dts;
    EXPECT_FALSE(sample.data.empty());
  }
}

class RtmpServerTest : public testing::Test {
 protected:
  RtmpServerTest() {
    settings_.address = "127.0.0.1";
    settings_.port = 0;
  }

  // The clock stands still unless a test moves it, so that no timeout interferes.
  void start() {
    listener_ = std::make_shared<RtmpListener>(settings_, runtime_.loop(0), clock_, metrics_);
    ASSERT_TRUE(listener_->listen());
    runtime_.loop(0).post([listener = listener_] { listener->start(); });
    runtime_.start();
    subscribe();
  }

  void subscribe() {
    runtime_.loop(0).post([this, weak = std::weak_ptr<RtmpSubscriber>(recorder_)] {
      listener_->subscribe(ChannelId("news"), runtime_.loop(1), weak);
    });
  }

  void TearDown() override {
    if (!listener_) return;
    runtime_.loop(0).post([this] {
      listener_->stop();
      runtime_.stop();
    });
    runtime_.join();
  }

  void advance_and_tick(std::chrono::milliseconds duration) {
    clock_.advance(duration);
    runtime_.loop(0).post([this] { listener_->tick(clock_.steady()); });
  }

  std::string url(const std::string& rest) const {
    return "rtmp://127.0.0.1:" + std::to_string(listener_->port()) + rest;
  }
  bool counted(const std::string& series) {
    return wait_until([&] { return metrics_.render().find(series) != std::string::npos; });
  }

  RtmpSettings settings_;
  ManualClock clock_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{2};
  std::shared_ptr<RtmpListener> listener_;
  std::shared_ptr<Recorder> recorder_ = std::make_shared<Recorder>();
};

TEST_F(RtmpServerTest, TakesFfmpegsPublicationTwiceInARow) {
  start();
  for (const char* rest : {"/live/news?key=s3cret", "/live/news/s3cret"}) {
    const ToolRun run = run_tool(ffmpeg_publish(1.5, url(rest)));
    ASSERT_EQ(run.status, 0) << run.output;
  }
  ASSERT_TRUE(wait_until([&] { return recorder_->events().size() >= 6; }));
  EXPECT_THAT(recorder_->events(), testing::ElementsAre("start", "tracks", "end: the publisher stopped", "start",
                                                        "tracks", "end: the publisher stopped"));
  const auto samples = recorder_->samples();
  std::map<std::uint32_t, int> counts;
  int keys = 0;
  for (const auto& sample : samples) {
    ++counts[sample.track];
    if (sample.track == FlvDemuxer::kVideoTrack && sample.key) ++keys;
  }
  EXPECT_GE(counts[FlvDemuxer::kVideoTrack], 70);
  EXPECT_GE(counts[FlvDemuxer::kAudioTrack], 130);
  EXPECT_EQ(keys, 4);
  expect_orderly({samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2 - 5)});
  EXPECT_EQ(recorder_->tracks()->video()->width, 320);
  EXPECT_EQ(recorder_->tracks()->video()->frame_rate, 25);
  EXPECT_TRUE(counted("grandstand_rtmp_publishers 0"));
}

TEST_F(RtmpServerTest, TakesThePublicationsOfGstreamerAndLibrtmp) {
  start();
  const std::string file = testing::TempDir() + "rtmp_gstreamer_test.flv";
  const ToolRun made = run_tool(ffmpeg_publish(2, file, "-y"));
  ASSERT_EQ(made.status, 0) << made.output;
  for (const char* sink : {"rtmp2sink", "rtmpsink"}) {  // GStreamer's own client, and librtmp
    recorder_ = std::make_shared<Recorder>();
    subscribe();
    const ToolRun run = run_tool("gst-launch-1.0 -q filesrc location='" + file +
                                 "' ! flvdemux name=in in.video ! queue ! h264parse ! mux. in.audio ! queue ! aacparse "
                                 "! mux. flvmux name=mux streamable=true ! " +
                                 sink + " location='" + url("/live/news?key=s3cret") + "'");
    ASSERT_EQ(run.status, 0) << run.output;
    ASSERT_TRUE(wait_until([&] { return recorder_->events().size() >= 3; }));
    EXPECT_EQ(recorder_->events()[0], "start") << sink;
    EXPECT_EQ(recorder_->tracks()->tracks.size(), 2U) << sink;
    EXPECT_GE(recorder_->samples().size(), 100U) << sink;
    expect_orderly(recorder_->samples());
  }
  std::remove(file.c_str());
}

TEST_F(RtmpServerTest, TellsFfmpegThatTheKeyIsWrong) {
  test::CapturedLog log;
  start();
  for (const char* rest : {"/live/news?key=guess", "/live/news", "/live/other?key=s3cret"}) {
    const ToolRun run = run_tool(ffmpeg_publish(1, url(rest)));
    EXPECT_NE(run.status, 0);
    EXPECT_THAT(run.output, HasSubstr("No such channel, or the stream key is wrong"));
  }
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"key\"} 3"));
  EXPECT_TRUE(recorder_->events().empty());
  const auto lines = log.take();
  EXPECT_THAT(lines, HasSubstr("A publisher was refused"));
  EXPECT_THAT(lines, testing::Not(HasSubstr("guess")));
}

TEST_F(RtmpServerTest, RefusesASecondPublisherAndKeepsTheFirst) {
  start();
  RtmpPeer first(listener_->port());
  ASSERT_TRUE(first.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(first.wait_for("onStatus NetStream.Publish.Start"));
  const ToolRun run = run_tool(ffmpeg_publish(1, url("/live/news?key=s3cret")));
  EXPECT_NE(run.status, 0);
  EXPECT_THAT(run.output, HasSubstr("Somebody publishes to this channel already"));
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"busy\"} 1"));
  EXPECT_TRUE(counted("grandstand_rtmp_publishers 1"));
}

TEST_F(RtmpServerTest, LooksForTheChannelOfAPublisherBeforeItIsRefused) {
  start();
  std::mutex mutex;
  std::vector<std::pair<std::string, std::function<void()>>> asked;
  runtime_.loop(0).post([&] {
    listener_->set_finder([&](const ChannelId& channel, const std::string& key, std::function<void()> look_again) {
      const std::lock_guard lock(mutex);
      asked.emplace_back(channel.value() + " " + key, std::move(look_again));
    });
  });
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return asked.size();
  };
  RtmpPeer lost(listener_->port());
  ASSERT_TRUE(lost.send(publish_dialogue("live", "elsewhere?key=s3cret")));
  ASSERT_TRUE(wait_until([&] { return count() == 1; }));
  EXPECT_EQ(asked[0].first, "elsewhere s3cret");
  runtime_.loop(0).post([&] { asked[0].second(); });
  EXPECT_TRUE(lost.wait_for("onStatus NetStream.Publish.Rejected"));

  RtmpPeer found(listener_->port());
  ASSERT_TRUE(found.send(publish_dialogue("live", "brought?key=s3cret")));
  ASSERT_TRUE(wait_until([&] { return count() == 2; }));
  runtime_.loop(0).post([&] {
    listener_->subscribe(ChannelId("brought"), runtime_.loop(0), recorder_);
    asked[1].second();
  });
  EXPECT_TRUE(found.wait_for("onStatus NetStream.Publish.Start"));
}

TEST_F(RtmpServerTest, RefusesAtOnceWhatTheFinderKnowsAtOnce) {
  start();
  runtime_.loop(0).post([&] {
    listener_->set_finder([](const ChannelId&, const std::string&, std::function<void()> look_again) { look_again(); });
  });
  RtmpPeer lost(listener_->port());
  ASSERT_TRUE(lost.send(publish_dialogue("live", "elsewhere?key=guess")));
  EXPECT_TRUE(lost.wait_for("onStatus NetStream.Publish.Rejected"));
}

TEST_F(RtmpServerTest, LooksForAChannelThatLeftWhileTheDoorkeeperWasAsked) {
  start();
  runtime_.loop(0).post([&] {
    listener_->set_doorkeeper(
        [&](const ChannelId& channel, const std::string&, const std::string&, std::function<void(bool)> answer) {
          runtime_.loop(0).post([this, channel, answer] {
            listener_->set_doorkeeper({});
            listener_->unsubscribe(channel);
            answer(true);
          });
        });
    listener_->set_finder([&](const ChannelId& channel, const std::string&, std::function<void()> look_again) {
      listener_->subscribe(channel, runtime_.loop(1), recorder_);
      look_again();
    });
  });
  RtmpPeer peer(listener_->port());
  ASSERT_TRUE(peer.send(publish_dialogue("live", "news?key=s3cret")));
  EXPECT_TRUE(peer.wait_for("onStatus NetStream.Publish.Start"));
}

TEST_F(RtmpServerTest, AsksTheDoorkeeperBeforeAPublisherStarts) {
  start();
  std::mutex mutex;
  std::vector<std::pair<std::string, std::function<void(bool)>>> asked;
  runtime_.loop(0).post([&] {
    listener_->set_doorkeeper([&](const ChannelId& channel, const std::string& address, const std::string& key,
                                  std::function<void(bool)> answer) {
      const std::lock_guard lock(mutex);
      asked.emplace_back(channel.value() + " " + address + " " + key, std::move(answer));
    });
  });
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return asked.size();
  };
  RtmpPeer wrong(listener_->port());
  ASSERT_TRUE(wrong.send(publish_dialogue("live", "news?key=guess")));
  ASSERT_TRUE(wrong.wait_for("onStatus NetStream.Publish.Rejected"));
  EXPECT_EQ(count(), 0U);

  RtmpPeer refused(listener_->port());
  ASSERT_TRUE(refused.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(wait_until([&] { return count() == 1; }));
  EXPECT_EQ(asked[0].first, "news 127.0.0.1 s3cret");
  EXPECT_TRUE(recorder_->events().empty());
  runtime_.loop(0).post([&] { asked[0].second(false); });
  EXPECT_TRUE(refused.wait_for("onStatus NetStream.Publish.Rejected"));
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"hook\"} 1"));

  RtmpPeer welcome(listener_->port());
  ASSERT_TRUE(welcome.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(wait_until([&] { return count() == 2; }));
  runtime_.loop(0).post([&] { asked[1].second(true); });
  EXPECT_TRUE(welcome.wait_for("onStatus NetStream.Publish.Start"));
  EXPECT_TRUE(wait_until([&] { return recorder_->has("start"); }));
}

TEST_F(RtmpServerTest, ReplacesThePublisherWhereTheChannelWantsTheNewest) {
  recorder_->replaces = true;
  start();
  RtmpPeer first(listener_->port());
  ASSERT_TRUE(first.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(first.wait_for("onStatus NetStream.Publish.Start"));
  RtmpPeer wrong(listener_->port());
  ASSERT_TRUE(wrong.send(publish_dialogue("live", "news?key=guess")));
  ASSERT_TRUE(wrong.wait_for("onStatus NetStream.Publish.Rejected"));
  const ToolRun run = run_tool(ffmpeg_publish(1, url("/live/news?key=s3cret")));
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_TRUE(first.wait_for_end());
  ASSERT_TRUE(wait_until([&] { return recorder_->events().size() >= 5; }));
  EXPECT_THAT(recorder_->events(), testing::ElementsAre("start", "end: another publisher took its place", "start",
                                                        "tracks", "end: the publisher stopped"));
  EXPECT_TRUE(counted("grandstand_rtmp_replaced_total 1"));
}

TEST_F(RtmpServerTest, ReplacesAHalfDeadPublisherAtOnce) {
  start();
  BackgroundTool frozen(ffmpeg_publish(20, url("/live/news?key=s3cret")));
  ASSERT_TRUE(wait_until([&] { return recorder_->has("tracks"); }));
  frozen.freeze();
  std::this_thread::sleep_for(100ms);  // what it sent before is read
  RtmpPeer early(listener_->port());
  ASSERT_TRUE(early.send(publish_dialogue("live", "news?key=s3cret")));
  EXPECT_TRUE(early.wait_for("onStatus NetStream.Publish.BadName"));
  clock_.advance(3s);
  const ToolRun run = run_tool(ffmpeg_publish(1, url("/live/news?key=s3cret")));
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_TRUE(recorder_->has("end: another publisher took its place"));
}

TEST_F(RtmpServerTest, AsksPublishersThatUnderstandItToComeBackWhenItStops) {
  start();
  const auto dialogue = [](bool capable) {
    AmfValue::Object properties{{"app", AmfValue("live")}, {"tcUrl", AmfValue("rtmp://127.0.0.1/live")}};
    if (capable) properties.push_back({"capsEx", AmfValue(1.0)});
    ByteList bytes = client_handshake();
    append(bytes, command({AmfValue("connect"), AmfValue(1.0), AmfValue(std::move(properties))}));
    append(bytes, publish("news?key=s3cret"));
    return bytes;
  };
  for (const bool capable : {true, false}) {
    RtmpPeer peer(listener_->port());
    ASSERT_TRUE(peer.send(dialogue(capable)));
    ASSERT_TRUE(peer.wait_for("onStatus NetStream.Publish.Start"));
    ASSERT_TRUE(peer.send(chunks({rtmp_type::kVideo, 1, 0, ByteList(3000, 0x14)}, 6)));
    if (capable) {
      subscribe();  // a channel that is set up anew lets its publisher go, too
    } else {
      runtime_.loop(0).post([this] { listener_->stop(); });
    }
    EXPECT_EQ(peer.wait_for("onStatus NetConnection.Connect.ReconnectRequest"), capable);
    EXPECT_TRUE(peer.wait_for_end());
  }
}

TEST_F(RtmpServerTest, TellsPlayersThatItTakesPublishersOnly) {
  test::CapturedLog log;
  start();
  const ToolRun run = run_tool("ffprobe -v error '" + url("/live/news") + "'");
  EXPECT_NE(run.status, 0);
  EXPECT_THAT(run.output, HasSubstr("This server takes publishers"));
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"request\"} 1"));
  EXPECT_THAT(log.take(), HasSubstr("A publisher was refused peer=127.0.0.1:"));
}

TEST_F(RtmpServerTest, ClosesGarbageAndLeavesOthersAlone) {
  test::CapturedLog log;
  start();
  RtmpPeer publisher(listener_->port());
  ASSERT_TRUE(publisher.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(publisher.wait_for("onStatus NetStream.Publish.Start"));
  RtmpPeer garbage(listener_->port());
  ASSERT_TRUE(garbage.send(ByteList(5000, 'G')));
  EXPECT_TRUE(garbage.wait_for_end());
  ByteList late = client_handshake();
  append(late, ByteList(5000, 0xFF));
  RtmpPeer after_handshake(listener_->port());
  ASSERT_TRUE(after_handshake.send(late));
  EXPECT_TRUE(after_handshake.wait_for_end());
  EXPECT_TRUE(counted("grandstand_rtmp_protocol_errors_total 2"));
  EXPECT_THAT(log.take(), HasSubstr("A peer broke the RTMP protocol peer=127.0.0.1:"));
  ASSERT_TRUE(publisher.send(command({AmfValue("getStreamLength"), AmfValue(9.0), AmfValue()})));
  EXPECT_TRUE(publisher.wait_for("_result"));
  EXPECT_TRUE(counted("grandstand_rtmp_connections 1"));
}

TEST_F(RtmpServerTest, ClosesWhoDoesNotPublishInTime) {
  start();
  RtmpPeer slow(listener_->port());
  ASSERT_TRUE(slow.send({3, 0, 0}));
  ASSERT_TRUE(counted("grandstand_rtmp_connections 1"));
  advance_and_tick(4s);
  EXPECT_TRUE(counted("grandstand_rtmp_connections 1"));
  test::CapturedLog log;
  advance_and_tick(2s);
  EXPECT_TRUE(slow.wait_for_end());
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"late\"} 1"));
  EXPECT_THAT(log.take(), HasSubstr("it did not publish in time"));
}

TEST_F(RtmpServerTest, ClosesAPublisherThatSendsNothing) {
  start();
  RtmpPeer publisher(listener_->port());
  ASSERT_TRUE(publisher.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(publisher.wait_for("onStatus NetStream.Publish.Start"));
  advance_and_tick(31s);
  EXPECT_TRUE(publisher.wait_for_end());
  EXPECT_TRUE(wait_until([&] { return recorder_->has("end: the publisher sent nothing for 30 s"); }));
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"silent\"} 1"));
}

TEST_F(RtmpServerTest, ClosesAPublisherThatReadsNothing) {
  start();
  RtmpPeer deaf(listener_->port());
  ASSERT_TRUE(deaf.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(deaf.wait_for("onStatus NetStream.Publish.Start"));
  ByteList pings;
  for (int i = 0; i < 2'000; ++i) append(pings, chunks({rtmp_type::kUserControl, 0, 0, {0, 6, 1, 2, 3, 4}}, 2));
  std::size_t sent = 0;
  while (sent < (64u << 20) && deaf.send(pings)) sent += pings.size();
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"unread\"} 1"));
  EXPECT_TRUE(counted("grandstand_rtmp_connections 0"));
}

TEST_F(RtmpServerTest, ClosesThePublisherOfAChannelThatGoesAway) {
  start();
  RtmpPeer publisher(listener_->port());
  ASSERT_TRUE(publisher.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(publisher.wait_for("onStatus NetStream.Publish.Start"));
  ASSERT_TRUE(wait_until([&] { return recorder_->has("start"); }));
  recorder_ = nullptr;
  advance_and_tick(1s);
  EXPECT_TRUE(publisher.wait_for_end());
}

TEST_F(RtmpServerTest, LimitsConnections) {
  settings_.max_connections = 1;
  start();
  RtmpPeer first(listener_->port());
  ASSERT_TRUE(counted("grandstand_rtmp_connections 1"));
  RtmpPeer second(listener_->port());
  EXPECT_TRUE(second.wait_for_end());
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"limit\"} 1"));
}

TEST_F(RtmpServerTest, RefusesAnAddressThatGuessesKeys) {
  start();
  for (int i = 0; i < 10; ++i) {
    RtmpPeer guess(listener_->port());
    ASSERT_TRUE(guess.send(publish_dialogue("live", "news?key=" + std::to_string(i))));
    EXPECT_TRUE(guess.wait_for("onStatus NetStream.Publish.Rejected"));
  }
  RtmpPeer right(listener_->port());
  ASSERT_TRUE(right.send(publish_dialogue("live", "news?key=s3cret")));
  EXPECT_TRUE(right.wait_for("onStatus NetStream.Publish.Rejected"));
  EXPECT_TRUE(counted("grandstand_rtmp_refused_total{reason=\"rate\"} 1"));
  clock_.advance(11s);
  RtmpPeer later(listener_->port());
  ASSERT_TRUE(later.send(publish_dialogue("live", "news?key=s3cret")));
  EXPECT_TRUE(later.wait_for("onStatus NetStream.Publish.Start"));
}

TEST_F(RtmpServerTest, SlowsThePublisherOfASlowChannel) {
  start();
  RtmpPeer publisher(listener_->port());
  ASSERT_TRUE(publisher.send(publish_dialogue("live", "news?key=s3cret")));
  ASSERT_TRUE(publisher.wait_for("onStatus NetStream.Publish.Start"));
  ASSERT_TRUE(publisher.send(chunks({rtmp_type::kAudio, 1, 0, {0xAF, 0, 0x11, 0x90}}, 4)));

  std::mutex gate;
  gate.lock();
  runtime_.loop(1).post([&] { std::lock_guard wait(gate); });
  ByteList frame(60'000, 0xAB);
  frame[0] = 0xAF;
  frame[1] = 1;
  std::uint64_t offered = 0;
  std::uint32_t time = 0;
  ByteList rest;
  int idle = 0;
  while (idle < 50) {  // until nothing is taken for half a second
    if (rest.empty()) rest = chunks({rtmp_type::kAudio, 1, time += 21, frame}, 4);
    const std::size_t sent = publisher.send_some(rest);
    rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(sent));
    offered += sent;
    idle = sent > 0 ? 0 : idle + 1;
    if (sent == 0) std::this_thread::sleep_for(10ms);
    ASSERT_LT(offered, 200u << 20) << "the server takes everything";
  }
  EXPECT_TRUE(counted("grandstand_rtmp_paused_total 1"));
  EXPECT_GT(offered, RtmpPublication::kMaxInFlight);
  gate.unlock();
  ASSERT_TRUE(publisher.send(rest));
  const std::size_t expected = time / 21;
  EXPECT_TRUE(wait_until([&] { return recorder_->samples().size() == expected; })) << recorder_->samples().size();
  expect_orderly(recorder_->samples());
}

TEST(RtmpServer, NamesThePortThatItCannotHave) {
  aio::Runtime runtime(1);
  const SystemClock clock;
  ops::Metrics metrics;
  RtmpSettings settings;
  settings.address = "127.0.0.1";
  settings.port = 0;
  auto server = RtmpServer::create(settings, runtime.loop(0), clock, metrics);
  ASSERT_TRUE(server);
  settings.port = server.value()->port();
  const auto second = RtmpServer::create(settings, runtime.loop(0), clock, metrics);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message,
              HasSubstr("rtmp: cannot listen on 127.0.0.1 port " + std::to_string(settings.port)));
  settings.address = "localhost:80";
  EXPECT_FALSE(RtmpServer::create(settings, runtime.loop(0), clock, metrics));
}

}  // namespace
}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
// With real sockets on loopback; time stands still unless a test moves it.
#include "udp_source.hpp"

#include "captured_log.hpp"
#include "manual_clock.hpp"
#include "recording_sink.hpp"
#include "service_tables.hpp"
#include "ts_builder.hpp"
#include "udp_sender.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/ingest/source.hpp>

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <net/if.h>
#include <sys/socket.h>

namespace grandstand::ingest {
namespace {

using namespace elementary;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::uint16_t kVideo = 0x101;

// One programme's stream, told apart by its picture size.
class Programme {
 public:
  explicit Programme(bool wide = false) : wide_(wide) {
    ts_.pat({{1, 0x100}});
    ts_.pmt(0x100, 1, kVideo, {{0x1B, kVideo, {}}});
  }
  ByteVector pictures(int count) {
    for (int i = 0; i < count; ++i) {
      ts_.pes(kVideo, time_, wide_ ? h264_key_96() : h264_key());
      time_ += 3'600;
    }
    return ts_.take();
  }

 private:
  bool wide_;
  TsBuilder ts_;
  std::uint64_t time_ = 0;
};

class UdpSourceTest : public testing::Test {
 protected:
  // Its ticker never fires: the loop does not run.
  std::unique_ptr<UdpSource> make(const std::string& url, RecordingSink& into,
                                  const std::string& interface = "127.0.0.1") {
    FeedSettings feed;
    feed.url = url;
    feed.interface = interface;
    auto address = FeedAddress::parse(url);
    EXPECT_TRUE(address.ok());
    auto source = std::make_unique<UdpSource>(
        feed, *address, SourceContext{ChannelId("news"), runtime.loop(0), clock, metrics, nullptr, into, into});
    source->start();
    return source;
  }
  void tick(UdpSource& source, milliseconds passed = milliseconds(10)) {
    clock.advance(passed);
    source.tick(clock.steady());
  }

  aio::Runtime runtime{1};
  ManualClock clock;
  ops::Metrics metrics;
  RecordingSink sink;
};

TEST_F(UdpSourceTest, ReceivesUnicast) {
  const std::uint16_t port = free_port();
  auto source = make("udp://127.0.0.1:" + std::to_string(port), sink, "");
  EXPECT_EQ(sink.state(), SourceState::kStarting);
  Sender().send("127.0.0.1", port, Programme().pictures(100));
  tick(*source);
  EXPECT_EQ(sink.state(), SourceState::kRunning);
  EXPECT_EQ(sink.samples.size(), 99u);
  source->stop();
  EXPECT_THAT(metrics.render(), HasSubstr("grandstand_ingest_datagrams_total{channel=\"news\"}"));
}

TEST_F(UdpSourceTest, PassesOnTheGuideOfTheStream) {
  const std::uint16_t port = free_port();
  auto source = make("udp://127.0.0.1:" + std::to_string(port), sink, "");
  TsBuilder ts;
  ts.pat({{1, 0x100}});
  ts.pmt(0x100, 1, kVideo, {{0x1B, kVideo, {}}});
  const UtcTime evening = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + std::chrono::hours(19);
  ts.section_packets(0x12, service_tables::eit(0x4E, 1, 0,
                                               {{1, evening, std::chrono::minutes(45),
                                                 service_tables::short_event("eng", "Evening News", "")}}));
  Sender().send("127.0.0.1", port, ts.take());
  tick(*source);
  ASSERT_EQ(sink.events.size(), 1u);
  ASSERT_EQ(sink.events[0].events.size(), 1u);
  EXPECT_EQ(sink.events[0].events[0].title, "Evening News");
  source->stop();
}

TEST_F(UdpSourceTest, ReceivesJumboDatagramsWhole) {
  const std::uint16_t port = free_port();
  auto source = make("udp://127.0.0.1:" + std::to_string(port), sink, "");
  Sender().send("127.0.0.1", port, Programme().pictures(500), 65'424);
  tick(*source);
  EXPECT_EQ(sink.samples.size(), 499u);
}

TEST_F(UdpSourceTest, CountsWhatTheKernelDroppedWhileNobodyReadAndGoesOn) {
  const std::uint16_t port = free_port();
  auto source = make("udp://127.0.0.1:" + std::to_string(port), sink, "");
  Sender sender;
  Programme programme;
  sender.send("127.0.0.1", port, programme.pictures(5));
  const ByteVector stuffing = [] {
    TsBuilder ts;
    for (int i = 0; i < 7; ++i) ts.null_packet();
    return ts.take();
  }();
  for (int i = 0; i < 30'000; ++i) sender.send("127.0.0.1", port, stuffing);
  for (int i = 0; i < 30; ++i) tick(*source);
  sender.send("127.0.0.1", port, programme.pictures(5));
  tick(*source);
  EXPECT_GT(source->report().kernel_drops, 1'000u);
  EXPECT_GE(sink.of(kVideo).size(), 8u);
}

TEST_F(UdpSourceTest, KeepsTwoGroupsOnOnePortApart) {
  const std::uint16_t port = free_port();
  RecordingSink other;
  auto first = make("udp://239.255.42.1:" + std::to_string(port), sink);
  auto second = make("udp://239.255.42.2:" + std::to_string(port), other);
  ASSERT_EQ(sink.reason(), "");
  Sender sender;
  sender.send("239.255.42.1", port, Programme().pictures(20));
  sender.send("239.255.42.2", port, Programme(true).pictures(30));
  tick(*first);
  tick(*second);
  ASSERT_EQ(sink.samples.size(), 19u);
  ASSERT_EQ(other.samples.size(), 29u);
  EXPECT_EQ(sink.track(kVideo)->width, 64);
  EXPECT_EQ(other.track(kVideo)->width, 96);
}

TEST_F(UdpSourceTest, ReceivesIpv6) {
  const int socket = ::socket(AF_INET6, SOCK_DGRAM, 0);
  const int loopback = static_cast<int>(if_nametoindex("lo"));
  const auto local = SocketAddress::parse("::1", 0);
  if (socket < 0 || bind(socket, local->get(), local->size()) != 0) GTEST_SKIP() << "no IPv6 here";
  const std::uint16_t port = free_port();
  auto unicast = make("udp://[::1]:" + std::to_string(port), sink, "");
  ASSERT_EQ(sink.reason(), "");
  const ByteVector bytes = Programme().pictures(5);
  const auto to = SocketAddress::parse("::1", port);
  ASSERT_GT(sendto(socket, bytes.data(), bytes.size(), 0, to->get(), to->size()), 0);
  tick(*unicast);
  EXPECT_EQ(sink.samples.size(), 4u);

  RecordingSink other;
  auto multicast = make("udp://[ff12::4242]:" + std::to_string(port), other, "lo");
  EXPECT_EQ(other.reason(), "");
  setsockopt(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, &loopback, sizeof loopback);
  const auto group = SocketAddress::parse("ff12::4242", port);
  if (sendto(socket, bytes.data(), bytes.size(), 0, group->get(), group->size()) > 0) {
    tick(*multicast);
    EXPECT_EQ(other.samples.size(), 4u);
  }
  close(socket);
}

TEST_F(UdpSourceTest, TakesOnlyItsSourceInSourceSpecificMulticast) {
  const std::uint16_t port = free_port();
  auto source = make("udp://127.0.0.2@232.42.0.1:" + std::to_string(port), sink);
  ASSERT_EQ(sink.reason(), "");
  Sender("127.0.0.3").send("232.42.0.1", port, Programme(true).pictures(10));
  tick(*source);
  EXPECT_TRUE(sink.samples.empty());
  Sender("127.0.0.2").send("232.42.0.1", port, Programme().pictures(10));
  tick(*source);
  ASSERT_EQ(sink.samples.size(), 9u);
  EXPECT_EQ(sink.track(kVideo)->width, 64);
}

TEST_F(UdpSourceTest, GoesDownWithSilenceAndComesBackWithADiscontinuity) {
  const std::uint16_t port = free_port();
  auto source = make("udp://127.0.0.1:" + std::to_string(port), sink, "");
  Sender sender;
  Programme programme;
  sender.send("127.0.0.1", port, programme.pictures(10));
  tick(*source);
  EXPECT_EQ(sink.state(), SourceState::kRunning);
  for (int i = 0; i < 31; ++i) tick(*source, milliseconds(100));
  EXPECT_EQ(sink.state(), SourceState::kDown);
  EXPECT_EQ(sink.reason(), "no datagram for 3 s");
  sender.send("127.0.0.1", port, programme.pictures(10));
  tick(*source);
  EXPECT_EQ(sink.state(), SourceState::kRunning);
  EXPECT_EQ(sink.discontinuities.size(), 1u);
  EXPECT_EQ(sink.tracks.size(), 1u);
  EXPECT_EQ(sink.samples.size(), 18u);
}

TEST_F(UdpSourceTest, SaysThatWhatArrivesIsNoTransportStream) {
  const std::uint16_t port = free_port();
  auto source = make("udp://127.0.0.1:" + std::to_string(port), sink, "");
  Sender sender;
  for (int i = 0; i < 31; ++i) {
    sender.send("127.0.0.1", port, ByteVector(1'000, 0x11));
    tick(*source, milliseconds(100));
  }
  EXPECT_EQ(sink.state(), SourceState::kDown);
  EXPECT_EQ(sink.reason(), "datagrams arrive but hold no MPEG-TS");
  source->stop();
  EXPECT_THAT(metrics.render(), HasSubstr("grandstand_ingest_garbage_total{channel=\"news\"} 31"));
}

TEST_F(UdpSourceTest, DropsGarbageBetweenPicturesAndSaysSoOnce) {
  test::CapturedLog log;
  const std::uint16_t port = free_port();
  auto source = make("udp://127.0.0.1:" + std::to_string(port), sink, "");
  Sender sender;
  Programme programme;
  for (int i = 0; i < 30; ++i) {
    sender.send("127.0.0.1", port, ByteVector(700, 0x11));
    sender.send("127.0.0.1", port, programme.pictures(5));
    tick(*source, milliseconds(200));
  }
  EXPECT_EQ(sink.state(), SourceState::kRunning);
  EXPECT_GE(sink.samples.size(), 140u) << "the pictures beside it come whole";
  source->stop();
  EXPECT_THAT(metrics.render(), HasSubstr("grandstand_ingest_garbage_total{channel=\"news\"} 30"));
  const auto lines = log.take();
  const auto first = lines.find("Datagrams that hold no MPEG-TS are dropped channel=news");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(lines.find("Datagrams that hold", first + 1), std::string::npos);
}

TEST_F(UdpSourceTest, SaysThatTheAddressIsInUseAndTriesAgain) {
  const std::uint16_t port = free_port();
  RecordingSink other;
  auto owner = make("udp://127.0.0.1:" + std::to_string(port), other, "");
  auto source = make("udp://127.0.0.1:" + std::to_string(port), sink, "");
  EXPECT_EQ(sink.state(), SourceState::kDown);
  EXPECT_THAT(sink.reason(), HasSubstr("Address already in use"));
  owner->stop();
  tick(*source, milliseconds(1'000));
  Sender().send("127.0.0.1", port, Programme().pictures(10));
  tick(*source);
  EXPECT_EQ(sink.state(), SourceState::kRunning);
}

TEST_F(UdpSourceTest, SaysThatThereIsNoSuchInterface) {
  auto source = make("udp://239.255.42.1:5000", sink, "nonesuch0");
  EXPECT_EQ(sink.state(), SourceState::kDown);
  EXPECT_THAT(sink.reason(), HasSubstr("interface \"nonesuch0\""));
}

TEST_F(UdpSourceTest, ReceivesByItsOwnTickerOnTheLoop) {
  const std::uint16_t port = free_port();
  FeedSettings feed;
  feed.url = "rtp://127.0.0.1:" + std::to_string(port);
  SystemClock real;
  std::unique_ptr<Source> source;
  std::unique_ptr<aio::Ticker> watch;
  int rounds = 0;
  runtime.loop(0).post([&] {
    source =
        std::move(make_source(feed, {ChannelId("news"), runtime.loop(0), real, metrics, nullptr, sink, sink})).value();
    source->start();
    Sender().send("127.0.0.1", port, Programme().pictures(50));
    watch = std::make_unique<aio::Ticker>(runtime.loop(0), milliseconds(5), [&] {
      if (sink.samples.size() < 49 && ++rounds < 1'000) return;
      source->stop();
      watch.reset();
      runtime.stop();
    });
  });
  runtime.run();
  EXPECT_EQ(sink.samples.size(), 49u);
  EXPECT_EQ(sink.state(), SourceState::kRunning);
}

TEST_F(UdpSourceTest, DeliversNothingAfterAStopFromWithin) {
  class Stopper : public RecordingSink {
   public:
    void on_sample(media::Sample sample) override {
      RecordingSink::on_sample(std::move(sample));
      if (samples.size() == 5) source->stop();
    }
    UdpSource* source = nullptr;
  };
  const std::uint16_t port = free_port();
  Stopper stopper;
  auto source = make("udp://127.0.0.1:" + std::to_string(port), stopper, "");
  stopper.source = source.get();
  Sender().send("127.0.0.1", port, Programme().pictures(50));
  tick(*source);
  EXPECT_EQ(stopper.samples.size(), 5u);
}

}  // namespace
}  // namespace grandstand::ingest

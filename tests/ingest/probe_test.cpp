// SPDX-License-Identifier: MIT
// Packets come by loopback whenever the probe sleeps; time is the test's.
#include "manual_clock.hpp"
#include "service_tables.hpp"
#include "ts_stimulus.hpp"
#include "udp_sender.hpp"

#include <grandstand/ingest/probe.hpp>
#include <grandstand/media/ffmpeg_log.hpp>

#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using namespace std::chrono_literals;
using stimulus::Datagrams;
using stimulus::Encoder;
using testing::HasSubstr;

class ProbeTest : public testing::Test {
 protected:
  // What `next` gives is sent each 40 ms.
  Result<ProbeReport> listen(const std::function<Datagrams()>& next, std::optional<std::uint16_t> program = {},
                             const std::string& scheme = "udp", std::chrono::milliseconds length = 4s) {
    FeedSettings feed;
    const std::uint16_t port = free_port();
    feed.url = scheme + "://127.0.0.1:" + std::to_string(port);
    feed.program = program;
    std::chrono::milliseconds slept{0};
    return probe(feed, length,
                 {.clock = clock_,
                  .sleep =
                      [&](std::chrono::milliseconds time) {
                        clock_.advance(time);
                        slept += time;
                        if (slept.count() % 40 != 0 || !next) return;
                        for (const ByteVector& datagram : next()) sender_.send("127.0.0.1", port, datagram, 9'000);
                      },
                  .cancelled = [] { return false; }});
  }

  ManualClock clock_;
  Sender sender_;
};

TEST_F(ProbeTest, TellsProgrammesPidsAndWhatAChannelWouldGet) {
  Encoder encoder;
  int step = 0;
  const auto report = listen([&] {
    if (step++ % 25 == 0) {
      encoder.builder().section_packets(0x11, service_tables::sdt(1, 1, "Studio", "News 24"));
    }
    return stimulus::cut(stimulus::stuffed(encoder.play(40ms), 1), 7 * 188);
  });
  ASSERT_TRUE(report.ok()) << report.error().message;
  ASSERT_EQ(report->programmes.size(), 1u);
  EXPECT_EQ(report->programmes[0].name, "News 24");
  EXPECT_EQ(report->programmes[0].pmt_pid, 0x100);
  EXPECT_EQ(report->programmes[0].pcr_pid, 0x101);
  ASSERT_EQ(report->programmes[0].streams.size(), 2u);
  EXPECT_EQ(report->programmes[0].streams[1].language, "eng");
  ASSERT_EQ(report->tracks.tracks.size(), 2u);
  EXPECT_EQ(report->tracks.tracks[0].width, 64);
  EXPECT_TRUE(report->is_well()) << to_text(*report);
  const std::string text = to_text(*report);
  EXPECT_THAT(text, HasSubstr("programme 1 News 24 (Studio): PMT on 256, PCR on 257"));
  EXPECT_THAT(text, HasSubstr("kbit/s  PMT of 1\n"));
  EXPECT_THAT(text, HasSubstr("PCR jitter"));
  EXPECT_THAT(text, HasSubstr("The signal is well."));
  const std::string json = to_json(*report);
  EXPECT_THAT(json, HasSubstr("\"well\": true"));
  EXPECT_THAT(json, HasSubstr("\"continuity\": {"));
}

TEST_F(ProbeTest, BitRatesAreOfAllThatWasHeardHoweverShort) {
  const auto rates = [&](std::chrono::milliseconds length) {
    Encoder encoder;
    const auto report =
        listen([&] { return stimulus::cut(stimulus::stuffed(encoder.play(40ms), 1), 7 * 188); }, {}, "udp", length);
    std::vector<double> all;
    EXPECT_TRUE(report.ok());
    if (!report) return all;
    all.push_back(report->signal.bit_rate);
    double of_pids = 0;
    for (const auto& pid : report->pids) of_pids += pid.bit_rate;
    EXPECT_EQ(report->signal.bit_rate, of_pids);
    for (const auto& stream : report->signal.streams) all.push_back(stream.bit_rate);
    return all;
  };
  const auto brief = rates(1'500ms);
  const auto longer = rates(6s);
  ASSERT_EQ(brief.size(), 3u);
  ASSERT_EQ(longer.size(), 3u);
  for (std::size_t i = 0; i < brief.size(); ++i) {
    EXPECT_GT(longer[i], 0) << i;
    EXPECT_NEAR(brief[i], longer[i], longer[i] / 10) << i;
  }
}

TEST_F(ProbeTest, CountsWhatIsWrongWithTheSignal) {
  Encoder encoder;
  int step = 0;
  const auto report = listen([&] {
    ByteVector bytes = encoder.play(40ms);
    if (++step % 20 == 0) bytes = stimulus::without(std::move(bytes), stimulus::of_pid(0x102));
    return stimulus::cut(bytes, 7 * 188);
  });
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_FALSE(report->is_well());
  EXPECT_GT(report->signal.check(SignalCheck::kContinuity).errors, 2u);
  EXPECT_THAT(to_text(*report), HasSubstr("continuity errors"));
}

TEST_F(ProbeTest, CountsWhatRtpLost) {
  Encoder encoder;
  stimulus::RtpSender rtp;
  int step = 0;
  const auto report = listen(
      [&] {
        Datagrams datagrams = rtp.wrap(stimulus::cut(encoder.play(40ms), 188));
        if (++step % 30 == 0) stimulus::lose(datagrams, 0, 1);
        return datagrams;
      },
      {}, "rtp");
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_GE(report->signal.rtp_lost, 2u);
  EXPECT_FALSE(report->is_well());
}

TEST_F(ProbeTest, ListsAllProgrammesOfAMultiplexAndSaysWhichOneIsNotThere) {
  stimulus::Multiplex multiplex(4);
  const auto report = listen([&] { return stimulus::cut(multiplex.play(40ms), 7 * 188); }, 9);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->programmes.size(), 4u);
  EXPECT_THAT(to_text(*report), HasSubstr("trouble: programme 9 is not in the PAT (it has 1, 2, 3, 4)"));
  EXPECT_FALSE(report->is_well());
}

TEST_F(ProbeTest, SaysWhenNothingArrivesAndWhenItIsNoMpegTs) {
  const auto silent = listen({});
  ASSERT_FALSE(silent.ok());
  EXPECT_THAT(silent.error().message, HasSubstr("no datagram arrived at udp://127.0.0.1:"));
  EXPECT_THAT(silent.error().message, HasSubstr("in 4 s"));
  const auto garbage = listen([] { return Datagrams{ByteVector(500, 0xAB)}; });
  ASSERT_FALSE(garbage.ok());
  EXPECT_THAT(garbage.error().message, HasSubstr("hold no MPEG-TS"));
}

TEST_F(ProbeTest, SaysWhatIsWrongWithAUrl) {
  const auto message = [&](const std::string& url) {
    FeedSettings feed;
    feed.url = url;
    const auto report = probe(feed, 1s, {.clock = clock_, .sleep = {}, .cancelled = {}});
    return report.ok() ? "" : report.error().message;
  };
  EXPECT_THAT(message("gopher://x"), HasSubstr("its scheme is not known"));
  EXPECT_THAT(message("rtmp://publish"), HasSubstr("comes to the server by itself"));
  EXPECT_THAT(message("udp://239.0.0.1"), HasSubstr("port"));
}

TEST_F(ProbeTest, AFileThatIsNotThereIsSaidAtOnce) {
  media::silence_ffmpeg();
  const SystemClock clock;
  FeedSettings feed;
  feed.url = "file:/nowhere/film.mp4";
  const auto report = probe(feed, 20s,
                            {.clock = clock,
                             .sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time / 10); },
                             .cancelled = [] { return false; }});
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.error().message, HasSubstr("/nowhere/film.mp4"));
}

}  // namespace
}  // namespace grandstand::ingest

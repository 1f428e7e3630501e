// SPDX-License-Identifier: MIT
// Files and pulls, with real media and threads, on a clock that runs a hundred times faster than the real one.
#include "playout.hpp"

#include "file_server.hpp"
#include "media_files.hpp"
#include "recording_sink.hpp"
#include "service_tables.hpp"
#include "srt_sender.hpp"
#include "ts_builder.hpp"
#include "udp_sender.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/ingest/source.hpp>

#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

#include <gmock/gmock.h>

namespace grandstand::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class FastClock final : public Clock {
 public:
  explicit FastClock(int speed) : speed_(speed) {}
  SteadyTime steady() const override { return began_ + (std::chrono::steady_clock::now() - began_) * speed_; }
  UtcTime utc() const override { return {}; }

 private:
  int speed_;
  SteadyTime began_ = std::chrono::steady_clock::now();
};

class ThreadSourceTest : public testing::Test {
 protected:
  // Runs the source until `enough`, at most 20 s of real time.
  void run(const std::string& url, const std::function<bool()>& enough, int speed = 100) {
    FastClock clock(speed);
    FeedSettings feed;
    feed.url = url;
    std::unique_ptr<Source> source;
    std::unique_ptr<aio::Ticker> ticker;
    aio::Runtime runtime(1);
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    runtime.loop(0).post([&] {
      auto made = make_source(feed, {ChannelId("news"), runtime.loop(0), clock, metrics, nullptr, sink, sink});
      ASSERT_TRUE(made.ok()) << made.error().message;
      source = std::move(made).value();
      source->start();
      ticker = std::make_unique<aio::Ticker>(runtime.loop(0), milliseconds(5), [&] {
        if (!enough() && std::chrono::steady_clock::now() < deadline) return;
        source->stop();
        ticker.reset();
        runtime.stop();
      });
    });
    runtime.run();
    EXPECT_TRUE(enough());
    const std::size_t count = sink.samples.size();
    source.reset();
    EXPECT_EQ(sink.samples.size(), count);
  }

  ops::Metrics metrics;
  RecordingSink sink;
  TempFolder folder;
};

TEST_F(ThreadSourceTest, AFileLoopsWithTimesThatGoOn) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  const std::string path = folder.path() + "/loop.mp4";
  ASSERT_TRUE(make_media(path, 2, "-c:v libx264 -g 25 -bf 2 -c:a aac"));
  run("file:" + path,
      [this] { return sink.discontinuities.size() >= 3 && sink.samples.size() > sink.samples_at_discontinuity[2]; });
  ASSERT_EQ(sink.tracks.size(), 1u);
  ASSERT_EQ(sink.tracks[0]->tracks.size(), 2u);
  EXPECT_EQ(sink.state(), SourceState::kRunning);
  for (const media::Track& track : sink.tracks[0]->tracks) {
    EXPECT_FALSE(track.decoder_config.empty());
    const auto samples = sink.of(track.id);
    ASSERT_GT(samples.size(), 100u);
    for (std::size_t i = 1; i < samples.size(); ++i) {
      const auto step = samples[i].dts - samples[i - 1].dts;
      ASSERT_GT(step.count(), 0) << i;
      ASSERT_LT(step, media::MediaTime{milliseconds(150)}) << i;
    }
    if (track.kind() == media::TrackKind::kVideo) {
      EXPECT_EQ(track.width, 320);
      EXPECT_TRUE(samples[0].key);
      const auto bytes = samples[0].data.span();
      EXPECT_TRUE(bytes[0] == 0 && bytes[1] == 0 && (bytes[2] == 1 || bytes[3] == 1)) << "Annex B";
    } else {
      EXPECT_NE(samples[0].data.data()[0], 0xFF) << "no ADTS header";
    }
  }
  // A round lasts as long as the file.
  for (std::size_t i = 1; i < 3; ++i) {
    const auto begin = sink.samples[sink.samples_at_discontinuity[i - 1]].dts;
    const auto end = sink.samples[sink.samples_at_discontinuity[i]].dts;
    EXPECT_NEAR(static_cast<double>((end - begin).count()) / 90'000, 2, 0.15);
  }
}

TEST_F(ThreadSourceTest, AFileIsPacedByTheClock) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  const std::string path = folder.path() + "/a.ts";
  ASSERT_TRUE(make_media(path, 4, "-c:v libx264 -g 25 -c:a mp2"));
  const auto began = std::chrono::steady_clock::now();
  run(path, [this] { return sink.samples.size() >= 200; }, 10);  // 4 s of media and a bit, ten times as fast
  const auto passed = std::chrono::steady_clock::now() - began;
  EXPECT_GE(passed, milliseconds(200));
  EXPECT_LE(passed, seconds(8));
}

TEST_F(ThreadSourceTest, APlaylistGoesFromFileToFileAndSkipsWhatIsMissing) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  ASSERT_TRUE(make_media(folder.path() + "/one.mp4", 1, "-c:v libx264 -g 25 -c:a aac"));
  ASSERT_TRUE(make_media(folder.path() + "/two.ts", 1, "-c:v libx264 -g 25 -c:a mp2"));
  std::ofstream(folder.path() + "/list.m3u") << "#EXTM3U\none.mp4\nmissing.mp4\n\n" << folder.path() << "/two.ts\n";
  run(folder.path() + "/list.m3u", [this] { return sink.discontinuities.size() >= 2; });
  EXPECT_GE(sink.tracks.size(), 2u);
  EXPECT_EQ(sink.state(), SourceState::kRunning);
}

TEST_F(ThreadSourceTest, AMissingFileIsDownUntilItIsThere) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  const std::string path = folder.path() + "/late.mp4";
  ASSERT_TRUE(make_media(folder.path() + "/made.mp4", 1, "-c:v libx264 -g 25 -c:a aac"));
  bool moved = false;
  std::string reason;
  run(path, [&] {
    if (sink.state() == SourceState::kDown && !moved) {
      moved = true;
      reason = sink.reason();
      std::filesystem::rename(folder.path() + "/made.mp4", path);
    }
    return sink.samples.size() > 10;
  });
  EXPECT_THAT(reason, HasSubstr("No such file or directory"));
}

TEST_F(ThreadSourceTest, AFileOfMpeg2IsTaken) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  const std::string path = folder.path() + "/old.ts";
  ASSERT_TRUE(make_media(path, 2, "-c:v mpeg2video -g 25 -c:a mp2"));
  run("file:" + path, [this] { return sink.samples.size() > 40; });
  ASSERT_EQ(sink.tracks.size(), 1u);
  ASSERT_EQ(sink.tracks[0]->tracks.size(), 2u);
  EXPECT_EQ(sink.tracks[0]->tracks[0].codec, media::Codec::kMpeg2Video);
  EXPECT_EQ(sink.tracks[0]->tracks[1].codec, media::Codec::kMp2);
}

TEST_F(ThreadSourceTest, AFileOfForeignCodecsSaysWhich) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  const std::string path = folder.path() + "/foreign.mkv";
  ASSERT_TRUE(make_media(path, 1, "-c:v mpeg4 -c:a libmp3lame"));
  run(path, [this] { return sink.state() == SourceState::kDown; });
  EXPECT_THAT(sink.reason(), HasSubstr("it holds nothing playable: mpeg4, mp3"));
}

TEST_F(ThreadSourceTest, APullThatIsRefusedIsDownAndTriedAgain) {
  run("http://127.0.0.1:1/x.m3u8", [this] { return sink.state() == SourceState::kDown; });
  EXPECT_THAT(sink.reason(), HasSubstr("Connection refused"));
}

TEST_F(ThreadSourceTest, HlsIsPulledAtThePaceOfItsTimeStamps) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  ASSERT_TRUE(make_media(folder.path() + "/media.m3u8", 6,
                         "-c:v libx264 -g 25 -c:a aac -f hls -hls_time 2 -hls_playlist_type vod"));
  std::ofstream(folder.path() + "/index.m3u8")
      << "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=400000\nmissing.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nmedia.m3u8\n";
  FileServer server(folder.path());
  run(server.url("index.m3u8"), [this] { return !sink.states.empty() && sink.reason() == "it ended"; }, 5);
  ASSERT_FALSE(sink.tracks.empty());
  ASSERT_EQ(sink.tracks[0]->tracks.size(), 2u);
  EXPECT_EQ(sink.of(sink.tracks[0]->video()->id).size(), 150u);
  EXPECT_EQ(sink.tracks[0]->video()->width, 320);
  for (const media::Track& track : sink.tracks.back()->tracks) {
    if (track.codec == media::Codec::kAac) EXPECT_FALSE(track.decoder_config.empty());
  }
}

TEST_F(ThreadSourceTest, SrtIsPulled) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  // The caller is ffmpeg, we listen: it comes, sends and ends.
  const std::string path = folder.path() + "/a.ts";
  ASSERT_TRUE(make_media(path, 3, "-c:v libx264 -g 25 -c:a mp2"));
  const std::string port = std::to_string(20'000 + getpid() % 20'000);
  const std::string command =
      "sleep 0.5; ffmpeg -v error -re -i " + path + " -c copy -f mpegts srt://127.0.0.1:" + port + " >/dev/null 2>&1";
  std::thread caller([&command] { [[maybe_unused]] const int code = std::system(command.c_str()); });
  run("srt://127.0.0.1:" + port + "?mode=listener", [this] { return sink.samples.size() > 60; }, 1);
  caller.join();  // ends when we close
  ASSERT_FALSE(sink.tracks.empty());
  EXPECT_EQ(sink.tracks.back()->tracks.size(), 2u);
}

// Four seconds of pictures with the guide, and after 0.4 s a line of teletext and a splice.
ByteVector broadcast() {
  constexpr std::uint16_t kVideo = 0x101;
  constexpr std::uint16_t kTeletext = 0x102;
  constexpr std::uint16_t kSplice = 0x103;
  TsBuilder ts;
  ts.pat({{1, 0x100}});
  ts.pmt(0x100, 1, kVideo,
         {{0x1B, kVideo, {}}, {0x06, kTeletext, {0x56, 5, 'd', 'e', 'u', 0x10, 0x88}}, {0x86, kSplice, {}}}, 0,
         TsBuilder::registration("CUEI"));
  const UtcTime evening = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + std::chrono::hours(19);
  const auto news = service_tables::short_event("eng", "Evening News", "");
  ts.section_packets(0x12, service_tables::eit(0x4E, 1, 0, {{1, evening, std::chrono::minutes(45), news}}));
  for (std::uint64_t i = 0; i < 100; ++i) {
    ts.pes(kVideo, 90'000 + i * 3'600, elementary::h264_key(), {.pcr = 90'000 + i * 3'600});
    if (i == 10) {
      ts.pes(kTeletext, 90'000 + i * 3'600, ByteVector(178, 0x10), {.with_length = true, .stream_id = 0xBD});
      ts.section_packets(kSplice,
                         elementary::from_hex("FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF500000"
                                              "000000A0008435545490000013562DBA30A"));
    }
  }
  return ts.take();
}

TEST_F(ThreadSourceTest, SrtBringsEverythingThatATransportStreamCarries) {
  const std::uint16_t port = free_port();
  SrtSender sender(port, "&passphrase=correct-horse", broadcast());
  run(
      "srt://127.0.0.1:" + std::to_string(port) + "?passphrase=correct-horse",
      [this] { return sink.samples.size() >= 99; }, 1);
  EXPECT_EQ(sink.state(), SourceState::kRunning);
  ASSERT_FALSE(sink.tracks.empty());
  ASSERT_EQ(sink.tracks.back()->tracks.size(), 2u);
  EXPECT_EQ(sink.tracks.back()->tracks[1].codec, media::Codec::kTeletext);
  ASSERT_EQ(sink.cues.size(), 1u);
  EXPECT_EQ(sink.cues[0].kind, media::SpliceCue::Kind::kOut);
  ASSERT_EQ(sink.events.size(), 1u);
  EXPECT_EQ(sink.events[0].events.at(0).title, "Evening News");
}

TEST_F(ThreadSourceTest, HlsBringsTextsAndSplices) {
  const auto bytes = broadcast();
  std::ofstream(folder.path() + "/0.ts", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  std::ofstream(folder.path() + "/index.m3u8")
      << "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n";
  FileServer server(folder.path());
  run(server.url("index.m3u8"), [this] { return !sink.states.empty() && sink.reason() == "it ended"; }, 20);
  ASSERT_FALSE(sink.tracks.empty());
  const auto& tracks = sink.tracks.back()->tracks;
  ASSERT_EQ(tracks.size(), 2u);
  EXPECT_EQ(tracks[1].codec, media::Codec::kTeletext);
  EXPECT_EQ(tracks[1].page, 888);
  EXPECT_EQ(sink.of(tracks[0].id).size(), 100u);
  EXPECT_EQ(sink.of(tracks[1].id).size(), 1u);
  ASSERT_EQ(sink.cues.size(), 1u);
  EXPECT_EQ(sink.cues[0].pts, media::MediaTime{0x07369C02E});
}

TEST_F(ThreadSourceTest, TransportStreamsByHttpBringTextsSplicesAndTheGuide) {
  const auto bytes = broadcast();
  std::ofstream(folder.path() + "/live", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  FileServer server(folder.path());
  run(server.url("live"), [this] { return !sink.states.empty() && sink.reason() == "it ended"; }, 20);
  ASSERT_FALSE(sink.tracks.empty());
  ASSERT_EQ(sink.tracks.back()->tracks.size(), 2u);
  EXPECT_EQ(sink.tracks.back()->tracks[1].language, "deu");
  EXPECT_EQ(sink.cues.size(), 1u);
  ASSERT_EQ(sink.events.size(), 1u);
  EXPECT_TRUE(sink.events[0].present_following);
  EXPECT_EQ(sink.events[0].events.at(0).title, "Evening News");
}

TEST_F(ThreadSourceTest, AFilesTextsAndSplicesMoveOnWithItsRounds) {
  const auto bytes = broadcast();
  std::ofstream(folder.path() + "/a.ts", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  run(folder.path() + "/a.ts", [this] { return sink.cues.size() >= 3; });
  const auto round = media::MediaTime{seconds(4)};
  EXPECT_EQ(sink.cues[1].pts - sink.cues[0].pts, round);
  EXPECT_EQ(sink.cues[2].pts - sink.cues[1].pts, round);
  const auto texts = sink.of(sink.tracks.back()->tracks[1].id);
  ASSERT_GE(texts.size(), 2u);
  EXPECT_EQ(texts[1].pts - texts[0].pts, round);
}

TEST_F(ThreadSourceTest, SrtThatIsRefusedSaysWhatItMayBe) {
  const std::uint16_t port = free_port();
  SrtSender sender(port, "&passphrase=correct-horse", {});
  run(
      "srt://127.0.0.1:" + std::to_string(port) + "?passphrase=wrong-horse&connect_timeout=200",
      [this] { return sink.state() == SourceState::kDown; }, 1);
  EXPECT_EQ(sink.reason(), "opening: no SRT connection: nobody answers, or refuses the passphrase or the stream id");
}

TEST(Playlist, NamesOnlyFilesOfThisMachine) {
  TempFolder folder;
  const std::string path = folder.path() + "/list.txt";
  std::ofstream(path) << "http://elsewhere/a.mp4\n";
  EXPECT_THAT(read_playlist(path).error().message, HasSubstr("is not a file of this machine"));
  std::ofstream(path) << "# only words\n";
  EXPECT_THAT(read_playlist(path).error().message, HasSubstr("names no file"));
  EXPECT_THAT(read_playlist(folder.path() + "/none.m3u").error().message, HasSubstr("No such file"));
}

}  // namespace
}  // namespace grandstand::ingest

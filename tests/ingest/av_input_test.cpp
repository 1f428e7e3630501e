// SPDX-License-Identifier: MIT
#include "av_input.hpp"

#include "media_files.hpp"
#include "ts_builder.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

namespace grandstand::ingest {
namespace {

using namespace std::chrono_literals;
using namespace elementary;

constexpr std::uint16_t kVideo = 0x101;

void write(const std::filesystem::path& file, const ByteVector& bytes) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// Pictures whose parameter sets never come, as of an encoder that sends them once, before we came.
class WithoutConfiguration : public testing::Test {
 protected:
  WithoutConfiguration() {
    TsBuilder ts;
    std::uint64_t time = 0;
    for (int i = 0; i < 2'000; ++i, time += 3'600) {
      if (i % 100 == 0) {
        ts.pat({{1, 0x100}});
        ts.pmt(0x100, 1, kVideo, {{0x1B, kVideo, {}}});
      }
      ts.pes(kVideo, time, h264_delta());
    }
    write(file_, ts.take());
    settings_.url = file_.string();
    settings_.local = true;
    settings_.timeout = 1h;
    settings_.stopped = [] { return false; };
    settings_.now = [this] { return now_ += 10ms; };
  }
  ~WithoutConfiguration() override { std::filesystem::remove(file_); }

  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("grandstand-no-config-" + std::to_string(getpid()) + ".ts");
  SteadyTime now_{1h};
  AvInput::Settings settings_;
};

TEST_F(WithoutConfiguration, IsAFailureOfAFeedThatNeverEnds) {
  settings_.patience = 5s;
  const auto input = AvInput::open(settings_);
  ASSERT_FALSE(input);
  EXPECT_EQ(input.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(input.error().message, testing::HasSubstr("no picture and no sound could be made of them"));
}

TEST_F(WithoutConfiguration, IsTheEndOfAFileWithoutSamples) {
  const auto input = AvInput::open(settings_);
  ASSERT_TRUE(input) << input.error().message;
  const auto sample = (*input)->read();
  ASSERT_TRUE(sample);
  EXPECT_FALSE(*sample);
}

AvInput::Settings settings_of(std::string url) {
  AvInput::Settings settings;
  settings.local = url.starts_with("/");
  settings.url = std::move(url);
  settings.stopped = [] { return false; };
  settings.now = [] { return SteadyTime{1h}; };
  return settings;
}

TEST(AvInput, TakesAv1AndOpusFromEachContainerThatHoldsThem) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  TempFolder folder;
  for (const std::string name : {"a.mp4", "a.mkv", "a.webm"}) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(make_media(folder.path() + "/" + name, 2, "-c:v libsvtav1 -preset 12 -g 25 -c:a libopus"));
    const auto input = AvInput::open(settings_of(folder.path() + "/" + name));
    ASSERT_TRUE(input) << input.error().message;
    const auto tracks = (*input)->tracks();
    ASSERT_EQ(tracks->tracks.size(), 2u);
    const media::Track& video = tracks->tracks[0];
    const media::Track& audio = tracks->tracks[1];
    EXPECT_EQ(video.codec, media::Codec::kAv1);
    EXPECT_EQ(video.width, 320);
    EXPECT_EQ(video.height, 180);
    EXPECT_NEAR(video.frame_rate, 25, 0.1);
    EXPECT_EQ(audio.codec, media::Codec::kOpus);
    EXPECT_EQ(audio.sample_rate, 48'000);
    EXPECT_EQ(audio.channels, 2);
    EXPECT_TRUE(audio.decoder_config.view().starts_with("OpusHead"));
    int pictures = 0;
    int keys = 0;
    media::MediaTime sound{0};
    for (auto sample = (*input)->read(); sample && *sample; sample = (*input)->read()) {
      if ((*sample)->track == audio.id) {
        sound += (*sample)->duration;
      } else {
        ++pictures;
        keys += (*sample)->key ? 1 : 0;
        const std::uint8_t first_obu = (*sample)->data.data()[0] >> 3;
        EXPECT_NE(first_obu, 2) << "a temporal delimiter";
      }
    }
    EXPECT_EQ(pictures, 50);
    EXPECT_EQ(keys, 2);
    EXPECT_NEAR(static_cast<double>(sound.count()) / 90'000, 2, 0.05);
  }
}

TEST(AvInput, TakesOpusFromATransportStreamWithoutItsControlHeaders) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  TempFolder folder;
  ASSERT_TRUE(make_media(folder.path() + "/a.ts", 2, "-c:v libx264 -g 25 -c:a libopus"));
  const auto input = AvInput::open(settings_of(folder.path() + "/a.ts"));
  ASSERT_TRUE(input) << input.error().message;
  ASSERT_EQ((*input)->tracks()->tracks.size(), 2u);
  const media::Track audio = (*input)->tracks()->tracks[1];
  EXPECT_EQ(audio.codec, media::Codec::kOpus);
  EXPECT_EQ(audio.channels, 2);
  int packets = 0;
  for (auto sample = (*input)->read(); sample && *sample; sample = (*input)->read()) {
    if ((*sample)->track != audio.id) continue;
    ++packets;
    ASSERT_EQ((*sample)->duration, media::MediaTime{20ms});
  }
  EXPECT_NEAR(packets, 100, 2);
}

TEST(AvInput, SaysWhatItLeavesOut) {
  TempFolder folder;
  TsBuilder ts;
  ts.pat({{1, 0x100}});
  ts.pmt(0x100, 1, kVideo,
         {{0x1B, kVideo, {}},
          {0x06, 0x102, {0x56, 5, 'd', 'e', 'u', 0x10, 0x88}},          // teletext_descriptor
          {0x06, 0x103, {0x59, 8, 'd', 'e', 'u', 0x10, 0, 1, 0, 1}}});  // subtitling_descriptor
  for (std::uint64_t i = 0; i < 50; ++i) ts.pes(kVideo, i * 3'600, h264_key());
  write(folder.path() + "/a.ts", ts.take());
  const auto input = AvInput::open(settings_of(folder.path() + "/a.ts"));
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_EQ((*input)->tracks()->tracks.size(), 1u);
  EXPECT_EQ((*input)->left_out(), "dvb_teletext, dvb_subtitle");
}

}  // namespace
}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "av_input.hpp"

#include "captured_log.hpp"
#include "media_files.hpp"
#include "psi.hpp"
#include "ts_builder.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

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

// Pictures whose parameter sets never come, as of an encoder that sends them once, before we came; with texts.
class WithoutConfiguration : public testing::Test {
 protected:
  WithoutConfiguration() {
    TsBuilder ts;
    std::uint64_t time = 0;
    for (int i = 0; i < 2'000; ++i, time += 3'600) {
      if (i % 100 == 0) {
        ts.pat({{1, 0x100}});
        ts.pmt(0x100, 1, kVideo, {{0x1B, kVideo, {}}, {0x06, 0x102, {0x56, 5, 'd', 'e', 'u', 0x10, 0x88}}});
      }
      if (i % 10 == 0) ts.pes(0x102, time, ByteVector(178, 0x10), {.with_length = true, .stream_id = 0xBD});
      ts.pes(kVideo, time, h264_delta(), {.pcr = time});
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
  EXPECT_TRUE((*input)->tracks()->tracks.empty());
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

// Two seconds of pictures with teletext, DVB subtitles and splices, as a broadcaster sends them.
class Broadcast : public testing::Test {
 protected:
  static constexpr std::uint16_t kTeletext = 0x102;
  static constexpr std::uint16_t kSubtitles = 0x103;
  static constexpr std::uint16_t kSplices = 0x104;

  // `begin`: of the time stamps.
  void write_file(std::uint64_t begin = 90'000) {
    const auto cuei = TsBuilder::registration("CUEI");
    TsBuilder ts;
    ts.pat({{1, 0x100}});
    ts.pmt(0x100, 1, kVideo,
           {{0x1B, kVideo, {}},
            {0x06, kTeletext, {0x56, 10, 'd', 'e', 'u', 0x09, 0x00, 'f', 'r', 'a', 0x28, 0x88}},
            {0x06, kSubtitles, {0x59, 8, 's', 'w', 'e', 0x24, 0, 7, 0, 7}},
            {0x86, kSplices, {}}},
           0, cuei);
    for (std::uint64_t i = 0; i < 50; ++i) {
      const std::uint64_t time = begin + i * 3'600;
      ts.pes(kVideo, time, i % 25 == 0 ? h264_key() : h264_delta(), {.pcr = time});
      if (i == 10) ts.pes(kTeletext, time, teletext_, {.with_length = true, .stream_id = 0xBD});
      if (i == 20) ts.pes(kSubtitles, time, subtitles_, {.with_length = true, .stream_id = 0xBD});
      // The same section twice, as senders repeat it.
      if (i == 15 || i == 30) ts.section_packets(kSplices, splice_);
    }
    write(folder_.path() + "/a.ts", ts.take());
  }

  TempFolder folder_;
  ByteVector teletext_ = ByteVector(178, 0x10);
  // data_identifier, subtitle_stream_id, an end_of_display_set segment, end_of_PES_data_field_marker
  ByteVector subtitles_{0x20, 0x00, 0x0F, 0x80, 0x00, 0x07, 0x00, 0x00, 0xFF};
  ByteVector splice_ =  // splice_insert of ANSI/SCTE 35 14.1, at 21.4 h
      from_hex("FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF500000000000A0008435545490000013562DBA30A");
};

TEST_F(Broadcast, PassesOnItsTextsAsTheyCame) {
  write_file();
  const auto input = AvInput::open(settings_of(folder_.path() + "/a.ts"));
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_EQ((*input)->left_out(), "");
  const auto tracks = (*input)->tracks();
  ASSERT_EQ(tracks->tracks.size(), 3u);
  const media::Track* const teletext = tracks->find(kTeletext);
  ASSERT_NE(teletext, nullptr);
  EXPECT_EQ(teletext->codec, media::Codec::kTeletext);
  EXPECT_EQ(teletext->page, 888);  // the second one of its descriptor, the first with subtitles
  EXPECT_EQ(teletext->language, "fra");
  EXPECT_TRUE(teletext->hearing_impaired);
  const media::Track* const subtitles = tracks->find(kSubtitles);
  ASSERT_NE(subtitles, nullptr);
  EXPECT_EQ(subtitles->codec, media::Codec::kDvbSubtitle);
  EXPECT_EQ(subtitles->page, 7);
  EXPECT_EQ(subtitles->language, "swe");
  EXPECT_TRUE(subtitles->hearing_impaired);
  std::map<std::uint32_t, std::vector<media::Sample>> texts;
  for (auto sample = (*input)->read(); sample && *sample; sample = (*input)->read())
    if (tracks->is_text((*sample)->track)) texts[(*sample)->track].push_back(**sample);
  ASSERT_EQ(texts[kTeletext].size(), 1u);
  EXPECT_TRUE(std::ranges::equal(texts[kTeletext][0].data.span(), teletext_));
  EXPECT_EQ(texts[kTeletext][0].pts, media::MediaTime{90'000 + 10 * 3'600});
  ASSERT_EQ(texts[kSubtitles].size(), 1u);
  EXPECT_TRUE(std::ranges::equal(texts[kSubtitles][0].data.span(), subtitles_));
  EXPECT_EQ(texts[kSubtitles][0].pts, media::MediaTime{90'000 + 20 * 3'600});
}

TEST_F(Broadcast, TellsEachSpliceOnceInTheTimeOfItsPictures) {
  constexpr std::uint64_t kSpliceTime = 0x07369C02E;
  // The stamps turn over between the section and its splice.
  write_file((std::uint64_t{1} << 33) - 90'000);
  const auto input = AvInput::open(settings_of(folder_.path() + "/a.ts"));
  ASSERT_TRUE(input) << input.error().message;
  media::MediaTime first = media::MediaTime::max();
  std::vector<media::SpliceCue> cues;
  for (auto sample = (*input)->read(); sample && *sample; sample = (*input)->read()) {
    first = std::min(first, (*sample)->dts);
    for (auto& cue : (*input)->take_cues()) cues.push_back(std::move(cue));
  }
  ASSERT_EQ(cues.size(), 1u);
  EXPECT_EQ(cues[0].kind, media::SpliceCue::Kind::kOut);
  EXPECT_EQ(cues[0].event_id, 0x4800008Fu);
  EXPECT_EQ(cues[0].pts - first, media::MediaTime{90'000 + std::int64_t{kSpliceTime}});
  EXPECT_TRUE(std::ranges::equal(cues[0].section.span(), splice_));
}

TEST_F(Broadcast, GoesOnBehindASpliceThatCannotBeRead) {
  splice_[4] |= 0x80;  // encrypted
  splice_.resize(splice_.size() - 4);
  const std::uint32_t crc = mpeg_crc32(splice_);
  for (int shift = 24; shift >= 0; shift -= 8) splice_.push_back(static_cast<std::uint8_t>(crc >> shift));
  write_file();
  test::CapturedLog log;
  const auto input = AvInput::open(settings_of(folder_.path() + "/a.ts"));
  ASSERT_TRUE(input) << input.error().message;
  int samples = 0;
  for (auto sample = (*input)->read(); sample && *sample; sample = (*input)->read()) ++samples;
  EXPECT_EQ(samples, 52);
  EXPECT_THAT((*input)->take_cues(), testing::IsEmpty());
  EXPECT_THAT(log.take(), testing::HasSubstr("it is encrypted"));
}

TEST(AvInput, SaysWhatItLeavesOut) {
  TempFolder folder;
  TsBuilder ts;
  ts.pat({{1, 0x100}});
  ts.pmt(0x100, 1, kVideo, {{0x1B, kVideo, {}}, {0x1B, 0x102, {}}});
  for (std::uint64_t i = 0; i < 50; ++i) {
    ts.pes(kVideo, i * 3'600, h264_key());
    ts.pes(0x102, i * 3'600, h264_key());
  }
  write(folder.path() + "/a.ts", ts.take());
  const auto input = AvInput::open(settings_of(folder.path() + "/a.ts"));
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_EQ((*input)->tracks()->tracks.size(), 1u);
  EXPECT_EQ((*input)->left_out(), "another h264");
}

}  // namespace
}  // namespace grandstand::ingest

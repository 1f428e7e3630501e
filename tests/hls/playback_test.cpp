// SPDX-License-Identifier: MIT
// Real pictures and sound go through the packager; ffprobe and ffmpeg must read what comes out.
#include "encoded_programme.hpp"
#include "published_media.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;

constexpr UtcTime kStarted{std::chrono::seconds{1'763'712'055}};

struct Packaged {
  ops::Metrics metrics;
  Packager packager;

  explicit Packaged(const test::EncodedProgramme& programme, Settings settings = {})
      : packager(ChannelId{"news"}, settings, kStarted, metrics) {
    const auto taken = packager.set_tracks(programme.tracks, {});
    EXPECT_TRUE(taken) << taken.error().message;
    for (auto sample : programme.samples) {
      sample.dts += 10s;
      sample.pts += 10s;
      const auto date = kStarted + std::chrono::duration_cast<std::chrono::microseconds>(sample.pts);
      packager.add(sample, date);
    }
    packager.flush();
  }
};

// Sound from before the first picture (the encoder's priming) belongs to no segment.
std::size_t count_of(const test::EncodedProgramme& programme, media::TrackKind kind) {
  const auto video = programme.tracks->video()->id;
  const auto first = std::find_if(programme.samples.begin(), programme.samples.end(),
                                  [&](const media::Sample& sample) { return sample.track == video; });
  return static_cast<std::size_t>(
      std::count_if(programme.samples.begin(), programme.samples.end(), [&](const media::Sample& sample) {
        return programme.tracks->find(sample.track)->kind() == kind && sample.pts >= first->pts;
      }));
}

std::string probe_counts(const std::filesystem::path& file, const std::string& stream) {
  auto outcome = test::run_command("ffprobe -v error -count_packets -select_streams " + stream +
                                   " -show_entries stream=nb_read_packets -of csv=p=0 " + file.string());
  return outcome.output.substr(0, outcome.output.find_first_of("\r\n,"));
}

void expect_decodes(const std::filesystem::path& file) {
  const auto outcome = test::run_command("ffmpeg -nostdin -v warning -xerror -i " + file.string() + " -f null -");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.output, "");
}

class PlaybackOf : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(PlaybackOf, BothContainersCarryEveryFrameAndDecodeWithoutAWarning) {
  const auto programme = test::encode_programme(11, GetParam().first, GetParam().second);
  const Packaged packaged(programme);
  const auto snapshot = packaged.packager.snapshot();
  const test::ScratchDirectory scratch;
  for (const auto* const container : {"fmp4", "ts"}) {
    const auto playlist = test::read_media_playlist(*snapshot, container);
    EXPECT_GE(playlist.segments.size(), 5u);
    const auto file = scratch.file(std::string(container) + (playlist.map.empty() ? ".ts" : ".mp4"));
    test::write_file(file, test::all_bytes(*snapshot, container));
    expect_decodes(file);
    EXPECT_EQ(probe_counts(file, "v"), std::to_string(count_of(programme, media::TrackKind::kVideo))) << container;
    if (container == std::string("fmp4")) {
      EXPECT_EQ(probe_counts(file, "a"), std::to_string(count_of(programme, media::TrackKind::kAudio)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, PlaybackOf,
    testing::Values(std::pair{"-c:v libx264 -preset ultrafast -g 50", "-c:a aac"},
                    std::pair{"-c:v libx264 -preset veryfast -bf 3 -g 50", "-c:a aac -ar 44100"},
                    std::pair{"-c:v libx265 -preset ultrafast -x265-params log-level=error:keyint=50 -tag:v hvc1",
                              "-c:a aac"}));

// A programme that comes twice, as a looped file does, with a new epoch in between: players get through.
TEST(Playback, GoesThroughADiscontinuity) {
  const auto programme = test::encode_programme(5, "-c:v libx264 -preset ultrafast -bf 2 -g 50", "-c:a aac");
  ops::Metrics metrics;
  Packager packager(ChannelId{"news"}, {}, kStarted, metrics);
  ASSERT_TRUE(packager.set_tracks(programme.tracks, {}));
  for (const MediaTime start : {MediaTime{10s}, MediaTime{15s + 200ms}}) {
    packager.discontinuity();
    for (auto sample : programme.samples) {
      sample.dts += start;
      sample.pts += start;
      packager.add(sample, kStarted + std::chrono::duration_cast<std::chrono::microseconds>(sample.pts));
    }
  }
  packager.flush();
  const test::ScratchDirectory scratch;
  const auto snapshot = packager.snapshot();
  for (const std::string container : {"fmp4", "ts"}) {
    EXPECT_EQ(test::read_media_playlist(*snapshot, container).segments.size(), 6u);
    const auto file = scratch.file(container == "ts" ? "x.ts" : "x.mp4");
    test::write_file(file, test::all_bytes(*snapshot, container));
    expect_decodes(file);
    EXPECT_EQ(probe_counts(file, "v"), "250");
  }
}

// MPEG audio and AC-3 as they are in TS.
TEST(Playback, OriginalAudioOfBothKindsDecodesFromTs) {
  for (const auto* const audio : {"-c:a mp2", "-c:a ac3 -ac 6"}) {
    const auto programme = test::encode_programme(5, "-c:v libx264 -preset ultrafast -g 50", audio);
    const Packaged packaged(programme);
    const test::ScratchDirectory scratch;
    test::write_file(scratch.file("x.ts"), test::all_bytes(*packaged.packager.snapshot(), "ts"));
    expect_decodes(scratch.file("x.ts"));
    const auto streams = test::run_command("ffprobe -v error -show_entries stream=codec_name -of csv=p=0 " +
                                           scratch.file("x.ts").string());
    EXPECT_NE(streams.output.find(audio[5] == 'm' ? "mp2" : "ac3"), std::string::npos) << streams.output;
  }
}

}  // namespace
}  // namespace grandstand::hls

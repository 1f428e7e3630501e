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

class Playback : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Playback, BothContainersCarryEveryFrameAndDecodeWithoutAWarning) {
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
    Codecs, Playback,
    testing::Values(std::pair{"-c:v libx264 -preset ultrafast -g 50", "-c:a aac"},
                    std::pair{"-c:v libx264 -preset veryfast -bf 3 -g 50", "-c:a aac -ar 44100"},
                    std::pair{"-c:v libx265 -preset ultrafast -x265-params log-level=error:keyint=50 -tag:v hvc1",
                              "-c:a aac"}));

}  // namespace
}  // namespace grandstand::hls

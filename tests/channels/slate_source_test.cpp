// SPDX-License-Identifier: MIT
#include "slate_source.hpp"

#include <map>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::FieldsAre;
using testing::Pair;

class Recorder final : public media::SampleSink {
 public:
  void on_tracks(std::shared_ptr<const media::TrackSet> set) override { tracks = *set; }
  void on_sample(media::Sample sample) override { ++samples[sample.track]; }
  void on_discontinuity(std::string) override {}

  // Language, whether it is a description, and whether it can be decoded as AAC.
  std::vector<std::tuple<std::string, bool, bool>> sounds() const {
    std::vector<std::tuple<std::string, bool, bool>> sounds;
    for (const auto& track : tracks.tracks) {
      if (track.kind() != media::TrackKind::kAudio) continue;
      sounds.emplace_back(track.language, track.visual_impaired, track.codec == media::Codec::kAac);
    }
    return sounds;
  }

  media::TrackSet tracks;
  std::map<std::uint32_t, int> samples;
};

media::Track sound(std::uint32_t id, const std::string& language) {
  media::Track track;
  track.id = id;
  track.codec = media::Codec::kMp2;
  track.language = language;
  return track;
}

TEST(SlatePlayer, HasASilentSoundForEachOfTheProgrammes) {
  const auto slate = *media::encode_slate({.width = 320, .height = 180});
  auto described = sound(0x104, "eng");
  described.visual_impaired = true;
  Recorder recorder;
  SlatePlayer player(slate, {{sound(0x102, "eng"), sound(0x103, "fra"), described}}, recorder, {});
  EXPECT_THAT(recorder.sounds(),
              ElementsAre(FieldsAre("eng", false, true), FieldsAre("fra", false, true), FieldsAre("eng", true, true)));
  player.tick(SteadyTime{} + 1s);
  EXPECT_THAT(recorder.samples, ElementsAre(Pair(1, 26), Pair(2, 47), Pair(3, 47), Pair(4, 47)));
}

TEST(SlatePlayer, IsSilentWhereNoProgrammeEverCame) {
  const auto slate = *media::encode_slate({.width = 320, .height = 180});
  Recorder recorder;
  SlatePlayer player(slate, {}, recorder, {});
  EXPECT_THAT(recorder.sounds(), ElementsAre(FieldsAre("", false, true)));
  EXPECT_EQ(recorder.tracks, slate->tracks);
}

}  // namespace
}  // namespace grandstand::channels

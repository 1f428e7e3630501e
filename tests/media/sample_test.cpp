// SPDX-License-Identifier: MIT
#include "sample_builder.hpp"

#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

TEST(Sample, CodecsHaveKindsAndNames) {
  EXPECT_EQ(kind_of(Codec::kH264), TrackKind::kVideo);
  EXPECT_EQ(kind_of(Codec::kHevc), TrackKind::kVideo);
  for (const auto codec : {Codec::kAac, Codec::kMp2, Codec::kAc3}) EXPECT_EQ(kind_of(codec), TrackKind::kAudio);
  EXPECT_EQ(to_string(Codec::kH264), "h264");
  EXPECT_EQ(to_string(Codec::kAc3), "ac3");
}

TEST(TrackSet, FindsTracksByIdAndTheVideo) {
  const auto tracks = test::track_set({test::aac_track(), test::avc_track()});
  ASSERT_NE(tracks->find(test::kAudioTrack), nullptr);
  EXPECT_EQ(tracks->find(test::kAudioTrack)->codec, Codec::kAac);
  EXPECT_EQ(tracks->find(1), nullptr);
  ASSERT_NE(tracks->video(), nullptr);
  EXPECT_EQ(tracks->video()->id, test::kVideoTrack);
  EXPECT_EQ(test::track_set({test::aac_track()})->video(), nullptr);
}

}  // namespace
}  // namespace grandstand::media

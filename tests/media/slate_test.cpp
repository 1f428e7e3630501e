// SPDX-License-Identifier: MIT
#include "encoded_programme.hpp"

#include <grandstand/media/slate.hpp>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// libx265 3.5 keeps about a kilobyte of every encoder that it closes.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libx265";
}

namespace grandstand::media {
namespace {

Track video(Codec codec, int width, int height, double rate) {
  Track track;
  track.codec = codec;
  track.width = width;
  track.height = height;
  track.frame_rate = rate;
  return track;
}

// What ffmpeg says against three rounds of the pictures; nothing, if all is well, and the number of frames.
std::string decode(const Slate& slate, const std::string& format) {
  test::ScratchDirectory directory;
  const auto file = directory.file("slate." + format).string();
  std::ofstream out(file, std::ios::binary);
  for (int round = 0; round < 3; ++round) {
    for (const auto& picture : slate.pictures) out << picture.data.view();
  }
  out.close();
  return test::run_command(
             "ffprobe -v error -count_frames -show_entries stream=width,height,nb_read_frames -of csv=p=0 -f " +
             format + " " + file)
      .output;
}

TEST(Slate, IsALoopOfWholeGroupsOfPicturesThatDecodes) {
  const auto slate = encode_slate({.width = 320, .height = 180, .frames_per_second = 25});
  ASSERT_TRUE(slate) << slate.error().message;
  const auto& pictures = (*slate)->pictures;
  ASSERT_EQ(pictures.size(), 100u);
  MediaTime next{0};
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    EXPECT_EQ(pictures[i].key, i % 50 == 0) << i;
    EXPECT_EQ(pictures[i].dts, next);
    EXPECT_EQ(pictures[i].pts, next);
    next += pictures[i].duration;
  }
  EXPECT_EQ((*slate)->picture_time, next);
  EXPECT_EQ(decode(**slate, "h264"), "320,180,300\n");
  const auto* const track = (*slate)->tracks.video();
  ASSERT_NE(track, nullptr);
  EXPECT_THAT(track->decoder_config.view(), testing::StartsWith(std::string("\0\0\0\1\x67", 5)));
  ASSERT_NE((*slate)->tracks.find(kSlateAudioTrack), nullptr);
  EXPECT_EQ((*slate)->tracks.find(kSlateAudioTrack)->decoder_config.size(), 5u);
  EXPECT_LT((*slate)->silence.size(), 64u);
}

TEST(Slate, IsHevcWhereTheProgrammeIs) {
  const auto shape = SlateShape::like({{video(Codec::kHevc, 320, 180, 25)}});
  const auto slate = encode_slate(shape);
  ASSERT_TRUE(slate) << slate.error().message;
  EXPECT_EQ((*slate)->tracks.video()->codec, Codec::kHevc);
  EXPECT_EQ(decode(**slate, "hevc"), "320,180,300\n");
  EXPECT_THAT((*slate)->tracks.video()->decoder_config.view(), testing::StartsWith(std::string("\0\0\0\1\x40", 5)));
}

TEST(Slate, TakesTheShapeOfTheProgrammeWithinBounds) {
  EXPECT_EQ(SlateShape::like({}), SlateShape{});
  EXPECT_EQ(SlateShape::like({{video(Codec::kAv1, 3840, 2160, 50)}}),
            (SlateShape{.width = 1920, .height = 1080, .frames_per_second = 50}));
  EXPECT_EQ(SlateShape::like({{video(Codec::kH264, 719, 575, 29.97)}}),
            (SlateShape{.width = 718, .height = 574, .frames_per_second = 30}));
  EXPECT_EQ(SlateShape::like({{video(Codec::kH264, 0, 0, 0)}}), SlateShape{});
  Track sound;
  sound.codec = Codec::kMp2;
  sound.sample_rate = 44'100;
  EXPECT_EQ(SlateShape::like({{sound}}), (SlateShape{.width = 0, .height = 0, .sample_rate = 44'100}));
}

TEST(Slate, OfARadioChannelIsSilence) {
  const auto slate = encode_slate({.width = 0, .height = 0});
  ASSERT_TRUE(slate) << slate.error().message;
  EXPECT_TRUE((*slate)->pictures.empty());
  EXPECT_EQ((*slate)->tracks.tracks.size(), 1u);
  EXPECT_FALSE((*slate)->silence.empty());
}

}  // namespace
}  // namespace grandstand::media

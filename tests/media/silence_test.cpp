// SPDX-License-Identifier: MIT
#include "encoded_programme.hpp"

#include <grandstand/media/aac_config.hpp>
#include <grandstand/media/silence.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

Track aac_track(std::vector<std::uint8_t> config) {
  Track track;
  track.codec = Codec::kAac;
  track.decoder_config = SharedBytes(std::move(config));
  return track;
}

// ISO/IEC 13818-7 6.2: AAC-LC, no CRC.
std::string adts_header(int frequency_index, int channels, std::size_t payload) {
  const auto size = payload + 7;
  return {'\xff',
          '\xf1',
          static_cast<char>(1 << 6 | frequency_index << 2 | channels >> 2),
          static_cast<char>((channels & 3) << 6 | static_cast<int>(size >> 11)),
          static_cast<char>(size >> 3),
          static_cast<char>((size & 7) << 5 | 0x1f),
          '\xfc'};
}

// What ffmpeg makes of `count` frames behind each other, as 16-bit samples; its complaints go to the test's log.
std::string decode(const Silence& silence, int frequency_index, int channels, int count) {
  test::ScratchDirectory directory;
  const auto in = directory.file("silence.aac").string();
  const auto out = directory.file("silence.pcm").string();
  std::ofstream file(in, std::ios::binary);
  for (int i = 0; i < count; ++i)
    file << adts_header(frequency_index, channels, silence.frame.size()) << silence.frame.view();
  file.close();
  const auto said = test::run_command("ffmpeg -v error -xerror -f aac -i " + in + " -f s16le " + out + " 2>&1");
  EXPECT_EQ(said.output, "");
  std::ifstream pcm(out, std::ios::binary);
  return {std::istreambuf_iterator<char>(pcm), {}};
}

TEST(Silence, DecodesToNothingButSilenceForEveryChannelConfiguration) {
  for (const int channels : {1, 2, 3, 4, 5, 6, 7}) {
    for (const int frequency_index : {3, 4, 6}) {
      const auto rate = kAacSampleRates[static_cast<std::size_t>(frequency_index)];
      const auto silence = encode_silence(rate, channels);
      ASSERT_TRUE(silence) << silence.error().message;
      EXPECT_EQ(silence->duration.count(), 90'000 * 1'024 / rate);
      const auto samples = decode(*silence, frequency_index, channels, 5);
      const auto speakers = static_cast<std::size_t>(channels == 7 ? 8 : channels);
      EXPECT_EQ(samples.size(), 5u * 1'024 * 2 * speakers) << channels << " " << rate;
      EXPECT_TRUE(std::all_of(samples.begin(), samples.end(), [](char byte) { return byte == 0; }));
    }
  }
}

TEST(Silence, IsThatOfTheCoreCoderForHeAac) {
  // HE-AAC: object type 5, 24 kHz core, stereo, 48 kHz, AAC-LC.
  const auto silence = silence_of(aac_track({0x2B, 0x11, 0x88, 0x00}));
  ASSERT_TRUE(silence) << silence.error().message;
  EXPECT_EQ(silence->duration.count(), 90'000 * 1'024 / 24'000);
}

TEST(Silence, IsEncodedOnceForTracksOfAKind) {
  const auto first = silence_of(aac_track({0x11, 0x90}));  // 48 kHz, stereo
  const auto second = silence_of(aac_track({0x11, 0x90}));
  const auto other = silence_of(aac_track({0x12, 0x10}));  // 44.1 kHz
  ASSERT_TRUE(first && second && other);
  EXPECT_EQ(first->frame.data(), second->frame.data());
  EXPECT_NE(first->frame.data(), other->frame.data());
  EXPECT_NE(first->duration, other->duration);
}

TEST(Silence, IsNotMadeForWhatItWouldNotFit) {
  Track ac3;
  ac3.codec = Codec::kAc3;
  EXPECT_EQ(silence_of(ac3).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(silence_of(aac_track({0x11, 0x80})).error().code, ErrorCode::kUnsupported) << "channels named elsewhere";
  EXPECT_EQ(silence_of(aac_track({0x11, 0x94})).error().code, ErrorCode::kUnsupported) << "frames of 960 samples";
  EXPECT_EQ(silence_of(aac_track({0x11})).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace grandstand::media

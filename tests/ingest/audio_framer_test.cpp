// SPDX-License-Identifier: MIT
#include "audio_framer.hpp"

#include "ts_builder.hpp"

#include <random>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using namespace elementary;
using media::MediaTime;

struct Collected {
  std::vector<AudioFramer::Frame> frames;
  AudioFramer::OnFrame collect() {
    return [this](AudioFramer::Frame frame) { frames.push_back(std::move(frame)); };
  }
};

TEST(AudioFramer, FramesSpanPesPacketsAndCountTimeOnByTheirDuration) {
  ByteVector all;
  for (int i = 0; i < 10; ++i) all = all + mp2();
  AudioFramer framer(media::Codec::kMp2);
  Collected out;
  // A packet begins at byte 1000: its time is that of the third frame, the first to begin in it.
  framer.begin_packet(MediaTime{0});
  framer.append(std::span(all).first(1'000));
  framer.take_frames(out.collect());
  framer.begin_packet(MediaTime{50'000});
  framer.append(std::span(all).subspan(1'000));
  framer.take_frames(out.collect(), true);
  ASSERT_EQ(out.frames.size(), 10u);
  EXPECT_EQ(out.frames[0].pts, MediaTime{0});
  EXPECT_EQ(out.frames[1].pts, MediaTime{2'160});
  EXPECT_EQ(out.frames[2].pts, MediaTime{50'000});
  EXPECT_EQ(out.frames[9].pts, MediaTime{50'000 + 7 * 2'160});
  EXPECT_EQ(out.frames[9].data.size(), 576u);
}

TEST(AudioFramer, InterpolatesWithoutLosingFractions) {
  // 44.1 kHz: a frame lasts 2089.79 ticks.
  ByteVector all;
  for (int i = 0; i < 442; ++i) all = all + adts(20, 0x21, 4);
  AudioFramer framer(media::Codec::kAac);
  Collected out;
  framer.begin_packet(MediaTime{0});
  framer.append(all);
  framer.take_frames(out.collect(), true);
  ASSERT_EQ(out.frames.size(), 442u);
  EXPECT_EQ(out.frames[441].pts->count(), 441LL * 1024 * 90'000 / 44'100);
}

TEST(AudioFramer, GivesTheSameForAnyCuts) {
  ByteVector all;
  for (int i = 0; i < 50; ++i) all = all + ac3();
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    AudioFramer framer(media::Codec::kAc3);
    Collected out;
    framer.begin_packet(MediaTime{0});
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 900, all.size() - at);
      framer.append(std::span(all).subspan(at, size));
      framer.take_frames(out.collect());
      at += size;
    }
    framer.take_frames(out.collect(), true);
    ASSERT_EQ(out.frames.size(), 50u);
    EXPECT_EQ(out.frames[49].pts, MediaTime{49 * 2'880});
  }
}

TEST(AudioFramer, FindsTheFirstFrameBehindGarbage) {
  AudioFramer framer(media::Codec::kAac);
  Collected out;
  framer.begin_packet(MediaTime{0});
  // A sync word inside a payload, with nothing that fits behind it.
  framer.append(ByteVector{1, 2, 3, 0xFF, 0xF1, 0x4C, 0x80, 0x10, 0x1F, 0xFC, 0} + adts(50) + adts(60) + adts(70));
  framer.take_frames(out.collect(), true);
  ASSERT_EQ(out.frames.size(), 3u);
  EXPECT_EQ(out.frames[0].data.size(), 50u);
}

TEST(AudioFramer, GivesNoTimeUntilOneWasSeenAndNoneBehindALoss) {
  AudioFramer framer(media::Codec::kMp2);
  Collected out;
  framer.append(mp2() + mp2() + mp2());
  framer.take_frames(out.collect());
  ASSERT_FALSE(out.frames.empty());
  EXPECT_FALSE(out.frames[0].pts.has_value());
  framer.lose_step();
  framer.begin_packet(MediaTime{100});
  framer.append(mp2() + mp2());
  out.frames.clear();
  framer.take_frames(out.collect(), true);
  ASSERT_EQ(out.frames.size(), 2u);
  EXPECT_EQ(out.frames[0].pts, MediaTime{100});
}

TEST(AudioFramer, NoticesAChangeOfConfiguration) {
  AudioFramer framer(media::Codec::kAac);
  Collected out;
  framer.begin_packet(MediaTime{0});
  framer.append(adts(30) + adts(30) + adts(30, 0x21, 4) + adts(30, 0x21, 4));
  std::vector<int> rates;
  framer.take_frames(
      [&](AudioFramer::Frame frame) {
        if (frame.configuration_changed) rates.push_back(frame.header->sample_rate);
      },
      true);
  EXPECT_EQ(rates, (std::vector<int>{48'000, 44'100}));
}

TEST(AudioFramer, RefusesLayerThree) {
  ByteVector frame{0xFF, 0xFB, 0xA4, 0x00};  // layer III: 160 kbit/s, 48 kHz
  frame.resize(480, 0x55);
  ByteVector all;
  for (int i = 0; i < 5; ++i) all = all + frame;
  AudioFramer framer(media::Codec::kMp2);
  Collected out;
  framer.append(all);
  framer.take_frames(out.collect(), true);
  EXPECT_TRUE(out.frames.empty());
  EXPECT_TRUE(framer.foreign());
}

}  // namespace
}  // namespace grandstand::ingest

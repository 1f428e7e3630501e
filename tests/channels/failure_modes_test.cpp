// SPDX-License-Identifier: MIT
// The failures that hurt the users of other headends most (headend.md 2.7), by their rank; those that packets can
// cause. docs/signal_faults.md lists all ten.
#include "captured_log.hpp"
#include "fault_history.hpp"
#include "signal_channel.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using stimulus::Datagrams;
using stimulus::Encoder;
using stimulus::Shape;
using testing::HasSubstr;
using testing::IsEmpty;

const Shape kShape;

TEST(FailureModes, AHiccupOfTheSourceEndsNobodysSession) {
  for (const auto hiccup : {200ms, 900ms, 2'500ms, 8'000ms, 40'000ms}) {
    SCOPED_TRACE(hiccup.count());
    SignalChannel channel({.largest_lag = 12});
    Encoder encoder;
    channel.play(encoder, 12s);
    channel.be_silent(hiccup);
    encoder.jump(hiccup.count() * 90);
    channel.play(encoder, 12s);
    EXPECT_THAT(channel.violations(), IsEmpty());
    EXPECT_EQ(channel.status()->state, ChannelState::kLive);
    EXPECT_LE(channel.discontinuities(), 2);
  }
}

// 60 jumps at random, up to half a wrap far, forward and back, announced or not.
TEST(FailureModes, AnyHistoryOfTimeStampsIsOnePlaylist) {
  SignalChannel channel({.step = 40ms, .largest_lag = 8});
  Encoder encoder;
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i) {
    channel.play(encoder, 1s + std::chrono::milliseconds(40 * (random() % 100)));
    const auto far = static_cast<std::int64_t>(random()) * (random() % 2 == 0 ? 1 : -1);
    encoder.jump(far);
    if (random() % 2 == 0) encoder.announce_discontinuity();
    if (random() % 2 == 0) encoder.begin_with_a_key_picture();
  }
  channel.play(encoder, 12s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
}

TEST(FailureModes, LowLatencyStaysConformantThroughJumpsAndSilence) {
  SignalChannel channel({.largest_lag = 12});
  Encoder encoder;
  channel.play(encoder, 10s);
  encoder.jump(90'000 * 300);
  channel.play(encoder, 10s);
  channel.be_silent(10s);
  channel.play(encoder, 10s);
  EXPECT_THAT(channel.violations(), IsEmpty()) << "the watch holds parts against PART-TARGET and their segments";
  EXPECT_THAT(channel.text("fmp4/media.m3u8"), HasSubstr("#EXT-X-PRELOAD-HINT:TYPE=PART"));
  EXPECT_THAT(channel.text("fmp4/media.m3u8"), HasSubstr("CAN-BLOCK-RELOAD=YES"));
}

TEST(FailureModes, AnyHistoryOfCodecsAndTablesLeavesNobodySilentOrBlack) {
  SignalChannel channel({.largest_lag = 8});
  Encoder encoder;
  std::mt19937 random(11);
  for (int i = 0; i < 20; ++i) {
    channel.play(encoder, 4s + std::chrono::milliseconds(40 * (random() % 50)));
    Shape& shape = encoder.change();
    shape.version = static_cast<std::uint8_t>((shape.version + 1) % 32);
    switch (random() % 4) {
      case 0:
        shape.hevc = !shape.hevc;
        break;
      case 1:
        shape.wide = !shape.wide;
        break;
      case 2:
        shape.audio = !shape.audio;
        break;
      default:
        shape.video_pid = static_cast<std::uint16_t>(shape.video_pid ^ 0x300);
        break;
    }
    encoder.begin_with_a_key_picture();
  }
  encoder.change().audio = true;
  ++encoder.change().version;
  channel.play(encoder, 12s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
  EXPECT_THAT(channel.index(), HasSubstr("mp4a"));
}

TEST(FailureModes, FailoverNeitherFlapsNorLosesItsBackups) {
  SignalChannel channel({.sources = {"udp://one", "udp://two"}, .largest_lag = 12});
  Encoder first, second({}, 90'000 * 9'000);
  const auto both = [&](std::chrono::milliseconds length) {
    channel.run(length, {SignalChannel::feeder(first), SignalChannel::feeder(second)});
  };
  both(12s);
  // The first one comes and goes every second for a minute.
  for (int i = 0; i < 30; ++i) {
    channel.run(1s, {nullptr, SignalChannel::feeder(second)});
    first.jump(90'000);
    both(1s);
  }
  EXPECT_LE(channel.status()->switches, 2u);
  channel.run(12s, {nullptr, SignalChannel::feeder(second)});
  EXPECT_TRUE(channel.status()->sources[1].on_air);
  // Both are gone, and the second is back first.
  channel.be_silent(12s);
  EXPECT_EQ(channel.status()->state, ChannelState::kSlate);
  channel.run(12s, {nullptr, SignalChannel::feeder(second)});
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
  EXPECT_TRUE(channel.status()->sources[1].on_air);
  both(60s);
  EXPECT_TRUE(channel.status()->sources[0].on_air) << "it has been well for the time set";
  EXPECT_THAT(channel.violations(), IsEmpty());
}

TEST(FailureModes, ASoundThatStopsHoldsUpNoOtherRendition) {
  SignalChannel channel;
  Encoder encoder;
  encoder.change().more = {{0x0F, 0x112, TsBuilder::language("ger")}};
  std::uint64_t second = encoder.clock();
  bool sends = true;
  const auto run = [&](std::chrono::milliseconds length) {
    channel.run(length, {[&](auto step) -> Datagrams {
                  const ByteVector sound = elementary::adts(60);
                  for (; second < encoder.clock() + 3'600; second += 1'920) {
                    if (sends) {
                      encoder.builder().pes(0x112, (second + 9'000) % stimulus::kTurn, sound,
                                            {.with_length = true, .stream_id = 0xC0});
                    }
                  }
                  return stimulus::cut(encoder.play(step), 7 * 188);
                }});
  };
  run(12s);
  EXPECT_THAT(channel.index(), HasSubstr("LANGUAGE=\"de\""));
  EXPECT_THAT(channel.index(), HasSubstr("LANGUAGE=\"en\""));
  sends = false;
  run(12s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  sends = true;
  run(24s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_THAT(channel.index(), HasSubstr("LANGUAGE=\"de\""));
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
}

TEST(FailureModes, EverythingThatCanHappenIsOnePlaylist) {
  SignalChannel channel({.largest_lag = 14, .largest_step_back = FaultHistory::kStepBack});
  FaultHistory history(5);
  history.play(channel, 5min);
  history.recover(channel, 40s);
  EXPECT_GT(history.faults(), 8u);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
}

TEST(FailureModes, ABrokenSignalDoesNotFloodTheLog) {
  test::CapturedLog log;
  SignalChannel channel({.largest_lag = 14});
  Encoder encoder;
  std::mt19937 random(3);
  channel.play(encoder, 60s, [&](ByteVector bytes) {
    stimulus::for_each_packet(bytes, [&](std::uint8_t* packet, std::size_t) {
      if (random() % 4 == 0) packet[random() % 188] ^= 0xFF;
    });
    return bytes;
  });
  const std::string text = log.take();
  EXPECT_LE(std::ranges::count(text, '\n'), 60) << "a line a second\n" << text.substr(0, 4'000);
}

}  // namespace
}  // namespace grandstand::channels

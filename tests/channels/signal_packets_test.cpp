// SPDX-License-Identifier: MIT
// What happens to packets and datagrams on their way (headend.md 5.1, 5.5), seen by players. docs/signal_faults.md
// lists all.
#include "signal_channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using ingest::SignalCheck;
using stimulus::Datagrams;
using stimulus::Encoder;
using stimulus::Shape;
using testing::HasSubstr;
using testing::IsEmpty;

const Shape kShape;
using Feeder = SignalChannel::Feeder;

// Plays 30 s through `spoil`; the playlist must not show it.
void expect_no_trace(SignalChannel& channel, const SignalChannel::Spoil& spoil) {
  Encoder encoder;
  channel.play(encoder, 30s, spoil);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_NEAR(channel.watch().seconds(), 30, 4);
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
}

TEST(SignalPackets, LegalDuplicatesAreDroppedOnce) {
  SignalChannel channel;
  expect_no_trace(channel, [](ByteVector bytes) { return stimulus::repeated(std::move(bytes), stimulus::each(7), 2); });
  EXPECT_EQ(channel.report().check(SignalCheck::kContinuity).errors, 0u);
  EXPECT_EQ(channel.damaged_pictures(), 0u);
}

TEST(SignalPackets, LostPacketsAreCountedAndCostTheirPicturesOnly) {
  SignalChannel channel;
  expect_no_trace(channel, [i = 0](ByteVector bytes) mutable {
    return ++i % 60 == 0 ? stimulus::without(std::move(bytes), stimulus::of_pid(kShape.video_pid)) : bytes;
  });
  EXPECT_GT(channel.report().check(SignalCheck::kContinuity).errors, 8u);
  EXPECT_GT(channel.damaged_pictures(), 8u);
}

TEST(SignalPackets, PacketsThatChangePlacesAreCountedAndSurvived) {
  SignalChannel channel;
  expect_no_trace(channel, [i = 0](ByteVector bytes) mutable {
    if (++i % 50 == 0 && bytes.size() >= 3 * 188) stimulus::swap_packets(bytes, 1, 2);
    return bytes;
  });
  EXPECT_GT(channel.report().check(SignalCheck::kContinuity).errors, 5u);
}

TEST(SignalPackets, PacketsWithTheErrorIndicatorAreDroppedAndCounted) {
  SignalChannel channel;
  expect_no_trace(channel, [i = 0](ByteVector bytes) mutable {
    if (++i % 40 == 0) stimulus::set_transport_error(bytes, stimulus::of_pid(kShape.audio_pid));
    return bytes;
  });
  EXPECT_GT(channel.report().check(SignalCheck::kTransport).errors, 10u);
}

TEST(SignalPackets, NullPacketsAreNothingButStuffing) {
  SignalChannel channel;
  expect_no_trace(channel, [](ByteVector bytes) { return stimulus::stuffed(std::move(bytes), 3); });
  EXPECT_NEAR(channel.report().null_share, 0.75, 0.05);
}

TEST(SignalPackets, PacketsOf192And204BytesAreTheSame) {
  for (const auto& [before, behind] : {std::pair<std::size_t, std::size_t>{4, 0}, {0, 16}}) {
    SignalChannel channel;
    Encoder encoder;
    channel.run(30s, {[&, before = before, behind = behind](auto step) -> Datagrams {
                  return stimulus::cut(stimulus::with_stride(encoder.play(step), before, behind),
                                       7 * (188 + before + behind));
                }});
    EXPECT_THAT(channel.violations(), IsEmpty());
    EXPECT_EQ(channel.discontinuities(), 0);
    EXPECT_EQ(channel.damaged_pictures(), 0u);
  }
}

TEST(SignalPackets, DatagramsMayHaveAnySize) {
  for (const std::size_t size : {188u, 1'000u, 1'316u, 1'472u, 8'972u}) {
    SCOPED_TRACE(size);
    SignalChannel channel;
    Encoder encoder;
    channel.run(12s, {[&](auto step) { return stimulus::cut(encoder.play(step), size); }});
    EXPECT_THAT(channel.violations(), IsEmpty());
    EXPECT_EQ(channel.damaged_pictures(), 0u);
    EXPECT_EQ(channel.report().check(SignalCheck::kContinuity).errors, 0u);
  }
}

TEST(SignalPackets, RtpIsPutInOrderOverItsWrapAndSecondCopiesAreDropped) {
  SignalChannel channel;
  Encoder encoder;
  stimulus::RtpSender rtp(65'400);
  Datagrams held;
  int step_number = 0;
  channel.run(30s, {[&](auto step) -> Datagrams {
                for (ByteVector& datagram : rtp.wrap(stimulus::cut(encoder.play(step), 188))) {
                  held.push_back(std::move(datagram));
                }
                // Two steps together, so that reordering reaches over many packets; each arrives twice, as by
                // SMPTE 2022-7.
                if (++step_number % 2 != 0) return {};
                return stimulus::reordered(stimulus::doubled(std::exchange(held, {})), 20);
              }});
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_EQ(channel.damaged_pictures(), 0u);
  EXPECT_EQ(channel.report().rtp_lost, 0u);
  EXPECT_GT(channel.report().rtp_duplicates, 1'000u);
}

TEST(SignalPackets, LossBurstsOfRtpAreCountedAndSurvived) {
  SignalChannel channel;
  Encoder encoder;
  stimulus::RtpSender rtp;
  int step_number = 0;
  channel.run(30s, {[&](auto step) -> Datagrams {
                Datagrams datagrams = rtp.wrap(stimulus::cut(encoder.play(step), 188));
                // Of every five seconds 200 ms are lost.
                if (step_number++ % 125 >= 120) datagrams.clear();
                return datagrams;
              }});
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_GT(channel.report().rtp_lost, 50u);
}

TEST(SignalPackets, GarbageBetweenTheDatagramsIsDropped) {
  SignalChannel channel;
  Encoder encoder;
  channel.run(30s, {[&](auto step) -> Datagrams {
                Datagrams datagrams = stimulus::cut(encoder.play(step), 7 * 188);
                datagrams.push_back(ByteVector(1'316, 0xAB));
                datagrams.push_back(ByteVector{});
                datagrams.push_back(ByteVector(11, 0x47));
                return datagrams;
              }});
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_EQ(channel.damaged_pictures(), 0u);
}

TEST(SignalPackets, BurstsAreNoTrouble) {
  SignalChannel channel;
  Encoder encoder;
  ByteVector waiting;
  int step_number = 0;
  channel.run(30s, {[&](auto step) -> Datagrams {
                const ByteVector bytes = encoder.play(step);
                waiting.insert(waiting.end(), bytes.begin(), bytes.end());
                if (++step_number % 5 != 0) return {};
                return stimulus::cut(std::exchange(waiting, {}), 7 * 188);
              }});
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
}

TEST(SignalPackets, WhatIsScrambledIsNeverPackagedAndTheSlateComes) {
  SignalChannel channel({.largest_lag = 12});
  Encoder encoder;
  const auto scrambled = [](ByteVector bytes) {
    stimulus::scramble(bytes, [](const std::uint8_t* packet, std::size_t) {
      return stimulus::pid_of(packet) == kShape.video_pid || stimulus::pid_of(packet) == kShape.audio_pid;
    });
    return bytes;
  };
  channel.play(encoder, 16s);
  channel.play(encoder, 16s, scrambled);
  EXPECT_EQ(channel.status()->state, ChannelState::kSlate);
  EXPECT_THAT(channel.status()->reason, HasSubstr("scrambled"));
  EXPECT_GT(channel.report().scrambled_share, 0.9);
  channel.play(encoder, 16s);
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 2);
}

TEST(SignalPackets, ASilentSourceGivesWayToTheSlateAndComesBack) {
  SignalChannel channel({.largest_lag = 12});
  Encoder encoder;
  channel.play(encoder, 16s);
  channel.be_silent(20s);
  EXPECT_EQ(channel.status()->state, ChannelState::kSlate);
  encoder.jump(20 * 90'000);
  channel.play(encoder, 16s);
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 2);
}

}  // namespace
}  // namespace grandstand::channels

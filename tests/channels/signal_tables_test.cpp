// SPDX-License-Identifier: MIT
// What changes in the tables and the streams of a programme (headend.md 5.1), seen by players. docs/signal_faults.md
// lists all.
#include "service_tables.hpp"
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
using testing::Not;

const Shape kShape;

TEST(SignalTables, AnotherCodecOnTheSamePidIsANewMapAndADiscontinuity) {
  SignalChannel channel;
  Encoder encoder;
  channel.play(encoder, 16s);
  EXPECT_THAT(channel.index(), HasSubstr("avc1"));
  encoder.change().hevc = true;
  encoder.change().version = 1;
  encoder.begin_with_a_key_picture();
  channel.play(encoder, 16s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_THAT(channel.index(), HasSubstr("hvc1"));
  EXPECT_THAT(channel.index(), Not(HasSubstr("avc1")));
  EXPECT_EQ(channel.discontinuities(), 1);
  EXPECT_EQ(channel.watch().maps(), 1);
}

TEST(SignalTables, AStreamThatIsAddedIsOfferedWithADiscontinuity) {
  SignalChannel channel;
  Encoder encoder({.audio = false});
  channel.play(encoder, 16s);
  EXPECT_THAT(channel.index(), Not(HasSubstr("mp4a")));
  encoder.change().audio = true;
  encoder.change().version = 1;
  channel.play(encoder, 16s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_THAT(channel.index(), HasSubstr("mp4a"));
  EXPECT_EQ(channel.discontinuities(), 1);
}

// Local news for half an hour: other PIDs in the same programme, and back.
TEST(SignalTables, RegionalSwitchingToOtherPidsAndBackGoesOn) {
  SignalChannel channel;
  Encoder encoder;
  channel.play(encoder, 16s);
  for (const bool regional : {true, false}) {
    Shape& shape = encoder.change();
    shape.video_pid = regional ? 0x201 : kShape.video_pid;
    shape.audio_pid = regional ? 0x202 : kShape.audio_pid;
    ++shape.version;
    encoder.begin_with_a_key_picture();
    channel.play(encoder, 16s);
  }
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
  EXPECT_EQ(channel.discontinuities(), 2);
  EXPECT_NEAR(channel.watch().seconds(), 48, 6);
}

TEST(SignalTables, AStreamThatIsRemovedLeavesTheOthersGoing) {
  SignalChannel channel;
  Encoder encoder;
  channel.play(encoder, 16s);
  encoder.change().audio = false;
  encoder.change().version = 1;
  channel.play(encoder, 16s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 1);
  EXPECT_THAT(channel.index(), Not(HasSubstr("mp4a")));
}

TEST(SignalTables, AStreamThatFallsSilentStallsNobodyAndComesBack) {
  SignalChannel channel;
  Encoder encoder;
  channel.play(encoder, 16s);
  channel.play(encoder, 16s, [](ByteVector bytes) {
    return stimulus::without(std::move(bytes), stimulus::of_pid(kShape.audio_pid));
  });
  EXPECT_GT(channel.report().check(SignalCheck::kPid).errors, 0u);
  channel.play(encoder, 16s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
}

TEST(SignalTables, PicturesThatStopGiveWayToTheSlate) {
  SignalChannel channel({.largest_lag = 12});
  Encoder encoder;
  channel.play(encoder, 16s);
  channel.play(encoder, 16s, [](ByteVector bytes) {
    return stimulus::without(std::move(bytes), stimulus::of_pid(kShape.video_pid));
  });
  EXPECT_EQ(channel.status()->state, ChannelState::kSlate);
  EXPECT_THAT(channel.status()->reason, HasSubstr("no pictures"));
  encoder.begin_with_a_key_picture();
  channel.play(encoder, 16s);
  EXPECT_EQ(channel.status()->state, ChannelState::kLive);
  EXPECT_THAT(channel.violations(), IsEmpty());
}

TEST(SignalTables, AnnouncedStreamsThatNeverComeDelayTheStartByASecondAndAHalf) {
  for (const bool silent : {false, true}) {
    SignalChannel channel;
    Encoder encoder;
    const auto spoil = [silent](ByteVector bytes) {
      return silent ? stimulus::without(std::move(bytes), stimulus::of_pid(kShape.audio_pid)) : bytes;
    };
    std::chrono::milliseconds passed{0};
    for (; channel.status()->state != ChannelState::kLive && passed < 20s; passed += 200ms) {
      channel.play(encoder, 200ms, spoil);
    }
    EXPECT_LE(passed, silent ? 4s : 3s) << "the first segment is two seconds long";
  }
}

TEST(SignalTables, ProgrammesOfThePatWithoutAPmtAreNotWaitedForLong) {
  SignalChannel channel;
  Encoder encoder({.tables = false});
  TsBuilder tables;
  int step_number = 0;
  channel.run(20s, {[&](auto step) -> Datagrams {
                if (step_number++ % 10 == 0) {
                  tables.pat({{7, 0x70}, {kShape.program, kShape.pmt_pid}});
                  tables.pmt(kShape.pmt_pid, kShape.program, kShape.video_pid,
                             {{0x1B, kShape.video_pid, {}}, {0x0F, kShape.audio_pid, {}}});
                }
                ByteVector bytes = tables.take();
                const ByteVector media = encoder.play(step);
                bytes.insert(bytes.end(), media.begin(), media.end());
                return stimulus::cut(bytes, 7 * 188);
              }});
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_GT(channel.watch().seconds(), 15);
}

TEST(SignalTables, AnotherResolutionIsANewMapAndADiscontinuityAtItsKeyPicture) {
  SignalChannel channel;
  Encoder encoder;
  channel.play(encoder, 16s);
  EXPECT_THAT(channel.index(), HasSubstr("RESOLUTION=64x"));
  encoder.change().wide = true;
  channel.play(encoder, 16s);
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_THAT(channel.index(), HasSubstr("RESOLUTION=96x"));
  EXPECT_EQ(channel.discontinuities(), 1);
  EXPECT_EQ(channel.watch().maps(), 1);
}

TEST(SignalTables, OneProgrammeIsTakenOfAMultiplexOfEight) {
  SignalChannel channel({.program = 5});
  stimulus::Multiplex multiplex(8);
  channel.run(12s, {[&](auto step) { return stimulus::cut(multiplex.play(step), 7 * 188); }});
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
  EXPECT_NEAR(channel.watch().seconds(), 12, 4);
}

// A splice point every 10 s; with and without the registration descriptor that FFmpeg insists on.
TEST(SignalTables, SplicesAreReadWithAndWithoutTheirRegistration) {
  for (const bool registered : {true, false}) {
    SignalChannel channel;
    Encoder encoder;
    Shape& shape = encoder.change();
    shape.more = {{0x86, 0x1F0, registered ? TsBuilder::registration("CUEI") : ByteVector{}}};
    int step_number = 0;
    channel.run(30s, {[&](auto step) -> Datagrams {
                  if (step_number++ % 250 == 100) {
                    encoder.builder().section_packets(
                        0x1F0, elementary::from_hex("FC302F000000000000FFFFFF014054800008F7FEFFE7369C02EFE0052CCF5000"
                                                    "00000000A0008435545490000013562DBA30A"));
                  }
                  return stimulus::cut(encoder.play(step), 7 * 188);
                }});
    EXPECT_THAT(channel.violations(), IsEmpty());
    EXPECT_EQ(channel.discontinuities(), 0);
  }
}

TEST(SignalTables, TeletextComesAndGoesWithoutATrace) {
  SignalChannel channel;
  Encoder encoder;
  encoder.change().more = {
      {0x06, 0x1E0, ByteVector{0x56, 5, 'g', 'e', 'r', 0x10, 0x88}},
      {0x06, 0x1E1, ByteVector{0x59, 8, 's', 'w', 'e', 0x10, 0, 1, 0, 1}},
  };
  const ByteVector lines(178, 0x10);
  int step_number = 0;
  channel.run(40s, {[&](auto step) -> Datagrams {
                // Half a minute of silence in between, and stamps that are far off: texts never begin an epoch.
                const int at = step_number++;
                if (at % 25 == 0 && (at < 100 || at > 850)) {
                  const std::uint64_t time = encoder.clock() + (at % 50 == 0 ? 0 : 90'000ull * 5'000);
                  encoder.builder().pes(0x1E0, time % stimulus::kTurn, lines, {.with_length = true, .stream_id = 0xBD});
                  encoder.builder().pes(0x1E1, time % stimulus::kTurn, lines, {.with_length = true, .stream_id = 0xBD});
                }
                return stimulus::cut(encoder.play(step), 7 * 188);
              }});
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_EQ(channel.discontinuities(), 0);
}

TEST(SignalTables, TheGuideOfTheStreamArrivesBesideThePictures) {
  SignalChannel channel;
  Encoder encoder;
  namespace tables = service_tables;
  int step_number = 0;
  channel.run(12s, {[&](auto step) -> Datagrams {
                if (step_number++ % 50 == 49) {
                  const tables::Event event{1, channel.clock().utc(), 1h, tables::short_event("eng", "News", "Today")};
                  encoder.builder().section_packets(0x12, tables::eit(0x4E, kShape.program, 0, {event}));
                }
                return stimulus::cut(encoder.play(step), 7 * 188);
              }});
  EXPECT_THAT(channel.violations(), IsEmpty());
  EXPECT_GE(channel.events, 1u);
}

TEST(SignalTables, TheGuideOfAStandbyThatNeverChangesArrivesWhenItGoesOnAir) {
  SignalChannel channel({.sources = {"udp://one", "udp://two"}, .largest_lag = 12});
  Encoder first, second({}, 90'000 * 9'000);
  namespace tables = service_tables;
  const tables::Event event{1, channel.clock().utc(), 1h, tables::short_event("eng", "News", "Today")};
  int step_number = 0;
  const auto with_guide = [&](auto step) -> Datagrams {
    if (step_number++ % 50 == 49) {
      second.builder().section_packets(0x12, tables::eit(0x4E, kShape.program, 0, {event}));
    }
    return stimulus::cut(second.play(step), 7 * 188);
  };
  channel.run(12s, {SignalChannel::feeder(first), with_guide});
  EXPECT_EQ(channel.events, 0u);
  channel.run(20s, {nullptr, with_guide});
  EXPECT_TRUE(channel.status()->sources.at(1).on_air);
  EXPECT_EQ(channel.events, 1u);
}

}  // namespace
}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "tr101290.hpp"

#include "arrival_meter.hpp"
#include "datagram_reader.hpp"
#include "recording_sink.hpp"
#include "ts_builder.hpp"

#include <grandstand/ops/metrics.hpp>

#include <functional>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using namespace elementary;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint16_t kPmt = 0x100;
constexpr std::uint16_t kVideo = 0x101;
constexpr std::uint16_t kAudio = 0x102;
constexpr SteadyTime kStart{std::chrono::hours(1)};

// What of the stream is there.
struct Step {
  bool pat = true;
  bool pmt = true;
  bool pcr = true;
  bool picture = true;
  bool sound = true;
  std::uint64_t jump = 0;
  bool discontinuity = false;
};

// A healthy stream in steps of 20 ms, which a test spoils.
class Tr101290Test : public testing::Test {
 protected:
  using Spoil = std::function<void(ByteVector&)>;

  void play(milliseconds length, Step how = {}, const Spoil& spoil = {}) {
    for (milliseconds at{0}; at < length; at += milliseconds(20)) {
      clock_ += 1'800 + how.jump;
      how.jump = 0;
      if (step_ % 5 == 0 && how.pat) ts.pat({{1, kPmt}});
      if (step_ % 5 == 0 && how.pmt) {
        ts.pmt(kPmt, 1, kVideo, {{0x1B, kVideo, {}}, {0x0F, kAudio, {}}});
      }
      if (how.pcr) ts.pcr(kVideo, clock_ % (std::uint64_t{1} << 33), std::exchange(how.discontinuity, false));
      if (step_ % 2 == 0 && how.picture) ts.pes(kVideo, clock_ % (std::uint64_t{1} << 33), h264_key());
      if (how.sound) ts.pes(kAudio, clock_ % (std::uint64_t{1} << 33), adts(100), {.stream_id = 0xC0});
      ++step_;
      ByteVector bytes = ts.take();
      if (spoil) spoil(bytes);
      now += milliseconds(20);
      if (!bytes.empty()) reader.push(bytes, now);
      reader.tick(now);
    }
  }
  std::uint64_t errors(SignalCheck check) { return report().check(check).errors; }
  bool alarm(SignalCheck check) { return report().check(check).in_alarm; }
  SignalReport report() {
    SignalReport filled;
    reader.fill(filled, now);
    return filled;
  }
  std::uint64_t all_errors() {
    std::uint64_t sum = 0;
    for (const CheckReport& check : report().checks) sum += check.errors;
    return sum;
  }

  TsBuilder ts;
  RecordingSink sink;
  TsDemuxer demuxer{std::nullopt, sink};
  DatagramReader reader{demuxer};
  SteadyTime now = kStart;

 private:
  std::uint64_t clock_ = (std::uint64_t{1} << 33) - 180'000;  // it wraps after 2 s
  int step_ = 0;
};

TEST_F(Tr101290Test, AHealthyStreamHasNoErrorsOverAWrap) {
  play(seconds(10));
  EXPECT_EQ(all_errors(), 0u);
  EXPECT_TRUE(report().packets);
  EXPECT_LE(report().since_pcr, milliseconds(20));
}

TEST_F(Tr101290Test, CountsSyncLossWhenNothingOrSomethingElseArrives) {
  play(seconds(1));
  for (int i = 0; i < 100; ++i) reader.push(ByteVector(1'316, 0x11), now);
  EXPECT_EQ(errors(SignalCheck::kSyncLoss), 1u);
  for (int i = 0; i < 210; ++i) reader.tick(now += milliseconds(10));
  EXPECT_EQ(errors(SignalCheck::kSyncLoss), 3u) << "and once each second without packets";
  EXPECT_TRUE(alarm(SignalCheck::kSyncLoss));
  EXPECT_EQ(all_errors(), 3u) << "what is missing because nothing comes is no error of its own";
  play(seconds(6));
  EXPECT_FALSE(alarm(SignalCheck::kSyncLoss));
}

TEST_F(Tr101290Test, CountsDamagedSyncBytesAndKeepsThePacketsBesideThem) {
  play(seconds(1));
  int damaged = 0;
  play(milliseconds(20), {}, [&](ByteVector& bytes) {
    const std::size_t packets = bytes.size() / 188;
    if (packets < 4) return;
    bytes[188 * (packets - 1)] = 0x46;
    ++damaged;
  });
  ASSERT_EQ(damaged, 1);
  EXPECT_EQ(errors(SignalCheck::kSyncByte), 1u);
  EXPECT_EQ(errors(SignalCheck::kSyncLoss), 0u);
}

TEST_F(Tr101290Test, TellsHowLongAPromisedClockHasBeenMissing) {
  play(seconds(1));
  play(seconds(4), {.pcr = false});
  EXPECT_GE(report().since_pcr, seconds(4));
  EXPECT_LE(report().since_pcr, milliseconds(4'020));
  ts.pmt(kPmt, 1, kNullPid, {{0x1B, kVideo, {}}}, 1);
  reader.push(ts.take(), now);
  now += milliseconds(100);
  EXPECT_EQ(report().since_pcr, seconds(0)) << "its PMT promises none";
}

TEST_F(Tr101290Test, CountsMissingAndScrambledTables) {
  play(seconds(1));
  play(milliseconds(1'200), {.pat = false});
  EXPECT_EQ(errors(SignalCheck::kPat), 2u);
  EXPECT_EQ(errors(SignalCheck::kPmt), 0u);
  play(milliseconds(1'200), {.pmt = false});
  EXPECT_EQ(errors(SignalCheck::kPmt), 2u);
  EXPECT_EQ(errors(SignalCheck::kPat), 2u);
  play(milliseconds(100), {}, [](ByteVector& bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 188) {
      if (bytes[at + 1] == 0x40 && bytes[at + 2] == 0) bytes[at + 3] |= 0x80;
    }
  });
  EXPECT_EQ(errors(SignalCheck::kPat), 3u);
}

TEST_F(Tr101290Test, CountsContinuityErrorsOfAllPidsAndNotALegalDuplicate) {
  play(seconds(1));
  ts.pes(0x1F0, 0, ByteVector(10, 1));
  ts.pes(0x1F0, 0, ByteVector(10, 1));
  play(milliseconds(20), {}, [](ByteVector& bytes) {  // 0x1F0 comes first: its second packet twice
    const ByteVector second(bytes.begin() + 188, bytes.begin() + 376);
    bytes.insert(bytes.begin() + 376, second.begin(), second.end());
  });
  EXPECT_EQ(errors(SignalCheck::kContinuity), 0u);
  ts.lose_packet(0x1F0);
  ts.lose_packet(0x1F0);
  ts.pes(0x1F0, 0, ByteVector(10, 1));
  play(seconds(2));
  EXPECT_EQ(errors(SignalCheck::kContinuity), 1u);
}

TEST_F(Tr101290Test, CountsAStreamThatIsAbsentForFiveSeconds) {
  play(seconds(1));
  play(milliseconds(4'900), {.sound = false});
  EXPECT_EQ(errors(SignalCheck::kPid), 0u);
  play(milliseconds(300), {.sound = false});
  EXPECT_EQ(errors(SignalCheck::kPid), 1u);
  EXPECT_GT(errors(SignalCheck::kPts), 3u) << "its time stamps are missing, too";
}

TEST_F(Tr101290Test, CountsTransportErrorsAndBrokenSections) {
  play(seconds(1));
  play(milliseconds(20), {}, [](ByteVector& bytes) { bytes[bytes.size() - 187] |= 0x80; });
  EXPECT_EQ(errors(SignalCheck::kTransport), 1u);
  ByteVector sdt = TsBuilder::section(0x42, 1, 0, ByteVector(20, 0));
  sdt.back() ^= 1;
  ts.section_packets(0x11, sdt);
  play(milliseconds(20));
  EXPECT_EQ(errors(SignalCheck::kCrc), 1u);
}

TEST_F(Tr101290Test, CountsClocksThatComeSeldomAndClocksThatJump) {
  play(seconds(1));
  play(milliseconds(40), {.pcr = false, .picture = false});
  play(milliseconds(20));
  EXPECT_EQ(errors(SignalCheck::kPcrRepetition), 1u) << "60 ms";
  EXPECT_EQ(errors(SignalCheck::kPcrDiscontinuity), 0u);
  play(milliseconds(20), {.jump = 20'000 * 90'000ULL});
  EXPECT_EQ(errors(SignalCheck::kPcrDiscontinuity), 1u);
  play(milliseconds(20), {.jump = (std::uint64_t{1} << 33) - 3'600 * 90'000ULL});
  EXPECT_EQ(errors(SignalCheck::kPcrDiscontinuity), 2u);
  play(milliseconds(20), {.jump = 20'000 * 90'000ULL, .discontinuity = true});
  EXPECT_EQ(errors(SignalCheck::kPcrDiscontinuity), 2u) << "that one was announced";
  play(milliseconds(2'100), {.pcr = false});
  EXPECT_EQ(errors(SignalCheck::kPcrRepetition), 3u) << "once each second without any";
}

TEST_F(Tr101290Test, CountsTimeStampsThatComeSeldom) {
  play(seconds(1));
  play(milliseconds(620), {.picture = false});
  play(milliseconds(100));
  EXPECT_EQ(errors(SignalCheck::kPts), 0u);
  play(milliseconds(1'000), {.picture = false});
  EXPECT_EQ(errors(SignalCheck::kPts), 1u);
}

TEST_F(Tr101290Test, CountsScramblingWithoutACatAndTellsItsShare) {
  const auto scramble_sound = [](ByteVector& bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 188) {
      if (bytes[at + 2] == 0x02) bytes[at + 3] |= 0xC0;
    }
  };
  play(seconds(1));
  play(milliseconds(2'500), {}, scramble_sound);
  EXPECT_EQ(errors(SignalCheck::kCat), 1u);
  EXPECT_NEAR(report().scrambled_share, 2.0 / 3, 0.01) << "two packets of sound for one with a picture";
  const auto cat = TsBuilder::section(0x01, 0xFFFF, 0, {});
  for (int i = 0; i < 5; ++i) {
    ts.section_packets(1, cat);
    play(seconds(1), {}, scramble_sound);
  }
  EXPECT_EQ(errors(SignalCheck::kCat), 1u);
}

TEST_F(Tr101290Test, TellsTheShareOfStuffing) {
  for (int i = 0; i < 200; ++i) {
    for (int n = 0; n < 4; ++n) ts.null_packet();
    play(milliseconds(20), {.pat = false, .pmt = false, .pcr = true, .picture = false});
  }
  EXPECT_NEAR(report().null_share, 4.0 / 6, 0.03);
}

TEST(ArrivalMeter, MeasuresBitRateAndDelayFactor) {
  ArrivalMeter smooth;
  ArrivalMeter bursts;
  for (int i = 0; i < 500; ++i) {
    smooth.on_datagram(1'316, milliseconds(i * 10), std::nullopt);
    bursts.on_datagram(1'316, milliseconds(i / 20 * 200), std::nullopt);
  }
  EXPECT_NEAR(smooth.bit_rate(), 1'316 * 8 * 100, 1'000);
  EXPECT_NEAR(smooth.delay_factor_ms(), 10, 1);
  EXPECT_NEAR(bursts.delay_factor_ms(), 200, 15);
}

TEST(ArrivalMeter, MeasuresJitterByTheRtpClock) {
  ArrivalMeter even;
  ArrivalMeter uneven;
  for (int i = 0; i < 1'000; ++i) {
    const auto stamp = static_cast<std::uint32_t>(0xFFFF'F000u + i * 900);
    even.on_datagram(1'316, milliseconds(i * 10), stamp);
    uneven.on_datagram(1'316, milliseconds(i * 10 + (i % 2) * 4), stamp);
  }
  EXPECT_NEAR(even.jitter_ms(), 0, 0.01);
  EXPECT_NEAR(uneven.jitter_ms(), 4, 0.1);
}

}  // namespace
}  // namespace grandstand::ingest

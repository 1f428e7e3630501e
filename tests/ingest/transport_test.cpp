// SPDX-License-Identifier: MIT
#include "datagram_reader.hpp"
#include "recording_sink.hpp"
#include "ts_builder.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using namespace elementary;
using std::chrono::milliseconds;

constexpr SteadyTime kNow{std::chrono::hours(1)};
constexpr std::uint16_t kVideo = 0x101;

ByteVector transport(int pictures) {
  TsBuilder ts;
  ts.pat({{1, 0x100}});
  ts.pmt(0x100, 1, kVideo, {{0x1B, kVideo, {}}});
  for (int i = 0; i < pictures; ++i) {
    ts.pes(kVideo, static_cast<std::uint64_t>(i) * 3'600, (i == 0 ? h264_key() : h264_delta()) + ByteVector(700, 0x77));
  }
  return ts.take();
}

ByteVector rtp(std::uint16_t sequence, std::span<const std::uint8_t> payload, std::uint8_t type = 33) {
  ByteVector bytes{
      0x80, type, static_cast<std::uint8_t>(sequence >> 8), static_cast<std::uint8_t>(sequence), 0, 0, 0, 0, 1, 2,
      3,    4};
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

std::vector<ByteVector> cut(const ByteVector& bytes, std::size_t size) {
  std::vector<ByteVector> pieces;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    const std::size_t end = std::min(at + size, bytes.size());
    pieces.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                        bytes.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return pieces;
}

ByteVector with_stride(const ByteVector& bytes, std::size_t before, std::size_t behind) {
  ByteVector out;
  for (const ByteVector& packet : cut(bytes, 188)) {
    out.insert(out.end(), before, 0x9C);
    out.insert(out.end(), packet.begin(), packet.end());
    out.insert(out.end(), behind, 0xEE);
  }
  return out;
}

struct Receiver {
  RecordingSink sink;
  TsDemuxer demuxer{std::nullopt, sink};
  DatagramReader reader{demuxer};

  void push(const ByteVector& datagram, SteadyTime now = kNow) { reader.push(datagram, now); }
  std::size_t finish() {
    demuxer.finish();
    return sink.samples.size();
  }
};

TEST(Transport, TakesDatagramsOfAnySize) {
  for (const std::size_t size : {188u, 1316u, 1472u, 8972u, 65'000u, 100u, 1000u}) {
    Receiver receiver;
    for (const ByteVector& piece : cut(transport(40), size)) receiver.push(piece);
    EXPECT_EQ(receiver.finish(), 40u) << size;
    EXPECT_EQ(receiver.demuxer.counts().continuity_errors, 0u) << size;
  }
}

TEST(Transport, TakesPacketsOf192And204Bytes) {
  const ByteVector bytes = transport(40);
  Receiver m2ts;
  for (const ByteVector& piece : cut(with_stride(bytes, 4, 0), 7 * 192)) m2ts.push(piece);
  EXPECT_EQ(m2ts.finish(), 40u);
  Receiver reed_solomon;
  for (const ByteVector& piece : cut(with_stride(bytes, 0, 16), 7 * 204)) reed_solomon.push(piece);
  EXPECT_EQ(reed_solomon.finish(), 40u);
  Receiver odd;
  for (const ByteVector& piece : cut(with_stride(bytes, 0, 16), 1000)) odd.push(piece);
  EXPECT_EQ(odd.finish(), 40u);
}

TEST(Transport, CountsGarbageAndGoesOn) {
  Receiver receiver;
  std::mt19937 random(3);
  for (const ByteVector& piece : cut(transport(40), 1316)) {
    receiver.push(piece);
    ByteVector garbage(200 + random() % 1'200);
    for (auto& byte : garbage) byte = static_cast<std::uint8_t>(random() % 64);
    receiver.push(garbage);
  }
  EXPECT_EQ(receiver.finish(), 40u);
  EXPECT_GE(receiver.reader.counts().garbage, 20u);
  EXPECT_EQ(receiver.demuxer.counts().continuity_errors, 0u);
}

TEST(Transport, FindsTheStepAgainWhenADatagramOfAnUnalignedStreamIsLost) {
  Receiver receiver;
  auto pieces = cut(transport(100), 1000);
  pieces.erase(pieces.begin() + 20);
  for (const ByteVector& piece : pieces) receiver.push(piece);
  EXPECT_GE(receiver.finish(), 90u);
}

TEST(Transport, TakesRtpWithContributorsExtensionAndPadding) {
  const auto pieces = cut(transport(20), 1316);
  Receiver receiver;
  std::uint16_t sequence = 65'530;  // wraps
  for (const ByteVector& piece : pieces) {
    ByteVector datagram{
        0xB1, 33, static_cast<std::uint8_t>(sequence >> 8), static_cast<std::uint8_t>(sequence), 0, 0, 0, 0, 1, 2,
        3,    4};
    ++sequence;
    datagram.insert(datagram.end(), {9, 9, 9, 9});              // one contributing source
    datagram.insert(datagram.end(), {0, 1, 0, 1, 7, 7, 7, 7});  // extension of one word
    datagram.insert(datagram.end(), piece.begin(), piece.end());
    datagram.insert(datagram.end(), {0, 0, 0, 4});  // padding
    receiver.push(datagram);
  }
  EXPECT_EQ(receiver.finish(), 20u);
  EXPECT_EQ(receiver.reader.rtp_counts().lost, 0u);
}

TEST(Transport, KnowsRtpOfAnyPayloadTypeByTheSyncByte) {
  Receiver receiver;
  std::uint16_t sequence = 0;
  for (const ByteVector& piece : cut(transport(20), 1316)) receiver.push(rtp(sequence++, piece, 96));
  EXPECT_EQ(receiver.finish(), 20u);
}

TEST(Transport, PutsRtpInOrderAndDropsSecondCopies) {
  const auto pieces = cut(transport(200), 1316);
  std::vector<ByteVector> datagrams;
  std::uint16_t sequence = 65'500;
  for (const ByteVector& piece : pieces) datagrams.push_back(rtp(sequence++, piece));
  std::mt19937 random(11);
  // Blocks of 20 in any order, each third datagram twice; the first stays, since it says where to begin.
  for (std::size_t at = 1; at < datagrams.size(); at += 20) {
    std::shuffle(datagrams.begin() + static_cast<std::ptrdiff_t>(at),
                 datagrams.begin() + static_cast<std::ptrdiff_t>(std::min(at + 20, datagrams.size())), random);
  }
  Receiver receiver;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    receiver.push(datagrams[i]);
    if (i % 3 == 0) receiver.push(datagrams[i]);
  }
  EXPECT_EQ(receiver.finish(), 200u);
  EXPECT_EQ(receiver.demuxer.counts().continuity_errors, 0u);
  EXPECT_EQ(receiver.reader.rtp_counts().lost, 0u);
  EXPECT_GT(receiver.reader.rtp_counts().duplicates, 10u);
}

TEST(Transport, GivesUpALostRtpPacketAfter100MillisecondsAndCountsIt) {
  const auto pieces = cut(transport(100), 1316);
  Receiver receiver;
  for (std::size_t i = 0; i < 20; ++i) {
    if (i != 10) receiver.push(rtp(static_cast<std::uint16_t>(i), pieces[i]));
  }
  const std::uint64_t before = receiver.demuxer.counts().packets;
  receiver.reader.tick(kNow + milliseconds(99));
  EXPECT_EQ(receiver.demuxer.counts().packets, before);
  receiver.reader.tick(kNow + milliseconds(100));
  EXPECT_EQ(receiver.demuxer.counts().packets, before + 9 * 7);
  EXPECT_EQ(receiver.reader.rtp_counts().lost, 1u);
}

TEST(Transport, GivesUpALostRtpPacketWhen64AreBehindIt) {
  const auto pieces = cut(transport(300), 1316);
  ASSERT_GT(pieces.size(), 150u);
  Receiver receiver;
  for (std::size_t i = 0; i < 150; ++i) {
    if (i < 10 || i > 14) receiver.push(rtp(static_cast<std::uint16_t>(i), pieces[i]));
  }
  EXPECT_EQ(receiver.reader.rtp_counts().lost, 5u);
  EXPECT_EQ(receiver.demuxer.counts().packets, 145u * 7);
}

TEST(Transport, FollowsASenderThatBeginsAnewWithAnotherSequenceNumber) {
  const auto pieces = cut(transport(60), 1316);
  Receiver receiver;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    receiver.push(rtp(static_cast<std::uint16_t>(i < 10 ? 40'000 + i : 20'000 + i), pieces[i]));
  }
  EXPECT_EQ(receiver.finish(), 60u);
  EXPECT_EQ(receiver.reader.rtp_counts().restarts, 1u);
}

}  // namespace
}  // namespace grandstand::ingest

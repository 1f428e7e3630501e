// SPDX-License-Identifier: MIT
#include "rtmp_chunk_reader.hpp"

#include "rtmp_script.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

struct Collected {
  std::vector<RtmpMessage> messages;
  Status status = success();
};

Collected read(const ByteList& bytes, std::size_t piece = 1, RtmpChunkReader::Limits limits = {}) {
  RtmpChunkReader reader(limits);
  Collected collected;
  for (std::size_t at = 0; at < bytes.size() && collected.status; at += piece) {
    const auto part = std::span(bytes).subspan(at, std::min(piece, bytes.size() - at));
    collected.status = reader.feed(part, [&](RtmpMessage message) {
      collected.messages.push_back(std::move(message));
      return success();
    });
  }
  return collected;
}

ByteList payload(std::size_t size, std::uint8_t first = 0) {
  ByteList bytes(size);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

ByteList header(std::initializer_list<int> bytes) {
  ByteList list;
  for (const int byte : bytes) list.push_back(static_cast<std::uint8_t>(byte));
  return list;
}

TEST(RtmpChunkReader, ReadsAllFourFormatsInheritingWhatIsLeftOut) {
  ByteList bytes = header({0x04, 0, 0, 100, 0, 0, 2, 9, 1, 0, 0, 0, 'a', 'b'});  // 0: all
  append(bytes, header({0x44, 0, 0, 40, 0, 0, 1, 8, 'c'}));                      // 1: no stream
  append(bytes, header({0x84, 0, 0, 20, 'd'}));                                  // 2: delta only
  append(bytes, header({0xC4, 'e'}));                                            // 3: nothing
  for (const std::size_t piece : {1, 2, 3, 100}) {
    const auto read_back = read(bytes, piece);
    ASSERT_TRUE(read_back.status);
    ASSERT_EQ(read_back.messages.size(), 4U);
    EXPECT_EQ(read_back.messages[0].payload, header({'a', 'b'}));
    EXPECT_EQ(read_back.messages[0].timestamp, 100U);
    EXPECT_EQ(read_back.messages[1].timestamp, 140U);
    EXPECT_EQ(read_back.messages[1].type, 8);
    EXPECT_EQ(read_back.messages[1].stream, 1U);
    EXPECT_EQ(read_back.messages[2].timestamp, 160U);
    EXPECT_EQ(read_back.messages[3].timestamp, 180U);
    EXPECT_EQ(read_back.messages[3].payload, header({'e'}));
  }
}

TEST(RtmpChunkReader, KnowsTheThreeSizesOfChunkStreamIds) {
  ByteList bytes = header({0x00, 0, 0, 0, 0, 0, 0, 1, 8, 0, 0, 0, 0, 'x'});       // 64
  append(bytes, header({0x01, 255, 255, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 'y'}));  // 65599
  append(bytes, header({0x3F, 0, 0, 0, 0, 0, 1, 8, 0, 0, 0, 0, 'z'}));            // 63
  append(bytes, header({0xC1, 255, 255, 'w'}));
  const auto read_back = read(bytes);
  ASSERT_EQ(read_back.messages.size(), 4U);
  EXPECT_EQ(read_back.messages[3].type, 9);
  EXPECT_EQ(read_back.messages[3].payload, header({'w'}));
}

TEST(RtmpChunkReader, PutsInterleavedChunksTogether) {
  const RtmpMessage video{9, 1, 40, payload(300)};
  const RtmpMessage audio{8, 1, 41, payload(20, 100)};
  const ByteList first = chunks(video, 6);
  const ByteList second = chunks(audio, 4);
  ByteList bytes(first.begin(), first.begin() + 12 + 128);
  append(bytes, second);
  append(bytes, std::span(first).subspan(12 + 128));
  for (const std::size_t piece : {1, 7, 1000}) {
    const auto read_back = read(bytes, piece);
    ASSERT_EQ(read_back.messages.size(), 2U);
    EXPECT_EQ(read_back.messages[0].payload, audio.payload);
    EXPECT_EQ(read_back.messages[1].payload, video.payload);
  }
}

TEST(RtmpChunkReader, ObeysSetChunkSizeAndAbort) {
  ByteList bytes = chunks(rtmp_reply::control(rtmp_type::kSetChunkSize, 1000), 2);
  RtmpChunkWriter writer;
  writer.set_chunk_size(1000);
  ByteList cut;
  writer.append(cut, 6, {9, 1, 0, payload(1500)});
  bytes.insert(bytes.end(), cut.begin(), cut.begin() + 12 + 1000);  // the rest never comes
  append(bytes, chunks(rtmp_reply::control(rtmp_type::kAbort, 6), 2));
  writer.append(bytes, 6, {9, 1, 5, payload(900)});
  const auto read_back = read(bytes, 11);
  ASSERT_TRUE(read_back.status);
  ASSERT_EQ(read_back.messages.size(), 1U);
  EXPECT_EQ(read_back.messages[0].payload, payload(900));
}

TEST(RtmpChunkReader, RefusesAChunkSizeOfZeroOrAboveTheLimit) {
  EXPECT_FALSE(read(chunks(rtmp_reply::control(rtmp_type::kSetChunkSize, 0), 2)).status);
  EXPECT_FALSE(read(chunks(rtmp_reply::control(rtmp_type::kSetChunkSize, 0x80000000), 2)).status);
  EXPECT_TRUE(read(chunks(rtmp_reply::control(rtmp_type::kSetChunkSize, 0x7FFFFFFF), 2)).status);
}

// A message of format 3 chunks whose sender leaves the extended timestamp out of them (librtmp, OBS before 2024).
ByteList without_repetition(ByteList bytes, std::size_t body) {
  ByteList kept(bytes.begin(), bytes.begin() + 16);
  std::size_t at = 16;
  while (body > 128) {
    kept.insert(kept.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                bytes.begin() + static_cast<std::ptrdiff_t>(at + 129));
    at += 129 + 4;
    body -= 128;
  }
  kept.insert(kept.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end());
  return kept;
}

TEST(RtmpChunkReader, ReadsBothDialectsOfTheExtendedTimestamp) {
  for (const std::uint32_t time : {0x00FFFFFFU, 0x01000000U, 0x12345678U, 0xFFFFFFF0U}) {
    for (const std::size_t size : {100U, 129U, 130U, 131U, 132U, 300U, 5000U}) {
      // Every byte may begin like the timestamp: the last chunk too, where the comparison runs into the next header.
      for (const std::uint8_t fill : {0x00, 0x01, 0x12, 0xFF}) {
        ByteList body(size, fill);
        body.back() = 0x77;
        const ByteList with = chunks({9, 1, time, body}, 6);
        const ByteList without = without_repetition(with, size);
        for (const ByteList& dialect : {with, without}) {
          for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::size_t{100'000}}) {
            ByteList bytes = dialect;
            append(bytes, chunks({8, 1, 7, payload(9)}, 4));
            const auto read_back = read(bytes, piece);
            ASSERT_TRUE(read_back.status) << time << " " << size << " " << int{fill};
            ASSERT_EQ(read_back.messages.size(), 2U) << time << " " << size << " " << int{fill};
            EXPECT_EQ(read_back.messages[0].timestamp, time);
            EXPECT_EQ(read_back.messages[0].payload, body);
            EXPECT_EQ(read_back.messages[1].payload, payload(9));
          }
        }
      }
    }
  }
}

TEST(RtmpChunkReader, WrapsTimestampsAt32Bits) {
  ByteList bytes = header({0x04, 0xFF, 0xFF, 0xFF, 0, 0, 1, 8, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xF0, 'a'});
  append(bytes, header({0x84, 0, 0, 32, 'b'}));
  const auto read_back = read(bytes);
  ASSERT_EQ(read_back.messages.size(), 2U);
  EXPECT_EQ(read_back.messages[0].timestamp, 0xFFFFFFF0U);
  EXPECT_EQ(read_back.messages[1].timestamp, 16U);
}

TEST(RtmpChunkReader, AcceptsAFreshChunkStreamThatBeginsWithADelta) {
  // librtmp's ping: format 1 on chunk stream 2 (ossrs/srs#98).
  const auto read_back = read(header({0x42, 0, 0, 0, 0, 0, 6, 4, 0, 6, 0, 0, 13, 15}));
  ASSERT_TRUE(read_back.status);
  ASSERT_EQ(read_back.messages.size(), 1U);
  EXPECT_EQ(read_back.messages[0].type, rtmp_type::kUserControl);
  // FMLE's first byte, once.
  EXPECT_TRUE(read(header({0xC4})).status);
  EXPECT_FALSE(read(header({0xC4, 0xC4})).status);
}

TEST(RtmpChunkReader, TakesAggregatesApart) {
  ByteList body;
  append(body, header({8, 0, 0, 2, 0, 0, 10, 0, 0, 0, 0, 'a', 'b', 0, 0, 0, 13}));
  append(body, header({9, 0, 0, 1, 0, 0, 30, 0, 0, 0, 0, 'c', 0, 0, 0, 12}));
  const auto read_back = read(chunks({rtmp_type::kAggregate, 1, 1000, body}));
  ASSERT_EQ(read_back.messages.size(), 2U);
  EXPECT_EQ(read_back.messages[0].timestamp, 1000U);
  EXPECT_EQ(read_back.messages[1].timestamp, 1020U);
  EXPECT_EQ(read_back.messages[1].type, 9);
  EXPECT_FALSE(read(chunks({rtmp_type::kAggregate, 1, 0, header({8, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1})})).status);
}

TEST(RtmpChunkReader, BoundsMessagesMemoryAndChunkStreams) {
  const RtmpChunkReader::Limits limits{.max_message_bytes = 1000, .max_chunk_streams = 3};
  const auto too_long = read(chunks({9, 1, 0, payload(1001)}), 1, limits);
  EXPECT_EQ(too_long.status.error().code, ErrorCode::kTooLarge);

  ByteList unfinished;
  for (std::uint8_t stream = 3; stream < 6; ++stream) {
    const ByteList bytes = chunks({9, 1, 0, payload(900)}, stream);
    unfinished.insert(unfinished.end(), bytes.begin(), bytes.begin() + 12 + 5 * 129);
  }
  EXPECT_EQ(read(unfinished, 50, limits).status.error().code, ErrorCode::kTooLarge);

  ByteList many;
  for (std::uint8_t stream = 3; stream < 7; ++stream) append(many, chunks({9, 1, 0, payload(1)}, stream));
  const auto too_many = read(many, 50, limits);
  EXPECT_EQ(too_many.messages.size(), 3U);
  EXPECT_EQ(too_many.status.error().message, "more than 3 RTMP chunk streams");
}

}  // namespace
}  // namespace grandstand::ingest

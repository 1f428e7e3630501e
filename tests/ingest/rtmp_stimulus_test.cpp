// SPDX-License-Identifier: MIT
// Chunks in every dialect, and publishers that run for hours and weeks.
#include "rtmp_stimulus.hpp"

#include "flv_demuxer.hpp"
#include "rtmp_chunk_reader.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using media::MediaTime;
using test::ByteList;
using test::ChunkDialect;
using test::ChunkMessage;
using test::put;
using test::RtmpChunkStimulus;

constexpr auto kDialects = {ChunkDialect::Extended::kRepeated, ChunkDialect::Extended::kLeftOut,
                            ChunkDialect::Extended::kRepeatedAsTime};

struct Collected {
  std::vector<RtmpMessage> messages;
  Status status = success();
};

Collected read(const ByteList& bytes, std::size_t piece = 1000) {
  RtmpChunkReader reader({});
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

ByteList counting(std::size_t size) {
  ByteList bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  return bytes;
}

TEST(RtmpStimulus, EveryChunkStreamFormatAndChunkSizeIsRead) {
  for (const std::uint32_t chunk_stream : {3U, 63U, 64U, 319U, 320U, 65'599U}) {
    for (const std::size_t chunk_size : {1U, 2U, 128U, 4096U, 65'536U}) {
      for (const std::size_t size : {1U, 127U, 128U, 129U, 5000U, 70'000U}) {
        if (chunk_size < 128 && size > 5000) continue;
        RtmpChunkStimulus stimulus;
        ByteList bytes = stimulus.announce_chunk_size(chunk_size);
        for (unsigned format = 0; format < 4; ++format) {
          put(bytes, stimulus.write({.chunk_stream = chunk_stream,
                                     .timestamp = 1000 + 40 * format,
                                     .payload = counting(size),
                                     .format = format}));
        }
        const auto collected = read(bytes, 997);
        ASSERT_TRUE(collected.status) << collected.status.error().message;
        ASSERT_EQ(collected.messages.size(), 4U) << chunk_stream << " " << chunk_size << " " << size;
        for (unsigned format = 0; format < 4; ++format) {
          EXPECT_EQ(collected.messages[format].timestamp, 1000 + 40 * format);
          EXPECT_EQ(collected.messages[format].payload, counting(size));
        }
      }
    }
  }
}

TEST(RtmpStimulus, OddBeginningsAreRead) {
  // FMLE: the very first byte is that of a chunk of format 3.
  RtmpChunkStimulus fmle;
  ByteList bytes = {0xC4};
  put(bytes, fmle.write({.timestamp = 5, .payload = counting(300)}));
  auto collected = read(bytes);
  ASSERT_TRUE(collected.status);
  ASSERT_EQ(collected.messages.size(), 1U);
  EXPECT_EQ(collected.messages[0].timestamp, 5U);
  // librtmp: a ping opens a chunk stream with format 1.
  RtmpChunkStimulus librtmp;
  bytes = librtmp.write({.chunk_stream = 2, .type = 4, .payload = {0, 6, 0, 0, 13, 15}, .format = 1});
  put(bytes, librtmp.write({.chunk_stream = 6, .timestamp = 9, .payload = counting(20)}));
  collected = read(bytes, 1);
  ASSERT_TRUE(collected.status);
  ASSERT_EQ(collected.messages.size(), 2U);
  EXPECT_EQ(collected.messages[0].type, rtmp_type::kUserControl);
}

TEST(RtmpStimulus, InterleavedAbortedAndAggregateMessagesAreRead) {
  RtmpChunkStimulus stimulus;
  ByteList bytes = stimulus.interleave({{.chunk_stream = 6, .timestamp = 40, .payload = counting(2000)},
                                        {.chunk_stream = 4, .type = 8, .timestamp = 21, .payload = counting(300)},
                                        {.chunk_stream = 70, .type = 8, .timestamp = 22, .payload = counting(1)}});
  put(bytes, stimulus.abort({.chunk_stream = 6, .timestamp = 80, .payload = counting(2000)}, 3));
  ByteList aggregate;
  test::put_aggregate_part(aggregate, 8, 0x01000000, counting(5));
  test::put_aggregate_part(aggregate, 9, 0x01000028, counting(6));
  put(bytes, stimulus.write({.chunk_stream = 6, .type = 22, .timestamp = 100, .payload = aggregate}));
  const auto collected = read(bytes, 7);
  ASSERT_TRUE(collected.status);
  std::vector<std::uint32_t> times;
  for (const auto& message : collected.messages) times.push_back(message.timestamp);
  EXPECT_EQ(times, (std::vector<std::uint32_t>{22, 21, 40, 100, 140}));
}

// A publisher at 25 pictures a second, each of several chunks, with sound between: `hours` from `start` on. Every
// picture is what it was, its time goes on by 40 ms, and the channel sees no discontinuity.
void run_for(std::chrono::seconds duration, std::uint64_t start, std::uint32_t step, ChunkDialect dialect,
             unsigned format) {
  RtmpChunkStimulus stimulus(dialect);
  RtmpChunkReader reader({});
  FlvDemuxer demuxer;
  std::uint64_t expected_pictures = 0;
  std::uint64_t pictures = 0;
  std::optional<MediaTime> last;
  const auto feed = [&](const ByteList& bytes) {
    const Status status = reader.feed(bytes, [&](RtmpMessage message) {
      demuxer.push(std::move(message));
      return success();
    });
    ASSERT_TRUE(status) << status.error().message;
  };
  feed(stimulus.write({.chunk_stream = 6,
                       .timestamp = static_cast<std::uint32_t>(start),
                       .payload = test::enhanced::tag(0x90, test::enhanced::kSequenceStart, "av01",
                                                      test::enhanced::av1_record(640, 360))}));
  feed(stimulus.write({.chunk_stream = 4, .type = 8, .payload = {0xAF, 0, 0x11, 0x90}}));
  ByteList unit = {0x32, 0x80 | (400 & 0x7F), 400 >> 7, 0x10};
  unit.resize(3 + 400, 0);  // zeros: they look like the start of an extended timestamp
  const ByteList picture = test::enhanced::tag(0x90, test::enhanced::kCodedFrames, "av01", unit);
  const std::uint64_t end = start + static_cast<std::uint64_t>(std::chrono::milliseconds(duration).count());
  bool first = true;
  for (std::uint64_t time = start; time < end; time += step) {
    feed(stimulus.write({.chunk_stream = 6,
                         .timestamp = static_cast<std::uint32_t>(time),
                         .payload = picture,
                         .format = first ? 0 : format}));
    feed(stimulus.write({.chunk_stream = 4,
                         .type = 8,
                         .timestamp = static_cast<std::uint32_t>(time),
                         .payload = {0xAF, 1, 7, 7},
                         .format = first ? 0 : format}));
    first = false;
    ++expected_pictures;
    for (const FlvOutput& output : demuxer.take()) {
      ASSERT_NE(output.kind, FlvOutput::Kind::kDiscontinuity) << output.reason << " at " << time;
      if (output.kind != FlvOutput::Kind::kSample || !FlvDemuxer::is_video(output.sample.track)) continue;
      ++pictures;
      ASSERT_EQ(output.sample.data.size(), unit.size()) << time;
      if (last) ASSERT_EQ(output.sample.dts - *last, MediaTime(step * 90)) << time;
      last = output.sample.dts;
    }
  }
  EXPECT_EQ(pictures, expected_pictures);
  EXPECT_EQ(demuxer.damaged(), 0U);
}

TEST(RtmpLongRun, PassesFourHoursAndThirtyNineMinutesInEveryDialect) {
  for (const auto extended : kDialects) {
    for (const unsigned format : {0U, 1U}) {
      run_for(std::chrono::minutes(1), 0xFFFFFF - 30'000, 40, {.extended = extended}, format);
    }
    // The whole of five hours, with a picture every two seconds.
    run_for(std::chrono::hours(5), 0, 2'000, {.extended = extended}, 0);
  }
}

TEST(RtmpLongRun, PassesFortyNineDaysInEveryDialect) {
  constexpr std::uint64_t kWrap = std::uint64_t{1} << 32;
  for (const auto extended : kDialects) {
    for (const unsigned format : {0U, 1U, 2U}) {
      run_for(std::chrono::minutes(1), kWrap - 30'000, 40, {.extended = extended}, format);
    }
    // The whole fiftieth day, with a picture every nine seconds.
    run_for(std::chrono::hours(24), kWrap - 43'200'000, 9'000, {.extended = extended}, 0);
  }
}

}  // namespace
}  // namespace grandstand::ingest

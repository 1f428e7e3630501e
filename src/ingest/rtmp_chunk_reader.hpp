// SPDX-License-Identifier: MIT
#pragma once

#include "rtmp_message.hpp"

#include <grandstand/base/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>

namespace grandstand::ingest {

// Puts messages together from RTMP chunks (5.3), however the bytes are cut. Set Chunk Size and Abort act here and are
// not handed on; aggregate messages are taken apart. On chunks of format 3 the extended timestamp may be repeated
// (FFmpeg, Adobe) or left out (librtmp, OBS before 2024): the bytes are compared with the expected timestamp, and what
// differs is payload.
class RtmpChunkReader {
 public:
  struct Limits {
    std::size_t max_message_bytes = 8u << 20;
    std::size_t max_chunk_streams = 64;
  };
  using OnMessage = std::function<Status(RtmpMessage)>;

  explicit RtmpChunkReader(Limits limits) : limits_(limits) {}

  void set_max_message_bytes(std::size_t bytes) { limits_.max_message_bytes = bytes; }

  // Consumes all of `bytes`. After an error the connection cannot go on.
  Status feed(std::span<const std::uint8_t> bytes, const OnMessage& on_message);

  // Of messages not complete yet; never above max_message_bytes.

 private:
  // What the next chunk of a chunk stream inherits.
  struct ChunkStream {
    std::uint32_t timestamp = 0;   // of the present message
    std::uint32_t time_field = 0;  // timestamp or delta as it stood in the last header
    bool extended = false;         // and whether it stood in the extended field
    std::uint32_t length = 0;
    std::uint8_t type = 0;
    std::uint32_t stream = 0;
    std::vector<std::uint8_t> payload;
    bool in_message = false;
    bool has_header = false;  // of format 0 or 1
  };
  enum class State { kHeader, kRepeatedTimestamp, kBody };

  std::size_t header_size() const;  // as far as it can be told from the bytes so far
  Status start_chunk();
  void start_body();
  Result<std::size_t> take_repeated_timestamp(std::span<const std::uint8_t> bytes, const OnMessage& on_message);
  std::size_t take_body(std::span<const std::uint8_t> bytes);
  Status finish_message(const OnMessage& on_message);
  Status split_aggregate(const RtmpMessage& aggregate, const OnMessage& on_message);
  Status set_chunk_size(std::span<const std::uint8_t> payload);
  void abort(std::span<const std::uint8_t> payload);
  void drop_partial(ChunkStream& stream);

  Limits limits_;
  std::size_t chunk_size_ = 128;
  std::map<std::uint32_t, ChunkStream> streams_;
  std::size_t buffered_ = 0;
  bool saw_headless_ = false;

  State state_ = State::kHeader;
  std::array<std::uint8_t, 18> header_{};  // basic header 3, message header 11, extended timestamp 4
  std::size_t header_length_ = 0;
  ChunkStream* current_ = nullptr;
  std::size_t chunk_left_ = 0;
  std::array<std::uint8_t, 4> repeated_{};
  std::size_t repeated_length_ = 0;
};

}  // namespace grandstand::ingest

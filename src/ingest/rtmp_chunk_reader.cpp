// SPDX-License-Identifier: MIT
#include "rtmp_chunk_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t kExtended = 0xFFFFFF;
constexpr std::size_t kMaxChunkSize = 0xFFFFFF;  // no message is longer (5.4.1)
constexpr std::size_t kFirstReserve = 64u << 10;
constexpr std::array<std::size_t, 4> kMessageHeaderSizes = {11, 7, 3, 0};

std::uint32_t big_endian(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = (value << 8) | bytes[at + i];
  return value;
}

std::size_t basic_header_size(std::uint8_t first) {
  const unsigned low = first & 0x3FU;
  return low == 0 ? 2 : low == 1 ? 3 : 1;
}

std::uint32_t chunk_stream_id(Bytes header) {
  const std::uint32_t low = header[0] & 0x3FU;
  if (low == 0) return 64U + header[1];
  if (low == 1) return 64U + header[1] + 256U * header[2];
  return low;
}

bool is_prefix(Bytes prefix, std::uint32_t value) {
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (prefix[i] != static_cast<std::uint8_t>(value >> (24 - 8 * i))) return false;
  }
  return true;
}

}  // namespace

Status RtmpChunkReader::feed(Bytes bytes, const OnMessage& on_message) {
  std::size_t at = 0;
  // A body of no bytes is complete without further input.
  while (at < bytes.size() || (state_ == State::kBody && chunk_left_ == 0)) {
    if (state_ == State::kHeader) {
      header_[header_length_++] = bytes[at++];
      if (header_length_ < header_size()) continue;
      GRANDSTAND_RETURN_IF_ERROR(start_chunk());
    } else if (state_ == State::kRepeatedTimestamp) {
      GRANDSTAND_TRY(const std::size_t taken, take_repeated_timestamp(bytes.subspan(at), on_message));
      at += taken;
    } else {
      at += take_body(bytes.subspan(at));
      if (buffered_ > limits_.max_message_bytes) {
        return Error{ErrorCode::kTooLarge,
                     "unfinished RTMP messages of more than " + std::to_string(limits_.max_message_bytes) + " bytes"};
      }
      if (chunk_left_ > 0) continue;
      state_ = State::kHeader;
      header_length_ = 0;
      if (current_->payload.size() < current_->length) continue;
      GRANDSTAND_RETURN_IF_ERROR(finish_message(on_message));
    }
  }
  return success();
}

std::size_t RtmpChunkReader::header_size() const {
  const std::size_t basic = basic_header_size(header_[0]);
  const unsigned format = header_[0] >> 6;
  const std::size_t size = basic + kMessageHeaderSizes[format];
  if (header_length_ < size || format == 3) return size;
  return big_endian(header_, basic, 3) == kExtended ? size + 4 : size;
}

Status RtmpChunkReader::start_chunk() {
  const Bytes header(header_.data(), header_length_);
  const unsigned format = header[0] >> 6;
  const std::size_t basic = basic_header_size(header[0]);
  const std::uint32_t id = chunk_stream_id(header);
  if (!streams_.contains(id) && streams_.size() >= limits_.max_chunk_streams) {
    return Error{ErrorCode::kTooLarge,
                 "more than " + std::to_string(limits_.max_chunk_streams) + " RTMP chunk streams"};
  }
  ChunkStream& stream = streams_[id];
  current_ = &stream;
  // FMLE's first byte is 0xC4, which inherits from nothing; more of that is garbage.
  if (format >= 2 && !stream.has_header && std::exchange(saw_headless_, true)) {
    return Error{ErrorCode::kInvalidArgument, "an RTMP chunk stream begins without a full header"};
  }
  stream.has_header = stream.has_header || format < 2;
  if (format < 3) {
    drop_partial(stream);  // a new header in the middle of a message: its sender gave it up
    stream.time_field = big_endian(header, basic, 3);
    stream.extended = stream.time_field == kExtended;
    if (stream.extended) stream.time_field = big_endian(header, header.size() - 4, 4);
    if (format < 2) {
      stream.length = big_endian(header, basic + 3, 3);
      stream.type = header[basic + 6];
    }
    // The message stream id is the one little-endian number of the protocol (5.3.1.2.1).
    if (format == 0) {
      stream.stream = header[basic + 7] | (std::uint32_t{header[basic + 8]} << 8) |
                      (std::uint32_t{header[basic + 9]} << 16) | (std::uint32_t{header[basic + 10]} << 24);
    }
  }
  if (!stream.in_message) {
    // A message that begins with format 3 takes the last delta, after format 0 the timestamp itself (5.3.1.2.4).
    stream.timestamp = format == 0 ? stream.time_field : stream.timestamp + stream.time_field;
    stream.in_message = true;
    if (stream.length > limits_.max_message_bytes) {
      return Error{ErrorCode::kTooLarge, "an RTMP message of " + std::to_string(stream.length) + " bytes; at most " +
                                             std::to_string(limits_.max_message_bytes)};
    }
  }
  if (format == 3 && stream.extended) {
    state_ = State::kRepeatedTimestamp;
    repeated_length_ = 0;
  } else {
    start_body();
  }
  return success();
}

void RtmpChunkReader::start_body() {
  state_ = State::kBody;
  chunk_left_ = std::min(chunk_size_, current_->length - current_->payload.size());
  if (current_->payload.empty()) current_->payload.reserve(std::min<std::size_t>(current_->length, kFirstReserve));
}

// Some repeat the field as it stood in the header, some the message's timestamp (veovera/enhanced-rtmp#42). The first
// byte that fits neither proves that the field is not there, so that nobody waits for bytes which never come.
Result<std::size_t> RtmpChunkReader::take_repeated_timestamp(Bytes bytes, const OnMessage& on_message) {
  repeated_[repeated_length_++] = bytes[0];
  const Bytes seen(repeated_.data(), repeated_length_);
  const bool fits = is_prefix(seen, current_->time_field) || is_prefix(seen, current_->timestamp);
  if (fits && repeated_length_ < repeated_.size()) return std::size_t{1};
  start_body();
  if (fits) return std::size_t{1};
  // The bytes before belong to what follows too: payload, and at the end of a message even the next header.
  const auto stepped_back = repeated_;
  GRANDSTAND_RETURN_IF_ERROR(feed(Bytes(stepped_back.data(), repeated_length_ - 1), on_message));
  return std::size_t{0};
}

std::size_t RtmpChunkReader::take_body(Bytes bytes) {
  const std::size_t count = std::min(chunk_left_, bytes.size());
  current_->payload.insert(current_->payload.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  chunk_left_ -= count;
  buffered_ += count;
  return count;
}

Status RtmpChunkReader::finish_message(const OnMessage& on_message) {
  ChunkStream& stream = *current_;
  buffered_ -= stream.payload.size();
  stream.in_message = false;
  RtmpMessage message{stream.type, stream.stream, stream.timestamp, std::move(stream.payload)};
  stream.payload.clear();
  switch (message.type) {
    case rtmp_type::kSetChunkSize:
      return set_chunk_size(message.payload);
    case rtmp_type::kAbort:
      abort(message.payload);
      return success();
    case rtmp_type::kAggregate:
      return split_aggregate(message, on_message);
    default:
      return message.payload.empty() ? success() : on_message(std::move(message));
  }
}

// FLV tags in a row; their times are moved so that the first is the message's (7.1.6).
Status RtmpChunkReader::split_aggregate(const RtmpMessage& aggregate, const OnMessage& on_message) {
  constexpr std::size_t kTagHeader = 11;
  constexpr std::size_t kBackPointer = 4;
  const Bytes bytes(aggregate.payload);
  std::size_t at = 0;
  std::uint32_t first = 0;
  while (bytes.size() - at >= kTagHeader) {
    const std::uint32_t length = big_endian(bytes, at + 1, 3);
    const std::uint32_t time = big_endian(bytes, at + 4, 3) | (std::uint32_t{bytes[at + 7]} << 24);
    if (at == 0) first = time;
    const std::size_t begin = at + kTagHeader;
    if (bytes.size() - begin < length) {
      return Error{ErrorCode::kInvalidArgument, "a part of an RTMP aggregate message ends beyond it"};
    }
    const Bytes body = bytes.subspan(begin, length);
    RtmpMessage part{bytes[at], aggregate.stream, aggregate.timestamp + (time - first), {body.begin(), body.end()}};
    if (!part.payload.empty()) {
      GRANDSTAND_RETURN_IF_ERROR(on_message(std::move(part)));
    }
    at = std::min(bytes.size(), begin + length + kBackPointer);
  }
  return success();
}

Status RtmpChunkReader::set_chunk_size(Bytes payload) {
  const std::uint32_t size = payload.size() < 4 ? 0 : big_endian(payload, 0, 4);
  if (size < 1 || size > 0x7FFFFFFF) {
    return Error{ErrorCode::kInvalidArgument,
                 "an RTMP chunk size of " + std::to_string(size) + "; at least 1 was expected"};
  }
  chunk_size_ = std::min<std::size_t>(size, kMaxChunkSize);
  return success();
}

void RtmpChunkReader::abort(Bytes payload) {
  if (payload.size() < 4) return;
  const auto found = streams_.find(big_endian(payload, 0, 4));
  if (found != streams_.end()) drop_partial(found->second);
}

void RtmpChunkReader::drop_partial(ChunkStream& stream) {
  buffered_ -= stream.payload.size();
  stream.payload.clear();
  stream.in_message = false;
}

}  // namespace grandstand::ingest

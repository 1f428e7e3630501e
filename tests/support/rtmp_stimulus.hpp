// SPDX-License-Identifier: MIT
#pragma once

// RTMP chunks in any dialect (Adobe RTMP 1.0 5.3), and the tags of enhanced RTMP v2: what publishers send and what they
// get wrong. It writes bytes on its own terms and uses nothing of the server.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace grandstand::test {

using ByteList = std::vector<std::uint8_t>;

inline void put(ByteList& to, std::uint64_t value, unsigned byte_count) {
  while (byte_count-- > 0) to.push_back(static_cast<std::uint8_t>(value >> (8 * byte_count)));
}
inline void put(ByteList& to, std::span<const std::uint8_t> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}
inline void put(ByteList& to, std::string_view text) {
  to.insert(to.end(), text.begin(), text.end());
}

struct ChunkMessage {
  std::uint32_t chunk_stream = 3;  // 2..65599
  std::uint8_t type = 9;
  std::uint32_t stream = 1;
  std::uint32_t timestamp = 0;  // ms
  ByteList payload;
  unsigned format = 0;  // of its first chunk; 1 to 3 give the difference to the message before on the chunk stream
};

struct ChunkDialect {
  std::size_t chunk_size = 128;
  // On chunks of format 3 behind an extended timestamp: Adobe and FFmpeg repeat the field, librtmp and OBS before 2024
  // do not; of a delta some repeat the delta, some the time.
  enum class Extended { kRepeated, kLeftOut, kRepeatedAsTime };
  Extended extended = Extended::kRepeated;
};

// Writes messages as chunks. What a format leaves out is the writer's business: it must be what the chunk stream had.
class RtmpChunkStimulus {
 public:
  explicit RtmpChunkStimulus(ChunkDialect dialect = {}) : dialect_(dialect) {}

  void set_chunk_size(std::size_t size) { dialect_.chunk_size = size; }

  // All chunks of a message.
  ByteList write(const ChunkMessage& message) {
    ByteList bytes;
    for (const ByteList& chunk : chunks(message)) put(bytes, chunk);
    return bytes;
  }

  // Chunks of several messages in turn, as encoders interleave sound with a large picture.
  ByteList interleave(const std::vector<ChunkMessage>& messages) {
    std::vector<std::vector<ByteList>> lanes;
    std::size_t longest = 0;
    for (const ChunkMessage& message : messages) {
      lanes.push_back(chunks(message));
      longest = std::max(longest, lanes.back().size());
    }
    ByteList bytes;
    for (std::size_t i = 0; i < longest; ++i) {
      for (const auto& lane : lanes) {
        if (i < lane.size()) put(bytes, lane[i]);
      }
    }
    return bytes;
  }

  std::vector<ByteList> chunks(const ChunkMessage& message) {
    std::uint32_t& last = last_times_[message.chunk_stream];
    const std::uint32_t field = message.format == 0 ? message.timestamp : message.timestamp - last;
    last = message.timestamp;
    if (message.format < 3) fields_[message.chunk_stream] = field;
    const std::uint32_t stated = fields_[message.chunk_stream];
    const bool extended = stated >= kExtended;

    std::vector<ByteList> out(1);
    basic_header(out[0], message.format, message.chunk_stream);
    if (message.format < 3) put(out[0], std::min(field, kExtended), 3);
    if (message.format < 2) {
      put(out[0], message.payload.size(), 3);
      put(out[0], message.type, 1);
    }
    if (message.format == 0) {
      for (unsigned shift = 0; shift < 32; shift += 8) put(out[0], message.stream >> shift & 0xFFU, 1);
    }
    const bool repeats = dialect_.extended != ChunkDialect::Extended::kLeftOut;
    const std::uint32_t repeated =
        dialect_.extended == ChunkDialect::Extended::kRepeatedAsTime ? message.timestamp : stated;
    if (extended && message.format < 3) put(out[0], stated, 4);
    if (extended && message.format == 3 && repeats) put(out[0], repeated, 4);
    std::span<const std::uint8_t> rest(message.payload);
    while (true) {
      const std::size_t size = std::min(dialect_.chunk_size, rest.size());
      put(out.back(), rest.first(size));
      rest = rest.subspan(size);
      if (rest.empty()) return out;
      basic_header(out.emplace_back(), 3, message.chunk_stream);
      if (extended && repeats) put(out.back(), repeated, 4);
    }
  }

  // Begins a message and gives it up after `chunk_count` chunks with Abort (5.4.2).
  ByteList abort(const ChunkMessage& message, std::size_t chunk_count) {
    ByteList bytes;
    const auto all = chunks(message);
    for (std::size_t i = 0; i < std::min(chunk_count, all.size()); ++i) put(bytes, all[i]);
    ByteList stream;
    put(stream, message.chunk_stream, 4);
    put(bytes, write({.chunk_stream = 2, .type = 2, .stream = 0, .payload = stream}));
    return bytes;
  }

  // Set Chunk Size, and its effect.
  ByteList announce_chunk_size(std::size_t size) {
    ByteList payload;
    put(payload, size, 4);
    ByteList bytes = write({.chunk_stream = 2, .type = 1, .stream = 0, .payload = payload});
    set_chunk_size(size);
    return bytes;
  }

 private:
  static constexpr std::uint32_t kExtended = 0xFFFFFF;

  static void basic_header(ByteList& out, unsigned format, std::uint32_t chunk_stream) {
    const auto top = static_cast<std::uint8_t>(format << 6);
    if (chunk_stream < 64) {
      put(out, top | chunk_stream, 1);
    } else if (chunk_stream < 320) {
      put(out, top, 1);
      put(out, chunk_stream - 64, 1);
    } else {
      put(out, top | 1U, 1);
      put(out, (chunk_stream - 64) & 0xFFU, 1);
      put(out, (chunk_stream - 64) >> 8, 1);
    }
  }

  ChunkDialect dialect_;
  std::map<std::uint32_t, std::uint32_t> last_times_;  // by chunk stream
  std::map<std::uint32_t, std::uint32_t> fields_;      // timestamp or delta as last stated
};

// One part of an aggregate message (7.1.6).
inline void put_aggregate_part(ByteList& to, std::uint8_t type, std::uint32_t timestamp, const ByteList& payload) {
  put(to, type, 1);
  put(to, payload.size(), 3);
  put(to, timestamp & 0xFFFFFF, 3);
  put(to, timestamp >> 24, 1);
  put(to, 0, 3);
  put(to, payload);
  put(to, 11 + payload.size(), 4);
}

// The tag bodies of enhanced RTMP v2.
namespace enhanced {

enum PacketType : std::uint8_t {
  kSequenceStart = 0,
  kCodedFrames = 1,
  kSequenceEnd = 2,
  kCodedFramesX = 3,
  kMetadata = 4,
  kMultichannelConfig = 4,
  kAudioMultitrack = 5,
  kVideoMultitrack = 6,
  kModEx = 7,
};
enum Arrangement : std::uint8_t { kOneTrack = 0, kManyTracks = 1, kManyTracksManyCodecs = 2 };

struct TrackBody {
  std::uint8_t track = 0;
  std::string_view four_cc;
  ByteList body;  // with the composition time, where the packet type has one
};

// The first byte without the packet type.
inline std::uint8_t video_head(bool key) {
  return key ? 0x90 : 0xA0;
}
inline constexpr std::uint8_t kAudioHead = 0x90;

inline ByteList composed(std::int32_t composition, const ByteList& frame) {
  ByteList bytes;
  put(bytes, static_cast<std::uint32_t>(composition) & 0xFFFFFF, 3);
  put(bytes, frame);
  return bytes;
}

inline ByteList tag(std::uint8_t head, PacketType type, std::string_view four_cc, const ByteList& body) {
  ByteList bytes = {static_cast<std::uint8_t>(head | type)};
  put(bytes, four_cc);
  put(bytes, body);
  return bytes;
}

// With a nanosecond offset in front.
inline ByteList tag_with_offset(std::uint8_t head, std::uint32_t nanoseconds, PacketType type, std::string_view four_cc,
                                const ByteList& body) {
  ByteList bytes = {static_cast<std::uint8_t>(head | kModEx), 2};
  put(bytes, nanoseconds, 3);
  put(bytes, type, 1);
  put(bytes, four_cc);
  put(bytes, body);
  return bytes;
}

// AV1CodecConfigurationRecord with a reduced sequence header: nothing but the size, up to 2048.
inline ByteList av1_record(unsigned width, unsigned height) {
  std::uint64_t bits = 0;
  const auto add = [&](std::uint64_t value, unsigned size) { bits = bits << size | value; };
  add(0, 3), add(1, 1), add(1, 1), add(8, 5), add(10, 4), add(10, 4), add(width - 1, 11), add(height - 1, 11);
  add(0, 24);  // tools, which nobody reads here
  ByteList bytes = {0x81, 0, 0, 0, 0x0A, 8};
  put(bytes, bits, 8);
  return bytes;
}

inline ByteList multitrack(std::uint8_t head, bool video, Arrangement arrangement, PacketType type,
                           const std::vector<TrackBody>& tracks) {
  ByteList bytes = {static_cast<std::uint8_t>(head | (video ? kVideoMultitrack : kAudioMultitrack)),
                    static_cast<std::uint8_t>(arrangement << 4 | type)};
  if (arrangement != kManyTracksManyCodecs) put(bytes, tracks.front().four_cc);
  for (const TrackBody& track : tracks) {
    if (arrangement == kManyTracksManyCodecs) put(bytes, track.four_cc);
    put(bytes, track.track, 1);
    if (arrangement != kOneTrack) put(bytes, track.body.size(), 3);
    put(bytes, track.body);
  }
  return bytes;
}

}  // namespace enhanced

}  // namespace grandstand::test

// SPDX-License-Identifier: MIT
#pragma once

// What arrives by UDP in the field, made to order (headend.md 5.5): synthetic programmes as long as wanted, and edits
// of 188-byte packets and of datagrams that spoil them.

#include "ts_builder.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace grandstand::stimulus {

constexpr std::uint64_t kTurn = std::uint64_t{1} << 33;

// --- Programmes -----------------------------------------------------------------------------------------------------

struct Shape {
  std::uint16_t program = 1;
  std::uint16_t pmt_pid = 0x100;
  std::uint16_t video_pid = 0x101;
  std::uint16_t audio_pid = 0x102;
  bool video = true;
  bool audio = true;
  bool hevc = false;
  bool wide = false;  // H.264 of another resolution
  std::string language = "eng";
  std::uint8_t version = 0;             // of the PMT
  std::vector<TsBuilder::Stream> more;  // streams that the PMT has besides; what they carry is up to the test
  std::chrono::milliseconds frame{40};  // between two pictures
  int gop = 50;                         // pictures
  int sound_every = 1;                  // of so many sound frames only one is sent
  bool tables = true;                   // PAT and PMT are sent
  std::chrono::milliseconds table_period{400};
};

// A programme of pictures of a few bytes and AAC frames of 21.3 ms, with tables, PCR and time stamps as an encoder
// sends them.
class Encoder {
 public:
  explicit Encoder(Shape shape = {}, std::uint64_t clock = 0)
      : shape_(std::move(shape)), clock_(clock), sound_(clock) {}

  // The next stretch of transport packets.
  ByteVector play(std::chrono::milliseconds length) {
    const auto step = static_cast<std::uint64_t>(shape_.frame.count()) * 90;
    for (auto left = static_cast<std::int64_t>(length.count()); left > 0; left -= shape_.frame.count()) play_step(step);
    return ts_.take();
  }

  // What the next stretch looks like; the PMT says it at once.
  Shape& change() {
    tables_due_ = true;
    return shape_;
  }
  void jump(std::int64_t ticks) {
    clock_ += static_cast<std::uint64_t>(ticks);
    sound_ = clock_;
  }
  void announce_discontinuity() { discontinuity_ = true; }
  void begin_with_a_key_picture() { picture_ = 0; }
  std::uint64_t clock() const { return clock_; }
  TsBuilder& builder() { return ts_; }

 private:
  static constexpr std::uint64_t kAhead = 9'000;  // the stamps are ahead of the clock
  static constexpr std::uint64_t kSoundFrame = 1'920;

  void play_step(std::uint64_t step) {
    static const ByteVector kSound = elementary::adts(60);
    const auto table_period = static_cast<std::uint64_t>(shape_.table_period.count()) * 90;
    if (shape_.tables && (std::exchange(tables_due_, false) || clock_ - tables_at_ >= table_period)) write_tables();
    const std::uint64_t pcr = clock_ % kTurn;
    const std::uint64_t time = (clock_ + kAhead) % kTurn;
    if (shape_.video) {
      const bool key = picture_++ % shape_.gop == 0;
      const ByteVector& unit = picture(key);
      ts_.pes(shape_.video_pid, time, unit, {.pcr = pcr, .discontinuity = std::exchange(discontinuity_, false)});
    } else {
      ts_.pcr(shape_.audio_pid, pcr, std::exchange(discontinuity_, false));
    }
    clock_ += step;
    for (; static_cast<std::int64_t>(clock_ - sound_) > 0; sound_ += kSoundFrame) {
      if (shape_.audio && sounds_++ % shape_.sound_every == 0) {
        ts_.pes(shape_.audio_pid, (sound_ + kAhead) % kTurn, kSound, {.with_length = true, .stream_id = 0xC0});
      }
    }
  }

  const ByteVector& picture(bool key) const {
    using namespace elementary;
    static const ByteVector kHevcKey = hevc_key(), kHevcDelta = hevc_delta(), kKey = h264_key(),
                            kWideKey = h264_key_96(), kDelta = h264_delta();
    if (shape_.hevc) return key ? kHevcKey : kHevcDelta;
    return !key ? kDelta : shape_.wide ? kWideKey : kKey;
  }

  void write_tables() {
    tables_at_ = clock_;
    ts_.pat({{shape_.program, shape_.pmt_pid}});
    std::vector<TsBuilder::Stream> streams;
    if (shape_.video) streams.push_back({static_cast<std::uint8_t>(shape_.hevc ? 0x24 : 0x1B), shape_.video_pid, {}});
    if (shape_.audio) streams.push_back({0x0F, shape_.audio_pid, TsBuilder::language(shape_.language)});
    streams.insert(streams.end(), shape_.more.begin(), shape_.more.end());
    ts_.pmt(shape_.pmt_pid, shape_.program, shape_.video ? shape_.video_pid : shape_.audio_pid, streams,
            shape_.version);
  }

  Shape shape_;
  TsBuilder ts_;
  std::uint64_t clock_;
  std::uint64_t sound_;
  std::uint64_t tables_at_ = 0;
  bool tables_due_ = true;
  bool discontinuity_ = false;
  int picture_ = 0;
  int sounds_ = 0;
};

// A multiplex of several programmes, PIDs 0x100 apart, in one PAT.
class Multiplex {
 public:
  explicit Multiplex(int programmes, Shape shape = {}) {
    shape.tables = false;
    for (int i = 0; i < programmes; ++i) {
      Shape own = shape;
      own.program = static_cast<std::uint16_t>(i + 1);
      own.pmt_pid = static_cast<std::uint16_t>(0x100 * (i + 1));
      own.video_pid = static_cast<std::uint16_t>(own.pmt_pid + 1);
      own.audio_pid = static_cast<std::uint16_t>(own.pmt_pid + 2);
      shapes_.push_back(own);
      encoders_.emplace_back(own, static_cast<std::uint64_t>(i) * 90'000 * 1'000);
    }
  }
  ByteVector play(std::chrono::milliseconds length) {
    ByteVector out;
    for (std::chrono::milliseconds at{0}; at < length; at += shapes_[0].frame) {
      std::vector<std::pair<std::uint16_t, std::uint16_t>> pat;
      for (const Shape& shape : shapes_) pat.emplace_back(shape.program, shape.pmt_pid);
      if (steps_++ % 5 == 0) {
        tables_.pat(pat);
        for (const Shape& shape : shapes_) {
          tables_.pmt(shape.pmt_pid, shape.program, shape.video_pid,
                      {{0x1B, shape.video_pid, {}}, {0x0F, shape.audio_pid, {}}});
        }
        append(out, tables_.take());
      }
      for (Encoder& encoder : encoders_) append(out, encoder.play(shapes_[0].frame));
    }
    return out;
  }

 private:
  static void append(ByteVector& to, const ByteVector& more) { to.insert(to.end(), more.begin(), more.end()); }

  std::vector<Shape> shapes_;
  std::vector<Encoder> encoders_;
  TsBuilder tables_;
  int steps_ = 0;
};

// --- Packets --------------------------------------------------------------------------------------------------------

inline std::uint16_t pid_of(const std::uint8_t* packet) {
  return static_cast<std::uint16_t>((packet[1] & 0x1F) << 8 | packet[2]);
}

using Choice = std::function<bool(const std::uint8_t* packet, std::size_t index)>;
inline Choice of_pid(std::uint16_t pid) {
  return [pid](const std::uint8_t* packet, std::size_t) { return pid_of(packet) == pid; };
}
inline Choice each(std::size_t period) {
  return [period](const std::uint8_t*, std::size_t index) { return index % period == period - 1; };
}

template <class Visit>
void for_each_packet(ByteVector& bytes, Visit visit) {
  for (std::size_t at = 0; at + 188 <= bytes.size(); at += 188) visit(bytes.data() + at, at / 188);
}

// Each chosen packet comes `times` times: 0 removes it.
inline ByteVector repeated(ByteVector bytes, const Choice& choice, int times) {
  ByteVector out;
  for_each_packet(bytes, [&](const std::uint8_t* packet, std::size_t index) {
    for (int i = choice(packet, index) ? times : 1; i > 0; --i) out.insert(out.end(), packet, packet + 188);
  });
  return out;
}
inline ByteVector without(ByteVector bytes, const Choice& choice) {
  return repeated(std::move(bytes), choice, 0);
}
inline void swap_packets(ByteVector& bytes, std::size_t a, std::size_t b) {
  std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(a * 188),
                   bytes.begin() + static_cast<std::ptrdiff_t>(a * 188 + 188),
                   bytes.begin() + static_cast<std::ptrdiff_t>(b * 188));
}
inline void set_transport_error(ByteVector& bytes, const Choice& choice) {
  for_each_packet(bytes, [&](std::uint8_t* packet, std::size_t index) {
    if (choice(packet, index)) packet[1] |= 0x80;
  });
}
inline void scramble(ByteVector& bytes, const Choice& choice) {
  for_each_packet(bytes, [&](std::uint8_t* packet, std::size_t index) {
    if (!choice(packet, index)) return;
    packet[3] |= 0x80;
    for (std::size_t i = 188 - 40; i < 188; ++i) packet[i] ^= 0x5A;
  });
}
// `count` null packets behind each packet.
inline ByteVector stuffed(ByteVector bytes, int count) {
  ByteVector null{0x47, 0x1F, 0xFF, 0x10};
  null.resize(188, 0xFF);
  ByteVector out;
  for_each_packet(bytes, [&](const std::uint8_t* packet, std::size_t) {
    out.insert(out.end(), packet, packet + 188);
    for (int i = 0; i < count; ++i) out.insert(out.end(), null.begin(), null.end());
  });
  return out;
}

inline std::uint64_t read_stamp(const std::uint8_t* b) {
  return std::uint64_t{b[0] >> 1 & 7u} << 30 | std::uint64_t{b[1]} << 22 | std::uint64_t{b[2] >> 1 & 0x7Fu} << 15 |
         std::uint64_t{b[3]} << 7 | b[4] >> 1;
}
inline void write_stamp(std::uint8_t* b, std::uint64_t time) {
  b[0] = static_cast<std::uint8_t>((b[0] & 0xF1) | (time >> 30 & 7) << 1);
  b[1] = static_cast<std::uint8_t>(time >> 22);
  b[2] = static_cast<std::uint8_t>((time >> 15 & 0x7F) << 1 | 1);
  b[3] = static_cast<std::uint8_t>(time >> 7);
  b[4] = static_cast<std::uint8_t>((time & 0x7F) << 1 | 1);
}

// Adds to every PCR, PTS and DTS, modulo 2^33: for streams that other encoders made.
inline void shift_clock(ByteVector& bytes, std::int64_t ticks) {
  const auto moved = [ticks](std::uint64_t time) { return (time + static_cast<std::uint64_t>(ticks)) & (kTurn - 1); };
  for_each_packet(bytes, [&](std::uint8_t* p, std::size_t) {
    std::size_t begin = 4;
    if ((p[3] & 0x20) != 0) {
      begin = 5u + p[4];
      if (p[4] >= 7 && (p[5] & 0x10) != 0) {
        const std::uint64_t pcr = moved(std::uint64_t{p[6]} << 25 | std::uint64_t{p[7]} << 17 |
                                        std::uint64_t{p[8]} << 9 | std::uint64_t{p[9]} << 1 | p[10] >> 7);
        p[6] = static_cast<std::uint8_t>(pcr >> 25);
        p[7] = static_cast<std::uint8_t>(pcr >> 17);
        p[8] = static_cast<std::uint8_t>(pcr >> 9);
        p[9] = static_cast<std::uint8_t>(pcr >> 1);
        p[10] = static_cast<std::uint8_t>((pcr & 1) << 7 | (p[10] & 0x7F));
      }
    }
    const bool pes = (p[1] & 0x40) != 0 && (p[3] & 0x10) != 0 && begin + 19 <= 188 && p[begin] == 0 &&
                     p[begin + 1] == 0 && p[begin + 2] == 1 && p[begin + 3] >= 0xBD;
    if (!pes) return;
    if ((p[begin + 7] & 0x80) != 0) write_stamp(p + begin + 9, moved(read_stamp(p + begin + 9)));
    if ((p[begin + 7] & 0x40) != 0) write_stamp(p + begin + 14, moved(read_stamp(p + begin + 14)));
  });
}

// Packets of 192 (before 4) or 204 bytes (behind 16).
inline ByteVector with_stride(ByteVector bytes, std::size_t before, std::size_t behind) {
  ByteVector out;
  for_each_packet(bytes, [&](const std::uint8_t* packet, std::size_t) {
    out.insert(out.end(), before, 0x9C);
    out.insert(out.end(), packet, packet + 188);
    out.insert(out.end(), behind, 0xEE);
  });
  return out;
}

// --- Datagrams ------------------------------------------------------------------------------------------------------

using Datagrams = std::vector<ByteVector>;

inline Datagrams cut(const ByteVector& bytes, std::size_t size) {
  Datagrams pieces;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    const std::size_t end = std::min(at + size, bytes.size());
    pieces.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                        bytes.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return pieces;
}

class RtpSender {
 public:
  explicit RtpSender(std::uint16_t sequence = 0) : sequence_(sequence) {}
  Datagrams wrap(Datagrams datagrams, std::uint32_t time = 0) {
    for (ByteVector& datagram : datagrams) {
      ByteVector header{0x80,
                        33,
                        static_cast<std::uint8_t>(sequence_ >> 8),
                        static_cast<std::uint8_t>(sequence_),
                        static_cast<std::uint8_t>(time >> 24),
                        static_cast<std::uint8_t>(time >> 16),
                        static_cast<std::uint8_t>(time >> 8),
                        static_cast<std::uint8_t>(time),
                        1,
                        2,
                        3,
                        4};
      ++sequence_;
      datagram.insert(datagram.begin(), header.begin(), header.end());
    }
    return datagrams;
  }

 private:
  std::uint16_t sequence_;
};

// Each datagram is moved back by up to `distance` places.
inline Datagrams reordered(Datagrams datagrams, std::size_t distance, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (std::size_t i = 0; i < datagrams.size(); ++i) order.emplace_back(i + random() % (distance + 1), i);
  std::ranges::sort(order);
  Datagrams out;
  for (const auto& [place, index] : order) out.push_back(std::move(datagrams[index]));
  return out;
}

inline Datagrams doubled(const Datagrams& datagrams) {
  Datagrams out;
  for (const ByteVector& datagram : datagrams) out.insert(out.end(), 2, datagram);
  return out;
}

inline void lose(Datagrams& datagrams, std::size_t at, std::size_t count) {
  const auto begin = datagrams.begin() + static_cast<std::ptrdiff_t>(std::min(at, datagrams.size()));
  datagrams.erase(begin, begin + static_cast<std::ptrdiff_t>(
                                     std::min<std::size_t>(count, static_cast<std::size_t>(datagrams.end() - begin))));
}

}  // namespace grandstand::stimulus

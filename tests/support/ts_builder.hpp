// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace grandstand {

using ByteVector = std::vector<std::uint8_t>;

// Makes transport streams of ISO/IEC 13818-1 by hand, packet by packet, right or wrong as a test needs them. Continuity
// counters go on by themselves.
class TsBuilder {
 public:
  struct Stream {
    std::uint8_t type = 0;
    std::uint16_t pid = 0;
    ByteVector descriptors;
  };
  struct PesOptions {
    std::optional<std::uint64_t> dts;
    std::optional<std::uint64_t> pcr;
    bool discontinuity = false;
    bool with_length = false;  // PES_packet_length is given
    std::uint8_t stream_id = 0xE0;
  };

  const ByteVector& bytes() const { return bytes_; }
  ByteVector take() { return std::exchange(bytes_, {}); }
  std::size_t packets() const { return bytes_.size() / 188; }
  std::uint8_t* packet(std::size_t index) { return bytes_.data() + index * 188; }

  void pat(const std::vector<std::pair<std::uint16_t, std::uint16_t>>& programs, std::uint8_t version = 0) {
    ByteVector body;
    for (const auto& [program, pid] : programs) append(body, {hi(program), lo(program), pid_hi(pid), lo(pid)});
    section_packets(0, section(0x00, 1, version, body));
  }

  // `descriptors`: of the whole programme.
  void pmt(std::uint16_t pid, std::uint16_t program, std::uint16_t pcr_pid, const std::vector<Stream>& streams,
           std::uint8_t version = 0, const ByteVector& descriptors = {}) {
    ByteVector body{pid_hi(pcr_pid), lo(pcr_pid), 0xF0, lo(descriptors.size())};
    body.insert(body.end(), descriptors.begin(), descriptors.end());
    for (const Stream& stream : streams) {
      append(body, {stream.type, pid_hi(stream.pid), lo(stream.pid), 0xF0, lo(stream.descriptors.size())});
      body.insert(body.end(), stream.descriptors.begin(), stream.descriptors.end());
    }
    section_packets(pid, section(0x02, program, version, body));
  }

  // One PES packet with the time stamp `pts`; without it none is written.
  void pes(std::uint16_t pid, std::optional<std::uint64_t> pts, std::span<const std::uint8_t> payload) {
    pes(pid, pts, payload, PesOptions{});
  }
  void pes(std::uint16_t pid, std::optional<std::uint64_t> pts, std::span<const std::uint8_t> payload,
           const PesOptions& options) {
    ByteVector fields;
    if (pts) append_time(fields, options.dts ? 3 : 2, *pts);
    if (options.dts) append_time(fields, 1, *options.dts);
    const std::size_t length = options.with_length ? payload.size() + fields.size() + 3 : 0;
    ByteVector pes{0,
                   0,
                   1,
                   options.stream_id,
                   hi(length),
                   lo(length),
                   0x80,
                   static_cast<std::uint8_t>(pts ? (options.dts ? 0xC0 : 0x80) : 0),
                   lo(fields.size())};
    pes.insert(pes.end(), fields.begin(), fields.end());
    pes.insert(pes.end(), payload.begin(), payload.end());
    packetize(pid, pes, options.pcr, options.discontinuity);
  }

  void null_packet() {
    bytes_.insert(bytes_.end(), {0x47, 0x1F, 0xFF, 0x10});
    bytes_.insert(bytes_.end(), 184, 0xFF);
  }

  // A packet that has a clock and nothing else.
  void pcr(std::uint16_t pid, std::uint64_t pcr, bool discontinuity = false) {
    ByteVector adaptation = adaptation_field(pcr, discontinuity, 183);
    append(bytes_, {0x47, static_cast<std::uint8_t>(pid >> 8 & 0x1F), lo(pid),
                    static_cast<std::uint8_t>(0x20 | ((counter_[pid] - 1) & 0x0F))});
    bytes_.insert(bytes_.end(), adaptation.begin(), adaptation.end());
  }

  // Makes the next packet of the PID come out of step.
  void lose_packet(std::uint16_t pid) { ++counter_[pid]; }

  static ByteVector language(const std::string& code) {
    return {0x0A,
            4,
            static_cast<std::uint8_t>(code[0]),
            static_cast<std::uint8_t>(code[1]),
            static_cast<std::uint8_t>(code[2]),
            0};
  }
  static ByteVector registration(const std::string& code) {
    ByteVector bytes{0x05, 4};
    bytes.insert(bytes.end(), code.begin(), code.end());
    return bytes;
  }

  static ByteVector section(std::uint8_t table, std::uint16_t extension, std::uint8_t version, const ByteVector& body,
                            std::uint8_t number = 0) {
    const std::size_t length = body.size() + 9;
    ByteVector bytes{table,         static_cast<std::uint8_t>(0xB0 | length >> 8),  lo(length), hi(extension),
                     lo(extension), static_cast<std::uint8_t>(0xC1 | version << 1), number,     number};
    bytes.insert(bytes.end(), body.begin(), body.end());
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const std::uint8_t byte : bytes) {
      crc ^= std::uint32_t{byte} << 24;
      for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80000000u) != 0 ? crc << 1 ^ 0x04C11DB7u : crc << 1;
    }
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(crc >> shift));
    return bytes;
  }

  void section_packets(std::uint16_t pid, const ByteVector& section) {
    ByteVector payload{0};
    payload.insert(payload.end(), section.begin(), section.end());
    for (std::size_t at = 0; at < payload.size(); at += 184) {
      const std::size_t count = std::min<std::size_t>(184, payload.size() - at);
      append(bytes_, {0x47, static_cast<std::uint8_t>((at == 0 ? 0x40 : 0) | (pid >> 8 & 0x1F)), lo(pid),
                      static_cast<std::uint8_t>(0x10 | (counter_[pid]++ & 0x0F))});
      bytes_.insert(bytes_.end(), payload.begin() + static_cast<std::ptrdiff_t>(at),
                    payload.begin() + static_cast<std::ptrdiff_t>(at + count));
      bytes_.insert(bytes_.end(), 184 - count, 0xFF);
    }
  }

 private:
  static std::uint8_t hi(std::size_t value) { return static_cast<std::uint8_t>(value >> 8); }
  static std::uint8_t lo(std::size_t value) { return static_cast<std::uint8_t>(value); }
  static std::uint8_t pid_hi(std::uint16_t pid) { return static_cast<std::uint8_t>(0xE0 | pid >> 8); }

  static void append(ByteVector& bytes, std::initializer_list<std::uint8_t> more) { bytes.insert(bytes.end(), more); }

  static void append_time(ByteVector& bytes, unsigned prefix, std::uint64_t time) {
    append(bytes, {static_cast<std::uint8_t>(prefix << 4 | (time >> 30 & 7) << 1 | 1),
                   static_cast<std::uint8_t>(time >> 22), static_cast<std::uint8_t>((time >> 15 & 0x7F) << 1 | 1),
                   static_cast<std::uint8_t>(time >> 7), static_cast<std::uint8_t>((time & 0x7F) << 1 | 1)});
  }

  // `length` bytes behind the length byte itself.
  static ByteVector adaptation_field(std::optional<std::uint64_t> pcr, bool discontinuity, std::size_t length) {
    ByteVector field{lo(length)};
    if (length == 0) return field;
    field.push_back(static_cast<std::uint8_t>((discontinuity ? 0x80 : 0) | (pcr ? 0x10 : 0)));
    if (pcr) {
      append(field, {static_cast<std::uint8_t>(*pcr >> 25), static_cast<std::uint8_t>(*pcr >> 17),
                     static_cast<std::uint8_t>(*pcr >> 9), static_cast<std::uint8_t>(*pcr >> 1),
                     static_cast<std::uint8_t>((*pcr & 1) << 7 | 0x7E), 0});
    }
    field.resize(length + 1, 0xFF);
    return field;
  }

  void packetize(std::uint16_t pid, const ByteVector& pes, std::optional<std::uint64_t> pcr, bool discontinuity) {
    std::size_t at = 0;
    while (at < pes.size()) {
      const bool first = at == 0;
      std::size_t field = first && (pcr || discontinuity) ? 2 + (pcr ? 6 : 0) : 0;  // with its length byte
      const std::size_t rest = pes.size() - at;
      if (rest < 184 - field) field = 184 - rest;
      append(bytes_, {0x47, static_cast<std::uint8_t>((first ? 0x40 : 0) | (pid >> 8 & 0x1F)), lo(pid),
                      static_cast<std::uint8_t>((field > 0 ? 0x30 : 0x10) | (counter_[pid]++ & 0x0F))});
      if (field > 0) {
        const ByteVector bytes = adaptation_field(first ? pcr : std::nullopt, first && discontinuity, field - 1);
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
      }
      const std::size_t count = 184 - field;
      bytes_.insert(bytes_.end(), pes.begin() + static_cast<std::ptrdiff_t>(at),
                    pes.begin() + static_cast<std::ptrdiff_t>(at + count));
      at += count;
    }
  }

  ByteVector bytes_;
  std::map<std::uint16_t, std::uint8_t> counter_;
};

// Elementary streams small enough to write down. The pictures are black ones of x264 and x265.
namespace elementary {

inline ByteVector from_hex(const std::string& hex) {
  ByteVector bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}
inline ByteVector operator+(ByteVector a, const ByteVector& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline ByteVector h264_sets_64() {
  return from_hex("000000016764000aacb2084d808800000300080000030190789132400000000168ebc3cb22c0");
}
inline ByteVector h264_sets_96() {
  return from_hex("000000016764000aacb20c4d808800000300080000030190789132400000000168ebc3cb22c0");
}
inline ByteVector h264_delimiter() {
  return from_hex("0000000109f0");
}
inline ByteVector h264_idr() {
  return from_hex(
      "00000001658884"
      "0bfffef6aefccb2b747e952e1d597b4b1b97b877ad283e01fe328081");
}
inline ByteVector h264_p() {
  return from_hex("00000001419a3b10affe388dc0");
}
inline ByteVector h264_key() {
  return h264_delimiter() + h264_sets_64() + h264_idr();
}
inline ByteVector h264_key_96() {
  return h264_delimiter() + h264_sets_96() + h264_idr();
}
inline ByteVector h264_delta() {
  return h264_delimiter() + h264_p();
}
// An I slice behind a recovery point SEI with its own parameter sets, as open-GOP encoders send it.
inline ByteVector h264_recovery() {
  return h264_delimiter() + h264_sets_64() +
         from_hex(
             "0000000106060184"
             "80") +
         from_hex(
             "00000001418884"
             "0bfffef6aefccb2b747e952e1d597b4b1b97b877ad283e01fe328081");
}
inline ByteVector hevc_key() {
  return from_hex(
      "000000014601500000000140010c01ffff01600000030090000003000003001e928090000000014201010160000003009000000300000300"
      "1ea02"
      "08105964a924caf016808000003000800000300c840000000014401c172b422400000012801af1d80f7015bfff24efeccf0");
}
inline ByteVector hevc_delta() {
  return from_hex(
      "0000000146015000"
      "00000102"
      "01d0097e10c63bfa84");
}

// An AAC-LC frame of 48 kHz stereo in ADTS with `size` bytes of payload.
inline ByteVector adts(std::size_t size, std::uint8_t fill = 0x21, unsigned rate_index = 3) {
  const std::size_t length = size + 7;
  ByteVector frame{0xFF,
                   0xF1,
                   static_cast<std::uint8_t>(0x40 | rate_index << 2),
                   static_cast<std::uint8_t>(0x80 | length >> 11),
                   static_cast<std::uint8_t>(length >> 3),
                   static_cast<std::uint8_t>((length & 7) << 5 | 0x1F),
                   0xFC};
  frame.insert(frame.end(), size, fill);
  return frame;
}
// MPEG-1 layer II, 192 kbit/s, 48 kHz, stereo: 576 bytes, 24 ms.
inline ByteVector mp2() {
  ByteVector frame{0xFF, 0xFD, 0xA4, 0x00};
  frame.resize(576, 0x55);
  return frame;
}
// AC-3, 192 kbit/s, 48 kHz, 2/0: 768 bytes, 32 ms.
inline ByteVector ac3() {
  ByteVector frame{0x0B, 0x77, 0x12, 0x34, 0x14, 0x40, 0x40, 0x00};
  frame.resize(768, 0x33);
  return frame;
}

}  // namespace elementary

}  // namespace grandstand

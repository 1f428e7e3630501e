// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand {

// Captions for tests, written by the book because FFmpeg encodes none of them.
namespace caption_writer {

using CaptionBytes = std::vector<std::uint8_t>;

inline std::uint8_t odd_parity(std::uint8_t seven_bits) {
  unsigned ones = 0;
  for (int bit = 0; bit < 7; ++bit) ones += seven_bits >> bit & 1;
  return static_cast<std::uint8_t>(seven_bits | (ones % 2 == 0 ? 0x80 : 0));
}

// A teletext page as packets of ETSI EN 300 706 in the data units of a PES packet (ETSI EN 300 472).
class TeletextWriter {
 public:
  // The header of a page: `page` as on the remote control, 888. Erases what the page had.
  void header(int page) {
    const int magazine = page / 100 % 8;
    begin(magazine, 0);
    hamming(page % 10);
    hamming(page / 10 % 10);
    hamming(0);    // S1
    hamming(0x8);  // S2, C4: erase
    hamming(0);    // S3
    hamming(0x8);  // S4, C6: subtitle
    hamming(0x1);  // C7: suppress header
    hamming(0x1);  // C11: magazine serial
    text(std::string(32, ' '));
  }
  void row(int page, int number, std::string_view words) {
    begin(page / 100 % 8, number);
    std::string line = "\x0B\x0B" + std::string(words) + "\x0A\x0A";
    line.resize(40, ' ');
    text(line);
  }
  // The PES payload, data_identifier first.
  CaptionBytes take() {
    // The PES packet fills whole transport packets: stuffing units do that.
    while (units_.size() / 46 % 4 != 3) {
      units_.insert(units_.end(), {0xFF, 0x2C});
      units_.insert(units_.end(), 44, 0xFF);
    }
    CaptionBytes payload{0x10};
    payload.insert(payload.end(), units_.begin(), units_.end());
    units_.clear();
    return payload;
  }

 private:
  static std::uint8_t reversed(std::uint8_t byte) {
    std::uint8_t out = 0;
    for (int bit = 0; bit < 8; ++bit) out = static_cast<std::uint8_t>(out | (byte >> bit & 1) << (7 - bit));
    return out;
  }
  void add(std::uint8_t byte) { units_.push_back(reversed(byte)); }
  void hamming(int nibble) {
    static constexpr std::array<std::uint8_t, 16> kCodes{0x15, 0x02, 0x49, 0x5E, 0x64, 0x73, 0x38, 0x2F,
                                                         0xD0, 0xC7, 0x8C, 0x9B, 0xA1, 0xB6, 0xFD, 0xEA};
    add(kCodes[static_cast<std::size_t>(nibble & 0x0F)]);
  }
  void begin(int magazine, int packet) {
    units_.insert(units_.end(), {0x03, 0x2C, static_cast<std::uint8_t>(0xE0 | (7 + line_++ % 16)), 0xE4});
    hamming(magazine | (packet & 1) << 3);
    hamming(packet >> 1);
  }
  void text(std::string_view characters) {
    for (const char c : characters) add(odd_parity(static_cast<std::uint8_t>(c & 0x7F)));
  }

  CaptionBytes units_;
  int line_ = 0;
};

// Triplets of cc_data() for the first field of CEA-608.
inline CaptionBytes cea608(std::initializer_list<std::uint8_t> pairs) {
  CaptionBytes triplets;
  for (auto byte = pairs.begin(); byte != pairs.end(); ++byte) {
    if (triplets.size() % 3 == 0) triplets.push_back(0xFC);
    triplets.push_back(odd_parity(*byte));
  }
  return triplets;
}
inline CaptionBytes cea608_text(std::string_view text) {
  CaptionBytes triplets;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    triplets.insert(triplets.end(), {0xFC, odd_parity(static_cast<std::uint8_t>(text[i])),
                                     odd_parity(static_cast<std::uint8_t>(i + 1 < text.size() ? text[i + 1] : 0))});
  }
  return triplets;
}
// Pop-on captions: begins to load one and places it in the last row; shows it; takes it away.
inline CaptionBytes cea608_load() {
  return cea608({0x14, 0x20, 0x14, 0x2E, 0x14, 0x70});
}
inline CaptionBytes cea608_show() {
  return cea608({0x14, 0x2F});
}
inline CaptionBytes cea608_erase() {
  return cea608({0x14, 0x2C});
}

// A block of a caption service of CEA-708: a header, from service 7 on an extended one, and `size` bytes of it.
inline CaptionBytes service_block(int service, std::size_t size) {
  CaptionBytes block{static_cast<std::uint8_t>(std::min(service, 7) << 5 | static_cast<int>(size))};
  if (service >= 7) block.push_back(static_cast<std::uint8_t>(service));
  block.resize(block.size() + size, 'A');
  return block;
}
// Triplets of cc_data() with one DTVCC packet of these blocks.
inline CaptionBytes dtvcc_packet(const std::vector<CaptionBytes>& blocks) {
  CaptionBytes packet{0};
  for (const auto& block : blocks) packet.insert(packet.end(), block.begin(), block.end());
  if (packet.size() % 2 != 0) packet.push_back(0);  // a null block
  packet[0] = static_cast<std::uint8_t>(packet.size() / 2);
  CaptionBytes triplets;
  for (std::size_t i = 0; i < packet.size(); i += 2) {
    triplets.insert(triplets.end(), {static_cast<std::uint8_t>(i == 0 ? 0xFF : 0xFE), packet[i], packet[i + 1]});
  }
  return triplets;
}

// The triplets as a NAL unit with start code: an SEI message of H.264 as ATSC A/53 part 4 says.
inline CaptionBytes h264_sei(const CaptionBytes& triplets) {
  CaptionBytes payload{
      0xB5, 0x00, 0x31, 'G', 'A', '9', '4', 0x03, static_cast<std::uint8_t>(0xC0 | triplets.size() / 3), 0xFF};
  payload.insert(payload.end(), triplets.begin(), triplets.end());
  payload.push_back(0xFF);
  CaptionBytes nal{0, 0, 0, 1, 0x06, 0x04, static_cast<std::uint8_t>(payload.size())};
  nal.insert(nal.end(), payload.begin(), payload.end());
  nal.push_back(0x80);
  return nal;
}

}  // namespace caption_writer

}  // namespace grandstand

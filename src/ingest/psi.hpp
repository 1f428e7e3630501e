// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grandstand::ingest {

// CRC-32 of ISO/IEC 13818-1 annex A; 0 over a whole section that is intact.
std::uint32_t mpeg_crc32(std::span<const std::uint8_t> bytes);

struct Pat {
  struct Entry {
    std::uint16_t program = 0;
    std::uint16_t pmt_pid = 0;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::uint16_t transport_stream = 0;
  std::uint8_t version = 0;
  std::uint8_t section = 0;
  std::uint8_t last_section = 0;
  std::vector<Entry> entries;  // without the network PID
};

// One stream of a programme.
struct PmtStream {
  std::uint16_t pid = 0;
  std::uint8_t stream_type = 0;
  std::optional<media::Codec> codec;  // empty: nothing that we take
  std::string description;   // for people: "MPEG-2 video", "E-AC-3 audio"; empty when it is no picture or sound
  std::string language;      // of the ISO 639, teletext or subtitling descriptor
  std::string registration;  // format_identifier of its registration_descriptor
  std::vector<std::uint8_t> descriptors;  // the whole loop
  bool hearing_impaired = false;
  bool visual_impaired = false;
  int page = 0;      // teletext: the first subtitle page; 0: none; DVB subtitles: the composition page
  int bit_rate = 0;  // bit/s of the maximum_bitrate_descriptor; 0: none
  int channels = 0;  // Opus: of its extension descriptor
};

struct Pmt {
  std::uint16_t program = 0;
  std::uint16_t pcr_pid = 0;
  std::string registration;               // of the programme: "CUEI"
  std::vector<std::uint8_t> descriptors;  // of the programme
  std::vector<PmtStream> streams;
};

// A page of a teletext_descriptor.
struct TeletextPage {
  int page = 0;  // magazine and page as on the remote control, 888
  bool hearing_impaired = false;
  std::string language;
};

// The first page with subtitles of the descriptor's body (ETSI EN 300 468 6.2.43).
std::optional<TeletextPage> find_subtitle_page(std::span<const std::uint8_t> body);

inline constexpr std::uint8_t kSpliceStreamType = 0x86;  // SCTE 35 splice_info_sections

// Whole sections with a right CRC; empty when it is another table, not yet valid (current_next_indicator) or malformed.
std::optional<Pat> parse_pat(std::span<const std::uint8_t> section);
std::optional<Pmt> parse_pmt(std::span<const std::uint8_t> section);

// Puts the sections of one PID together and checks their CRC.
class SectionAssembler {
 public:
  // Calls `on_section` (const std::span<const std::uint8_t>&) for each whole section; gives the number of broken ones.
  template <class OnSection>
  unsigned push(std::span<const std::uint8_t> payload, bool unit_start, OnSection on_section) {
    unsigned broken = 0;
    if (unit_start) {
      if (payload.empty()) return 1;
      const std::size_t pointer = payload[0];
      payload = payload.subspan(1);
      if (pointer > payload.size()) return forget(), 1;
      if (active_) broken += take(payload.first(pointer), on_section);
      payload = payload.subspan(pointer);
      forget();
      active_ = true;
    }
    if (active_) broken += take(payload, on_section);
    return broken;
  }

  void forget() {
    buffer_.clear();
    active_ = false;
  }

 private:
  static constexpr std::size_t kMaxSection = 4096;

  // TDT, RST, ST, DIT (ETSI EN 300 468): passed over.
  static bool has_no_crc(std::uint8_t table) {
    return table == 0x70 || table == 0x71 || table == 0x72 || table == 0x7E;
  }

  template <class OnSection>
  unsigned take(std::span<const std::uint8_t> payload, OnSection& on_section) {
    unsigned broken = 0;
    buffer_.insert(buffer_.end(), payload.begin(), payload.end());
    std::size_t at = 0;
    while (active_ && buffer_.size() - at >= 3) {
      const std::span<const std::uint8_t> rest(buffer_.data() + at, buffer_.size() - at);
      if (rest[0] == 0xFF) {  // stuffing up to the end of the packet
        active_ = false;
        break;
      }
      const std::size_t length = 3 + ((rest[1] & 0x0Fu) << 8 | rest[2]);
      if (has_no_crc(rest[0]) && length <= kMaxSection) {
        if (rest.size() < length) break;
        at += length;
        continue;
      }
      if (length > kMaxSection || length < 12) {
        active_ = false;
        ++broken;
        break;
      }
      if (rest.size() < length) break;
      const auto section = rest.first(length);
      if (mpeg_crc32(section) == 0) {
        on_section(section);
      } else {
        ++broken;
      }
      at += length;
    }
    if (active_) {
      buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      buffer_.clear();
    }
    return broken;
  }

  std::vector<std::uint8_t> buffer_;
  bool active_ = false;
};

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "dvb_text.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>
#include <array>
#include <string_view>

#include <iconv.h>

namespace grandstand::ingest {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEuro = "\xE2\x82\xAC";

// How a text is coded and what of it is left behind the selection.
struct Coding {
  std::string charset;         // as iconv knows it; empty: none that we have
  std::size_t unit = 1;        // bytes of a character at least
  std::size_t prefix = 0;      // bytes of the selection
  bool single_byte = false;    // 0x80 to 0x9F are control codes
  bool default_table = false;  // ISO 6937, where the euro is 0xA4
};

Coding coding_of(std::span<const std::uint8_t> text) {
  const std::uint8_t first = text[0];
  if (first >= 0x20) return {.charset = "ISO_6937", .single_byte = true, .default_table = true};
  if (first >= 0x01 && first <= 0x0B && first != 0x08) {
    return {.charset = "ISO-8859-" + std::to_string(first + 4), .prefix = 1, .single_byte = true};
  }
  switch (first) {
    case 0x10:
      if (text.size() < 3 || text[1] != 0 || text[2] == 0 || text[2] == 12 || text[2] > 15) return {};
      return {.charset = "ISO-8859-" + std::to_string(text[2]), .prefix = 3, .single_byte = true};
    case 0x11:
    case 0x14:  // a subset of the same
      return {.charset = "UTF-16BE", .unit = 2, .prefix = 1};
    case 0x12:
      return {.charset = "EUC-KR", .prefix = 1};
    case 0x13:
      return {.charset = "GBK", .prefix = 1};
    case 0x15:
      return {.charset = "UTF-8", .prefix = 1};
    default:
      return {};
  }
}

class Converter {
 public:
  explicit Converter(const char* charset) : handle_(iconv_open("UTF-8", charset)) {}
  ~Converter() {
    if (usable()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool usable() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  void append(std::string bytes, std::size_t unit, std::string& out) {
    char* in = bytes.data();
    std::size_t left = bytes.size();
    std::array<char, 512> buffer{};
    while (left > 0) {
      char* to = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t before = left;
      const auto outcome = iconv(handle_, &in, &left, &to, &room);
      out.append(buffer.data(), static_cast<std::size_t>(to - buffer.data()));
      if (outcome != static_cast<std::size_t>(-1) || room < 8 || (left < before && left > 0)) continue;
      out += kReplacement;
      const std::size_t step = std::min(unit, left);
      in += step;
      left -= step;
    }
    iconv(handle_, nullptr, nullptr, nullptr, nullptr);
  }

 private:
  iconv_t handle_;
};

// What is no UTF-8 is replaced. (glibc's iconv passes the forms of five and six bytes on, which RFC 3629 took away.)
std::string well_formed(std::string_view text) {
  constexpr std::size_t kLongest = 4;
  std::string result;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size <= kLongest && !is_valid_utf8(text.substr(0, size))) ++size;
    result += size <= kLongest ? text.substr(0, size) : kReplacement;
    text.remove_prefix(size <= kLongest ? size : 1);
  }
  return result;
}

std::string convert(const Coding& coding, std::span<const std::uint8_t> text) {
  Converter converter(coding.charset.c_str());
  if (!converter.usable()) return {};
  std::string result;
  std::string pending;
  const auto flush = [&] {
    converter.append(std::move(pending), coding.unit, result);
    pending.clear();
  };
  for (const std::uint8_t byte : text) {
    if (coding.single_byte && byte >= 0x80 && byte <= 0x9F) {
      if (byte == 0x8A) pending += '\n';
    } else if (coding.default_table && byte == 0xA4) {
      flush();
      result += kEuro;
    } else {
      pending += static_cast<char>(byte);
    }
  }
  flush();
  return result;
}

// In tables of several bytes the control codes are U+E080 to U+E09F; C0 and C1 have no place in any.
std::string without_control_codes(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7F) {
      if (byte == '\n') plain += '\n';
      ++at;
    } else if (text.substr(at).starts_with("\xEE\x82") && at + 2 < text.size()) {
      const auto last = static_cast<unsigned char>(text[at + 2]);
      if (last == 0x8A) plain += '\n';
      if (last > 0x9F) plain += text.substr(at, 3);
      at += 3;
    } else if (byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
      at += 2;
    } else {
      plain += text[at++];
    }
  }
  return plain;
}

}  // namespace

std::string dvb_text_to_utf8(std::span<const std::uint8_t> text) {
  if (text.empty()) return {};
  const Coding coding = coding_of(text);
  if (coding.charset.empty()) return {};
  const auto rest = text.subspan(coding.prefix);
  return without_control_codes(coding.charset == "UTF-8"
                                   ? well_formed({reinterpret_cast<const char*>(rest.data()), rest.size()})
                                   : convert(coding, rest));
}

}  // namespace grandstand::ingest

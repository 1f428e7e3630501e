// SPDX-License-Identifier: MIT
#include <grandstand/wire/json_text.hpp>

#include <charconv>
#include <cmath>

namespace grandstand::wire {

namespace {

void append_escape(std::string& out, unsigned char c) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += kDigits[c >> 4];
  out += kDigits[c & 15];
}

// U+2028 and U+2029 are e2 80 a8 and e2 80 a9.
bool is_line_separator(std::string_view text, std::size_t at) {
  return text.size() - at >= 3 && text[at] == '\xe2' && text[at + 1] == '\x80' &&
         (text[at + 2] == '\xa8' || text[at + 2] == '\xa9');
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool special = c < 0x20 || c == '"' || c == '\\';
    const bool separator = c == 0xe2 && is_line_separator(text, i);
    if (!special && !separator) continue;
    out.append(text, copied, i - copied);
    if (special) {
      append_escape(out, c);
    } else {
      out += text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    }
    copied = i + 1;
  }
  out.append(text, copied);
  out += '"';
}

void append_json_number(std::string& out, std::int64_t number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_json_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_json_milliseconds(std::string& out, UtcTime time) {
  const auto microseconds = time.time_since_epoch().count();
  append_json_number(out, static_cast<std::int64_t>(microseconds / 1000));
  const auto fraction = microseconds % 1000;
  if (fraction <= 0) return;
  out += '.';
  out += static_cast<char>('0' + fraction / 100);
  out += static_cast<char>('0' + fraction / 10 % 10);
  out += static_cast<char>('0' + fraction % 10);
}

}  // namespace grandstand::wire

// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>
#include <cstdio>

#include <unicode/uchar.h>

namespace grandstand::social::chat {

namespace {

Error refused(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

// The next code point of well-formed UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t value = length == 1 ? first : first & (0xff >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = value << 6 | (byte(at + i) & 0x3f);
  at += length;
  return value;
}

bool between(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

bool is_control(char32_t c) {
  return c < 0x20 || between(c, 0x7f, 0x9f);
}

// They turn the order of what follows around, up to making one text look like another.
bool is_bidirectional_override(char32_t c) {
  return between(c, 0x202a, 0x202e) || between(c, 0x2066, 0x2069);
}

// Zero-width and blank characters that carry no meaning in a message.
bool is_invisible(char32_t c) {
  return c == 0x00ad || c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
         between(c, 0x180b, 0x180e) || c == 0x200b || between(c, 0x2060, 0x2065) || between(c, 0x206a, 0x206f) ||
         c == 0x2800 || c == 0x3164 || c == 0xfeff || c == 0xffa0 || between(c, 0xfff0, 0xfffb);
}

// U+200C and U+200D shape Persian and Indic words and join emoji: only between two visible characters of those kinds.
bool is_joiner(char32_t c) {
  return c == 0x200c || c == 0x200d;
}

// Spell the flags of England, Scotland and Wales after U+1F3F4; elsewhere they hide text.
bool is_tag(char32_t c) {
  return between(c, 0xe0000, 0xe007f);
}

bool is_space(char32_t c) {
  return c == ' ' || c == '\n' || c == 0xa0 || c == 0x1680 || between(c, 0x2000, 0x200a) || c == 0x202f ||
         c == 0x205f || c == 0x3000;
}

// Of any script: they are drawn over and under what is before them.
bool is_mark(char32_t c) {
  return c >= 0x300 && (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0;
}

// Formats what is around it, and is nothing to see by itself.
bool is_unseen(char32_t c) {
  return c >= 0x80 && (u_charType(static_cast<UChar32>(c)) == U_FORMAT_CHAR ||
                       u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT));
}

constexpr std::size_t kMaxMarks = 4;  // on one character; real languages need at most three or four

struct Character {
  char32_t value;
  std::string_view bytes;
};

bool may_follow(const std::vector<Character>& kept, char32_t c, std::size_t marks) {
  if (c < 0x80) return true;  // most are; nothing below is among them
  const char32_t last = kept.empty() ? 0 : kept.back().value;
  if (is_bidirectional_override(c) || is_invisible(c)) return false;
  if (is_joiner(c)) return last >= 0x80 && !is_joiner(last) && !is_space(last);
  if (is_tag(c)) return last == 0x1f3f4 || is_tag(last);
  if (is_mark(c)) return marks < kMaxMarks;
  return true;
}

// What is left of the text, one by one; an error for a control character.
Result<std::vector<Character>> visible_characters(std::string_view text) {
  std::vector<Character> kept;
  kept.reserve(text.size());
  std::size_t marks = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = at;
    const char32_t c = next_code_point(text, at);
    if (c == '\n' || c == 0x2028 || c == 0x2029) {
      kept.push_back({'\n', "\n"});
    } else if (c == '\r') {
      if (at >= text.size() || text[at] != '\n') kept.push_back({'\n', "\n"});
    } else if (c == '\t') {
      kept.push_back({' ', " "});
    } else if (is_control(c)) {
      char name[16];
      std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(c));
      return refused("The message contains the control character " + std::string(name) +
                     "; only line breaks are allowed.");
    } else if (may_follow(kept, c, marks)) {
      if (!kept.empty() && is_joiner(kept.back().value) && (c < 0x80 || is_space(c))) kept.pop_back();
      kept.push_back({c, text.substr(begin, at - begin)});
    }
    if (is_mark(c)) {
      ++marks;
    } else if (!is_unseen(c)) {
      marks = 0;
    }
  }
  return kept;
}

void trim(std::vector<Character>& characters) {
  const auto trimmed = [](const Character& c) { return is_space(c.value) || is_joiner(c.value); };
  while (!characters.empty() && trimmed(characters.back())) characters.pop_back();
  characters.erase(characters.begin(), std::ranges::find_if_not(characters, trimmed));
}

}  // namespace

Result<std::string> clean_text(std::string_view text) {
  if (!is_valid_utf8(text)) return refused("The message is not valid UTF-8.");
  GRANDSTAND_TRY(auto characters, visible_characters(text));
  trim(characters);
  const auto is_seen = [](const Character& c) { return !is_space(c.value) && !is_unseen(c.value); };
  if (std::ranges::none_of(characters, is_seen)) return refused("The message is empty.");
  if (characters.size() > kMaxCharacters) {
    return refused("The message has " + std::to_string(characters.size()) + " characters; " +
                   std::to_string(kMaxCharacters) + " are allowed.");
  }
  const auto lines = 1 + std::ranges::count(characters, U'\n', &Character::value);
  if (static_cast<std::size_t>(lines) > kMaxLines) {
    return refused("The message has " + std::to_string(lines) + " lines; " + std::to_string(kMaxLines) +
                   " are allowed.");
  }
  std::string cleaned;
  cleaned.reserve(text.size());
  for (const auto& character : characters) cleaned += character.bytes;
  return cleaned;
}

std::string quote_of(std::string_view text) {
  std::string quote;
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++characters) {
    if (characters == kQuoteCharacters) return quote + "\u2026";
    const auto begin = at;
    const auto c = next_code_point(text, at);
    quote += c == '\n' ? " " : text.substr(begin, at - begin);
  }
  return quote;
}

}  // namespace grandstand::social::chat

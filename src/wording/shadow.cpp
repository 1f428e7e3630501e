// SPDX-License-Identifier: MIT
#include <grandstand/base/assert.hpp>
#include <grandstand/wording/shadow.hpp>

#include <array>
#include <bit>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

namespace grandstand::wording {
namespace {

bool between(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

icu::UnicodeString compose(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCInstance(status);
  GRANDSTAND_ASSERT(U_SUCCESS(status));
  auto composed = nfkc->normalize(icu::UnicodeString::fromUTF8({text.data(), static_cast<int>(text.size())}), status);
  GRANDSTAND_ASSERT(U_SUCCESS(status));
  return composed;
}

bool is_unseen(char32_t c) {
  const auto mask = U_GET_GC_MASK(static_cast<UChar32>(c));
  return (mask & (U_GC_M_MASK | U_GC_CF_MASK)) != 0 ||
         u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

// Letters that neither NFKC nor the table of confusables takes for the Latin ones that they look like.
std::optional<char32_t> known_letter(char32_t c) {
  if (between(c, 0x1f1e6, 0x1f1ff)) return 'a' + (c - 0x1f1e6);  // regional indicators
  if (between(c, 0x1f150, 0x1f169)) return 'a' + (c - 0x1f150);  // negative circled
  if (between(c, 0x1f170, 0x1f189)) return 'a' + (c - 0x1f170);  // negative squared
  static const std::unordered_map<char32_t, char32_t> small_capitals{
      {U'ᴀ', 'a'}, {U'ʙ', 'b'}, {U'ᴄ', 'c'}, {U'ᴅ', 'd'}, {U'ᴇ', 'e'}, {U'ꜰ', 'f'}, {U'ɢ', 'g'}, {U'ʜ', 'h'},
      {U'ɪ', 'i'}, {U'ᴊ', 'j'}, {U'ᴋ', 'k'}, {U'ʟ', 'l'}, {U'ᴍ', 'm'}, {U'ɴ', 'n'}, {U'ᴏ', 'o'}, {U'ᴘ', 'p'},
      {U'ʀ', 'r'}, {U'ꜱ', 's'}, {U'ᴛ', 't'}, {U'ᴜ', 'u'}, {U'ᴠ', 'v'}, {U'ᴡ', 'w'}, {U'ʏ', 'y'}, {U'ᴢ', 'z'},
      {U'к', 'k'}, {U'т', 't'}, {U'м', 'm'}, {U'н', 'h'}, {U'в', 'b'}, {U'κ', 'k'}, {U'τ', 't'}, {U'η', 'n'},
      {U'μ', 'u'}, {U'є', 'e'}, {U'ε', 'e'}, {U'ƒ', 'f'}, {U'ß', 'b'}, {U'я', 'r'}, {U'и', 'n'}, {U'ђ', 'h'},
      {U'ц', 'u'}, {U'ω', 'w'}, {U'ш', 'w'}, {U'п', 'n'}, {U'г', 'r'}, {U'ɐ', 'a'}, {U'ɔ', 'c'}, {U'ǝ', 'e'},
      {U'ʇ', 't'}, {U'ʞ', 'k'}, {U'ɯ', 'm'}, {U'€', 'e'}, {U'£', 'l'}, {U'¢', 'c'}, {U'ı', 'i'}, {U'∂', 'd'},
      {U'ɾ', 'r'}};
  const auto found = small_capitals.find(static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
  if (found == small_capitals.end()) return std::nullopt;
  return found->second;
}

char32_t first_letter(const icu::UnicodeString& text) {
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const auto c = static_cast<char32_t>(text.char32At(i));
    if (!is_unseen(c)) return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
  }
  return 0;
}

char32_t skeleton(char32_t c) {
  // Read-only after it was made, and then safe from any thread.
  static const std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> checker = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> made(uspoof_open(&status), uspoof_close);
    GRANDSTAND_ASSERT(U_SUCCESS(status));
    return made;
  }();
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString result;
  uspoof_getSkeletonUnicodeString(checker.get(), 0, icu::UnicodeString(static_cast<UChar32>(c)), result, &status);
  GRANDSTAND_ASSERT(U_SUCCESS(status));
  // "rn" is what the table has for m.
  if (result.length() == 2 && result[0] == 'r' && result[1] == 'n') return 'm';
  return first_letter(result);
}

char32_t look_up(char32_t c) {
  const auto folded = static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
  // The capital may look Latin where the small letter does not, and the other way round.
  for (const char32_t candidate : {skeleton(c), skeleton(folded)}) {
    if (candidate < 0x80 && u_isalnum(static_cast<UChar32>(candidate))) return candidate;
  }
  if (const auto known = known_letter(c)) return *known;
  const auto other = skeleton(folded);
  return other == 0 ? folded : other;
}

// ASCII stays as it is: the table takes m for "rn" and 1 for l, which the classes below do better.
char32_t read_letter(char32_t c) {
  if (c < 0x80) return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
  thread_local std::unordered_map<char32_t, char32_t> known;  // at most as many as there are in Unicode
  const auto [entry, is_new] = known.try_emplace(c, 0);
  if (is_new) entry->second = look_up(c);
  return entry->second;
}

// Digits and signs that stand for letters.
char32_t leet(char32_t c) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
    case '|':
      return 'l';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '7':
    case '+':
      return 't';
    case '8':
      return 'b';
    case '9':
      return 'g';
    default:
      return c;
  }
}

char32_t class_of(char32_t c) {
  switch (c) {
    case 'i':
    case 'j':
      return 'l';
    case 'c':
    case 'q':
      return 'k';
    case 'z':
      return 's';
    case 'v':
      return 'u';
    default:
      return c;
  }
}

bool is_letter(char32_t c) {
  return u_isalpha(static_cast<UChar32>(c));
}
bool is_digit(char32_t c) {
  return between(c, '0', '9');
}

// The characters of one text, each with the letter that it is or may stand for.
std::u32string readable(std::string_view text) {
  const auto composed = compose(text.substr(0, kLongestShadowed));
  std::u32string all;
  for (int32_t i = 0; i < composed.length(); i = composed.moveIndex32(i, 1)) {
    const auto c = static_cast<char32_t>(composed.char32At(i));
    const bool squared = between(c, 0x1f150, 0x1f189) || between(c, 0x1f1e6, 0x1f1ff);
    if (!squared && is_unseen(c)) continue;
    if (squared || known_letter(c) || u_isalnum(static_cast<UChar32>(c))) {
      all += squared ? *known_letter(c) : read_letter(c);
    } else {
      all += c;
    }
  }
  return all;
}

// Whether the sign at `at` is written for a letter: "a$$", "sh!t", not "hit!".
bool stands_for_letter(const std::u32string& text, std::size_t at) {
  const char32_t c = text[at];
  const auto is_part = [&](std::size_t i) {
    if (i >= text.size()) return false;
    return is_letter(text[i]) || is_digit(text[i]) || text[i] == '@' || text[i] == '$';
  };
  const bool after = at > 0 && is_part(at - 1);
  const bool before = is_part(at + 1);
  if (c == '@' || c == '$') return after || before;
  if (c == '!' || c == '|' || c == '+' || c == '*') return after && before;
  return false;
}

struct Token {
  std::u32string letters;
};

std::vector<Token> split(const std::u32string& text, char mask) {
  std::vector<Token> tokens;
  bool open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    bool part = is_letter(c) || is_digit(c) || stands_for_letter(text, i);
    if (c == '*' && part) {
      part = mask != 0;
      c = static_cast<unsigned char>(mask);
    }
    if (!part) {
      open = false;
      continue;
    }
    if (!open) tokens.emplace_back();
    open = true;
    tokens.back().letters += c;
  }
  return tokens;
}

bool repeats(const Token& token, char32_t letter) {
  return token.letters.find_first_not_of(letter) == std::u32string::npos;
}

}  // namespace

Shadow make_shadow(std::string_view text, char mask) {
  auto tokens = split(readable(text), mask);
  Shadow shadow;
  auto& letters = shadow.letters;
  for (auto& token : tokens) {
    const bool is_number = token.letters.find_first_not_of(U"0123456789$@+|!") == std::u32string::npos;
    for (auto& c : token.letters) c = class_of(is_number ? c : leet(c));
    const bool goes_on = !letters.empty() && repeats(token, letters.back().value);
    bool begins = !goes_on;
    for (const char32_t c : token.letters) {
      if (!begins && letters.back().value == c) {
        if (letters.back().run < 1000) ++letters.back().run;
      } else {
        letters.push_back({c, 1, begins});
      }
      begins = false;
    }
  }
  return shadow;
}

namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

}  // namespace

std::uint64_t exact_hash(const Shadow& shadow) {
  std::uint64_t hash = 0x51ed270b;
  for (const auto& letter : shadow.letters) hash = mix(hash, letter.value);
  return hash;
}

std::uint64_t similarity_hash(const Shadow& shadow) {
  constexpr std::size_t kFewest = 12;
  const auto& letters = shadow.letters;
  if (letters.size() < kFewest) return 0;
  std::array<int, 64> votes{};
  for (std::size_t i = 0; i + 3 <= letters.size(); ++i) {
    std::uint64_t hash = 0x2545f491;
    for (std::size_t j = i; j < i + 3; ++j) hash = mix(hash, letters[j].value);
    hash = mix(hash, 7);
    for (std::size_t bit = 0; bit < 64; ++bit) votes[bit] += (hash >> bit & 1) != 0 ? 1 : -1;
  }
  std::uint64_t result = 0;
  for (std::size_t bit = 0; bit < 64; ++bit) result |= static_cast<std::uint64_t>(votes[bit] > 0) << bit;
  return result == 0 ? 1 : result;
}

bool are_near_duplicates(std::uint64_t a, std::uint64_t b) {
  constexpr int kMostBits = 12;  // unrelated texts differ in 32, give or take 4
  return a != 0 && b != 0 && std::popcount(a ^ b) <= kMostBits;
}

bool is_emotes_only(std::string_view text, const std::function<bool(std::string_view)>& known) {
  bool any = false;
  for (int32_t i = 0; i < static_cast<int32_t>(text.size());) {
    const char first = text[static_cast<std::size_t>(i)];
    if (first == ':') {
      const auto end = text.find(':', static_cast<std::size_t>(i) + 1);
      const auto name = end == text.npos ? "" : text.substr(i + 1, end - i - 1);
      if (name.empty() || name.size() > 32) return false;
      for (const char c : name) {
        if (!(std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-')) return false;
      }
      if (known && !known(name)) return false;
      any = true;
      i = static_cast<int32_t>(end) + 1;
      continue;
    }
    UChar32 c = 0;
    U8_NEXT(text.data(), i, static_cast<int32_t>(text.size()), c);
    if (u_isUWhiteSpace(c) || is_unseen(static_cast<char32_t>(c))) continue;
    if (c < 0x80 || !(u_hasBinaryProperty(c, UCHAR_EMOJI) || u_hasBinaryProperty(c, UCHAR_EMOJI_COMPONENT)))
      return false;
    any = true;
  }
  return any;
}

}  // namespace grandstand::wording

// SPDX-License-Identifier: MIT
#include "name_look.hpp"

#include <grandstand/base/assert.hpp>
#include <grandstand/base/text.hpp>
#include <grandstand/identity/user.hpp>

#include <algorithm>
#include <memory>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>
#include <unicode/uversion.h>

namespace grandstand::identity {
namespace {

constexpr int kLongestName = 32;             // code points
constexpr std::size_t kLongestInput = 1024;  // bytes, before anything is looked at
constexpr int kMostMarks = 4;                // in a row; more is drawn over the neighbours

Error invalid(const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, "the name " + what};
}

std::string format_code_point(UChar32 c) {
  char text[16];
  std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(c));
  return text;
}

bool is_variation_selector(UChar32 c) {
  return c == 0xFE0E || c == 0xFE0F;
}

bool is_mark(UChar32 c) {
  return (U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0;
}

// Controls, format characters (bidi, joiners), surrogates, private and unassigned ones, and what is drawn as nothing.
bool is_refused(UChar32 c) {
  constexpr char32_t kBrailleBlank = 0x2800;
  return (U_GET_GC_MASK(c) & (U_GC_C_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK)) != 0 ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || static_cast<char32_t>(c) == kBrailleBlank;
}

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*find)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* found = find(status);
  GRANDSTAND_ASSERT(U_SUCCESS(status));
  return *found;
}

icu::UnicodeString normalise(const icu::Normalizer2& with, const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString result = with.normalize(text, status);
  GRANDSTAND_ASSERT(U_SUCCESS(status));
  return result;
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string result;
  text.toUTF8String(result);
  return result;
}

std::string case_fold(const std::string& text) {
  return to_utf8(normalise(normalizer(&icu::Normalizer2::getNFKCCasefoldInstance), icu::UnicodeString::fromUTF8(text)));
}

std::string skeleton(const std::string& text) {
  // Read-only after it was made, and then safe from any thread.
  static const std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> checker = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> made(uspoof_open(&status), uspoof_close);
    GRANDSTAND_ASSERT(U_SUCCESS(status));
    return made;
  }();
  std::string result(text.size() * 4 + 64, '\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size = uspoof_getSkeletonUTF8(checker.get(), 0, text.data(), static_cast<int32_t>(text.size()),
                                                result.data(), static_cast<int32_t>(result.size()), &status);
    GRANDSTAND_ASSERT(U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR);
    result.resize(static_cast<std::size_t>(size));
    if (U_SUCCESS(status)) return result;
  }
}

}  // namespace

Result<std::string> normalise_name(std::string_view name) {
  if (name.size() > kLongestInput) return invalid("is longer than " + std::to_string(kLongestName) + " characters");
  if (!is_valid_utf8(name)) return invalid("is not valid UTF-8");
  const icu::UnicodeString composed =
      normalise(normalizer(&icu::Normalizer2::getNFCInstance),
                icu::UnicodeString::fromUTF8({name.data(), static_cast<int>(name.size())}));
  icu::UnicodeString result;
  bool space = false;
  int marks = 0;
  for (int32_t i = 0; i < composed.length(); i = composed.moveIndex32(i, 1)) {
    const UChar32 c = composed.char32At(i);
    // A keyboard puts one behind many an emoji; what it asks for, colour or not, is of no account here.
    if (is_variation_selector(c)) continue;
    if (c == ' ' || (u_charType(c) == U_SPACE_SEPARATOR)) {
      space = !result.isEmpty();
      continue;
    }
    if (is_refused(c))
      return invalid("contains " + format_code_point(c) +
                     ", a character that cannot be seen; expected letters, digits, signs");
    marks = is_mark(c) ? marks + 1 : 0;
    if (marks > 0 && (result.isEmpty() || space))
      return invalid("has an accent or other mark without a letter before it");
    if (marks > kMostMarks)
      return invalid("has too many accents on one letter; expected at most " + std::to_string(kMostMarks));
    if (space) result.append(UChar32{' '});
    space = false;
    result.append(c);
  }
  if (result.isEmpty()) return invalid("is empty; expected 1 to " + std::to_string(kLongestName) + " characters");
  if (result.countChar32() > kLongestName)
    return invalid("has " + std::to_string(result.countChar32()) + " characters; expected at most " +
                   std::to_string(kLongestName));
  return to_utf8(result);
}

// The skeleton maps across case too ('0' to 'O', '1' to 'l'), so that it is folded again.
std::string name_key(std::string_view normalised_name) {
  return case_fold(skeleton(case_fold(std::string(normalised_name))));
}

std::string name_look(std::string_view normalised_name) {
  const auto plain =
      normalise(normalizer(&icu::Normalizer2::getNFKCInstance),
                icu::UnicodeString::fromUTF8({normalised_name.data(), static_cast<int>(normalised_name.size())}));
  // "PAUI" is to be "paul"; but "Ian", whose I is an l by now, is not to be "Lan": its L becomes what no name has.
  std::string look = skeleton(to_utf8(plain));
  std::ranges::replace(look, 'L', '\n');
  return case_fold(look);
}

std::string name_look_version() {
  UVersionInfo version;
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_getVersion(version);
  u_versionToString(version, text);
  return text;
}

}  // namespace grandstand::identity

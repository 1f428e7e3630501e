// SPDX-License-Identifier: MIT
#include "name_look.hpp"

#include <grandstand/identity/user.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::identity {
namespace {

using testing::HasSubstr;

std::string normalised(std::string_view name) {
  auto result = normalise_name(name);
  return result.ok() ? *result : "error: " + result.error().message;
}

TEST(Name, IsTrimmedComposedAndItsWhiteSpaceCollapsed) {
  EXPECT_EQ(normalised("  Ada   Lovelace "), "Ada Lovelace");
  EXPECT_EQ(normalised("Ada\u00a0\u3000Lovelace"), "Ada Lovelace");
  EXPECT_EQ(normalised("Ame\u0301lie"), "Am\u00e9lie");
  EXPECT_EQ(normalised("Ada \u2764\ufe0f"), "Ada \u2764");
}

TEST(Name, MayBeInAnyScript) {
  for (const char* name :
       {"Zoë", "Łukasz", "Дмитрий", "محمد", "שרה", "美咲", "김민준", "สมชาย", "अर्जुन", "O'Neil-Smith 3", "🦊"})
    EXPECT_EQ(normalised(name), name);
}

TEST(Name, IsRefusedWithTheReason) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "is empty"},
      {" \u3000 ", "is empty"},
      {std::string(33, 'a'), "has 33 characters; expected at most 32"},
      {std::string(5'000, 'a'), "longer than 32"},
      {"a\xff", "not valid UTF-8"},
      {"a\nb", "U+000A"},
      {std::string("a\0b", 3), "U+0000"},
      {"a\u202e"
       "b",
       "U+202E"},  // right-to-left override
      {"a\u2066"
       "b",
       "U+2066"},  // isolate
      {"a\u200b"
       "b",
       "U+200B"},  // zero width space
      {"a\u200d"
       "b",
       "U+200D"},                 // joiner
      {"\u3164", "U+3164"},       // Hangul filler
      {"\u2800", "U+2800"},       // Braille blank
      {"\U000e0041", "U+E0041"},  // tag
      {"\ue000", "U+E000"},       // private use
      {"a\u2028"
       "b",
       "U+2028"},
      {"\u0301"
       "a",
       "without a letter"},
      {"x\u0335\u0335\u0335\u0335\u0335", "too many accents"},
  };
  for (const auto& [name, reason] : cases) EXPECT_THAT(normalised(name), HasSubstr(reason)) << name;
}

TEST(Name, Of32CharactersOfFourBytesFits) {
  std::string foxes;
  for (int i = 0; i < 32; ++i) foxes += "🦊";
  EXPECT_EQ(normalised(foxes), foxes);
}

TEST(NameKey, IsTheSameForNamesThatPeopleConfuse) {
  const std::pair<const char*, const char*> pairs[] = {
      {"Ada", "ada"},        {"paypal", "pаypаl"} /* Cyrillic a */,
      {"bob", "b0b"},        {"paypal", "paypa1"},
      {"Straße", "STRASSE"}, {"Ａｄａ", "ada"},
      {"ΑΔΑ", "αδα"},        {"morn", "mom"},
      {"ﬁn", "fin"},
  };
  for (const auto& [a, b] : pairs) EXPECT_EQ(name_key(normalised(a)), name_key(normalised(b))) << a << " and " << b;
}

TEST(NameLook, IsTheSameForNamesThatImitateWithCapitals) {
  const std::pair<const char*, const char*> pairs[] = {
      {"Paul", "PauI"},
      {"paul", "PAUI"},
      {"Tom", "Тom"} /* Cyrillic */,
      {"Moderator", "Мoderator"},
      {"Nick", "Νick"},
      {"Ida", "lda"},
      {"PayPal", "ΡayΡal"} /* Greek */,
      {"Illia", "lIlia"},
      {"Paul", "ＰauＩ"} /* fullwidth */,
  };
  for (const auto& [a, b] : pairs) EXPECT_EQ(name_look(normalised(a)), name_look(normalised(b))) << a << " and " << b;
}

TEST(NameLook, TellsNamesApartThatAreReadApart) {
  const std::pair<const char*, const char*> pairs[] = {{"Kai", "Kal"},   {"Ian", "Lan"}, {"Ina", "Lina"},
                                                       {"Нина", "Hina"}, {"Тим", "Tim"}, {"Amélie", "Amelie"}};
  for (const auto& [a, b] : pairs) EXPECT_NE(name_look(normalised(a)), name_look(normalised(b))) << a << " and " << b;
}

TEST(NameKey, TellsDifferentNamesApart) {
  const char* names[] = {"Ada",  "Adam", "Ida", "Amélie", "Amelie", "Дмитрий", "محمد",
                         "美咲", "美",   "Kai", "Kal",    "🦊",     "🐻"};
  for (const char* a : names)
    for (const char* b : names)
      if (a != b) EXPECT_NE(name_key(normalised(a)), name_key(normalised(b))) << a << " and " << b;
}

TEST(Role, HasANameThatReadsBack) {
  for (const Role role : {Role::kGuest, Role::kViewer, Role::kModerator, Role::kAdmin})
    EXPECT_EQ(parse_role(to_string(role)), role);
  EXPECT_FALSE(parse_role("owner"));
}

}  // namespace
}  // namespace grandstand::identity

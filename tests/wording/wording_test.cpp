// SPDX-License-Identifier: MIT
#include <grandstand/wording/links.hpp>
#include <grandstand/wording/shadow.hpp>
#include <grandstand/wording/word_list.hpp>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::wording {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string letters(std::string_view text) {
  std::string all;
  for (const auto& letter : make_shadow(text).letters) {
    if (letter.begins && !all.empty()) all += ' ';
    all += static_cast<char>(letter.value);
  }
  return all;
}

WordList list_of(std::vector<const char*> blocked, std::vector<const char*> allowed = {}) {
  std::vector<WordList::Entry> entries;
  for (const auto* text : blocked) entries.push_back({*parse_pattern(text), static_cast<int>(entries.size())});
  for (const auto* text : allowed) entries.push_back({*parse_pattern(text), -1, true});
  return WordList(std::move(entries));
}

TEST(Shadow, IsTheSameHoweverAWordIsWritten) {
  const auto plain = letters("badword");
  for (const char* text : {"BADWORD", "ｂａｄｗｏｒｄ", "b\u200bad\u00adwo\u2060rd", "𝐛𝐚𝐝𝐰𝐨𝐫𝐝", "b4dw0rd", "bаdwоrd",
                           "b\u0301a\u0308dwo\u0336rd", "baaadwoooord", "ⓑⓐⓓⓦⓞⓡⓓ"}) {
    EXPECT_EQ(letters(text), plain) << text;
  }
  EXPECT_EQ(letters("b a d"), "b a d");
}

TEST(Shadow, LeavesNumbersAndPunctuationAlone) {
  EXPECT_EQ(letters("455 is a number"), "45 ls a number");
  EXPECT_EQ(letters("hit!"), letters("hit"));
  EXPECT_EQ(letters(""), "");
  EXPECT_EQ(letters("\xf0\x9f\x98\x80"), "");
}

TEST(Similarity, IsHighForTextsThatDifferByALittle) {
  const auto hash = [](std::string_view text) { return similarity_hash(make_shadow(text)); };
  const auto one = hash("Join my channel for free prizes, everybody who comes wins something today, hurry up");
  EXPECT_TRUE(are_near_duplicates(
      one, hash("JOIN my channel for FREE prizes!!! everybody who comes wins something today hurry up 7")));
  EXPECT_TRUE(are_near_duplicates(
      one, hash("Jоin my chаnnel for free prizes, everybody who comes wins something today, hurry up x")));
  EXPECT_FALSE(
      are_near_duplicates(one, hash("I think that the second half will be better than the first one was by far")));
  EXPECT_FALSE(are_near_duplicates(hash("short"), hash("short"))) << "too short to tell";
}

TEST(Emotes, AreToldFromText) {
  EXPECT_TRUE(is_emotes_only("\xf0\x9f\x98\x80 :wave: \xe2\x9d\xa4\xef\xb8\x8f"));
  EXPECT_FALSE(is_emotes_only("hi \xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_emotes_only("12:30"));
  EXPECT_FALSE(is_emotes_only(""));
}

TEST(WordList, MatchesWholeWordsBeginningsAndAnywhere) {
  const auto list = list_of({"ass", "cheat*", "*spam*"});
  EXPECT_EQ(list.find("what an ass").size(), 1u);
  EXPECT_THAT(list.find("a pass in class, as usual"), IsEmpty());
  EXPECT_EQ(list.find("cheaters!").size(), 1u);
  EXPECT_THAT(list.find("escheat"), IsEmpty());
  EXPECT_EQ(list.find("antispammer").size(), 1u);
  EXPECT_EQ(list.find("cheating spam ass").size(), 3u);
}

TEST(WordList, NeedsAsManyRepeatsAsTheWordHas) {
  const auto list = list_of({"boob"});
  EXPECT_THAT(list.find("bob"), IsEmpty());
  EXPECT_EQ(list.find("boooob").size(), 1u);
}

TEST(WordList, FindsWordsThatAreTakenApartButNotAcrossNeighbours) {
  const auto list = list_of({"ass", "shit*", "whore"}, {"who re"});
  EXPECT_EQ(list.find("a s s").size(), 1u);
  EXPECT_EQ(list.find("s.h.i.t").size(), 1u);
  EXPECT_THAT(list.find("push it, wish it"), IsEmpty());
  EXPECT_THAT(list.find("who're you"), IsEmpty()) << "allowed as it is written there";
  EXPECT_EQ(list.find("whore").size(), 1u);
}

TEST(WordList, LeavesWhatIsAllowedAlone) {
  const auto list = list_of({"*cunt*"}, {"Scunthorpe"});
  EXPECT_THAT(list.find("Scunthorpe United"), IsEmpty());
  EXPECT_EQ(list.find("Scunthorpe cunt").size(), 1u);
}

TEST(WordList, ReadsAStarAsAVowel) {
  const auto list = list_of({"bitch"});
  EXPECT_EQ(list.find("b*tch").size(), 1u);
  EXPECT_THAT(list.find("*patch* b * t"), IsEmpty());
}

TEST(WordList, RefusesPatternsThatSayNothing) {
  EXPECT_FALSE(parse_pattern("").ok());
  EXPECT_FALSE(parse_pattern("*").ok());
  EXPECT_FALSE(parse_pattern("a").ok());
  EXPECT_FALSE(parse_pattern("a*b").ok());
  EXPECT_FALSE(parse_pattern(std::string(61, 'x')).ok());
  EXPECT_TRUE(parse_pattern("buy followers").ok());
}

TEST(WordList, FindsInLongRunsOfWhatNearlyMatches) {
  const auto list = list_of({"*aaaaab*", "*ab*", "*aab*", "*aaab*"});
  EXPECT_THAT(list.find(std::string(100'000, 'a')), IsEmpty());
  EXPECT_THAT(list.find(std::string(400, 'a') + "b"), testing::Not(IsEmpty()));
  std::mt19937 random(5);
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (int n = 0; n < 200; ++n) text += static_cast<char>("ab *$.\x09 "[random() % 8]);
    if (text.find("ab") != text.npos) EXPECT_THAT(list.find(text), testing::Not(IsEmpty())) << text;
  }
}

TEST(Links, AreFoundWithAndWithoutScheme) {
  EXPECT_THAT(find_domains("see https://www.example.com/a?b=c.net now"), ElementsAre("example.com"));
  EXPECT_THAT(find_domains("at Example.CO.UK/x"), ElementsAre("example.co.uk"));
  EXPECT_THAT(find_domains("free.stuff.xyz and www.spam.zz"), ElementsAre("stuff.xyz", "spam.zz"));
  EXPECT_THAT(find_domains("http://10.1.2.3/x"), ElementsAre("10.1.2.3"));
}

TEST(Links, AreFoundWhenTheyHide) {
  EXPECT_THAT(find_domains("example (dot) com"), ElementsAre("example.com"));
  EXPECT_THAT(find_domains("example[.]com"), ElementsAre("example.com"));
  EXPECT_THAT(find_domains("hxxps://evil.zz/1"), ElementsAre("evil.zz"));
  EXPECT_THAT(find_domains("ｅｘａｍｐｌｅ．ｃｏｍ"), ElementsAre("example.com"));
  EXPECT_THAT(find_domains("xn--mnchen-3ya.de/x"), ElementsAre("münchen.de"));
}

TEST(Links, AreNotSeenInOrdinaryText) {
  for (const char* text : {"e.g. this", "wait.what", "4.5 Mbit/s", "ok...so", "Hm. It is", "v1.2.3",
                           "1.2.3.4 is a version", "and/or", "on the dot at", "well.at least", "Mr.Smith"}) {
    EXPECT_THAT(find_domains(text), IsEmpty()) << text;
  }
}

TEST(Links, HaveTheRegistrableDomain) {
  EXPECT_EQ(*registrable_domain("a.b.example.com"), "example.com");
  EXPECT_EQ(*registrable_domain("a.b.example.com.au"), "example.com.au");
  EXPECT_FALSE(registrable_domain("example").ok());
  EXPECT_FALSE(registrable_domain("").ok());
  EXPECT_FALSE(registrable_domain("a b.com").ok());
}

}  // namespace
}  // namespace grandstand::wording

// SPDX-License-Identifier: MIT
// How well a word list of usual size does on a corpus of our own: evasions that are known from chats, and messages that
// only look like them.
#include "test_paths.hpp"

#include <grandstand/wording/word_list.hpp>

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace grandstand::wording {
namespace {

std::vector<std::string> lines_of(const std::string& name) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR) + "/tests/wording/corpus/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

WordList usual_list() {
  std::vector<WordList::Entry> entries;
  for (const char* word :
       {"*fuck*", "fuk",    "shit*",   "*shit",     "asshole*", "bitch",    "bitches",     "cunt*",
        "whore",  "whores", "wanker*", "dickhead*", "bastard",  "bastards", "slut",        "sluts",
        "porn",   "faggot", "retard",  "retards",   "retarded", "scammer*", "free vbucks", "buy followers"}) {
    entries.push_back({*parse_pattern(word)});
  }
  for (const char* word : {"shiitake", "matsushita", "who re", "mishit", "shittu", "bit ch"})
    entries.push_back({*parse_pattern(word), 0, true});
  return WordList(std::move(entries));
}

TEST(Corpus, FindsNineteenOfTwentyEvasionsAndTakesOneInnocentOfTwoHundredAtMost) {
  const auto list = usual_list();
  const auto evasions = lines_of("evasions.txt");
  const auto innocents = lines_of("innocents.txt");
  ASSERT_EQ(evasions.size(), 500u);
  ASSERT_EQ(innocents.size(), 2000u);
  std::size_t found = 0, taken = 0;
  for (const auto& line : evasions) {
    if (list.find(line).empty()) {
      std::cout << "  missed: " << line << '\n';
    } else {
      ++found;
    }
  }
  for (const auto& line : innocents) {
    const auto hits = list.find(line);
    if (hits.empty()) continue;
    ++taken;
    std::cout << "  taken for " << hits[0]->pattern.text << ": " << line << '\n';
  }
  const double recall = 100.0 * static_cast<double>(found) / static_cast<double>(evasions.size());
  const double false_positives = 100.0 * static_cast<double>(taken) / static_cast<double>(innocents.size());
  std::cout << "recall " << recall << " % of " << evasions.size() << " evasions, false positives " << false_positives
            << " % of " << innocents.size() << " innocent messages\n";
  EXPECT_GE(recall, 95.0);
  EXPECT_LE(false_positives, 0.5);
}

}  // namespace
}  // namespace grandstand::wording

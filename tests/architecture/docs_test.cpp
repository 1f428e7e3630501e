// SPDX-License-Identifier: MIT
// The documentation against the tree that it describes.
#include "source_tree.hpp"

#include <map>

#include <gtest/gtest.h>

namespace grandstand::architecture {
namespace {

std::vector<std::string> folders_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot / folder)) {
    if (entry.is_directory() && !std::filesystem::is_empty(entry.path()))
      names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// README.md and everything in docs/.
std::vector<SourceFile> pages() {
  auto pages = files_below({"docs", "src"}, {".md"});
  if (std::filesystem::exists(kRoot / "README.md")) pages.push_back({"README.md", read_text(kRoot / "README.md")});
  return pages;
}

// The text without what stands in code blocks and `code`.
std::string prose_of(const std::string& text) {
  static const std::regex code("`[^`\\n]*`");
  std::istringstream lines(text);
  std::string prose;
  bool in_block = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) in_block = !in_block;
    const bool indented = line.starts_with("    ");
    prose += (in_block || indented ? "" : std::regex_replace(line, code, "")) + "\n";
  }
  return prose;
}

TEST(Documentation, EveryFolderOfTheSourcesHasItsLine) {
  const std::string readme = read_text(kRoot / "src/README.md");
  for (const std::string& folder : folders_in("src")) {
    EXPECT_NE(readme.find("| `" + folder + "` |"), std::string::npos) << "src/README.md has no line for src/" << folder;
  }
}

TEST(Documentation, TheReadmeOfTheSourcesNamesNoFolderThatIsGone) {
  static const std::regex row("\\| `([a-z0-9_]+)` \\|");
  const std::string readme = read_text(kRoot / "src/README.md");
  for (std::sregex_iterator match(readme.begin(), readme.end(), row), end; match != end; ++match) {
    EXPECT_TRUE(std::filesystem::is_directory(kRoot / "src" / (*match)[1].str())) << "src/README.md: " << (*match)[1];
  }
}

TEST(Documentation, EveryModuleIsInTheLayers) {
  const std::string layers = "\n" + read_text(kRoot / "docs/layers.txt");
  for (const std::string& folder : {std::string("src"), std::string("include/grandstand")}) {
    for (const std::string& module : folders_in(folder)) {
      if (module == "webui") continue;
      EXPECT_NE(layers.find("\n" + module + ":"), std::string::npos) << "docs/layers.txt has no line for " << module;
    }
  }
}

// Tests by suite and name, or by their file in tests/e2e.
void expect_named_tests_exist(const std::string& page, int at_least) {
  static const std::regex name("`([A-Z]\\w+)\\.([A-Z]\\w+)`|`(\\w+\\.test\\.mjs)`");
  std::string tests;
  for (const SourceFile& file : files_below({"tests"}, {"_test.cpp"})) tests += file.text;
  const std::string text = read_text(kRoot / page);
  int named = 0;
  for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match, ++named) {
    const auto& found = *match;
    const bool exists = found[3].matched
                            ? std::filesystem::exists(kRoot / "tests/e2e" / found[3].str())
                            : tests.find("(" + found[1].str() + ", " + found[2].str() + ")") != std::string::npos;
    EXPECT_TRUE(exists) << page << " names " << found[0];
  }
  EXPECT_GT(named, at_least);
}

TEST(Documentation, TheTestsThatTheBadInputPageNamesExist) {
  expect_named_tests_exist("docs/bad_input.md", 50);
}

TEST(Documentation, TheTestsThatTheSignalFaultsPageNamesExist) {
  expect_named_tests_exist("docs/signal_faults.md", 60);
}

TEST(Documentation, RelativeLinksResolve) {
  static const std::regex link("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
  for (const SourceFile& page : pages()) {
    const std::string prose = prose_of(page.text);
    for (std::sregex_iterator match(prose.begin(), prose.end(), link), end; match != end; ++match) {
      const std::string target = (*match)[1].str();
      if (target.find("://") != std::string::npos || target.starts_with("mailto:")) continue;
      EXPECT_TRUE(std::filesystem::exists(kRoot / std::filesystem::path(page.path).parent_path() / target))
          << page.path << " links to " << target;
    }
  }
}

TEST(Documentation, DecisionsHaveNumbersOfTheirOwn) {
  static const std::regex name("^([0-9]{4})-[a-z0-9-]+\\.md$");
  std::map<std::string, std::string> taken;
  for (const SourceFile& page : files_below({"docs/decisions"}, {".md"})) {
    const std::string file = std::filesystem::path(page.path).filename().string();
    std::smatch match;
    ASSERT_TRUE(std::regex_match(file, match, name)) << file << " is not named NNNN-title.md";
    EXPECT_TRUE(taken.try_emplace(match[1], file).second) << file << " has the number of " << taken[match[1]];
  }
}

TEST(Documentation, EveryMetricIsInTheOperationsManual) {
  static const std::regex literal("\"(grandstand_[a-z0-9_]*[a-z0-9])\"");
  const std::set<std::string> no_metrics{"grandstand_session"};  // the cookie
  const std::string manual = read_text(kRoot / "docs/operations.md");
  for (const SourceFile& file : files_below({"src"}, {".cpp"})) {
    for (std::sregex_iterator match(file.text.begin(), file.text.end(), literal), end; match != end; ++match) {
      const std::string name = (*match)[1].str();
      if (no_metrics.contains(name)) continue;
      EXPECT_NE(manual.find("`" + name + "`"), std::string::npos)
          << "docs/operations.md does not say what " << name << " (" << file.path << ") is";
    }
  }
}

// "grandstand_store_seconds_bucket" is a series of the metric "grandstand_store_seconds".
std::string metric_of(const std::string& series, const std::string& manual) {
  static const std::regex part("_(bucket|sum|count)$");
  return manual.find("`" + series + "`") == std::string::npos ? std::regex_replace(series, part, "") : series;
}

TEST(Documentation, EveryMetricOfDashboardAndAlertRulesIsInTheOperationsManual) {
  static const std::regex name("grandstand_[a-z0-9_]*[a-z0-9]");
  const std::string manual = read_text(kRoot / "docs/operations.md");
  int named = 0;
  for (const SourceFile& file : files_below({"docker/prometheus", "docker/grafana"}, {".yaml", ".json"})) {
    for (std::sregex_iterator match(file.text.begin(), file.text.end(), name), end; match != end; ++match, ++named) {
      const std::string metric = metric_of(match->str(), manual);
      EXPECT_NE(manual.find("`" + metric + "`"), std::string::npos)
          << file.path << " asks for " << metric << ", of which docs/operations.md does not say what it is";
    }
  }
  EXPECT_GT(named, 60);
}

TEST(Documentation, EveryAlarmIsInTheOperationsManual) {
  static const std::regex rule("- alert: (\\w+)");
  static const std::regex raised("raise\\(\"([a-z0-9_]*[a-z0-9])\"");
  const std::string manual = read_text(kRoot / "docs/operations.md");
  const auto expect_all = [&](const std::string& path, const std::regex& pattern, std::size_t at_least) {
    const std::string text = read_text(kRoot / path);
    std::size_t found = 0;
    for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match, ++found) {
      const std::string name = (*match)[1].str();
      EXPECT_NE(manual.find("`" + name + "`"), std::string::npos)
          << "docs/operations.md does not say what to do on " << name << " (" << path << ")";
    }
    EXPECT_GE(found, at_least) << path;
  };
  expect_all("docker/prometheus/alerts.yaml", rule, 10);
  expect_all("src/channels/alarm_book.cpp", raised, 10);
}

TEST(Documentation, TheGlossaryHasOneWordPerIdea) {
  // | **word** | meaning | words not to use for it |
  static const std::regex row("^\\| \\*\\*([^*|]+)\\*\\* \\| ([^|]+) \\| ([^|]*)\\|$");
  std::set<std::string> words;
  std::vector<std::pair<std::string, std::string>> refused;
  std::istringstream lines(read_text(kRoot / "docs/glossary.md"));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| **")) continue;
    std::smatch match;
    ASSERT_TRUE(std::regex_match(line, match, row)) << "docs/glossary.md: not a row of three cells: " << line;
    EXPECT_TRUE(words.insert(match[1]).second) << "docs/glossary.md: '" << match[1] << "' stands there twice";
    std::istringstream others(match[3]);
    for (std::string other; std::getline(others, other, ',');) {
      const std::size_t begin = other.find_first_not_of(' ');
      if (begin == std::string::npos) continue;
      refused.emplace_back(other.substr(begin, other.find_last_not_of(' ') - begin + 1), match[1]);
    }
  }
  EXPECT_GE(words.size(), 25u);
  for (const auto& [other, word] : refused) {
    EXPECT_FALSE(words.contains(other)) << "docs/glossary.md refuses '" << other << "' for '" << word
                                        << "' and defines it";
  }
}

}  // namespace
}  // namespace grandstand::architecture

// SPDX-License-Identifier: MIT
// docs/layers.txt against every #include of the project.
#include "source_tree.hpp"

#include <functional>
#include <map>

#include <gtest/gtest.h>

namespace grandstand::architecture {
namespace {

struct Table {
  std::vector<std::string> modules;                      // from the bottom to the top
  std::map<std::string, std::set<std::string>> allowed;  // module -> what it may include
};

const Table& table() {
  static const Table table = [] {
    Table result;
    std::istringstream lines(read_text(kRoot / "docs/layers.txt"));
    for (std::string line; std::getline(lines, line);) {
      const std::size_t colon = line.find(':');
      if (line.empty() || line[0] == '#' || colon == std::string::npos) continue;
      const std::string module = line.substr(0, colon);
      result.modules.push_back(module);
      std::istringstream uses(line.substr(colon + 1));
      auto& allowed = result.allowed[module];
      for (std::string use; uses >> use;) allowed.insert(use);
    }
    return result;
  }();
  return table;
}

// "hls" of "grandstand/hls/origin.hpp"; empty for other libraries.
std::string module_of_include(const std::string& name) {
  return name.starts_with("grandstand/") ? module_of("include/" + name) : "";
}

// The file that a quoted include means: one in the same folder.
std::string neighbour(const std::string& path, const std::string& name) {
  return (std::filesystem::path(path).parent_path() / name).lexically_normal().generic_string();
}

// "chat_sql.hpp" is made from "chat.sql" of the same module by CMake.
bool is_made_by_cmake(const std::string& path, const std::string& name) {
  if (path.starts_with("src/http/") && name == "api_documents.hpp") return true;
  constexpr std::string_view kEnding = "_sql.hpp";
  if (!name.ends_with(kEnding)) return false;
  const std::string sql = name.substr(0, name.size() - kEnding.size()) + ".sql";
  return std::filesystem::exists(kRoot / neighbour(path, sql));
}

TEST(Layering, TheTableGoesStrictlyDownwards) {
  ASSERT_FALSE(table().modules.empty());
  std::set<std::string> below;
  for (const std::string& module : table().modules) {
    for (const std::string& use : table().allowed.at(module)) {
      EXPECT_TRUE(below.contains(use)) << "docs/layers.txt: " << module << " uses " << use
                                       << ", which is not above it in the file";
    }
    EXPECT_TRUE(below.insert(module).second) << "docs/layers.txt: " << module << " stands there twice";
  }
}

TEST(Layering, EveryIncludeOfAnotherModuleIsInTheTable) {
  std::vector<std::string> violations;
  for (const SourceFile& file : cpp_files()) {
    const std::string module = module_of(file.path);
    for (const Include& include : includes_of(file)) {
      const std::string place = file.path + ":" + std::to_string(include.line) + ": ";
      const std::string used = module_of_include(include.name);
      if (used.empty() || used == module) continue;
      if (!table().allowed.contains(module)) {
        violations.push_back(place + "the module '" + module + "' is not in docs/layers.txt");
      } else if (!table().allowed.at(module).contains(used)) {
        violations.push_back(place + module + " may not include " + used);
      }
    }
  }
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

TEST(Layering, EveryAllowanceIsUsed) {
  std::map<std::string, std::set<std::string>> used;
  for (const SourceFile& file : cpp_files()) {
    for (const Include& include : includes_of(file)) used[module_of(file.path)].insert(module_of_include(include.name));
  }
  for (const auto& [module, allowed] : table().allowed) {
    for (const std::string& use : allowed) {
      EXPECT_TRUE(used[module].contains(use))
          << "docs/layers.txt: no file of " << module << " includes " << use << " any more";
    }
  }
}

TEST(Layering, QuotedIncludesAreFilesOfTheSameFolder) {
  std::vector<std::string> violations;
  for (const SourceFile& file : cpp_files()) {
    for (const Include& include : includes_of(file)) {
      const std::string place = file.path + ":" + std::to_string(include.line) + ": ";
      if (include.name.find("../") != std::string::npos) {
        violations.push_back(place + include.name + ": leaves its folder");
      } else if (include.quoted && file.path.starts_with("include/")) {
        violations.push_back(place + include.name + ": a public header includes a private one");
      } else if (include.quoted && !std::filesystem::exists(kRoot / neighbour(file.path, include.name)) &&
                 !is_made_by_cmake(file.path, include.name)) {
        violations.push_back(place + include.name + ": not in the same folder");
      } else if (!include.quoted && include.name.starts_with("grandstand/") &&
                 !std::filesystem::exists(kRoot / "include" / include.name)) {
        violations.push_back(place + include.name + ": no public header of that name");
      }
    }
  }
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

TEST(Layering, NoFileIncludesItselfThroughOthers) {
  std::map<std::string, std::vector<std::string>> graph;
  for (const SourceFile& file : cpp_files()) {
    for (const Include& include : includes_of(file)) {
      graph[file.path].push_back(include.quoted ? neighbour(file.path, include.name) : "include/" + include.name);
    }
  }
  std::map<std::string, int> state;  // 1: being visited, 2: done
  std::vector<std::string> path;
  std::function<void(const std::string&)> visit = [&](const std::string& file) {
    if (state[file] == 2) return;
    path.push_back(file);
    if (state[file] == 1) {
      ADD_FAILURE() << "files include each other in a circle:" << lines_of(path);
    } else {
      state[file] = 1;
      for (const std::string& next : graph[file]) visit(next);
    }
    state[file] = 2;
    path.pop_back();
  };
  for (const SourceFile& file : cpp_files()) visit(file.path);
}

TEST(Layering, FeaturesKnowOnlyTheirOwnFolder) {
  // Quoted includes stay in a folder already; nothing of another feature can be public, so only social's contract is.
  std::vector<std::string> violations;
  static const std::regex pattern("^src/social/([a-z0-9_]+)/.*");
  for (const SourceFile& file : cpp_files()) {
    std::smatch match;
    if (!std::regex_match(file.path, match, pattern)) continue;
    for (const Include& include : includes_of(file)) {
      if (include.name == "grandstand/social/feature_table.hpp") {
        violations.push_back(file.path + ": a feature includes the table of all features");
      }
    }
  }
  EXPECT_TRUE(violations.empty()) << lines_of(violations);
}

}  // namespace
}  // namespace grandstand::architecture

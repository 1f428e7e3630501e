// SPDX-License-Identifier: MIT
#pragma once

#include "test_paths.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// What the architecture tests read: the project's own files, as text.
namespace grandstand::architecture {

inline const std::filesystem::path kRoot = GRANDSTAND_SOURCE_DIR;

struct SourceFile {
  std::string path;  // relative to the root: "src/hls/origin.cpp"
  std::string text;
};

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The files below the folders whose names end in one of the endings; what npm and builds put there is left out.
inline std::vector<SourceFile> files_below(const std::vector<std::string>& folders,
                                           const std::vector<std::string>& endings) {
  std::vector<SourceFile> files;
  for (const std::string& folder : folders) {
    if (!std::filesystem::exists(kRoot / folder)) continue;
    for (std::filesystem::recursive_directory_iterator entry(kRoot / folder), end; entry != end; ++entry) {
      const std::string name = entry->path().filename().string();
      if (entry->is_directory() && (name == "node_modules" || name == "dist")) entry.disable_recursion_pending();
      const bool wanted =
          std::any_of(endings.begin(), endings.end(), [&](const std::string& e) { return name.ends_with(e); });
      if (!entry->is_regular_file() || !wanted) continue;
      files.push_back({std::filesystem::relative(entry->path(), kRoot).generic_string(), read_text(entry->path())});
    }
  }
  std::sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

inline const std::vector<SourceFile>& cpp_files() {
  static const std::vector<SourceFile> files = files_below({"include", "src"}, {".hpp", ".cpp"});
  return files;
}

// "hls" of "src/hls/origin.cpp" and of "include/grandstand/hls/origin.hpp"; empty for files that are in no module.
inline std::string module_of(const std::string& path) {
  static const std::regex pattern("^(?:src|include/grandstand)/([a-z0-9_]+)/.*");
  std::smatch match;
  return std::regex_match(path, match, pattern) ? match[1].str() : "";
}

// The code with comments and the contents of literals replaced by blanks; lines stay where they are.
inline std::string code_only(std::string_view text) {
  std::string code(text);
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, code.size()); ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    std::size_t end = i;
    if (rest.starts_with("//")) {
      end = std::min(text.find('\n', i), text.size());
    } else if (rest.starts_with("/*")) {
      end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
    } else if (rest.starts_with("R\"")) {
      const std::string_view delimiter = rest.substr(2, rest.find('(') - 2);
      end = std::min(text.find(")" + std::string(delimiter) + "\"", i), text.size());
    } else if (rest[0] == '"' ||
               (rest[0] == '\'' && (i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1]))))) {
      end = i + 1;
      while (end < text.size() && text[end] != rest[0] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      ++end;
    }
    if (end > i) {
      blank(i, end);
      i = end - 1;
    }
  }
  return code;
}

struct Include {
  int line = 0;
  bool quoted = false;
  std::string name;
};

inline std::vector<Include> includes_of(const SourceFile& file) {
  static const std::regex pattern("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"].*");
  std::vector<Include> includes;
  std::istringstream lines(file.text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::smatch match;
    if (line.find("#") == std::string::npos) continue;
    if (std::regex_match(line, match, pattern)) includes.push_back({number, match[1] == "\"", match[2]});
  }
  return includes;
}

inline bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Places in the text (the file's own, or its code only) where one of the words stands, as "path:line: word". A word is
// not found inside a longer one, but one that begins with '_' may be its end.
inline std::vector<std::string> find_words(const SourceFile& file, const std::string& text,
                                           const std::vector<std::string>& words) {
  std::vector<std::string> places;
  for (const std::string& word : words) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      const bool begins = word[0] == '_' || at == 0 || !is_word_character(text[at - 1]);
      const bool ends = !is_word_character(word.back()) || end == text.size() || !is_word_character(text[end]);
      const bool is_scope = text.compare(end, 2, "::") == 0;  // std::thread::hardware_concurrency() is no thread
      if (!begins || !ends || is_scope) continue;
      const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
      places.push_back(file.path + ":" + std::to_string(line) + ": " + word);
    }
  }
  return places;
}

inline std::string lines_of(const std::vector<std::string>& violations) {
  std::string text;
  for (const std::string& violation : violations) text += "\n  " + violation;
  return text;
}

}  // namespace grandstand::architecture

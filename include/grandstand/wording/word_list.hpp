// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/wording/shadow.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::wording {

inline constexpr std::size_t kLongestPattern = 60;  // code points

// A word or phrase as moderators write it: "word" is the whole word, "word*" also its beginning, "*word" its end,
// "*word*" anywhere.
struct Pattern {
  std::string text;  // as it was written
  bool open_begin = false, open_end = false;
  std::vector<Letter> letters;
};
// kInvalidArgument: nothing left to look for, or too long.
Result<Pattern> parse_pattern(std::string_view text);

// Finds the patterns of a list in texts, all at once in linear time (Aho-Corasick over shadows). What lies within an
// allowed word ("Scunthorpe") does not count.
//
// Owner: whoever asks.   Runs on: anywhere; immutable.
class WordList {
 public:
  struct Entry {
    Pattern pattern;
    int tag = 0;  // of the owner
    bool allowed = false;
  };
  explicit WordList(std::vector<Entry> entries);

  // The entries that the text contains, each once, in the order of the list; without allowed ones.
  std::vector<const Entry*> find(std::string_view text) const;

 private:
  struct Node {
    std::map<char32_t, std::uint32_t> next;
    std::uint32_t fallback = 0;
    std::uint32_t shorter = 0;         // the next node on the way of fallbacks that ends a pattern; 0: none
    std::vector<std::size_t> entries;  // that end here
  };
  struct Span {
    std::size_t begin, end;
    std::size_t entry;
  };
  std::vector<Span> spans(const std::vector<Letter>& letters) const;
  bool fits(const std::vector<Letter>& letters, const Span& span) const;

  std::vector<Entry> entries_;
  std::vector<Node> nodes_;
};

}  // namespace grandstand::wording

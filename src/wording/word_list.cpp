// SPDX-License-Identifier: MIT
#include <grandstand/base/text.hpp>
#include <grandstand/wording/word_list.hpp>

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

namespace grandstand::wording {

Result<Pattern> parse_pattern(std::string_view text) {
  const auto refused = [&](std::string why) { return Error{ErrorCode::kInvalidArgument, "The word " + why}; };
  if (!is_valid_utf8(text)) return refused("is not valid UTF-8.");
  text = trim(text);
  if (count_code_points(text) > kLongestPattern) {
    return refused("has more than " + std::to_string(kLongestPattern) + " characters.");
  }
  Pattern pattern{std::string(text), text.starts_with('*'), text.ends_with('*'), {}};
  if (pattern.open_begin) text.remove_prefix(1);
  if (text.ends_with('*')) text.remove_suffix(1);
  if (text.find('*') != text.npos) return refused("may have * at its ends only: word, word*, *word, *word*.");
  pattern.letters = make_shadow(text).letters;
  std::size_t length = 0;
  for (const auto& letter : pattern.letters) length += letter.run;
  if (length < 2) return refused("needs at least two letters or digits.");
  return pattern;
}

WordList::WordList(std::vector<Entry> entries) : entries_(std::move(entries)), nodes_(1) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::uint32_t at = 0;
    for (const auto& letter : entries_[i].pattern.letters) {
      const auto found = nodes_[at].next.find(letter.value);
      if (found != nodes_[at].next.end()) {
        at = found->second;
        continue;
      }
      nodes_.emplace_back();
      const auto made = static_cast<std::uint32_t>(nodes_.size() - 1);
      nodes_[at].next[letter.value] = made;
      at = made;
    }
    nodes_[at].entries.push_back(i);
  }
  std::deque<std::uint32_t> queue;
  for (const auto& [letter, child] : nodes_[0].next) queue.push_back(child);
  while (!queue.empty()) {
    const auto at = queue.front();
    queue.pop_front();
    for (const auto& [letter, child] : nodes_[at].next) {
      auto back = nodes_[at].fallback;
      while (back != 0 && !nodes_[back].next.contains(letter)) back = nodes_[back].fallback;
      const auto found = nodes_[back].next.find(letter);
      const std::uint32_t to = found == nodes_[back].next.end() ? 0 : found->second;
      nodes_[child].fallback = to;
      nodes_[child].shorter = nodes_[to].entries.empty() ? nodes_[to].shorter : to;
      queue.push_back(child);
    }
  }
}

// Whether the letters there are the pattern's: as often in a row, and at the borders of words as its reach demands. A
// match over several words ("f u c k") has to be made of whole ones; an allowed phrase ("an US") of the same ones.
bool WordList::fits(const std::vector<Letter>& letters, const Span& span) const {
  const auto& entry = entries_[span.entry];
  const auto& wanted = entry.pattern.letters;
  bool is_split = false;
  bool same_borders = true;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& letter = letters[span.begin + i];
    if (letter.run < wanted[i].run) return false;
    if (i == 0) continue;
    is_split = is_split || letter.begins;
    same_borders = same_borders && letter.begins == wanted[i].begins;
  }
  const bool at_begin = letters[span.begin].begins;
  const bool at_end = span.end == letters.size() || letters[span.end].begins;
  if (entry.allowed && !same_borders) return false;
  return (at_begin || (entry.pattern.open_begin && !is_split)) && (at_end || (entry.pattern.open_end && !is_split));
}

std::vector<WordList::Span> WordList::spans(const std::vector<Letter>& letters) const {
  std::vector<Span> found;
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const auto letter = letters[i].value;
    while (at != 0 && !nodes_[at].next.contains(letter)) at = nodes_[at].fallback;
    const auto step = nodes_[at].next.find(letter);
    at = step == nodes_[at].next.end() ? 0 : step->second;
    for (auto end = nodes_[at].entries.empty() ? nodes_[at].shorter : at; end != 0; end = nodes_[end].shorter) {
      for (const auto entry : nodes_[end].entries) {
        const Span span{i + 1 - entries_[entry].pattern.letters.size(), i + 1, entry};
        if (fits(letters, span)) found.push_back(span);
      }
    }
  }
  return found;
}

std::vector<const WordList::Entry*> WordList::find(std::string_view text) const {
  std::set<std::size_t> all;
  const auto look = [&](char mask) {
    const auto found = spans(make_shadow(text, mask).letters);
    for (const auto& span : found) {
      if (entries_[span.entry].allowed) continue;
      const bool excused = std::ranges::any_of(found, [&](const Span& other) {
        return entries_[other.entry].allowed && other.begin <= span.begin && other.end >= span.end;
      });
      if (!excused) all.insert(span.entry);
    }
  };
  look(0);
  if (text.find('*') != text.npos) {
    for (const char vowel : {'a', 'e', 'i', 'o', 'u'}) look(vowel);
  }
  std::vector<const Entry*> entries;
  for (const auto entry : all) entries.push_back(&entries_[entry]);
  return entries;
}

}  // namespace grandstand::wording

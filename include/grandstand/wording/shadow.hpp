// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

// Texts as people read them, whatever they are written with: for telling what is said, never for showing or keeping.
namespace grandstand::wording {

// One letter of a shadow: `run` times in a row in the text; `begins` a word of it.
struct Letter {
  char32_t value = 0;
  std::uint16_t run = 1;
  bool begins = false;
  friend bool operator==(const Letter&, const Letter&) = default;
};

// The normalised shadow of a text: NFKC, case fold, confusable skeleton (UTS #39), leet map, repeats collapsed,
// separators removed. Letters that stand for one another in evasions (i and l, c and k, s and z, u and v) are one.
struct Shadow {
  std::vector<Letter> letters;
};

inline constexpr std::size_t kLongestShadowed = 4096;  // bytes of a text that are looked at

// `mask`: the letter that a '*' within a word stands for; 0: it separates. `text` must be valid UTF-8.
Shadow make_shadow(std::string_view text, char mask = 0);

// 64 bits that differ little between texts that differ little (SimHash of runs of three letters). 0: too short to tell.
std::uint64_t similarity_hash(const Shadow& shadow);
bool are_near_duplicates(std::uint64_t a, std::uint64_t b);

// The same for texts that people would call the same.
std::uint64_t exact_hash(const Shadow& shadow);

// Whether the text is nothing but emoji, emotes (":wave:") and white space. `known`: which names are emotes; none
// given: all that look like it.
bool is_emotes_only(std::string_view text, const std::function<bool(std::string_view)>& known = {});

}  // namespace grandstand::wording

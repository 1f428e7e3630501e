// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

namespace grandstand::hlscheck {

// Must: what draft-pantos-hls-rfc8216bis ("bis") demands, or what makes players fail. Should: what bis recommends, and
// what Apple's HLS Authoring Specification ("Aut", with its rule's number) asks for beyond it.
enum class Grade { kMust, kShould };
std::string_view to_string(Grade grade);  // "Must", "Should"

// How much of a rule a program can see from outside.
enum class Coverage { kWhole, kPartly };
std::string_view to_string(Coverage coverage);  // "whole", "partly"

struct Rule {
  int number = 0;
  Grade grade = Grade::kMust;  // the worst that a finding of this rule can be
  Coverage coverage = Coverage::kWhole;
  std::string_view title;
  std::string_view not_checked;  // what of it stays unchecked, and why; empty when kWhole
};

// All rules, by number, which starts at 1 and has no holes.
std::span<const Rule> rules();

}  // namespace grandstand::hlscheck

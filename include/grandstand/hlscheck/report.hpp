// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/hlscheck/rules.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace grandstand::hlscheck {

// One kind of fault in one playlist (or server), with the first place where it was seen.
struct Finding {
  int rule = 0;
  Grade grade = Grade::kMust;
  std::string url;    // of the playlist, segment or answer; without credentials and query
  int line = 0;       // of the playlist, from 1; 0: not a matter of a line
  std::string wrong;  // what was found there first
  std::string expected;
  std::uint64_t count = 1;  // how many different cases of it were found
};

// What a check found, and how much it looked at.
struct Report {
  std::string url;
  std::vector<Finding> findings;   // Must before Should, then by rule and URL
  std::vector<std::string> notes;  // what could not be looked at, and why
  std::uint64_t playlists = 0;     // different media playlists
  std::uint64_t versions = 0;      // different versions of them
  std::uint64_t segments = 0;      // media segments taken apart
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;

  bool has_must() const;
};

std::string to_text(const Report& report);  // for people, grouped by grade, with a summary as last line
std::string to_json(const Report& report);  // one object; docs/hlscheck.md describes it

}  // namespace grandstand::hlscheck

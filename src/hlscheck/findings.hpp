// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/hlscheck/report.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace grandstand::hlscheck {

// Where something is wrong.
struct Place {
  std::string playlist;  // findings are folded per playlist
  int line = 0;
  std::string resource = {};  // a segment or part of that playlist, if it is not the playlist itself
};

// Collects findings and folds the same fault of the same playlist into one with a count of its different cases.
//
// Owner: a check.   Runs on: its thread.   Stops: no need.
class Findings {
 public:
  // `wrong` names the case ("segment 17 lasts 9.2 s"), `expected` is the same text for all cases of one fault.
  void must(int rule, const Place& place, std::string wrong, std::string_view expected) {
    add(Grade::kMust, rule, place, std::move(wrong), expected);
  }
  void should(int rule, const Place& place, std::string wrong, std::string_view expected) {
    add(Grade::kShould, rule, place, std::move(wrong), expected);
  }
  void add(Grade grade, int rule, const Place& place, std::string wrong, std::string_view expected);

  bool full() const { return full_; }  // more different faults than are kept
  std::vector<Finding> sorted() const;

 private:
  using Key = std::tuple<Grade, int, std::string, std::string>;
  struct Entry {
    Finding finding;
    std::set<std::size_t> cases;  // hashes of `wrong`
  };
  std::map<Key, Entry> entries_;
  bool full_ = false;
};

}  // namespace grandstand::hlscheck

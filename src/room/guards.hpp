// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/room/feature.hpp>
#include <grandstand/room/room.hpp>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace grandstand::room {

// The features of a room that guard the others, in the order of the catalogue, and how often they kept commands back.
class Guards {
 public:
  struct Entry {
    std::size_t feature = 0;  // index in the catalogue
    Guard& guard;
  };
  struct Judgement {
    Verdict verdict;
    std::size_t guard = 0;  // the feature that decided, unless all let it pass
  };

  // Of features that live as long.
  explicit Guards(std::span<const std::unique_ptr<Feature>> features);

  // `unasked`: features that have no say in it.
  Judgement judge(const Facts& facts, const Judged& judged, std::initializer_list<std::size_t> unasked);
  // It was carried out, held or shadowed; its own feature does not have to be told.
  void said(const Facts& facts, const Judged& judged, std::size_t feature);
  void exceeded(const Facts& facts, const Command& command);
  bool hides_name(const Facts& facts, const User& user) const;

  std::span<const Entry> all() const { return all_; }
  std::vector<GuardCount> take_counts() { return std::exchange(counts_, {}); }

 private:
  void count(const Judgement& judgement);

  std::vector<Entry> all_;
  std::vector<GuardCount> counts_;
};

}  // namespace grandstand::room

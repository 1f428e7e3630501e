// SPDX-License-Identifier: MIT
#include "fault_list.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace grandstand::config {
namespace {

constexpr std::size_t kMaxFaults = 100;

// Levenshtein's distance; a swap of two neighbours counts as one.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  std::iota(cost[0].begin(), cost[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string to_string(const Fault& fault) {
  std::string text = fault.file;
  if (fault.line > 0) text += ':' + std::to_string(fault.line) + ':' + std::to_string(fault.column);
  return text + ": " + fault.message;
}

void FaultList::add(Position position, std::string message) {
  if (faults_.size() >= kMaxFaults) {
    ++left_out_;
    return;
  }
  faults_.push_back({file_, position.line, position.column, std::move(message)});
}

std::vector<Fault> FaultList::take() {
  std::sort(faults_.begin(), faults_.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.line, a.column, a.message) < std::tie(b.line, b.column, b.message);
  });
  if (left_out_ > 0) {
    faults_.push_back({file_, 0, 0, std::to_string(left_out_) + " further faults are not shown"});
  }
  return std::move(faults_);
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongestKey = 64;
  if (word.size() > kLongestKey) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string quote(std::string_view value) {
  constexpr std::size_t kLongest = 64;
  std::size_t length = std::min(value.size(), kLongest);
  // Never in the middle of a UTF-8 sequence.
  while (length < value.size() && length > 0 && (static_cast<unsigned char>(value[length]) & 0xC0) == 0x80) --length;
  std::string text = "'";
  for (const char c : value.substr(0, length)) {
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  }
  if (length < value.size()) text += "...";
  return text + "'";
}

}  // namespace grandstand::config

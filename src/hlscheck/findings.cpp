// SPDX-License-Identifier: MIT
#include "findings.hpp"

#include <grandstand/base/log.hpp>

#include <functional>

namespace grandstand::hlscheck {
namespace {

constexpr std::size_t kMaxFindings = 1'000;
constexpr std::size_t kMaxCases = 10'000;
constexpr std::size_t kMaxTextBytes = 400;

// Playlists of others are quoted in findings: nothing of them may steer a terminal or break JSON.
std::string presentable(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, kMaxTextBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 0x20 || byte >= 0x7f ? '?' : c;
  }
  if (text.size() > kMaxTextBytes) result += "...";
  return result;
}

}  // namespace

void Findings::add(Grade grade, int rule, const Place& place, std::string wrong, std::string_view expected) {
  const Key key{grade, rule, place.playlist, std::string(expected)};
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= kMaxFindings) {
      full_ = true;
      return;
    }
    const auto& url = place.resource.empty() ? place.playlist : place.resource;
    Finding finding{.rule = rule,
                    .grade = grade,
                    .url = presentable(log::redact(url)),
                    .line = place.resource.empty() ? place.line : 0,
                    .wrong = presentable(wrong),
                    .expected = presentable(expected)};
    found = entries_.emplace(key, Entry{std::move(finding), {}}).first;
  }
  auto& entry = found->second;
  if (entry.cases.size() < kMaxCases) entry.cases.insert(std::hash<std::string>{}(wrong));
  entry.finding.count = entry.cases.size();
}

std::vector<Finding> Findings::sorted() const {
  std::vector<Finding> result;
  for (const auto& [key, entry] : entries_) result.push_back(entry.finding);
  return result;
}

}  // namespace grandstand::hlscheck

// SPDX-License-Identifier: MIT
#include "guards.hpp"

#include <algorithm>

namespace grandstand::room {

Guards::Guards(std::span<const std::unique_ptr<Feature>> features) {
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (auto* const guard = features[i]->guard()) all_.push_back({i, *guard});
  }
}

Guards::Judgement Guards::judge(const Facts& facts, const Judged& judged, std::initializer_list<std::size_t> unasked) {
  using Kind = Verdict::Kind;
  Judgement decided;
  for (const auto& [feature, guard] : all_) {
    if (std::ranges::find(unasked, feature) != unasked.end()) continue;
    auto verdict = guard.judge(facts, judged);
    const bool shadowed = decided.verdict.kind == Kind::kShadow;
    if (verdict.kind == Kind::kPass) continue;
    if (verdict.kind == Kind::kHold && (shadowed || judged.released)) continue;
    decided = {std::move(verdict), feature};
    if (decided.verdict.kind != Kind::kShadow) break;
  }
  if (decided.verdict.kind != Kind::kPass) count(decided);
  return decided;
}

void Guards::said(const Facts& facts, const Judged& judged, std::size_t feature) {
  for (const auto& entry : all_) {
    if (entry.feature != feature) entry.guard.said(facts, judged);
  }
}

void Guards::exceeded(const Facts& facts, const Command& command) {
  for (const auto& entry : all_) entry.guard.exceeded(facts, command);
}

bool Guards::hides_name(const Facts& facts, const User& user) const {
  return std::ranges::any_of(all_, [&](const Entry& entry) { return entry.guard.hides_name(facts, user); });
}

void Guards::count(const Judgement& judgement) {
  const auto& [verdict, feature] = judgement;
  const auto same = [&](const GuardCount& c) {
    return c.feature == feature && c.stage == verdict.stage && c.kind == verdict.kind;
  };
  auto found = std::ranges::find_if(counts_, same);
  if (found == counts_.end()) found = counts_.insert(counts_.end(), {feature, verdict.stage, verdict.kind, 0});
  ++found->count;
}

}  // namespace grandstand::room

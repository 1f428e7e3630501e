// SPDX-License-Identifier: MIT
#pragma once

#include "auth_hook.hpp"
#include "rule_book.hpp"
#include "session_table.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/base/recency_map.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::access {

// What a loop knows for a while.
struct LoopMemory {
  static constexpr std::size_t kMost = 16'384;

  struct Decision {
    Verdict verdict;
    std::uint64_t generation = 0;
    SteadyTime until{};
  };
  struct Heard {
    HookAnswer answer = HookAnswer::kDown;
    SteadyTime until{};
    SteadyTime at_last{};  // until then it stands in for a hook that is too busy to be asked again
  };
  RecencyMap<Decision> decisions{kMost};
  RecencyMap<Heard> heard{kMost};  // from the hook
  AuthHook::Waiting waiting;
};

// A player that is to be counted before it may watch.
struct Admission {
  std::string subject;  // empty: none is counted
  Player player;
  std::size_t limit = 0;
};

struct Gate::State : std::enable_shared_from_this<Gate::State> {
  State(Settings s, Context c);

  // What has to be done for a decision but counting, on the asking loop.
  aio::Task<Verdict> consider(std::size_t loop, Viewing viewing, Admission& admission);
  aio::Task<Verdict> consider_account(const Rule& rule, const Viewing& viewing, Admission& admission);
  aio::Task<Verdict> consider_holder(const Rule& rule, const Token& token);
  aio::Task<Verdict> consider_hook(std::size_t loop, const Viewing& viewing, const Token& token);
  aio::Task<HookAnswer> ask_hook(std::size_t loop, HookQuestion question);
  // On the counting loop.
  Verdict admit(const Admission& admission);
  // On the asking loop: keeps it and counts it.
  void settle(std::size_t loop, const std::string& key, std::uint64_t generation, const Verdict& verdict);

  // given
  Settings settings;
  Context context;

  // state
  Published<RuleBook> book;
  std::vector<LoopMemory> memories;  // by the loop's index
  SessionTable sessions;             // on loop 0
  std::unique_ptr<AuthHook> hook;    // null: nobody is asked
  std::array<ops::Counter, static_cast<std::size_t>(Refusal::kCount)> decided;
  ops::Counter forgotten;
};

}  // namespace grandstand::access

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/recency_map.hpp>
#include <grandstand/guide/programme.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace grandstand::http {

// A programme as /api/v1/guide gives it; only what is known of it.
void append_json(std::string& out, const guide::Programme& programme);

// The last answers of /api/v1/guide: viewers who look at the guide ask for the same stretches of it, and share the
// bytes. An answer is good while the schedule is, for as long as the client might have kept it.
//
// Owner: the loop's desk.   Runs on: its loop.   Pure: time is given.
class GuideAnswers {
 public:
  static constexpr std::size_t kMost = 16;  // of about 1 MB at most
  static constexpr std::chrono::seconds kGoodFor{15};

  // Null: it is to be made.
  const SharedBytes* find(const std::string& query, std::uint64_t version, SteadyTime now);
  SharedBytes keep(const std::string& query, std::uint64_t version, SteadyTime now, std::string text);

 private:
  struct Answer {
    std::uint64_t version = 0;  // of the schedule
    SteadyTime made{};
    SharedBytes body;
  };
  RecencyMap<Answer> answers_{kMost};
};

}  // namespace grandstand::http

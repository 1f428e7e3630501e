// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/base/result.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace grandstand::http {

// What is wrong, as clients are told. `fields`: further lines of the answer's head.
struct Problem {
  int status = 500;
  std::string_view code;  // a constant
  std::string detail;
  std::string fields = {};
};
Problem problem_of(const Error& error);

// As application/problem+json (RFC 9457), never stored by caches.
Reply make_problem(const Problem& problem);
Reply make_problem(int status, std::string_view code, std::string_view detail, std::string fields = {});
Reply make_problem(const Error& error);

// As a page, for people.
Reply make_page(const Problem& problem, std::string_view heading);

// Runs `task`, which answers through `reply`; its error, as `shown`, is the answer otherwise.
using Shown = Reply (*)(const Problem& problem);
void run(Exchange& exchange, aio::Task<Status> task, std::shared_ptr<LateReply> reply, Shown shown = make_problem);

}  // namespace grandstand::http

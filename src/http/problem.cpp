// SPDX-License-Identifier: MIT
#include "problem.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/xml.hpp>
#include <grandstand/wire/error_codes.hpp>

#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {

namespace {

void complete(Reply& reply, const Problem& problem) {
  reply.status = problem.status;
  reply.fields = problem.fields + "Cache-Control: no-store\r\n";
}

}  // namespace

Problem problem_of(const Error& error) {
  Problem problem{wire::http_status(error.code), wire::wire_name(error.code), error.message};
  if (error.code == ErrorCode::kInternal) {
    log::error("http", "A request failed", {{"reason", error.message}});
    problem.detail = "something went wrong here; it has been logged";
  }
  const bool again = error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kRateLimited;
  if (again) problem.fields = "Retry-After: 5\r\n";
  return problem;
}

Reply make_problem(const Problem& problem) {
  const nlohmann::ordered_json body{{"type", "about:blank"},
                                    {"title", reason_phrase(problem.status)},
                                    {"status", problem.status},
                                    {"code", problem.code},
                                    {"detail", problem.detail}};
  Reply reply;
  complete(reply, problem);
  reply.content_type = "application/problem+json";
  // The detail may quote what a client sent, which need not be UTF-8.
  reply.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return reply;
}

Reply make_problem(int status, std::string_view code, std::string_view detail, std::string fields) {
  return make_problem(Problem{status, code, std::string(detail), std::move(fields)});
}

Reply make_problem(const Error& error) {
  return make_problem(problem_of(error));
}

Reply make_page(const Problem& problem, std::string_view heading) {
  std::string page =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>Grandstand</title><h1>";
  append_xml(page, heading);
  page += "</h1><p>";
  append_xml(page, problem.detail);
  page += "</p><p><a href=\"/\">Back to Grandstand</a></p>";
  Reply reply;
  complete(reply, problem);
  reply.content_type = "text/html; charset=utf-8";
  reply.body = std::move(page);
  return reply;
}

void run(Exchange& exchange, aio::Task<Status> task, std::shared_ptr<LateReply> reply, Shown shown) {
  aio::spawn(exchange.loop(), std::move(task), [reply = std::move(reply), shown](const Status& outcome) {
    if (!outcome) reply->send(shown(problem_of(outcome.error())));
  });
}

}  // namespace grandstand::http

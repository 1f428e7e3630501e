// SPDX-License-Identifier: MIT
#include "problem.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/wire/error_codes.hpp>

#include <nlohmann/json.hpp>

namespace grandstand::http {

Reply make_problem(int status, std::string_view code, std::string_view detail, std::string fields) {
  nlohmann::ordered_json body{{"type", "about:blank"},
                              {"title", reason_phrase(status)},
                              {"status", status},
                              {"code", code},
                              {"detail", detail}};
  Reply reply;
  reply.status = status;
  reply.content_type = "application/problem+json";
  reply.fields = std::move(fields);
  reply.fields += "Cache-Control: no-store\r\n";
  // The detail may quote what a client sent, which need not be UTF-8.
  reply.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return reply;
}

Reply make_problem(const Error& error) {
  const int status = wire::http_status(error.code);
  if (error.code == ErrorCode::kInternal) {
    log::error("http", "A request failed", {{"reason", error.message}});
    return make_problem(status, wire::wire_name(error.code), "something went wrong here; it has been logged");
  }
  const bool again = error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kRateLimited;
  return make_problem(status, wire::wire_name(error.code), error.message, again ? "Retry-After: 5\r\n" : "");
}

}  // namespace grandstand::http

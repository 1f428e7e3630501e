// SPDX-License-Identifier: MIT
#include "problem.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/xml.hpp>
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

Reply make_page(Reply problem, std::string_view heading) {
  const auto body = nlohmann::json::parse(problem.body);
  std::string page =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>Grandstand</title><h1>";
  append_xml(page, heading);
  page += "</h1><p>";
  append_xml(page, body["detail"].get_ref<const std::string&>());
  page += "</p><p><a href=\"/\">Back to Grandstand</a></p>";
  problem.content_type = "text/html; charset=utf-8";
  problem.body = std::move(page);
  return problem;
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

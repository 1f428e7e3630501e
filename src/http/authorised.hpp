// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "problem.hpp"
#include "request.hpp"
#include "session_token.hpp"
#include "site.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/identity/permissions.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace grandstand::http {

// What an account asks of the API: who it is, the variable parts of the path, decoded, and the body.
struct Asked {
  identity::User user;
  std::vector<std::string> path;
  std::string body;
  std::string query = {};  // what follows the '?'
};
using Answer = aio::Task<Result<Reply>> (*)(std::shared_ptr<Site> site, Asked asked);

// Has `answer` answer when somebody is signed in who may do what `permission` names; its action is the request's own.
// Otherwise: 401, 403, 404 for a channel that is not in the lineup, 415 and 403 for what another site's page may have
// sent.
void answer_authorised(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange,
                       const identity::Permission& permission, Answer answer);

// The session that the request brings; none: it has been answered with 401.
std::optional<PresentedToken> require_session(const Request& request, Exchange& exchange);

// Whether the request may change something (check_forgery()); if not, it has been answered.
bool passes_forgery_check(const Site& site, const Request& request, Exchange& exchange, PresentedToken::By by);

// How often one address may try to come in: what to tell it when that was too often.
std::optional<Problem> limit_sign_ins(Site& site, const Request& request, Exchange& exchange);

// The same of requests to the API, most of which ask the database.
std::optional<Problem> limit_api_requests(Site& site, const Request& request, Exchange& exchange);

// Where the session begins that somebody is about to get.
identity::Device device_of(const Site& site, const Request& request, const Exchange& exchange);

Reply make_json(const nlohmann::ordered_json& body, int status = 200, std::string fields = {});
// A picture that may be kept for so many seconds; 304 when the client's If-None-Match names its version.
Reply make_picture(std::string_view known, const std::string& version, std::string_view content_type,
                   const SharedBytes& bytes, int seconds);
Reply make_empty(std::string fields = {});                                 // 204
nlohmann::ordered_json describe_user(const identity::User& user);          // id, name and role
nlohmann::ordered_json describe_time(const std::optional<UtcTime>& time);  // none: null

// What a client sent; discarded: it is not JSON. Not ordered_json: reading many keys into that takes the square of
// them.
nlohmann::json parse_body(std::string_view body);
// The members of an object that are strings: kInvalidArgument names the first that is not there.
Result<std::vector<std::string>> strings_of(const nlohmann::json& body, const std::vector<std::string>& names);
Result<std::vector<std::string>> parse_strings(std::string_view body, const std::vector<std::string>& names);

// The variable parts of a path, decoded: of "/api/v1/channels/news/follow", by the pattern
// "/api/v1/channels/<channel>/follow", "news". None: the path is another.
std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

}  // namespace grandstand::http

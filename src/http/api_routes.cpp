// SPDX-License-Identifier: MIT
#include "api_routes.hpp"

#include "channel_picture.hpp"
#include "client_address.hpp"
#include "problem.hpp"
#include "session_token.hpp"
#include "uri_text.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/wire/error_codes.hpp>

#include <functional>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using Json = nlohmann::ordered_json;

Reply make_json(const Json& body, int status = 200, std::string fields = {}) {
  Reply reply;
  reply.status = status;
  reply.content_type = "application/json";
  reply.fields = std::move(fields) + "Cache-Control: no-store\r\n";
  reply.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return reply;
}

Json describe(const identity::User& user) {
  return {{"id", user.id.value()}, {"name", user.name}, {"role", identity::to_string(user.role)}};
}

// From when to when each channel can be watched later; those that cannot are left out.
std::map<ChannelId, Json> describe_archive(const Site& site) {
  std::map<ChannelId, Json> archives;
  if (site.parts.archive == nullptr) return archives;
  for (const auto& status : site.parts.archive->list()) {
    if (!status.window) continue;
    archives[status.channel] = {{"from", to_rfc3339(status.window->from)},
                                {"to", to_rfc3339(status.window->to)},
                                {"playlist", "/live/" + status.channel.value() + "/dvr.m3u8"},
                                {"recording", status.recording}};
  }
  return archives;
}

// Runs `task`, which answers through `reply`; an exception that escapes it answers 500.
void run(Exchange& exchange, aio::Task<Status> task, std::shared_ptr<LateReply> reply) {
  aio::spawn(exchange.loop(), std::move(task), [reply = std::move(reply)](const Status& outcome) {
    if (!outcome) reply->send(make_problem(outcome.error()));
  });
}

struct Credentials {
  std::string name;
  std::string password;
};

Result<Credentials> parse_credentials(std::string_view body) {
  const auto json = Json::parse(body, nullptr, false);
  if (json.is_discarded()) return Error{ErrorCode::kInvalidArgument, "the body is not JSON"};
  if (!json.is_object()) return Error{ErrorCode::kInvalidArgument, "the body: expected an object"};
  Credentials credentials;
  for (const auto& [key, target] :
       {std::pair{"name", &credentials.name}, std::pair{"password", &credentials.password}}) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string()) {
      return Error{ErrorCode::kInvalidArgument, std::string(key) + ": expected a string"};
    }
    *target = found->get<std::string>();
  }
  return credentials;
}

using SignInCall = aio::Task<Result<identity::SignIn>> (identity::Accounts::*)(std::string, std::string);

aio::Task<Status> sign_in(std::shared_ptr<Site> site, SignInCall call, Credentials credentials,
                          std::string cookie_before, std::string cookie_after, std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto signed_in, co_await (site->parts.accounts.*call)(std::move(credentials.name),
                                                                                std::move(credentials.password)));
  Json body;
  body["user"] = describe(signed_in.user);
  body["token"] = signed_in.token;
  reply->send(make_json(body, 201, cookie_before + signed_in.token + cookie_after));
  co_return success();
}

void handle_credentials(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange,
                        SignInCall call) {
  const auto presented = find_session_token(request);
  const auto by = presented.by == PresentedToken::By::kBearer ? PresentedToken::By::kNothing : presented.by;
  if (const auto allowed = check_forgery(request, by, site->settings.allowed_origins); !allowed) {
    const int status = allowed.error().code == ErrorCode::kUnsupported ? 415 : 403;
    return exchange.reply(make_problem(status, wire::wire_name(allowed.error().code), allowed.error().message));
  }
  auto& limiter = site->desks[exchange.loop().index()].sign_ins;
  const auto wait = limiter.try_take(client_address(*site, request, exchange), exchange.now());
  if (wait.count() > 0) {
    site->metrics.count_refused(HttpMetrics::Refused::kSignInLimit);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return exchange.reply(make_problem(429, "rate_limited", "too many attempts from this address",
                                       "Retry-After: " + std::to_string(seconds) + "\r\n"));
  }
  auto credentials = parse_credentials(request.body);
  if (!credentials) return exchange.reply(make_problem(credentials.error()));
  // The token goes between the two halves of the cookie's line; the request is gone by then.
  const auto line = keep_token_line(request, "\n");
  const auto gap = line.find('\n');
  auto reply = exchange.defer();
  auto task = sign_in(site, call, std::move(credentials).value(), line.substr(0, gap), line.substr(gap + 1), reply);
  run(exchange, std::move(task), std::move(reply));
}

aio::Task<Status> sign_out(std::shared_ptr<Site> site, std::string token, std::string cookie_line,
                           std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(auto done, co_await site->parts.accounts.sign_out(std::move(token)));
  static_cast<void>(done);
  Reply answer;
  answer.status = 204;
  answer.fields = std::move(cookie_line);
  reply->send(std::move(answer));
  co_return success();
}

aio::Task<Status> describe_me(std::shared_ptr<Site> site, std::string token, std::shared_ptr<LateReply> reply) {
  Json body;
  body["user"] = nullptr;
  const auto user = co_await site->parts.accounts.authenticate(std::move(token));
  if (user) {
    body["user"] = describe(*user);
  } else if (user.error().code != ErrorCode::kUnauthenticated) {
    co_return user.error();
  }
  reply->send(make_json(body));
  co_return success();
}

struct RoomQuestion {
  RoomId room;
  std::string feature;
  std::string query;
  std::map<std::string, std::string> parameters;
  std::string token;  // of who asks; may be empty
};

// "/api/v1/rooms/channel%3Anews/chat/history?limit=50"
Result<RoomQuestion> parse_question(const Request& request) {
  constexpr std::size_t kPrefix = std::string_view("/api/v1/rooms/").size();
  const auto segments = split_path(request.path.substr(kPrefix));
  if (segments.size() != 3) {
    return Error{ErrorCode::kNotFound, "expected /api/v1/rooms/<room>/<feature>/<question>"};
  }
  auto room = percent_decode(segments[0]);
  auto feature = percent_decode(segments[1]);
  auto query = percent_decode(segments[2]);
  if (!room || !feature || !query) return Error{ErrorCode::kInvalidArgument, "the path is not well percent-encoded"};
  GRANDSTAND_TRY(auto parameters, parse_query(request.query));
  return RoomQuestion{RoomId(std::move(*room)), std::move(*feature), std::move(*query), std::move(parameters),
                      find_session_token(request).token};
}

aio::Task<Status> ask_room(std::shared_ptr<Site> site, RoomQuestion question, std::shared_ptr<LateReply> reply) {
  std::optional<identity::User> asker;
  if (!question.token.empty()) {
    auto user = co_await site->parts.accounts.authenticate(std::move(question.token));
    if (user) {
      asker = std::move(user).value();
    } else if (user.error().code != ErrorCode::kUnauthenticated) {
      co_return user.error();
    }
  }
  auto answer =
      co_await site->parts.hub.query(std::move(question.room), std::move(question.feature), std::move(question.query),
                                     std::move(question.parameters), std::move(asker));
  if (!answer) co_return answer.error();
  Reply found;
  found.content_type = "application/json";
  found.fields = "Cache-Control: no-store\r\n";
  found.body = std::move(answer).value();
  reply->send(std::move(found));
  co_return success();
}

}  // namespace

void handle_channels(const std::shared_ptr<Site>& site, const Request&, Exchange& exchange) {
  Json list = Json::array();
  auto archives = describe_archive(*site);
  for (const auto& channel : site->parts.catalogue.list()) {
    const RoomId room("channel:" + channel.id.value());
    const auto version = picture_version(*site, channel.id.value());
    const auto media = "/live/" + channel.id.value() + "/";
    list.push_back({{"id", channel.id.value()},
                    {"name", channel.name},
                    {"number", channel.number},
                    {"group", channel.group},
                    {"logo", channel.logo},
                    {"state", channels::to_string(channel.state)},
                    {"reason", channel.reason},
                    {"members", site->parts.hub.members(room)},
                    {"room", room.value()},
                    {"playlist", media + "index.m3u8"},
                    {"picture", version.empty() ? version : media + std::string(kChannelPicture) + version},
                    {"archive", archives[channel.id]}});
  }
  Json body;
  body["channels"] = std::move(list);
  exchange.reply(make_json(body));
}

void handle_room_query(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto question = parse_question(request);
  if (!question) return exchange.reply(make_problem(question.error()));
  auto reply = exchange.defer();
  auto task = ask_room(site, std::move(question).value(), reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_register(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  handle_credentials(site, request, exchange, &identity::Accounts::register_account);
}

void handle_sign_in(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  handle_credentials(site, request, exchange, &identity::Accounts::sign_in);
}

void handle_sign_out(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto presented = find_session_token(request);
  if (presented.by == PresentedToken::By::kNothing) {
    return exchange.reply(make_problem(401, "unauthenticated", "no session is given, by cookie or bearer token"));
  }
  if (const auto allowed = check_forgery(request, presented.by, site->settings.allowed_origins); !allowed) {
    const int status = allowed.error().code == ErrorCode::kUnsupported ? 415 : 403;
    return exchange.reply(make_problem(status, wire::wire_name(allowed.error().code), allowed.error().message));
  }
  auto reply = exchange.defer();
  auto task = sign_out(site, std::move(presented.token), forget_token_line(request), reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_me(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto presented = find_session_token(request);
  if (presented.by == PresentedToken::By::kNothing) {
    Json body;
    body["user"] = nullptr;
    return exchange.reply(make_json(body));
  }
  auto reply = exchange.defer();
  auto task = describe_me(site, std::move(presented.token), reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_version(const std::shared_ptr<Site>&, const Request&, Exchange& exchange) {
  Json body;
  body["name"] = "grandstand";
  body["version"] = GRANDSTAND_VERSION;
  exchange.reply(make_json(body));
}

void handle_unknown_api(const std::shared_ptr<Site>&, const Request&, Exchange& exchange) {
  exchange.reply(make_problem(404, "not_found", "the API has no such resource (docs/protocol.md)"));
}

}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#include "api_routes.hpp"

#include "authorised.hpp"
#include "channel_picture.hpp"
#include "client_address.hpp"
#include "problem.hpp"
#include "uri_text.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/identity/guest.hpp>

#include <map>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using Json = nlohmann::ordered_json;

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

constexpr std::string_view kOfRooms = "/api/v1/rooms/<room>/<feature>/<query>";
constexpr std::string_view kOfFeatures = "/api/v1/features/<feature>/<query>";

// "/api/v1/rooms/channel%3Anews/chat/history?limit=50", "/api/v1/features/party/invite?code=k3f9xq2m"
Result<hub::Question> parse_question(const Request& request) {
  const bool of_room = request.path.starts_with("/api/v1/rooms/");
  auto path = match_path(of_room ? kOfRooms : kOfFeatures, request.path);
  if (!path) return Error{ErrorCode::kNotFound, "expected " + std::string(of_room ? kOfRooms : kOfFeatures)};
  if (!of_room) path->insert(path->begin(), "");
  GRANDSTAND_TRY(auto parameters, parse_query(request.query));
  hub::Question question{RoomId((*path)[0]), (*path)[1], (*path)[2], std::move(parameters)};
  if (auto token = question.parameters.extract("token")) question.token = std::move(token.mapped());
  return question;
}

aio::Task<Status> ask_room(std::shared_ptr<Site> site, aio::Loop& loop, hub::Question question, PresentedToken shown,
                           std::shared_ptr<LateReply> reply) {
  auto& [token, by] = shown;
  if (by == PresentedToken::By::kBearer) question.asker = identity::find_guest(token);
  if (!question.asker && !token.empty()) {
    auto user = co_await site->parts.accounts.authenticate(std::move(token));
    if (user) {
      question.asker = std::move(user).value();
    } else if (user.error().code != ErrorCode::kUnauthenticated) {
      co_return user.error();
    }
  }
  auto answer = co_await site->parts.hub.query(loop, std::move(question));
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
                    {"radio", channel.radio},
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
  question->address = client_address(*site, request, exchange);
  auto reply = exchange.defer();
  auto task = ask_room(site, exchange.loop(), std::move(question).value(), find_session_token(request), reply);
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

// SPDX-License-Identifier: MIT
#include "guide_routes.hpp"

#include "authorised.hpp"
#include "resource_reply.hpp"
#include "uri_text.hpp"

#include <grandstand/base/rfc3339.hpp>
#include <grandstand/guide/guide.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using Json = nlohmann::ordered_json;
using Parameters = std::map<std::string, std::string>;

constexpr const char* kNoGuide = "there is no guide here";
constexpr std::chrono::hours kDefaultSpan{24};
constexpr std::chrono::hours kLongestSpan{24 * 31};
// What one answer holds at most; a longer one says that there is more.
constexpr std::size_t kMaxProgrammes = 20'000;

Reply json_reply(const Json& body, const std::string& cache_control) {
  Reply reply;
  reply.content_type = "application/json";
  reply.fields = "Cache-Control: " + cache_control + "\r\n";
  reply.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return reply;
}

// Only what is known of it.
Json describe(const guide::Programme& programme) {
  Json body{{"start", to_rfc3339(programme.start)}, {"stop", to_rfc3339(programme.stop)}, {"title", programme.title}};
  const auto add = [&body](const char* key, const std::string& value) {
    if (!value.empty()) body[key] = value;
  };
  add("subtitle", programme.subtitle);
  add("description", programme.description);
  add("language", programme.language);
  if (!programme.categories.empty()) body["categories"] = programme.categories;
  for (const auto& credit : programme.credits)
    body["credits"].push_back({{"role", credit.role}, {"name", credit.name}});
  add("date", programme.date);
  add("icon", programme.icon);
  add("episode", programme.episode);
  add("rating", programme.rating);
  add("star_rating", programme.star_rating);
  add("source", programme.source);
  return body;
}

Json describe(const std::shared_ptr<const guide::Programme>& programme) {
  return programme ? describe(*programme) : Json(nullptr);
}

struct Question {
  std::set<std::string> channels;  // empty: all
  UtcTime from{};
  UtcTime to{};
};

Result<UtcTime> time_of(const Parameters& parameters, const char* name, UtcTime otherwise) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return otherwise;
  auto time = parse_time(found->second);
  if (!time) return Error{time.error().code, std::string(name) + ": " + time.error().message};
  return time;
}

Result<std::set<std::string>> channels_of(const Parameters& parameters, const guide::Schedule& schedule) {
  std::set<std::string> wanted;
  const auto found = parameters.find("channel");
  if (found == parameters.end()) return wanted;
  std::string_view list = found->second;
  while (!list.empty()) {
    const auto id = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), id.size() + 1));
    if (schedule.find(ChannelId(std::string(id))) == nullptr) {
      return Error{ErrorCode::kNotFound, "channel: the lineup has no channel of this id"};
    }
    wanted.emplace(id);
  }
  return wanted;
}

Result<Question> parse(const Site& site, const guide::Schedule& schedule, const Request& request) {
  GRANDSTAND_TRY(const auto parameters, parse_query(request.query));
  Question question;
  GRANDSTAND_TRY(question.channels, channels_of(parameters, schedule));
  GRANDSTAND_TRY(question.from, time_of(parameters, "from", site.parts.clock.utc()));
  GRANDSTAND_TRY(question.to, time_of(parameters, "to", question.from + kDefaultSpan));
  if (question.to <= question.from) return Error{ErrorCode::kInvalidArgument, "to: expected a time after from"};
  if (question.to - question.from > kLongestSpan) {
    return Error{ErrorCode::kInvalidArgument, "to: expected at most 31 days after from"};
  }
  return question;
}

// For administrators: the addresses of sources name hosts.
aio::Task<Result<Reply>> describe_sources(std::shared_ptr<Site> site, Asked) {
  if (site->parts.guide == nullptr) co_return Error{ErrorCode::kNotFound, kNoGuide};
  Json list = Json::array();
  for (const auto& report : *site->parts.guide->sources()) {
    list.push_back({{"url", report.url},
                    {"tried", describe_time(report.tried)},
                    {"succeeded", describe_time(report.succeeded)},
                    {"error", report.error},
                    {"programmes", report.programmes},
                    {"skipped", report.skipped},
                    {"foreign", report.foreign},
                    {"faults", report.faults}});
  }
  co_return make_json(Json{{"sources", std::move(list)}});
}

// Where no guide runs (a test's server), there is nothing.
bool has_guide(const Site& site, Exchange& exchange) {
  if (site.parts.guide != nullptr) return true;
  exchange.reply(make_problem(404, "not_found", kNoGuide));
  return false;
}

}  // namespace

void handle_epg(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (!has_guide(*site, exchange)) return;
  const auto document = site->parts.guide->document();
  hls::Resource resource;
  resource.cache_control = "max-age=60";
  if (request.path.ends_with(".gz")) {
    resource.body = document->gzip;
    resource.content_type = "application/gzip";
    resource.etag = document->etag.substr(0, document->etag.size() - 1) + "-gz\"";
  } else {
    resource.body = document->xml;
    resource.gzip_body = document->gzip;
    resource.content_type = "application/xml; charset=utf-8";
    resource.etag = document->etag;
  }
  send_resource(request, exchange, resource, {});
}

void handle_guide(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (!has_guide(*site, exchange)) return;
  const auto schedule = site->parts.guide->schedule();
  const auto question = parse(*site, *schedule, request);
  if (!question) return exchange.reply(make_problem(question.error()));
  Json body{{"from", to_rfc3339(question->from)}, {"to", to_rfc3339(question->to)}, {"channels", Json::array()}};
  std::size_t left = kMaxProgrammes;
  bool more = false;
  for (const auto& entry : schedule->entries) {
    if (!question->channels.empty() && !question->channels.contains(entry.channel.id.value())) continue;
    auto found = guide::between(*entry.programmes, question->from, question->to);
    more = more || found.size() > left;
    found = found.first(std::min(found.size(), left));
    left -= found.size();
    Json programmes = Json::array();
    for (const auto& programme : found) programmes.push_back(describe(*programme));
    body["channels"].push_back({{"channel", entry.channel.id.value()}, {"programmes", std::move(programmes)}});
  }
  body["more"] = more;
  exchange.reply(json_reply(body, "max-age=15"));
}

void handle_guide_now(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (!has_guide(*site, exchange)) return;
  const auto parameters = parse_query(request.query);
  if (!parameters) return exchange.reply(make_problem(parameters.error()));
  const auto at = time_of(*parameters, "at", site->parts.clock.utc());
  if (!at) return exchange.reply(make_problem(at.error()));
  Json body{{"at", to_rfc3339(*at)}, {"channels", Json::array()}};
  for (const auto& entry : site->parts.guide->schedule()->entries) {
    const auto found = guide::present_following(*entry.programmes, *at);
    body["channels"].push_back(
        {{"channel", entry.channel.id.value()}, {"now", describe(found.present)}, {"next", describe(found.following)}});
  }
  exchange.reply(json_reply(body, "max-age=15"));
}

void handle_guide_sources(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, identity::permission("GET /api/v1/guide/sources"), describe_sources);
}

}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#include "guide_routes.hpp"

#include "authorised.hpp"
#include "guide_answers.hpp"
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
// What one answer holds at most, a millisecond or two of the loop's time; a longer one says that there is more.
constexpr std::size_t kMaxProgrammes = 2'000;

void send_json(Exchange& exchange, const SharedBytes& body) {
  exchange.begin(200).field("Content-Type", "application/json").lines("Cache-Control: max-age=15\r\n");
  exchange.send(body);
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
    const bool is_new = wanted.emplace(id).second;
    if (is_new && schedule.find(ChannelId(std::string(id))) == nullptr) {
      return Error{ErrorCode::kNotFound, "channel: the lineup has no channel of this id"};
    }
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

std::string write_guide(const guide::Schedule& schedule, const Question& question) {
  std::string body =
      "{\"from\":\"" + to_rfc3339(question.from) + "\",\"to\":\"" + to_rfc3339(question.to) + "\",\"channels\":[";
  std::size_t left = kMaxProgrammes;
  bool more = false;
  const char* between_channels = "";
  for (const auto& entry : schedule.entries) {
    if (!question.channels.empty() && !question.channels.contains(entry.channel.id.value())) continue;
    auto found = guide::between(*entry.programmes, question.from, question.to);
    more = more || found.size() > left;
    found = found.first(std::min(found.size(), left));
    left -= found.size();
    body += std::exchange(between_channels, ",");
    body += "{\"channel\":\"" + entry.channel.id.value() + "\",\"programmes\":[";
    const char* between_programmes = "";
    for (const auto& programme : found) {
      body += std::exchange(between_programmes, ",");
      append_json(body, *programme);
    }
    body += "]}";
  }
  return body + "],\"more\":" + (more ? "true}" : "false}");
}

std::string write_present_following(const guide::Schedule& schedule, UtcTime at) {
  std::string body = "{\"at\":\"" + to_rfc3339(at) + "\",\"channels\":[";
  const auto add = [&body](const char* name, const std::shared_ptr<const guide::Programme>& programme) {
    body += name;
    if (programme) append_json(body, *programme);
    if (!programme) body += "null";
  };
  const char* between_channels = "";
  for (const auto& entry : schedule.entries) {
    const auto [present, following] = guide::present_following(*entry.programmes, at);
    body += std::exchange(between_channels, ",");
    body += "{\"channel\":\"" + entry.channel.id.value() + '"';
    add(",\"now\":", present);
    add(",\"next\":", following);
    body += '}';
  }
  return body + "]}";
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
  auto& answers = site->desks[exchange.loop().index()].guide;
  const std::string query(request.query);
  if (const auto* const known = answers.find(query, schedule->version, exchange.now())) {
    return send_json(exchange, *known);
  }
  const auto question = parse(*site, *schedule, request);
  if (!question) return exchange.reply(make_problem(question.error()));
  send_json(exchange, answers.keep(query, schedule->version, exchange.now(), write_guide(*schedule, *question)));
}

void handle_guide_now(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (!has_guide(*site, exchange)) return;
  const auto parameters = parse_query(request.query);
  if (!parameters) return exchange.reply(make_problem(parameters.error()));
  const auto at = time_of(*parameters, "at", site->parts.clock.utc());
  if (!at) return exchange.reply(make_problem(at.error()));
  send_json(exchange, SharedBytes(write_present_following(*site->parts.guide->schedule(), *at)));
}

void handle_guide_sources(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_authorised(site, request, exchange, identity::permission("GET /api/v1/guide/sources"), describe_sources);
}

}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#include "monitor_routes.hpp"

#include "authorised.hpp"
#include "channel_picture.hpp"
#include "forward.hpp"
#include "uri_text.hpp"

#include <grandstand/base/rfc3339.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

using channels::Alarm;
using channels::SourceMonitor;
using channels::WatchedChannel;
using identity::permission;
using Json = nlohmann::ordered_json;

// Bit per second, whole ones.
std::int64_t whole(double value) {
  return std::llround(value);
}

double rounded(double value) {
  return std::round(value * 1'000) / 1'000;
}

Json describe(const Alarm& alarm) {
  return {{"name", alarm.name},
          {"severity", channels::to_string(alarm.severity)},
          {"source", alarm.source},
          {"text", alarm.text},
          {"since", to_rfc3339(alarm.since)}};
}

// The address of the channel's latest picture, for those whom the access rules of the channel do not concern.
std::string picture_of(const Site& site, const std::string& id) {
  const auto version = picture_version(site, id);
  return version.empty() ? version : "/api/v1/monitor/" + id + "/" + std::string(kChannelPicture) + version;
}

Json describe_line(const Site& site, const WatchedChannel& channel) {
  const auto& [status, monitor] = channel;
  Json alarms = Json::array();
  for (const auto& alarm : monitor->alarms) alarms.push_back(describe(alarm));
  Json sources = Json::array();
  for (std::size_t i = 0; i < status.sources.size(); ++i) {
    const auto& source = status.sources[i];
    const double rate = i < monitor->sources.size() ? monitor->sources[i].report.bit_rate : 0;
    sources.push_back({{"url", source.url},
                       {"state", source.state},
                       {"reason", source.reason},
                       {"health", source.health},
                       {"on_air", source.on_air},
                       {"chosen", source.chosen},
                       {"bit_rate", whole(rate)}});
  }
  Json rates = Json::array();
  for (const auto rate : monitor->bit_rates) rates.push_back(whole(rate));
  const auto& id = status.id.value();
  return {{"id", id},
          {"name", status.name},
          {"number", status.number},
          {"group", status.group},
          {"radio", status.radio},
          {"state", channels::to_string(status.state)},
          {"reason", status.reason},
          {"since", to_rfc3339(monitor->since)},
          {"picture", picture_of(site, id)},
          {"bit_rate", whole(monitor->bit_rate)},
          {"bit_rates", std::move(rates)},
          {"members", site.parts.hub.members(RoomId("channel:" + id))},
          {"switches", status.switches},
          {"node", status.node},
          {"segment_age_ms", monitor->segment_age ? Json(monitor->segment_age->count()) : Json(nullptr)},
          {"target_duration_ms", monitor->target_duration.count()},
          {"sources", std::move(sources)},
          {"alarms", std::move(alarms)}};
}

Json describe_checks(const SourceMonitor& monitor) {
  Json checks = Json::array();
  for (std::size_t i = 0; i < ingest::kSignalChecks; ++i) {
    const auto check = static_cast<ingest::SignalCheck>(i);
    checks.push_back({{"check", ingest::to_string(check)},
                      {"priority", ingest::priority_of(check)},
                      {"errors", monitor.report.checks[i].errors},
                      {"in_alarm", monitor.report.checks[i].in_alarm},
                      {"latest", describe_time(monitor.latest_errors[i])}});
  }
  return checks;
}

// What goes beyond the line of a source.
void add_signal(Json& source, const SourceMonitor& monitor) {
  const auto& report = monitor.report;
  source["received"] = monitor.received;
  source["streams"] = Json::array();
  for (const auto& stream : report.streams) {
    source["streams"].push_back({{"track", stream.track},
                                 {"codec", media::to_string(stream.codec)},
                                 {"bit_rate", whole(stream.bit_rate)},
                                 {"silent_ms", stream.silent.count()},
                                 {"samples", stream.samples}});
  }
  source["packets"] = report.packets;
  if (!report.packets) return;
  source["checks"] = describe_checks(monitor);
  source["null_share"] = rounded(report.null_share);
  source["scrambled_share"] = rounded(report.scrambled_share);
  source["rtp_lost"] = report.rtp_lost;
  source["rtp_reordered"] = report.rtp_reordered;
  source["rtp_duplicates"] = report.rtp_duplicates;
  source["latest_rtp_loss"] = describe_time(monitor.latest_rtp_loss);
  source["kernel_drops"] = report.kernel_drops;
  source["latest_kernel_drop"] = describe_time(monitor.latest_kernel_drop);
  source["jitter_ms"] = rounded(report.jitter_ms);
  source["delay_factor_ms"] = rounded(report.delay_factor_ms);
  source["media_loss_rate"] = rounded(report.media_loss_rate);
}

Json describe_whole(const Site& site, const WatchedChannel& channel) {
  auto body = describe_line(site, channel);
  const auto& monitor = *channel.monitor;
  for (std::size_t i = 0; i < body["sources"].size() && i < monitor.sources.size(); ++i) {
    add_signal(body["sources"][i], monitor.sources[i]);
  }
  body["renditions"] = Json::array();
  for (const auto& rendition : monitor.renditions) {
    body["renditions"].push_back({{"name", rendition.name},
                                  {"container", rendition.container},
                                  {"bit_rate", whole(rendition.bit_rate)},
                                  {"media_sequence", rendition.media}});
  }
  body["history"] = Json::array();
  for (const auto& change : monitor.history) {
    auto entry = describe(change.alarm);
    entry["at"] = to_rfc3339(change.at);
    entry["raised"] = change.raised;
    body["history"].push_back(std::move(entry));
  }
  return body;
}

// What another node says of the channels that run there, in the place of what little is known of them here.
void merge(Json& channels, const std::string& node, const std::string& told) {
  const auto body = Json::parse(told, nullptr, false);
  if (!body.is_object() || !body.contains("channels") || !body["channels"].is_array()) return;
  for (const auto& line : body["channels"]) {
    if (!line.is_object() || line.value("node", "?") != "") continue;
    for (auto& known : channels) {
      if (known["id"] != line.value("id", "") || known["node"] != node) continue;
      known = line;
      known["node"] = node;
    }
  }
}

// `text`: how other nodes are asked; empty: they are not.
aio::Task<Status> answer_list(std::shared_ptr<Site> site, aio::Loop& loop, std::string token, std::string text,
                              std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto user, co_await site->parts.accounts.authenticate(std::move(token)));
  GRANDSTAND_CO_RETURN_IF_ERROR(identity::check_permission(user, permission("GET /api/v1/monitor")));
  Json body{{"at", to_rfc3339(site->parts.clock.utc())}, {"channels", Json::array()}};
  std::map<std::string, std::string> others;  // their addresses
  for (const auto& channel : site->parts.catalogue.watched()) {
    body["channels"].push_back(describe_line(*site, channel));
    if (text.empty() || !site->parts.elsewhere) continue;
    const auto place = site->parts.elsewhere(channel.status.id.value());
    if (!place) continue;
    body["channels"].back()["node"] = place->node;
    if (!place->address.empty()) others.emplace(place->node, place->address);
  }
  for (const auto& [node, address] : others) {
    const auto told = co_await ask_node(site, loop, address, text);
    if (told.ok()) merge(body["channels"], node, *told);
  }
  reply->send(make_json(body));
  co_return success();
}

aio::Task<Result<Reply>> give_picture(std::shared_ptr<Site> site, Asked asked) {
  const auto answer = site->parts.origin.find(asked.path[0] + "/" + std::string(kChannelPicture));
  if (answer.outcome != hls::Origin::Outcome::kFound) {
    co_return Error{ErrorCode::kNotFound, "the channel has no picture"};
  }
  Reply reply;
  reply.content_type = "image/jpeg";
  reply.fields = "Cache-Control: private, max-age=60\r\n";
  reply.body = std::string(answer.resource->body.view());
  co_return reply;
}

aio::Task<Result<Reply>> give_channel(std::shared_ptr<Site> site, Asked asked) {
  for (const auto& channel : site->parts.catalogue.watched()) {
    if (channel.status.id.value() == asked.path[0]) co_return make_json(describe_whole(*site, channel));
  }
  co_return Error{ErrorCode::kNotFound, "the lineup has no such channel"};
}

// Where the channel runs, which is what its picture and its measurements are asked of.
void answer_at_channel(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange,
                       const identity::Permission& allowed, Answer answer, Handler again) {
  constexpr std::size_t kPrefix = std::string_view("/api/v1/monitor/").size();
  const auto channel = split_path(request.path.substr(kPrefix)).front();
  if (forward(site, channel, request, exchange, again)) return;
  answer_authorised(site, request, exchange, allowed, answer);
}

}  // namespace

void handle_monitor(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto presented = require_session(request, exchange);
  if (!presented) return;
  auto reply = exchange.defer();
  const bool from_node = !request.field(FieldName::kGrandstandHop).empty();
  auto task = answer_list(site, exchange.loop(), std::move(presented->token),
                          from_node ? std::string() : forwarded_text(*site, request, exchange), reply);
  run(exchange, std::move(task), std::move(reply));
}

void handle_monitored_channel(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_at_channel(site, request, exchange, permission("GET /api/v1/monitor/<channel>"), give_channel,
                    handle_monitored_channel);
}

void handle_monitored_picture(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  answer_at_channel(site, request, exchange, permission("GET /api/v1/monitor/<channel>/thumbnail.jpg"), give_picture,
                    handle_monitored_picture);
}

}  // namespace grandstand::http

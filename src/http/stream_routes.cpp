// SPDX-License-Identifier: MIT
#include "stream_routes.hpp"

#include "forward.hpp"
#include "hdhomerun.hpp"
#include "live_access.hpp"
#include "problem.hpp"
#include "stream_connection.hpp"

namespace grandstand::http {
namespace {

// Those of Silicondust's HTTP API; other clients do not look at them.
constexpr const char* kUnknownChannel = "X-HDHomeRun-Error: 801 Unknown Channel\r\n";
constexpr const char* kNoTuner = "X-HDHomeRun-Error: 805 All Tuners In Use\r\n";
constexpr const char* kNoVideo = "X-HDHomeRun-Error: 807 No Video Data\r\nRetry-After: 2\r\n";

// One of clients.hdhomerun_tuners; null: all are in use.
std::shared_ptr<void> take_tuner(Site& site) {
  std::shared_ptr<void> tuner(&site, [&site](void*) { site.tuners.fetch_sub(1); });
  if (site.tuners.fetch_add(1) >= site.parts.clients.hdhomerun_tuners) return nullptr;
  return tuner;
}

std::optional<ChannelId> channel_of_tuner(const Site& site, const Request& request) {
  constexpr std::size_t kPrefix = std::string_view("/auto/v").size();
  return find_guide_number(site.parts.catalogue.list(), request.path.substr(kPrefix));
}

void serve_tuner(const std::shared_ptr<Site>& site, std::string_view, const Request& request, Exchange& exchange) {
  auto tuner = take_tuner(*site);
  if (!tuner) return exchange.reply(make_problem(503, "unavailable", "all tuners are in use", kNoTuner));
  const auto channel = channel_of_tuner(*site, request).value_or(ChannelId{});
  handle_stream(site, request, exchange, channel.value(), std::move(tuner));
}

}  // namespace

std::optional<std::string_view> continuous_stream(std::string_view path) {
  constexpr std::string_view kFile = "/stream.ts";
  if (!path.ends_with(kFile)) return std::nullopt;
  return path.substr(0, path.size() - kFile.size());
}

void handle_stream(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange,
                   std::string_view channel, std::shared_ptr<void> lease) {
  const auto snapshot = site->parts.origin.channel(channel).snapshot;
  if (!snapshot) {
    return exchange.reply(make_problem(404, "not_found", "the lineup has no such channel", kUnknownChannel));
  }
  if (!snapshot->find("index.m3u8")) {
    return exchange.reply(make_problem(503, "unavailable", "the channel has no picture yet; try again", kNoVideo));
  }
  if (!snapshot->find("index-ts.m3u8")) {
    return exchange.reply(make_problem(404, "not_found", "the channel is not packaged as MPEG-TS", kUnknownChannel));
  }
  exchange.begin(200).field("Content-Type", "video/mp2t").field("Cache-Control", "no-store");
  if (request.method == Method::kHead) return exchange.send_without_body();
  const auto loop = exchange.loop().index();
  const ChannelId id{std::string(channel)};  // the request is gone with the exchange
  access::Viewing viewing;
  if (site->parts.gate != nullptr) viewing = viewing_of(*site, channel, request, exchange);
  auto stream = exchange.begin_stream(Exchange::kMediaQueue);
  auto& desk = site->desks[loop];
  desk.admitted.add(stream, std::move(viewing));
  desk.viewers.add(*site, loop, id, std::move(stream), std::move(lease));
}

void handle_tuner(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (!site->parts.clients.hdhomerun) return exchange.reply(make_problem(404, "not_found", "clients.hdhomerun is off"));
  const auto channel = channel_of_tuner(*site, request);
  if (!channel) {
    return exchange.reply(make_problem(404, "not_found", "the lineup has no channel of this number", kUnknownChannel));
  }
  if (forward(site, channel->value(), request, exchange, handle_tuner)) return;
  admit_channel(site, *channel, request, exchange, serve_tuner);
}

}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#include "xtream_routes.hpp"

#include "archive_days.hpp"
#include "authorised.hpp"
#include "client_address.hpp"
#include "hdhomerun.hpp"
#include "live_target.hpp"
#include "m3u.hpp"
#include "problem.hpp"
#include "site_address.hpp"
#include "uri_text.hpp"
#include "xtream.hpp"
#include "xtream_guide.hpp"
#include "xtream_request.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/guide/guide.hpp>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace grandstand::http {
namespace {

constexpr std::size_t kMaxConnections = 10;  // what clients are told; access rules hold the real limit

// One request with all that is needed to answer it when the login has been checked.
struct AskedByPlayer {
  std::shared_ptr<Site> site;
  XtreamRequest request;
  std::string base_url;
  std::string player;   // the name of the program at its address
  identity::User user;  // who it is, once the login has been checked
  identity::Device device;
};

Reply json(std::string body) {
  Reply reply;
  reply.content_type = "application/json";
  reply.fields = "Cache-Control: no-store\r\n";
  reply.body = std::move(body);
  return reply;
}

Reply redirect(const std::string& location) {
  Reply reply;
  reply.status = 302;
  reply.content_type = "text/plain; charset=utf-8";
  reply.fields = "Location: " + location + "\r\nCache-Control: no-store\r\n";
  reply.body = location + "\n";
  return reply;
}

std::string parameter(const XtreamRequest& request, const char* name) {
  const auto found = request.parameters.find(name);
  return found == request.parameters.end() ? std::string() : found->second;
}

// How many programmes get_short_epg gives.
std::size_t short_guide(const std::string& limit) {
  constexpr std::size_t kUsual = 4;
  constexpr std::size_t kMost = 500;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), value);
  return error == std::errc{} && value > 0 ? std::min(value, kMost) : kUsual;
}

// `whole`: all that is known, past and future; otherwise what runs and what comes next.
Reply answer_guide(const AskedByPlayer& asked, bool whole) {
  const auto number = parameter(asked.request, "stream_id");
  const auto channel = find_guide_number(asked.site->parts.catalogue.list(), number);
  if (!channel) return make_problem(404, "not_found", "stream_id: the lineup has no such stream");
  XtreamGuide guide{channel->value(), number, {}, asked.site->parts.clock.utc(), std::nullopt};
  if (const auto* const archive = asked.site->parts.archive) {
    if (const auto kept = archive->window(*channel)) guide.archive_from = kept->from;
  }
  if (asked.site->parts.guide == nullptr) return json(write_xtream_guide(guide));
  const auto schedule = asked.site->parts.guide->schedule();
  const auto* const entry = schedule->find(*channel);
  if (entry != nullptr) guide.programmes = *entry->programmes;
  if (!whole) {
    const auto running = std::ranges::find_if(guide.programmes, [&](const auto& one) { return one->stop > guide.now; });
    guide.programmes = guide.programmes.subspan(static_cast<std::size_t>(running - guide.programmes.begin()));
    const auto limit = short_guide(parameter(asked.request, "limit"));
    guide.programmes = guide.programmes.first(std::min(guide.programmes.size(), limit));
  }
  return json(write_xtream_guide(guide));
}

Reply answer_api(const AskedByPlayer& asked) {
  const auto lineup = asked.site->parts.catalogue.list();
  const auto action = parameter(asked.request, "action");
  if (action.empty()) {
    const XtreamServer server{asked.base_url, asked.site->parts.clock.utc()};
    return json(write_xtream_account(server, asked.request.name, asked.request.password, kMaxConnections));
  }
  if (action == "get_live_categories") return json(write_xtream_categories(lineup));
  if (action == "get_live_streams") {
    const auto category = parameter(asked.request, "category_id");
    return json(
        write_xtream_streams(lineup, archive_days(asked.site->parts.archive, lineup), category, asked.base_url));
  }
  if (action == "get_short_epg") return answer_guide(asked, false);
  if (action == "get_simple_data_table" || action == "get_simple_date_table") return answer_guide(asked, true);
  // There are neither films nor series; clients ask all the same.
  if (action == "get_vod_info" || action == "get_series_info") return json("{}");
  if (action.starts_with("get_vod_") || action.starts_with("get_series")) return json("[]");
  return make_problem(400, "invalid_argument",
                      "action: expected get_live_categories, get_live_streams, "
                      "get_short_epg or get_simple_data_table");
}

Reply answer_playlist(const AskedByPlayer& asked) {
  const auto lineup = asked.site->parts.catalogue.list();
  // With the login in the address, as such clients make them: a channel that is closed sends on with a token.
  M3uCatchup catchup{.mode = M3uCatchup::Mode::kXtream};
  if (const auto wanted = parameter(asked.request, "catchup"); !wanted.empty()) {
    const auto mode = parse_catchup_mode(wanted);
    if (!mode) {
      return make_problem(400, "invalid_argument", "catchup: expected shift, append, default, flussonic or xc");
    }
    catchup.mode = *mode;
  }
  catchup.days = archive_days(asked.site->parts.archive, lineup);
  catchup.login = percent_encode(asked.request.name) + "/" + percent_encode(asked.request.password);
  Reply reply;
  reply.content_type = "audio/x-mpegurl; charset=utf-8";
  reply.fields = "Cache-Control: no-store\r\n";
  reply.body = write_m3u(lineup, asked.base_url, asked.request.ts ? "stream.ts" : "index.m3u8", "/live/", catchup);
  return reply;
}

Reply answer_stream(const AskedByPlayer& asked) {
  const auto& wanted = asked.request;
  const auto channel = find_guide_number(asked.site->parts.catalogue.list(), wanted.number);
  if (!channel) return make_problem(404, "not_found", "the lineup has no such stream");
  auto* const gate = asked.site->parts.gate;
  const auto token = gate == nullptr ? std::string() : gate->make_member_token(channel->value(), asked.user);
  const auto place = live_prefix(token, asked.player) + channel->value();
  if (wanted.kind == XtreamRequest::Kind::kLive) return redirect(place + (wanted.ts ? "/stream.ts" : "/index.m3u8"));
  const auto from =
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(wanted.start.time_since_epoch()).count());
  const auto seconds = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(wanted.duration).count());
  return redirect(place + "/archive-" + from + "-" + seconds + (wanted.ts ? ".ts" : ".m3u8"));
}

Reply answer(const AskedByPlayer& asked) {
  switch (asked.request.kind) {
    case XtreamRequest::Kind::kApi:
      return answer_api(asked);
    case XtreamRequest::Kind::kPlaylist:
      return answer_playlist(asked);
    case XtreamRequest::Kind::kGuide:
      return redirect("/epg.xml");
    case XtreamRequest::Kind::kLive:
    case XtreamRequest::Kind::kTimeshift:
      return answer_stream(asked);
  }
  return {};
}

Reply refuse(const AskedByPlayer& asked, const Error& error) {
  const bool login = asked.request.kind == XtreamRequest::Kind::kApi && parameter(asked.request, "action").empty();
  if (!login || error.code != ErrorCode::kUnauthenticated) return make_problem(error);
  // Clients know a wrong login by auth 0, not by the status.
  return json(write_xtream_account({asked.base_url, asked.site->parts.clock.utc()}, std::nullopt, {}, 0));
}

aio::Task<Status> check_login(std::shared_ptr<AskedByPlayer> asked, LoopDesk* desk, SteadyTime now,
                              std::shared_ptr<LateReply> reply) {
  auto& accounts = asked->site->parts.accounts;
  const auto signed_in = co_await accounts.sign_in(asked->request.name, asked->request.password, asked->device);
  if (!signed_in) {
    reply->send(refuse(*asked, signed_in.error()));
    co_return success();
  }
  asked->user = signed_in->user;
  desk->logins.keep(asked->request.name, asked->request.password, {signed_in->user, signed_in->password_mark}, now);
  reply->send(answer(*asked));
  // The password is the session of such a client.
  const auto forgotten = co_await accounts.sign_out(signed_in->token);
  co_return forgotten;
}

// The login was right a while ago. What it may do is asked of the account as it is now; where that is not the same any
// more, or somebody else's password, the login is checked as if it were new.
aio::Task<Status> check_again(std::shared_ptr<AskedByPlayer> asked, identity::CurrentAccount known, LoopDesk* desk,
                              SteadyTime now, std::shared_ptr<LateReply> reply) {
  const auto present = co_await asked->site->parts.accounts.look_up(known.user.id);
  const bool unknown = !present && present.error().code != ErrorCode::kUnauthenticated;
  if (!unknown && (!present || present->password_mark != known.password_mark)) {
    co_return co_await check_login(std::move(asked), desk, now, std::move(reply));
  }
  // An outage of the database takes nothing away from who was right.
  asked->user = unknown ? std::move(known.user) : present->user;
  reply->send(answer(*asked));
  co_return success();
}

}  // namespace

void handle_xtream(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  if (!site->parts.clients.xtream) return exchange.reply(make_problem(404, "not_found", "clients.xtream is off"));
  auto parsed = parse_xtream(request);
  if (!parsed) return exchange.reply(make_problem(parsed.error()));
  const auto base = public_base_url(request);
  if (!base) {
    return exchange.reply(make_problem(400, "invalid_argument", "Host: expected the name or address of this server"));
  }
  auto player = access::player_name(client_address(*site, request, exchange), request.field(FieldName::kUserAgent));
  auto asked =
      std::make_shared<AskedByPlayer>(AskedByPlayer{site, std::move(parsed).value(), *base, std::move(player), {}, {}});
  auto& desk = site->desks[exchange.loop().index()];
  auto known = desk.logins.find(asked->request.name, asked->request.password, exchange.now());
  // A login that is known costs no hash: it is not counted.
  if (!known) {
    if (auto refused = limit_sign_ins(*site, request, exchange)) return exchange.reply(make_problem(*refused));
  }
  asked->device = device_of(*site, request, exchange);
  auto reply = exchange.defer();
  auto task = known ? check_again(std::move(asked), std::move(*known), &desk, exchange.now(), reply)
                    : check_login(std::move(asked), &desk, exchange.now(), reply);
  run(exchange, std::move(task), std::move(reply));
}

}  // namespace grandstand::http

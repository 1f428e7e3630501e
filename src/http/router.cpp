// SPDX-License-Identifier: MIT
#include "router.hpp"

#include "account_routes.hpp"
#include "api_routes.hpp"
#include "archive_address.hpp"
#include "archive_routes.hpp"
#include "authorised.hpp"
#include "bot_routes.hpp"
#include "channel_routes.hpp"
#include "device_routes.hpp"
#include "document_routes.hpp"
#include "emote_routes.hpp"
#include "event_routes.hpp"
#include "file_routes.hpp"
#include "guide_routes.hpp"
#include "hdhomerun_routes.hpp"
#include "hls_routes.hpp"
#include "live_access.hpp"
#include "monitor_routes.hpp"
#include "negotiation.hpp"
#include "ops_routes.hpp"
#include "playlist_route.hpp"
#include "problem.hpp"
#include "profile_routes.hpp"
#include "provider_routes.hpp"
#include "session_token.hpp"
#include "site_address.hpp"
#include "standing_routes.hpp"
#include "stream_routes.hpp"
#include "webhook_routes.hpp"
#include "websocket_route.hpp"
#include "xtream_routes.hpp"

#include <array>

namespace grandstand::http {
namespace {

constexpr MethodSet kGet = one_of(Method::kGet);
constexpr MethodSet kPost = one_of(Method::kPost);
constexpr MethodSet kPut = one_of(Method::kPut);
constexpr MethodSet kDelete = one_of(Method::kDelete);

// clang-format off
constexpr std::array kRoutes{
    //     name        path                         prefix methods  who may read         operators handler
    Route{"live",      "/live/",                    true,  kRead,   Sharing::kEverybody, false, handle_live},
    Route{"access",    "/access",                   false, kRead,   Sharing::kNone,      false, handle_access},
    Route{"websocket", "/ws",                       false, kGet,    Sharing::kNone,      false, handle_websocket},
    Route{"playlist",  "/playlist.m3u",             false, kRead,   Sharing::kEverybody, false, handle_playlist},
    Route{"epg",       "/epg.xml",                  false, kRead,   Sharing::kEverybody, false, handle_epg},
    Route{"epg",       "/epg.xml.gz",               false, kRead,   Sharing::kEverybody, false, handle_epg},
    Route{"hdhomerun", "/discover.json",            false, kRead,   Sharing::kEverybody, false, handle_hdhomerun},
    Route{"hdhomerun", "/lineup.json",              false, kRead,   Sharing::kEverybody, false, handle_hdhomerun},
    Route{"hdhomerun", "/lineup_status.json",       false, kRead,   Sharing::kEverybody, false, handle_hdhomerun},
    Route{"hdhomerun", "/lineup.m3u",               false, kRead,   Sharing::kEverybody, false, handle_hdhomerun},
    Route{"hdhomerun", "/lineup.post",              false, kPost,   Sharing::kNone,      false, handle_hdhomerun},
    Route{"hdhomerun", "/auto/v",                   true,  kRead,   Sharing::kEverybody, false, handle_tuner},
    Route{"hdhomerun", "/device.xml",               false, kRead,   Sharing::kEverybody, false, handle_hdhomerun},
    Route{"xtream",    "/player_api.php",           false, kRead | kPost, Sharing::kEverybody, false, handle_xtream},
    Route{"xtream",    "/panel_api.php",            false, kRead | kPost, Sharing::kEverybody, false, handle_xtream},
    Route{"xtream",    "/get.php",                  false, kRead,   Sharing::kEverybody, false, handle_xtream},
    Route{"xtream",    "/xmltv.php",                false, kRead,   Sharing::kEverybody, false, handle_xtream},
    Route{"xtream",    "/streaming/timeshift.php",  false, kRead,   Sharing::kEverybody, false, handle_xtream},
    Route{"xtream",    "/timeshift/",               true,  kRead,   Sharing::kEverybody, false, handle_xtream},
    Route{"channels",  "/api/v1/channels",          false, kRead,   Sharing::kListed,    false, handle_channels},
    Route{"source",    "/api/v1/channels/<channel>/source", false, kPost, Sharing::kListed, false, handle_choose_source},
    Route{"roles",     "/api/v1/channels/<channel>/roles",  false, kRead, Sharing::kListed, false, handle_channel_roles},
    Route{"roles",     "/api/v1/channels/<channel>/roles/<account>", false, kPut | kDelete, Sharing::kListed, false, handle_channel_role},
    Route{"follow",    "/api/v1/channels/<channel>/follow", false, kPut | kDelete, Sharing::kListed, false, handle_follow},
    Route{"emote",     "/api/v1/channels/<channel>/emotes/<emote>", false, kRead | kPut | kDelete, Sharing::kListed, false, handle_emote},
    Route{"webhooks",  "/api/v1/channels/<channel>/webhooks", false, kRead | kPost, Sharing::kListed, false, handle_webhooks},
    Route{"webhooks",  "/api/v1/channels/<channel>/webhooks/<webhook>", false, kPut | kDelete, Sharing::kListed, false, handle_webhook},
    Route{"webhooks",  "/api/v1/channels/<channel>/webhooks/<webhook>/secret", false, kPost, Sharing::kListed, false, handle_webhook_secret},
    Route{"webhooks",  "/api/v1/channels/<channel>/webhooks/<webhook>/deliveries", false, kRead | kPost, Sharing::kListed, false, handle_deliveries},
    Route{"guide",     "/api/v1/guide",             false, kRead,   Sharing::kListed,    false, handle_guide},
    Route{"guide",     "/api/v1/guide/now",         false, kRead,   Sharing::kListed,    false, handle_guide_now},
    Route{"guide",     "/api/v1/guide/sources",     false, kRead,   Sharing::kListed,    false, handle_guide_sources},
    Route{"monitor",   "/api/v1/monitor",           false, kRead,   Sharing::kListed,    false, handle_monitor},
    Route{"monitor",   "/api/v1/monitor/<channel>", false, kRead,   Sharing::kListed,    false, handle_monitored_channel},
    Route{"monitor",   "/api/v1/monitor/<channel>/thumbnail.jpg", false, kRead, Sharing::kListed, false, handle_monitored_picture},
    Route{"rooms",     "/api/v1/rooms/",            true,  kRead,   Sharing::kListed,    false, handle_room_query},
    Route{"rooms",     "/api/v1/features/",         true,  kRead,   Sharing::kListed,    false, handle_room_query},
    Route{"events",    "/api/v1/events",            false, kGet,    Sharing::kListed,    false, handle_event_stream},
    Route{"event",     "/api/v1/events/",           true,  kPost,   Sharing::kListed,    false, handle_event_message},
    Route{"accounts",  "/api/v1/accounts",          false, kRead | kPost, Sharing::kListed, false, handle_accounts},
    Route{"accounts",  "/api/v1/accounts/<account>/role", false, kPut, Sharing::kListed, false, handle_role},
    Route{"accounts",  "/api/v1/accounts/<account>/disabled", false, kPut | kDelete, Sharing::kListed, false, handle_disabled},
    Route{"sessions",  "/api/v1/sessions",          false, kRead | kPost | kDelete, Sharing::kListed, false, handle_sessions},
    Route{"session",   "/api/v1/sessions/current",  false, kDelete, Sharing::kListed,    false, handle_sign_out},
    Route{"session",   "/api/v1/sessions/<session>", false, kDelete, Sharing::kListed,   false, handle_end_session},
    Route{"devices",   "/api/v1/device_codes",      false, kPost,   Sharing::kListed,    false, handle_device_codes},
    Route{"devices",   "/api/v1/device_codes/<code>", false, kRead | kPut, Sharing::kListed, false, handle_device_code},
    Route{"devices",   "/api/v1/device_sessions",   false, kPost,   Sharing::kListed,    false, handle_device_sessions},
    Route{"me",        "/api/v1/me",                false, kRead,   Sharing::kListed,    false, handle_me},
    Route{"profile",   "/api/v1/accounts/<account>", false, kRead,  Sharing::kListed,    false, handle_profile},
    Route{"picture",   "/api/v1/accounts/<account>/picture", false, kRead, Sharing::kListed, false, handle_picture},
    Route{"providers", "/api/v1/providers",         false, kRead,   Sharing::kListed,    false, handle_providers},
    Route{"provider",  "/api/v1/providers/<provider>/sign_in", false, kGet, Sharing::kNone, false, handle_provider_sign_in},
    Route{"provider",  "/api/v1/providers/<provider>/callback", false, kGet, Sharing::kNone, false, handle_provider_callback},
    Route{"provider",  "/api/v1/providers/<provider>/logout", false, kPost, Sharing::kNone, false, handle_provider_logout},
    Route{"providers", "/api/v1/me/providers",      false, kRead,   Sharing::kListed,    false, handle_linked_providers},
    Route{"providers", "/api/v1/me/providers/<provider>", false, kPost | kDelete, Sharing::kListed, false, handle_provider_link},
    Route{"me",        "/api/v1/me/name",           false, kPut,    Sharing::kListed,    false, handle_name},
    Route{"me",        "/api/v1/me/picture",        false, kPut | kDelete, Sharing::kListed, false, handle_own_picture},
    Route{"blocks",    "/api/v1/me/blocks",         false, kRead,   Sharing::kListed,    false, handle_blocks},
    Route{"blocks",    "/api/v1/me/blocks/<user>",  false, kPut | kDelete, Sharing::kListed, false, handle_block},
    Route{"me",        "/api/v1/me/password",       false, kPut,    Sharing::kListed,    false, handle_password},
    Route{"bots",      "/api/v1/bots",              false, kRead | kPost, Sharing::kListed, false, handle_bots},
    Route{"bots",      "/api/v1/bots/<bot>",        false, kDelete, Sharing::kListed,    false, handle_bot},
    Route{"bots",      "/api/v1/bots/<bot>/tokens", false, kPost,   Sharing::kListed,    false, handle_bot_tokens},
    Route{"bots",      "/api/v1/bots/<bot>/tokens/<token>", false, kDelete, Sharing::kListed, false, handle_bot_token},
    Route{"documents", "/api/v1/openapi.json",      false, kRead,   Sharing::kListed,    false, handle_openapi},
    Route{"documents", "/api/v1/asyncapi.json",     false, kRead,   Sharing::kListed,    false, handle_asyncapi},
    Route{"version",   "/api/v1/version",           false, kRead,   Sharing::kListed,    false, handle_version},
    Route{"api",       "/api/",                     true,  kRead | kPost | kPut | kDelete, Sharing::kListed,    false, handle_unknown_api},
    Route{"healthz",   "/healthz",                  false, kRead,   Sharing::kNone,      true,  handle_healthz},
    Route{"readyz",    "/readyz",                   false, kRead,   Sharing::kNone,      true,  handle_readyz},
    Route{"metrics",   "/metrics",                  false, kRead,   Sharing::kNone,      true,  handle_metrics},
    Route{"flussonic", "/",                         true,  kRead,   Sharing::kEverybody, false, handle_flussonic, is_flussonic_path},
    Route{"files",     "/",                         true,  kRead,   Sharing::kNone,      false, handle_file},
};
// clang-format on

constexpr auto kNames = [] {
  std::array<std::string_view, kRoutes.size() + 1> names{};
  for (std::size_t i = 0; i < kRoutes.size(); ++i) names[i] = kRoutes[i].name;
  names.back() = "malformed";
  return names;
}();

constexpr std::string_view kSharedWithEverybody =
    "X-Content-Type-Options: nosniff\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: Content-Length, Content-Range, Date, ETag\r\n";
constexpr std::string_view kPreflight =
    "Access-Control-Allow-Headers: Range, If-None-Match, Content-Type, Authorization\r\n"
    "Access-Control-Max-Age: 86400\r\n";
// Pages bring a policy of their own (file_routes.cpp); whatever else is opened as one may do nothing.
constexpr std::string_view kPage = "X-Content-Type-Options: nosniff\r\n";
constexpr std::string_view kPlain =
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; sandbox\r\n"
    "Referrer-Policy: no-referrer\r\n";

void set_sharing(const Site& site, const Route& route, const Request& request, Exchange& exchange) {
  exchange.extra_lines.clear();
  exchange.route_lines = route.sharing == Sharing::kEverybody ? kSharedWithEverybody
                         : route.handler == handle_file       ? kPage
                                                              : kPlain;
  if (route.sharing != Sharing::kListed) return;
  exchange.extra_lines = "Vary: Origin\r\n";
  const auto origin = request.field(FieldName::kOrigin);
  for (const auto& allowed : site.settings.allowed_origins) {
    if (!equals_ignoring_case(origin, allowed)) continue;
    exchange.extra_lines +=
        "Access-Control-Allow-Origin: " + allowed + "\r\nAccess-Control-Allow-Credentials: true\r\n";
  }
}

void answer_options(const Route& route, Exchange& exchange) {
  const auto allow = allow_list(route.methods);
  auto& head = exchange.begin(204).field("Allow", allow);
  if (route.sharing != Sharing::kNone) head.field("Access-Control-Allow-Methods", allow).lines(kPreflight);
  exchange.send_without_body();
}

// Another site's page asks for a change. What only shows media may be asked for by everybody; whoever shows the token
// itself is no browser that was talked into it. Routes that count on cookies ask for more (check_forgery()).
bool is_forged(const Site& site, const Route& route, const Request& request) {
  if (request.method == Method::kGet || request.method == Method::kHead) return false;
  const auto origin = request.field(FieldName::kOrigin);
  return route.sharing != Sharing::kEverybody && !origin.empty() &&
         find_session_token(request).by != PresentedToken::By::kBearer &&
         !is_trusted_origin(origin, request, site.settings.allowed_origins);
}

// The API, but for messages of event streams, which the hub limits as those of WebSockets.
bool is_limited(const Route& route) {
  return route.path.starts_with("/api/") && route.handler != handle_event_message;
}

bool serves(const Site& site, Door door, const Route& route) {
  if (door == Door::kOperators) return route.for_operators;
  return route.name != "metrics" || site.settings.metrics_address.empty();
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

std::span<const std::string_view> route_names() {
  return kNames;
}

std::size_t malformed_route() {
  return kRoutes.size();
}

std::string allow_list(MethodSet methods) {
  static constexpr std::array<std::string_view, 6> kMethodNames{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  std::string list;
  for (std::size_t i = 0; i < kMethodNames.size(); ++i) {
    if (((methods >> i) & 1U) != 0) list += std::string(kMethodNames[i]) + ", ";
  }
  return list + "OPTIONS";
}

bool is_at(const Route& route, std::string_view path) {
  if (route.is_prefix) return path.starts_with(route.path) && (route.matches == nullptr || route.matches(path));
  return route.path == path || (route.path.find('<') != std::string_view::npos && match_path(route.path, path));
}

void dispatch(const std::shared_ptr<Site>& site, Door door, const Request& request, Exchange& exchange) {
  for (std::size_t i = 0; i < kRoutes.size(); ++i) {
    const Route& route = kRoutes[i];
    if (!is_at(route, request.path) || !serves(*site, door, route)) continue;
    exchange.route = i;
    set_sharing(*site, route, request, exchange);
    if (request.method == Method::kOptions) {
      answer_options(route, exchange);
    } else if ((route.methods & one_of(request.method)) == 0) {
      const auto allow = allow_list(route.methods);
      exchange.reply(
          make_problem(405, "method_not_allowed", "this resource answers to " + allow, "Allow: " + allow + "\r\n"));
    } else if (is_forged(*site, route, request)) {
      exchange.reply(make_problem(403, "forbidden", "Origin: expected our own or one of http.allowed_origins"));
    } else if (auto refused = is_limited(route) ? limit_api_requests(*site, request, exchange) : std::nullopt) {
      exchange.reply(make_problem(*refused));
    } else {
      route.handler(site, request, exchange);
    }
    return;
  }
  exchange.route = malformed_route();
  exchange.route_lines = kPlain;
  exchange.extra_lines.clear();
  exchange.reply(make_problem(404, "not_found", "there is nothing here"));
}

}  // namespace grandstand::http

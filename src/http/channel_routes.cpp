// SPDX-License-Identifier: MIT
#include "channel_routes.hpp"

#include "problem.hpp"
#include "session_token.hpp"
#include "uri_text.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/identity/permissions.hpp>
#include <grandstand/wire/error_codes.hpp>

#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

constexpr std::string_view kPrefix = "/api/v1/channels/";

struct SourceChoice {
  ChannelId channel;
  std::optional<std::size_t> source;  // from 0; empty: automatic again
};

Result<SourceChoice> parse_choice(const Request& request) {
  const auto segments = split_path(request.path.substr(kPrefix.size()));
  if (segments.size() != 2 || segments[1] != "source") {
    return Error{ErrorCode::kNotFound, "expected /api/v1/channels/<channel>/source"};
  }
  auto id = percent_decode(segments[0]);
  if (!id) return Error{ErrorCode::kInvalidArgument, "the path is not well percent-encoded"};
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  const auto source = body.is_object() ? body.find("source") : body.end();
  const bool given = body.is_object() && source != body.end();
  const bool number = given && source->is_number_unsigned() && *source >= 1 && *source <= channels::kMaxSources;
  if (!number && !(given && source->is_null())) {
    return Error{ErrorCode::kInvalidArgument, "source: expected its place in the channel's list, from 1 to " +
                                                  std::to_string(channels::kMaxSources) +
                                                  ", or null for automatic choice"};
  }
  SourceChoice choice{ChannelId(std::move(*id)), {}};
  if (number) choice.source = source->get<std::size_t>() - 1;
  return choice;
}

aio::Task<Status> choose(std::shared_ptr<Site> site, std::string token, SourceChoice choice,
                         std::shared_ptr<LateReply> reply) {
  GRANDSTAND_CO_TRY(const auto user, co_await site->parts.accounts.authenticate(std::move(token)));
  constexpr auto kChoose = identity::permission("POST /api/v1/channels/<channel>/source");
  GRANDSTAND_CO_TRY([[maybe_unused]] const auto allowed, identity::check_permission(user, kChoose));
  GRANDSTAND_CO_TRY([[maybe_unused]] const auto chosen,
                    site->parts.catalogue.select_source(choice.channel, choice.source));
  log::info("http", "An administrator chose a source",
            {{"channel", choice.channel.value()},
             {"source", choice.source ? std::to_string(*choice.source + 1) : "automatic"},
             {"user", user.id.value()}});
  Reply answer;
  answer.status = 202;
  reply->send(std::move(answer));
  co_return success();
}

}  // namespace

void handle_choose_source(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  auto presented = find_session_token(request);
  if (const auto allowed = check_forgery(request, presented.by, site->settings.allowed_origins); !allowed) {
    const int status = allowed.error().code == ErrorCode::kUnsupported ? 415 : 403;
    return exchange.reply(make_problem(status, wire::wire_name(allowed.error().code), allowed.error().message));
  }
  auto choice = parse_choice(request);
  if (!choice) return exchange.reply(make_problem(choice.error()));
  auto reply = exchange.defer();
  auto task = choose(site, std::move(presented.token), std::move(*choice), reply);
  aio::spawn(exchange.loop(), std::move(task), [reply](const Status& outcome) {
    if (!outcome) reply->send(make_problem(outcome.error()));
  });
}

}  // namespace grandstand::http

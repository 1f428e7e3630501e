// SPDX-License-Identifier: MIT
#include "channel_routes.hpp"

#include "authorised.hpp"
#include "forward.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/base/log.hpp>
#include <grandstand/identity/permissions.hpp>

#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::http {
namespace {

// From 0; empty: automatic again.
Result<std::optional<std::size_t>> parse_source(std::string_view text) {
  const auto body = parse_body(text);
  const auto source = body.is_object() ? body.find("source") : body.end();
  const bool given = body.is_object() && source != body.end();
  const bool number = given && source->is_number_unsigned() && *source >= 1 && *source <= channels::kMaxSources;
  if (number) return std::optional(source->get<std::size_t>() - 1);
  if (given && source->is_null()) return std::optional<std::size_t>();
  return Error{ErrorCode::kInvalidArgument, "source: expected its place in the channel's list, from 1 to " +
                                                std::to_string(channels::kMaxSources) +
                                                ", or null for automatic choice"};
}

aio::Task<Result<Reply>> choose(std::shared_ptr<Site> site, Asked asked) {
  GRANDSTAND_CO_TRY(const auto source, parse_source(asked.body));
  const ChannelId channel(asked.path[0]);
  GRANDSTAND_CO_RETURN_IF_ERROR(site->parts.catalogue.select_source(channel, source));
  log::info("http", "An administrator chose a source",
            {{"channel", channel.value()},
             {"source", source ? std::to_string(*source + 1) : "automatic"},
             {"user", asked.user.id.value()}});
  Reply answer;
  answer.status = 202;
  co_return answer;
}

}  // namespace

void handle_choose_source(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange) {
  constexpr std::size_t kPrefix = std::string_view("/api/v1/channels/").size();
  const auto channel = request.path.substr(kPrefix, request.path.find('/', kPrefix) - kPrefix);
  if (forward(site, channel, request, exchange, handle_choose_source)) return;
  answer_authorised(site, request, exchange, identity::permission("POST /api/v1/channels/<channel>/source"), choose);
}

}  // namespace grandstand::http

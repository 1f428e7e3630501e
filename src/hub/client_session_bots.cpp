// SPDX-License-Identifier: MIT
// What a session that came by a bot's token may do, how fast, and for how long.
#include "client_session.hpp"
#include "loop_sessions.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/identity/token_grant.hpp>
#include <grandstand/wire/server_message.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace grandstand::hub {

bool ClientSession::may_join(const wire::Join& join) {
  if (!user_ || !user_->grant) return true;
  const auto channel = channel_of(join.room);
  if (channel && !user_->grant->reaches(*channel)) {
    core_->metrics.tokens_refused.add();
    refuse(join.id, ErrorCode::kForbidden, "The token is for another channel.");
    return false;
  }
  return keeps_rate(join.id);
}

bool ClientSession::may_command(const wire::CommandMessage& command, const identity::Permission* permission) {
  if (!user_ || !user_->grant) return true;
  if (permission == nullptr) {
    refuse(command.id, ErrorCode::kNotFound, "There is no command \"" + command.name + "\".");
    return false;
  }
  const auto channel = channel_of(command.room).value_or(ChannelId());
  if (const auto allowed = identity::check_permission(*user_, *permission, channel); !allowed.ok()) {
    core_->metrics.tokens_refused.add();
    refuse(command.id, allowed.error().code, allowed.error().message);
    return false;
  }
  return keeps_rate(command.id);
}

bool ClientSession::keeps_rate(std::int64_t request) {
  const auto wait = user_->grant->rate->try_take(core_->context.clock.steady());
  if (wait.count() == 0) return true;
  core_->metrics.bots_limited.add();
  send(wire::encode_refusal(request, {ErrorCode::kRateLimited, "The bot asks too much."}, wait));
  return false;
}

void ClientSession::watch_expiry() {
  if (!user_ || !user_->grant || !user_->grant->expires_at) return;
  const auto left = *user_->grant->expires_at - core_->context.clock.utc();
  const auto delay = std::clamp<std::chrono::milliseconds>(std::chrono::ceil<std::chrono::milliseconds>(left),
                                                           std::chrono::seconds(1), std::chrono::hours(1));
  aio::run_after(loop_.loop(), delay, [core = core_, &loop = loop_, id = id_, grant = user_->grant] {
    auto* const session = loop.find(id);
    if (session == nullptr || !session->user_ || session->user_->grant != grant) return;
    if (grant->expired(core->context.clock.utc())) return session->end();
    session->watch_expiry();
  });
}

}  // namespace grandstand::hub

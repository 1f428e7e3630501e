// SPDX-License-Identifier: MIT
#include "accounts_state.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/identity/permissions.hpp>

namespace grandstand::identity {

aio::Task<Status> Accounts::State::note_changed(User user, Source source) {
  std::function<Status()> work = [this, source, user = std::move(user)]() -> Status {
    cache.forget(user.id);
    if (const auto told = observer.lock()) told->on_changed(user);
    if (source == Source::kHere) announce("changed", {user.id, {}});
    return success();
  };
  co_return co_await ledger.run<std::monostate>(std::move(work));
}

void Accounts::observe(std::weak_ptr<AccountObserver> observer) {
  if (!state_->ledger.try_post([state = state_.get(), observer] { state->observer = observer; }))
    log::error("identity", "changes of accounts will not reach those who are connected");
}

aio::Task<Status> Accounts::set_role(User giver, UserId account, Role role) {
  StandingsStore::Rule rule = [giver, role](const User& before) { return check_gift(giver, before, role); };
  GRANDSTAND_CO_TRY(User after, co_await state_->standings.set_role(account, role, std::move(rule)));
  log::info("identity", "role given", {{"user", account.value()}, {"role", to_string(role)}, {"by", giver.id.value()}});
  co_return co_await state_->tell_changed(std::move(after));
}

aio::Task<Status> Accounts::set_disabled(User by, UserId account, bool disabled) {
  StandingsStore::Rule rule = [by](const User& before) -> Status {
    if (before.id != by.id) return success();
    return Error{ErrorCode::kForbidden, "nobody disables the account that they use"};
  };
  const auto since = disabled ? std::optional(state_->clock.utc()) : std::nullopt;
  GRANDSTAND_CO_TRY(auto ended, co_await state_->standings.set_disabled(account, since, std::move(rule)));
  log::info("identity", disabled ? "account disabled" : "account enabled",
            {{"user", account.value()}, {"by", by.id.value()}});
  for (auto& one : ended) {
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->note_disabled(std::move(one), State::Source::kHere));
  }
  co_return success();
}

aio::Task<Status> Accounts::State::note_disabled(AccountsStore::Ended ended, Source source) {
  std::function<Status()> work = [this, source, ended = std::move(ended)]() -> Status {
    for (const auto& session : ended.sessions) cache.revoke(session.digest, clock.steady());
    cache.forget(ended.account);  // what comes in by tokens of bots
    if (const auto told = observer.lock()) told->on_disabled(ended.account);
    if (source == Source::kHere) announce("disabled", ended);
    return success();
  };
  co_return co_await ledger.run<std::monostate>(std::move(work));
}

aio::Task<Status> Accounts::set_channel_role(User giver, ChannelId channel, UserId account, Role role) {
  StandingsStore::Rule rule = [giver, channel, role](const User& before) {
    return check_channel_gift(giver, channel, before, role);
  };
  GRANDSTAND_CO_TRY(User after, co_await state_->standings.set_channel_role(account, channel, role, std::move(rule)));
  log::info(
      "identity", "role in a channel given",
      {{"channel", channel.value()}, {"user", account.value()}, {"role", to_string(role)}, {"by", giver.id.value()}});
  co_return co_await state_->tell_changed(std::move(after));
}

aio::Task<Result<std::vector<RoleHolder>>> Accounts::role_holders(ChannelId channel) {
  return state_->standings.role_holders(std::move(channel));
}

aio::Task<Result<UtcTime>> Accounts::follow(UserId account, ChannelId channel) {
  GRANDSTAND_CO_TRY(auto followed, co_await state_->standings.follow(account, channel, state_->clock.utc()));
  const auto since = followed.user.follower_since(channel).value_or(state_->clock.utc());
  if (followed.changed) {
    GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->tell_changed(std::move(followed.user)));
  }
  co_return since;
}

aio::Task<Status> Accounts::unfollow(UserId account, ChannelId channel) {
  GRANDSTAND_CO_TRY(auto unfollowed, co_await state_->standings.unfollow(account, channel));
  if (!unfollowed.changed) co_return success();
  co_return co_await state_->tell_changed(std::move(unfollowed.user));
}

}  // namespace grandstand::identity

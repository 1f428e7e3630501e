// SPDX-License-Identifier: MIT
#include "accounts_state.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>

namespace grandstand::identity {
namespace {

constexpr double kBurst = 4;  // seconds' worth of requests
constexpr RateLimit kMakingRate{5, 5.0 / (24 * 3600)};

std::optional<UserId> owner_for(const User& asker) {
  if (asker.role == Role::kAdmin) return std::nullopt;
  return asker.id;
}

Result<BotTokenWish> checked(BotTokenWish wish, UtcTime now) {
  if (wish.name.empty() || wish.name.size() > 64 ||
      std::ranges::any_of(wish.name, [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    return Error{ErrorCode::kInvalidArgument, "name: expected 1 to 64 bytes without control characters"};
  if (wish.scopes.empty()) return Error{ErrorCode::kInvalidArgument, "scopes: expected at least one"};
  std::ranges::sort(wish.scopes);
  wish.scopes.erase(std::ranges::unique(wish.scopes).begin(), wish.scopes.end());
  if (wish.expires_at && *wish.expires_at <= now)
    return Error{ErrorCode::kInvalidArgument, "expires_at: expected a time to come"};
  return wish;
}

}  // namespace

aio::Task<Result<std::vector<Bot>>> Accounts::bots(User asker) {
  return state_->bots.list(owner_for(asker));
}

aio::Task<Result<Bot>> Accounts::create_bot(User owner, std::string name) {
  if (state_->settings.bots_per_account == 0) co_return Error{ErrorCode::kForbidden, "bots are not allowed here"};
  GRANDSTAND_CO_TRY(std::string shown, normalise_name(name));
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->check_making(owner.id));
  NewAccount account{shown, name_key(shown), "*", Role::kViewer, state_->clock.utc(), owner.id};
  auto made = co_await state_->bots.insert(std::move(account), state_->settings.bots_per_account);
  if (!made.ok() && made.error().code == ErrorCode::kConflict) co_return taken(shown);
  if (!made.ok()) co_return made.error();
  state_->count_making(owner.id);
  log::info("identity", "bot made", {{"bot", made->id.value()}, {"by", owner.id.value()}});
  Bot bot{made->id, made->name, owner.id, owner.name, made->since.value_or(UtcTime{}), {}};
  co_return bot;
}

aio::Task<Status> Accounts::remove_bot(User asker, UserId bot) {
  GRANDSTAND_CO_TRY(auto ended, co_await state_->bots.remove(owner_for(asker), bot));
  log::info("identity", "bot removed", {{"bot", ended.account.value()}, {"by", asker.id.value()}});
  co_return co_await state_->tell_ended(std::move(ended));
}

aio::Task<Result<MadeBotToken>> Accounts::create_bot_token(User asker, UserId bot, BotTokenWish wish) {
  GRANDSTAND_CO_TRY(auto good, checked(std::move(wish), state_->clock.utc()));
  MadeBotToken made;
  made.secret = make_bot_token();
  made.token.wish = std::move(good);
  made.token.created_at = state_->clock.utc();
  GRANDSTAND_CO_TRY(made.token,
                    co_await state_->bots.insert_token(owner_for(asker), bot, digest_of(made.secret), made.token));
  log::info("identity", "token of a bot made",
            {{"bot", bot.value()}, {"token", made.token.id}, {"by", asker.id.value()}});
  co_return made;
}

aio::Task<Status> Accounts::revoke_bot_token(User asker, UserId bot, std::uint64_t token) {
  GRANDSTAND_CO_TRY(auto ended, co_await state_->bots.remove_token(owner_for(asker), bot, token));
  log::info("identity", "token of a bot revoked", {{"bot", bot.value()}, {"token", token}, {"by", asker.id.value()}});
  co_return co_await state_->tell_ended(std::move(ended));
}

// So that nobody speaks by one new bot after the other; a name that is taken costs nothing.
aio::Task<Status> Accounts::State::check_making(UserId owner) {
  std::function<Status()> work = [this, owner = std::move(owner)]() -> Status {
    auto* const makings = bot_makings.find(owner.value());
    if (makings == nullptr || makings->wait(clock.steady()).count() == 0) return success();
    return Error{ErrorCode::kRateLimited, "you have made several bots today; try again tomorrow"};
  };
  co_return co_await ledger.run<std::monostate>(std::move(work));
}

void Accounts::State::count_making(const UserId& owner) {
  const bool counted = ledger.try_post(
      [this, owner] { bot_makings.find_or_put(owner.value(), TokenBucket(kMakingRate)).take(clock.steady()); });
  if (!counted) log::warning("identity", "too much work waits; a bot that was made is not counted");
}

// All tokens of a bot share its rate. The bots that were not heard of for longest are forgotten.
std::shared_ptr<const TokenGrant> Accounts::State::with_rate(TokenGrant grant, const UserId& bot) {
  if (const auto* const known = bot_rates.find(bot.value())) {
    grant.rate = *known;
  } else {
    const auto per_second = static_cast<double>(settings.bot_rate);
    grant.rate = std::make_shared<SharedRate>(RateLimit{kBurst * per_second, per_second});
    bot_rates.put(bot.value(), grant.rate);
  }
  return std::make_shared<const TokenGrant>(std::move(grant));
}

aio::Task<Result<User>> Accounts::State::authenticate_bot(std::string token) {
  LookUp look_up = [this](const std::string& digest) { return bots.find_token(digest, clock.utc()); };
  GRANDSTAND_CO_TRY(auto user, co_await recognise(std::move(token), std::move(look_up)));
  if (!user) {
    unknown_tokens.add();
    co_return not_signed_in("the token is unknown or revoked");
  }
  if (user->grant->expired(clock.utc())) {
    expired_tokens.add();
    co_return not_signed_in("the token has expired");
  }
  const auto wait = user->grant->rate->try_take(clock.steady());
  if (wait.count() > 0) {
    limited_bots.add();
    co_return Error{ErrorCode::kRateLimited,
                    "the bot asks too much; try again in " + std::to_string(wait.count()) + " ms"};
  }
  co_return std::move(*user);
}

}  // namespace grandstand::identity

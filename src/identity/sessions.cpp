// SPDX-License-Identifier: MIT
#include "accounts_state.hpp"
#include "password.hpp"

#include <grandstand/base/log.hpp>

namespace grandstand::identity {

aio::Task<Result<std::optional<User>>> Accounts::State::recognise(std::string token, LookUp look_up) {
  constexpr int kMostLookUps = 3;
  const std::string digest = digest_of(token);
  struct Known {
    std::optional<User> user;
    std::uint64_t generation = 0;
  };
  for (int looked_up = 1;; ++looked_up) {
    std::function<Result<Known>()> recall = [this, digest]() -> Result<Known> {
      return Known{cache.find(digest, clock.steady(), clock.utc()), cache.generation()};
    };
    GRANDSTAND_CO_TRY(Known known, co_await ledger.run<Known>(std::move(recall)));
    if (known.user) co_return std::move(known.user);
    const auto before = known.generation;
    GRANDSTAND_CO_TRY(auto found, co_await look_up(digest));
    if (!found) co_return std::nullopt;
    // Whoever is told that the session has ended, or the account changed, is told after this.
    std::function<Result<Known>()> keep = [this, digest, before, found = std::move(*found)]() mutable -> Result<Known> {
      if (cache.is_revoked(digest, clock.steady())) return Known{std::nullopt, before};
      if (found.user.grant) found.user.grant = with_rate(*found.user.grant, found.user.id);
      if (cache.generation() == before) cache.put(digest, found.user, found.expires_at, clock.steady());
      return Known{std::move(found.user), cache.generation()};
    };
    GRANDSTAND_CO_TRY(known, co_await ledger.run<Known>(std::move(keep)));
    // What changed meanwhile may be this account.
    if (!known.user || known.generation == before || looked_up == kMostLookUps) co_return std::move(known.user);
  }
}

aio::Task<Status> Accounts::State::note_ended(AccountsStore::Ended ended, Source source) {
  if (ended.sessions.empty()) co_return success();
  std::function<Status()> work = [this, source, ended = std::move(ended)]() -> Status {
    std::vector<std::uint64_t> ids;
    for (const auto& session : ended.sessions) {
      cache.revoke(session.digest, clock.steady());
      ids.push_back(session.id);
    }
    if (const auto told = observer.lock()) told->on_ended(ended.account, ids);
    if (source == Source::kHere) announce("ended", ended);
    return success();
  };
  co_return co_await ledger.run<std::monostate>(std::move(work));
}

aio::Task<Status> Accounts::sign_out(std::string token) {
  if (!is_session_token(token)) co_return not_signed_in("the session token is not one of ours");
  const std::string digest = digest_of(token);
  GRANDSTAND_CO_TRY(auto ended, co_await state_->store.end_by_digest(digest));
  // Even when it was not in the table any more, it may be in the cache.
  if (ended.sessions.empty()) ended.sessions.push_back({0, digest});
  co_return co_await state_->tell_ended(std::move(ended));
}

aio::Task<Result<std::vector<ListedSession>>> Accounts::sessions(UserId account) {
  return state_->store.list_sessions(std::move(account), state_->clock.utc());
}

aio::Task<Status> Accounts::end_session(UserId account, std::uint64_t session) {
  GRANDSTAND_CO_TRY(auto ended, co_await state_->store.end_one(account, session));
  co_return co_await state_->tell_ended(std::move(ended));
}

aio::Task<Status> Accounts::end_other_sessions(UserId account, std::uint64_t session_kept) {
  GRANDSTAND_CO_TRY(auto ended, co_await state_->store.end_all_but(account, session_kept));
  co_return co_await state_->tell_ended(std::move(ended));
}

std::chrono::seconds Accounts::session_lifetime() const {
  return state_->settings.session_lifetime;
}

aio::Task<Status> Accounts::change_password(User user, std::string before, std::string after) {
  GRANDSTAND_CO_RETURN_IF_ERROR(check_password(after, state_->settings.min_password_length));
  const Attempt attempt{name_key(user.name), "session " + std::to_string(user.session)};
  GRANDSTAND_CO_TRY(std::string hash, co_await state_->store.password_hash(user.id));
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->begin_attempt(attempt));
  if (!check_password(before, 0).ok()) co_return not_signed_in("the password given is wrong");
  GRANDSTAND_CO_TRY(const bool right, co_await state_->verify(std::move(hash), std::move(before)));
  if (!right) {
    state_->wrong.add();
    co_return not_signed_in("the password given is wrong");
  }
  state_->forgive_attempts(attempt);
  GRANDSTAND_CO_TRY(std::string changed, co_await state_->hash(std::move(after)));
  GRANDSTAND_CO_TRY(auto ended, co_await state_->store.set_password(user.id, std::move(changed), user.session));
  log::info("identity", "password changed", {{"user", user.id.value()}});
  co_return co_await state_->tell_ended(std::move(ended));
}

}  // namespace grandstand::identity

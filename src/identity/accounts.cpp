// SPDX-License-Identifier: MIT
#include "accounts_state.hpp"
#include "bots_sql.hpp"
#include "device_codes_sql.hpp"
#include "disabled_sql.hpp"
#include "emotes_sql.hpp"
#include "identity_sql.hpp"
#include "names_sql.hpp"
#include "password.hpp"
#include "profile_sql.hpp"
#include "providers_sql.hpp"
#include "standings_sql.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/identity/guest.hpp>
#include <grandstand/identity/permissions.hpp>

namespace grandstand::identity {
namespace {

constexpr storage::Migration kMigrations[] = {
    {"identity", 1, kIdentitySql},  {"identity", 2, kStandingsSql}, {"identity", 3, kProfileSql},
    {"identity", 4, kProvidersSql}, {"identity", 5, kDisabledSql},  {"identity", 6, kNamesSql},
    {"emotes", 1, kEmotesSql},      {"bots", 1, kBotsSql},          {"device_codes", 1, kDeviceCodesSql}};

Error too_many_attempts(std::chrono::milliseconds wait) {
  return Error{ErrorCode::kRateLimited, "too many wrong passwords for this name; try again in " +
                                            std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) +
                                            " s"};
}

}  // namespace

// All but the hash, which costs.
Result<NewAccount> Accounts::State::make_account(const std::string& name, const std::string& password,
                                                 Role role) const {
  GRANDSTAND_TRY(std::string shown, normalise_name(name));
  GRANDSTAND_RETURN_IF_ERROR(check_password(password, settings.min_password_length));
  std::string key = name_key(shown);
  return NewAccount{std::move(shown), std::move(key), "", role, clock.utc()};
}

aio::Task<Result<std::string>> Accounts::State::hash(std::string password) {
  std::function<Result<std::string>()> work = [password = std::move(password)] { return hash_password(password); };
  auto outcome = co_await hashing.run<std::string>(std::move(work));
  if (!outcome.ok()) refused.add();
  co_return outcome;
}

aio::Task<Result<bool>> Accounts::State::verify(std::string hash, std::string password) {
  std::function<Result<bool>()> work = [hash = std::move(hash), password = std::move(password)]() -> Result<bool> {
    return verify_password(hash, password);
  };
  auto outcome = co_await hashing.run<bool>(std::move(work));
  if (!outcome.ok()) refused.add();
  co_return outcome;
}

aio::Task<Status> Accounts::State::check_attempts(Attempt attempt) {
  std::function<Status()> work = [this, attempt = std::move(attempt)]() -> Status {
    const auto wait = limiter.wait(attempt, clock.steady());
    if (wait.count() > 0) return too_many_attempts(wait);
    return success();
  };
  auto status = co_await ledger.run<std::monostate>(std::move(work));
  if (!status.ok() && status.error().code == ErrorCode::kRateLimited) limited.add();
  co_return status;
}

aio::Task<Status> Accounts::State::begin_attempt(Attempt attempt) {
  std::function<Status()> work = [this, attempt = std::move(attempt)]() -> Status {
    if (limiter.try_begin(attempt, clock.steady())) return success();
    return too_many_attempts(limiter.wait(attempt, clock.steady()));
  };
  auto status = co_await ledger.run<std::monostate>(std::move(work));
  if (!status.ok() && status.error().code == ErrorCode::kRateLimited) limited.add();
  co_return status;
}

void Accounts::State::forgive_attempts(Attempt attempt) {
  if (!ledger.try_post([this, attempt = std::move(attempt)] { limiter.forgive(attempt); }))
    log::warning("identity", "too much work waits; wrong passwords stay counted");
}

Accounts::Accounts(Settings settings, storage::Database& database, const Clock& clock, ops::Metrics& metrics)
    : state_(std::make_unique<State>(settings, database, clock, metrics)) {}

Accounts::~Accounts() {
  stop();
}

std::span<const storage::Migration> Accounts::migrations() {
  return kMigrations;
}

aio::Task<Result<SignIn>> Accounts::register_account(std::string name, std::string password, Device device) {
  if (!state_->settings.registration)
    co_return Error{ErrorCode::kForbidden, "registration is closed here; ask the operator for an account"};
  GRANDSTAND_CO_TRY(NewAccount account, state_->make_account(name, password, Role::kViewer));
  // Before the hash, for a taken name should cost little; the unique key decides in the end.
  GRANDSTAND_CO_TRY(const bool is_taken, co_await state_->store.is_taken(account.name, account.name_key));
  if (is_taken) co_return taken(account.name);
  GRANDSTAND_CO_TRY(account.password_hash, co_await state_->hash(std::move(password)));
  std::string token = make_session_token();
  const std::string shown = account.name;
  NewSession session = state_->make_session(token, tidied(std::move(device)));
  auto user = co_await state_->store.insert(std::move(account), std::move(session));
  if (!user.ok() && user.error().code == ErrorCode::kConflict) co_return taken(shown);
  if (!user.ok()) co_return user.error();
  log::info("identity", "account registered", {{"user", user->id.value()}});
  co_return SignIn{std::move(*user), std::move(token)};
}

aio::Task<Result<SignIn>> Accounts::sign_in(std::string name, std::string password, Device device) {
  constexpr const char* kWrong = "name or password is wrong";
  const auto shown = normalise_name(name);
  // Such names and passwords cannot exist: to say so tells nothing.
  if (!shown.ok() || !check_password(password, 0).ok()) {
    state_->wrong.add();
    co_return not_signed_in(kWrong);
  }
  const std::string key = name_key(*shown);
  const Attempt attempt{key, device.network};
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->check_attempts(attempt));
  GRANDSTAND_CO_TRY(const std::optional<StoredAccount> account, co_await state_->store.find(key));
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->begin_attempt(attempt));
  // Accounts of identity providers have no password.
  const bool has_password = account && !account->password_hash.empty();
  std::string hash = has_password ? account->password_hash : nobodys_hash();
  GRANDSTAND_CO_TRY(const bool right, co_await state_->verify(std::move(hash), std::move(password)));
  if (!right || !has_password) {
    state_->wrong.add();
    co_return not_signed_in(kWrong);
  }
  state_->forgive_attempts(attempt);
  std::string token = make_session_token();
  NewSession session = state_->make_session(token, tidied(std::move(device)));
  GRANDSTAND_CO_RETURN_IF_ERROR(co_await state_->store.open_session(account->id, std::move(session)));
  state_->signed_in.add();
  co_return SignIn{account->user, std::move(token), digest_of(account->password_hash)};
}

aio::Task<Result<User>> Accounts::authenticate(std::string token) {
  const auto unknown = [this] {
    state_->unknown_sessions.add();
    return not_signed_in("the session is unknown, expired or signed out; sign in again");
  };
  if (is_bot_token(token)) co_return co_await state_->authenticate_bot(std::move(token));
  if (!is_session_token(token)) co_return unknown();
  State::LookUp look_up = [state = state_.get()](const std::string& digest) {
    return state->store.find_session(digest, state->clock.utc());
  };
  GRANDSTAND_CO_TRY(auto user, co_await state_->recognise(std::move(token), std::move(look_up)));
  if (!user) co_return unknown();
  co_return std::move(*user);
}

aio::Task<Result<User>> Accounts::find(std::string name) {
  GRANDSTAND_CO_TRY(const std::string shown, normalise_name(name));
  GRANDSTAND_CO_TRY(const std::optional<StoredAccount> account, co_await state_->store.find(name_key(shown)));
  if (!account) co_return Error{ErrorCode::kNotFound, "no account has the name \"" + shown + "\""};
  co_return account->user;
}

aio::Task<Result<CurrentAccount>> Accounts::look_up(UserId account) {
  GRANDSTAND_CO_TRY(const auto found, co_await state_->store.find_enabled(std::move(account)));
  if (!found) co_return not_signed_in("the account is disabled, or is not there any more");
  co_return CurrentAccount{found->user, digest_of(found->password_hash)};
}

aio::Task<Result<User>> Accounts::guest(std::string name, std::string guest_token) {
  if (!is_guest_token(guest_token))
    co_return Error{ErrorCode::kInvalidArgument,
                    "the guest token is not one: expected 22 to 64 of the characters A-Z, a-z, 0-9, _ and -"};
  GRANDSTAND_CO_TRY(std::string shown, normalise_name(name));
  const auto is_taken = co_await state_->store.is_taken(shown, name_key(shown));
  if (is_taken.ok() && *is_taken)
    co_return Error{ErrorCode::kConflict,
                    "the name \"" + shown +
                        "\", or one that looks like it, belongs to an account: sign in, or choose "
                        "another name"};
  // Without the database the programme and its chat go on; only impostors are not found meanwhile.
  if (!is_taken.ok())
    log::warning("identity", "a guest's name was not checked", {{"reason", is_taken.error().message}});
  co_return guest_of(guest_token, std::move(shown));
}

Result<User> Accounts::create_blocking(std::string name, std::string password, Role role) {
  if (role == Role::kGuest) return Error{ErrorCode::kInvalidArgument, "an account cannot be a guest"};
  GRANDSTAND_TRY(NewAccount account, state_->make_account(name, password, role));
  GRANDSTAND_TRY(account.password_hash, hash_password(password));
  const std::string shown = account.name;
  auto user = state_->store.insert_blocking(std::move(account));
  if (!user.ok() && user.error().code == ErrorCode::kConflict) return taken(shown);
  return user;
}

Status Accounts::set_role_blocking(std::string name, Role role) {
  if (role == Role::kGuest) return Error{ErrorCode::kInvalidArgument, "an account cannot become a guest"};
  GRANDSTAND_TRY(const std::string shown, normalise_name(name));
  GRANDSTAND_RETURN_IF_ERROR(state_->store.set_role_blocking(name_key(shown), role));
  (void)state_->ledger.try_post([state = state_.get()] { state->cache.clear(); });
  return success();
}

Status Accounts::set_channel_role_blocking(std::string name, ChannelId channel, Role role) {
  GRANDSTAND_RETURN_IF_ERROR(check_channel_role(role));
  GRANDSTAND_TRY(const std::string shown, normalise_name(name));
  GRANDSTAND_RETURN_IF_ERROR(state_->standings.set_channel_role_blocking(name_key(shown), std::move(channel), role));
  return success();
}

Status Accounts::set_password_blocking(std::string name, std::string password) {
  GRANDSTAND_TRY(const std::string shown, normalise_name(name));
  GRANDSTAND_RETURN_IF_ERROR(check_password(password, state_->settings.min_password_length));
  GRANDSTAND_TRY(std::string hash, hash_password(password));
  GRANDSTAND_RETURN_IF_ERROR(state_->store.set_password_blocking(name_key(shown), std::move(hash)));
  (void)state_->ledger.try_post([state = state_.get()] { state->cache.clear(); });
  return success();
}

Result<std::vector<User>> Accounts::list_blocking() {
  return state_->store.list_blocking();
}

void Accounts::stop() {
  state_->hashing.stop();
  state_->pictures.stop();
  for (const auto& provider : state_->providers) provider->thread.stop();
  state_->ledger.stop();
}

}  // namespace grandstand::identity

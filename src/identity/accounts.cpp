// SPDX-License-Identifier: MIT
#include "accounts_store.hpp"
#include "identity_sql.hpp"
#include "password.hpp"
#include "session_cache.hpp"
#include "session_token.hpp"
#include "sign_in_limiter.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/identity/accounts.hpp>

namespace grandstand::identity {
namespace {

constexpr std::size_t kHashingQueue = 64;  // some six seconds of work on one thread
constexpr std::size_t kLedgerQueue = 16'384;
constexpr storage::Migration kMigrations[] = {{"identity", 1, kIdentitySql}};

Error taken(const std::string& name) {
  return Error{ErrorCode::kConflict,
               "the name \"" + name + "\", or one that looks like it, belongs to somebody; choose another"};
}

Error not_signed_in(const char* why) {
  return Error{ErrorCode::kUnauthenticated, why};
}

Error too_many_attempts(std::chrono::milliseconds wait) {
  return Error{ErrorCode::kRateLimited, "too many wrong passwords for this name; try again in " +
                                            std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) +
                                            " s"};
}

}  // namespace

struct Accounts::State {
  State(Settings given, storage::Database& database, const Clock& its_clock, ops::Metrics& metrics)
      : settings(given),
        clock(its_clock),
        store(database),
        signed_in(sign_ins(metrics, "ok")),
        wrong(sign_ins(metrics, "wrong")),
        limited(sign_ins(metrics, "limited")),
        refused(metrics.counter("grandstand_identity_hashing_refused_total",
                                "Registrations and sign-ins refused because too many passwords waited to be hashed.")),
        limiter(metrics.counter("grandstand_identity_limiter_evictions_total",
                                "Names whose count of wrong passwords was forgotten to make room.")),
        hashing("hashing", given.hashing_threads, kHashingQueue),
        ledger("accounts", 1, kLedgerQueue) {}

  static ops::Counter sign_ins(ops::Metrics& metrics, const char* outcome) {
    return metrics.counter("grandstand_identity_sign_ins_total", "Attempts to sign in, by outcome.",
                           {{"outcome", outcome}});
  }

  NewSession make_session(const std::string& token) const {
    return NewSession{digest_of(token), clock.utc(), clock.utc() + settings.session_lifetime};
  }
  Result<NewAccount> make_account(const std::string& name, const std::string& password, Role role) const;
  aio::Task<Result<std::string>> hash(std::string password);
  aio::Task<Result<bool>> verify(std::string hash, std::string password);
  aio::Task<Status> begin_attempt(std::string key);
  aio::Task<Status> check_attempts(std::string key);

  // given
  Settings settings;
  const Clock& clock;
  AccountsStore store;
  ops::Counter signed_in, wrong, limited, refused;

  // state, touched on `ledger` only: one thread, so nothing here is ever concurrent
  SignInLimiter limiter;
  SessionCache cache;

  aio::Offload hashing;
  aio::Offload ledger;
};

// All but the hash, which costs.
Result<NewAccount> Accounts::State::make_account(const std::string& name, const std::string& password,
                                                 Role role) const {
  GRANDSTAND_TRY(std::string shown, normalise_name(name));
  GRANDSTAND_TRY([[maybe_unused]] auto good, check_password(password, settings.min_password_length));
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

aio::Task<Status> Accounts::State::check_attempts(std::string key) {
  std::function<Status()> work = [this, key = std::move(key)]() -> Status {
    const auto wait = limiter.wait(key, clock.steady());
    if (wait.count() > 0) return too_many_attempts(wait);
    return success();
  };
  auto status = co_await ledger.run<std::monostate>(std::move(work));
  if (!status.ok() && status.error().code == ErrorCode::kRateLimited) limited.add();
  co_return status;
}

aio::Task<Status> Accounts::State::begin_attempt(std::string key) {
  std::function<Status()> work = [this, key = std::move(key)]() -> Status {
    if (limiter.try_begin(key, clock.steady())) return success();
    return too_many_attempts(limiter.wait(key, clock.steady()));
  };
  auto status = co_await ledger.run<std::monostate>(std::move(work));
  if (!status.ok() && status.error().code == ErrorCode::kRateLimited) limited.add();
  co_return status;
}

Accounts::Accounts(Settings settings, storage::Database& database, const Clock& clock, ops::Metrics& metrics)
    : state_(std::make_unique<State>(settings, database, clock, metrics)) {}

Accounts::~Accounts() {
  stop();
}

std::span<const storage::Migration> Accounts::migrations() {
  return kMigrations;
}

aio::Task<Result<SignIn>> Accounts::register_account(std::string name, std::string password) {
  if (!state_->settings.registration)
    co_return Error{ErrorCode::kForbidden, "registration is closed here; ask the operator for an account"};
  GRANDSTAND_CO_TRY(NewAccount account, state_->make_account(name, password, Role::kViewer));
  // Before the hash, for a taken name should cost little; the unique key decides in the end.
  GRANDSTAND_CO_TRY(const bool is_taken, co_await state_->store.is_taken(account.name_key));
  if (is_taken) co_return taken(account.name);
  GRANDSTAND_CO_TRY(account.password_hash, co_await state_->hash(std::move(password)));
  std::string token = make_session_token();
  const std::string shown = account.name;
  NewSession session = state_->make_session(token);
  auto user = co_await state_->store.insert(std::move(account), std::move(session));
  if (!user.ok() && user.error().code == ErrorCode::kConflict) co_return taken(shown);
  if (!user.ok()) co_return user.error();
  log::info("identity", "account registered", {{"user", user->id.value()}});
  co_return SignIn{std::move(*user), std::move(token)};
}

aio::Task<Result<SignIn>> Accounts::sign_in(std::string name, std::string password) {
  constexpr const char* kWrong = "name or password is wrong";
  const auto shown = normalise_name(name);
  // Such names and passwords cannot exist: to say so tells nothing.
  if (!shown.ok() || !check_password(password, 0).ok()) {
    state_->wrong.add();
    co_return not_signed_in(kWrong);
  }
  const std::string key = name_key(*shown);
  GRANDSTAND_CO_TRY([[maybe_unused]] auto allowed, co_await state_->check_attempts(key));
  GRANDSTAND_CO_TRY(const std::optional<StoredAccount> account, co_await state_->store.find(key));
  GRANDSTAND_CO_TRY([[maybe_unused]] auto begun, co_await state_->begin_attempt(key));
  std::string hash = account ? account->password_hash : nobodys_hash();
  GRANDSTAND_CO_TRY(const bool right, co_await state_->verify(std::move(hash), std::move(password)));
  if (!right || !account) {
    state_->wrong.add();
    co_return not_signed_in(kWrong);
  }
  if (!state_->ledger.try_post([state = state_.get(), key] { state->limiter.forgive(key); }))
    log::warning("identity", "too much work waits; wrong passwords stay counted");
  std::string token = make_session_token();
  NewSession session = state_->make_session(token);
  GRANDSTAND_CO_TRY([[maybe_unused]] auto opened, co_await state_->store.open_session(account->id, std::move(session)));
  state_->signed_in.add();
  co_return SignIn{account->user, std::move(token)};
}

aio::Task<Status> Accounts::sign_out(std::string token) {
  if (!is_session_token(token)) co_return not_signed_in("the session token is not one of ours");
  const std::string digest = digest_of(token);
  GRANDSTAND_CO_TRY([[maybe_unused]] auto closed, co_await state_->store.close_session(digest));
  std::function<Status()> work = [state = state_.get(), digest]() -> Status {
    state->cache.revoke(digest, state->clock.steady());
    return success();
  };
  co_return co_await state_->ledger.run<std::monostate>(std::move(work));
}

aio::Task<Result<User>> Accounts::authenticate(std::string token) {
  constexpr const char* kUnknown = "the session is unknown, expired or signed out; sign in again";
  if (!is_session_token(token)) co_return not_signed_in(kUnknown);
  const std::string digest = digest_of(token);
  std::function<Result<std::optional<User>>()> look = [state = state_.get(), digest]() -> Result<std::optional<User>> {
    return state->cache.find(digest, state->clock.steady(), state->clock.utc());
  };
  GRANDSTAND_CO_TRY(std::optional<User> known, co_await state_->ledger.run<std::optional<User>>(std::move(look)));
  if (known) co_return std::move(*known);
  GRANDSTAND_CO_TRY(const std::optional<StoredSession> session,
                    co_await state_->store.find_session(digest, state_->clock.utc()));
  if (!session) co_return not_signed_in(kUnknown);
  // When it is not kept, the next one asks the database again.
  (void)state_->ledger.try_post([state = state_.get(), digest, found = *session] {
    state->cache.put(digest, found.user, found.expires_at, state->clock.steady());
  });
  co_return session->user;
}

aio::Task<Result<User>> Accounts::guest(std::string name, std::string guest_token) {
  if (!is_guest_token(guest_token))
    co_return Error{ErrorCode::kInvalidArgument,
                    "the guest token is not one: expected 22 to 64 of the characters A-Z, a-z, 0-9, _ and -"};
  GRANDSTAND_CO_TRY(std::string shown, normalise_name(name));
  const auto is_taken = co_await state_->store.is_taken(name_key(shown));
  if (is_taken.ok() && *is_taken)
    co_return Error{ErrorCode::kConflict,
                    "the name \"" + shown +
                        "\", or one that looks like it, belongs to an account: sign in, or choose "
                        "another name"};
  // Without the database the programme and its chat go on; only impostors are not found meanwhile.
  if (!is_taken.ok())
    log::warning("identity", "a guest's name was not checked", {{"reason", is_taken.error().message}});
  co_return User{UserId{"guest:" + digest_of(guest_token).substr(0, 16)}, std::move(shown), Role::kGuest};
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
  GRANDSTAND_TRY([[maybe_unused]] auto set, state_->store.set_role_blocking(name_key(shown), role));
  (void)state_->ledger.try_post([state = state_.get()] { state->cache.clear(); });
  return success();
}

Status Accounts::set_password_blocking(std::string name, std::string password) {
  GRANDSTAND_TRY(const std::string shown, normalise_name(name));
  GRANDSTAND_TRY([[maybe_unused]] auto good, check_password(password, state_->settings.min_password_length));
  GRANDSTAND_TRY(std::string hash, hash_password(password));
  GRANDSTAND_TRY([[maybe_unused]] auto set, state_->store.set_password_blocking(name_key(shown), std::move(hash)));
  (void)state_->ledger.try_post([state = state_.get()] { state->cache.clear(); });
  return success();
}

Result<std::vector<User>> Accounts::list_blocking() {
  return state_->store.list_blocking();
}

void Accounts::stop() {
  state_->hashing.stop();
  state_->ledger.stop();
}

}  // namespace grandstand::identity

// SPDX-License-Identifier: MIT
#pragma once

#include "accounts_store.hpp"
#include "bot_store.hpp"
#include "device_store.hpp"
#include "emote_store.hpp"
#include "profile_store.hpp"
#include "provider_client.hpp"
#include "providers_store.hpp"
#include "session_cache.hpp"
#include "session_token.hpp"
#include "sign_in_limiter.hpp"
#include "standings_store.hpp"

#include <grandstand/identity/accounts.hpp>

namespace grandstand::identity {

inline constexpr std::size_t kHashingQueue = 64;  // some six seconds of work on one thread
inline constexpr std::size_t kPictureQueue = 32;
inline constexpr std::size_t kProviderQueue = 256;
inline constexpr std::size_t kLedgerQueue = 16'384;

// What the parts of Accounts share: signing in (accounts.cpp), sessions (sessions.cpp), roles and followers
// (standings.cpp), names, pictures and block lists (profiles.cpp), identity providers (providers.cpp), bots (bots.cpp),
// televisions (devices.cpp), and what nodes tell each other (news.cpp).
struct Accounts::State {
  State(Settings given, storage::Database& database, const Clock& its_clock, ops::Metrics& metrics)
      : settings(given),
        clock(its_clock),
        store(database),
        standings(database),
        profiles(database),
        providers_store(database),
        emotes(database),
        bots(database),
        devices(database),
        signed_in(sign_ins(metrics, "ok")),
        wrong(sign_ins(metrics, "wrong")),
        provider_refused(sign_ins(metrics, "provider_refused")),
        limited(sign_ins(metrics, "limited")),
        refused(metrics.counter("grandstand_identity_hashing_refused_total",
                                "Registrations and sign-ins refused because too many passwords waited to be hashed.")),
        refused_pictures(metrics.counter("grandstand_identity_pictures_refused_total",
                                         "Uploads that were no pictures, or came while too many waited.")),
        unknown_sessions(metrics.counter("grandstand_identity_sessions_unknown_total",
                                         "Session tokens that were forged, expired or ended.")),
        unknown_tokens(refused_tokens(metrics, "unknown")),
        expired_tokens(refused_tokens(metrics, "expired")),
        limited_bots(refused_tokens(metrics, "rate")),
        limiter(metrics.counter("grandstand_identity_limiter_evictions_total",
                                "Counts of wrong passwords for a name that were forgotten to make room.")),
        hashing("hashing", given.hashing_threads, kHashingQueue),
        pictures("pictures", 1, kPictureQueue),
        ledger("accounts", 1, kLedgerQueue) {
    for (const auto& provider : settings.oidc) providers.push_back(std::make_unique<Provider>(provider, its_clock));
  }

  // A thread each, so that one that does not answer is in nobody's way.
  struct Provider {
    Provider(OidcProvider its_settings, const Clock& clock) : client(std::move(its_settings), clock) {}
    ProviderClient client;  // touched on `thread` only, but for its settings
    aio::Offload thread{"provider", 1, kProviderQueue};
  };
  Provider* find_provider(std::string_view id);
  aio::Task<Result<Claims>> ask_provider(std::string id, std::string redirect_uri, std::string code,
                                         Authorization begun);

  static ops::Counter sign_ins(ops::Metrics& metrics, const char* outcome) {
    return metrics.counter("grandstand_identity_sign_ins_total", "Attempts to sign in, by outcome.",
                           {{"outcome", outcome}});
  }

  static ops::Counter refused_tokens(ops::Metrics& metrics, const char* reason) {
    return metrics.counter("grandstand_identity_bot_tokens_refused_total",
                           "Times that a bot's token was refused: unknown (also revoked), expired, or its rate.",
                           {{"reason", reason}});
  }

  NewSession make_session(const std::string& token, Device device) const {
    return NewSession{digest_of(token), std::move(device), clock.utc(), clock.utc() + settings.session_lifetime};
  }
  Result<NewAccount> make_account(const std::string& name, const std::string& password, Role role) const;
  aio::Task<Result<std::string>> hash(std::string password);
  aio::Task<Result<bool>> verify(std::string hash, std::string password);
  aio::Task<Status> begin_attempt(Attempt attempt);
  aio::Task<Status> check_attempts(Attempt attempt);
  void forgive_attempts(Attempt attempt);
  // As authenticate(), for a token of that form.
  aio::Task<Result<User>> authenticate_bot(std::string token);
  // How many bots an account makes in a day.
  aio::Task<Status> check_making(UserId owner);
  void count_making(const UserId& owner);
  std::shared_ptr<const TokenGrant> with_rate(TokenGrant grant, const UserId& bot);
  // Whose token it is, by the cache or by `look_up`, whose findings are kept; nothing: nobody's any more.
  using LookUp = std::function<aio::Task<Result<std::optional<StoredSession>>>(const std::string& digest)>;
  aio::Task<Result<std::optional<User>>> recognise(std::string token, LookUp look_up);
  // Whoever is connected hears of it before this returns, as far as the observer is concerned.
  aio::Task<Status> tell_changed(User user) { return note_changed(std::move(user), Source::kHere); }
  aio::Task<Status> tell_ended(AccountsStore::Ended ended) { return note_ended(std::move(ended), Source::kHere); }
  // What happened here is announced to other nodes, too.
  enum class Source { kHere, kAnotherNode };
  aio::Task<Status> note_changed(User user, Source source);
  aio::Task<Status> note_ended(AccountsStore::Ended ended, Source source);
  aio::Task<Status> note_disabled(AccountsStore::Ended ended, Source source);
  void announce(std::string_view what, const AccountsStore::Ended& whose);
  void tell_found(const std::vector<LiveSession>& sessions, const std::vector<AccountsStore::Live>& found);

  // given
  Settings settings;
  const Clock& clock;
  AccountsStore store;
  StandingsStore standings;
  ProfileStore profiles;
  ProvidersStore providers_store;
  EmoteStore emotes;
  BotStore bots;
  DeviceStore devices;
  ops::Counter signed_in, wrong, provider_refused, limited, refused, refused_pictures;
  ops::Counter unknown_sessions, unknown_tokens, expired_tokens, limited_bots;

  // state, touched on `ledger` only: one thread, so nothing here is ever concurrent
  SignInLimiter limiter;
  SessionCache cache;
  RecencyMap<std::shared_ptr<SharedRate>> bot_rates{10'000};
  RecencyMap<TokenBucket> bot_makings{10'000};  // by owner
  std::weak_ptr<AccountObserver> observer;
  std::function<void(std::string)> publish;  // to other nodes; may be empty
  const std::string mark = random_text();    // by which this node knows its own words

  std::vector<std::unique_ptr<Provider>> providers;
  aio::Offload hashing;
  aio::Offload pictures;
  aio::Offload ledger;
};

inline Error taken(const std::string& name) {
  return Error{ErrorCode::kConflict,
               "the name \"" + name + "\", or one that looks like it, belongs to somebody; choose another"};
}

// What a client says of itself is shown to people and kept: bounded, and nothing but plain characters.
inline Device tidied(Device device) {
  constexpr std::size_t kLongestUserAgent = 200;
  if (device.user_agent.size() > kLongestUserAgent) device.user_agent.resize(kLongestUserAgent);
  for (char& c : device.user_agent)
    if (c < ' ' || c > '~') c = '?';
  return device;
}

inline Error not_signed_in(const char* why) {
  return Error{ErrorCode::kUnauthenticated, why};
}

}  // namespace grandstand::identity

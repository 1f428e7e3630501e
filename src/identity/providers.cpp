// SPDX-License-Identifier: MIT
#include "accounts_state.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>

namespace grandstand::identity {
namespace {

Error no_provider() {
  return Error{ErrorCode::kNotFound, "there is no such identity provider (identity.oidc)"};
}

// What the provider calls somebody, as far as it is a name here.
std::string name_for(const Claims& claims, int attempt) {
  std::string wish = claims.name;
  constexpr std::size_t kLongestWish = 24;  // with room for a number; bytes, so that it fits in any case
  if (wish.size() > kLongestWish || !normalise_name(wish).ok()) wish = "Viewer";
  return attempt == 0 ? wish : wish + " " + digest_of(claims.issuer + '\n' + claims.subject).substr(0, 4 + attempt);
}

}  // namespace

Accounts::State::Provider* Accounts::State::find_provider(std::string_view id) {
  for (auto& provider : providers)
    if (provider->client.settings().id == id) return provider.get();
  return nullptr;
}

// Who came back from the provider.
aio::Task<Result<Claims>> Accounts::State::ask_provider(std::string id, std::string redirect_uri, std::string code,
                                                        Authorization begun) {
  auto* const found = find_provider(id);
  if (found == nullptr) co_return no_provider();
  std::function<Result<Claims>()> work = [=] {
    return found->client.finish(redirect_uri, code, begun.nonce, begun.verifier);
  };
  auto claims = co_await found->thread.run<Claims>(std::move(work));
  if (!claims.ok()) {
    provider_refused.add();
    log::info("identity", "A sign-in by a provider was refused",
              {{"provider", id}, {"reason", claims.error().message}});
  }
  co_return claims;
}

std::vector<ListedProvider> Accounts::providers() const {
  std::vector<ListedProvider> list;
  for (const auto& provider : state_->providers) {
    const auto& settings = provider->client.settings();
    list.push_back({settings.id, settings.title, settings.issuer});
  }
  return list;
}

aio::Task<Result<Authorization>> Accounts::begin_sign_in(std::string provider, std::string redirect_uri) {
  auto* const found = state_->find_provider(provider);
  if (found == nullptr) co_return no_provider();
  std::function<Result<Authorization>()> work = [found, redirect_uri] { return found->client.begin(redirect_uri); };
  co_return co_await found->thread.run<Authorization>(std::move(work));
}

aio::Task<Result<SignIn>> Accounts::finish_sign_in(std::string provider, std::string redirect_uri, std::string code,
                                                   Authorization begun, Device device) {
  GRANDSTAND_CO_TRY(const Claims claims, co_await state_->ask_provider(std::move(provider), std::move(redirect_uri),
                                                                       std::move(code), std::move(begun)));
  std::string token = make_session_token();
  NewSession session = state_->make_session(token, tidied(std::move(device)));
  session.issuer = claims.issuer;
  session.subject = claims.subject;
  session.provider_session = claims.session;
  constexpr int kAttempts = 6;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    GRANDSTAND_CO_TRY(std::string shown, normalise_name(name_for(claims, attempt)));
    std::string key = name_key(shown);
    NewAccount account{std::move(shown), std::move(key), "", Role::kViewer, state_->clock.utc()};
    auto user = co_await state_->providers_store.sign_in(std::move(account), session);
    if (user.ok()) {
      state_->signed_in.add();
      co_return SignIn{std::move(*user), std::move(token)};
    }
    // Somebody else has the name: the next one is another.
    if (user.error().code != ErrorCode::kConflict) co_return user.error();
  }
  co_return Error{ErrorCode::kConflict, "no name could be found for the account; try again"};
}

aio::Task<Status> Accounts::link_provider(UserId account, std::string provider, std::string redirect_uri,
                                          std::string code, Authorization begun) {
  GRANDSTAND_CO_TRY(Claims claims, co_await state_->ask_provider(std::move(provider), std::move(redirect_uri),
                                                                 std::move(code), std::move(begun)));
  co_return co_await state_->providers_store.link(std::move(account), std::move(claims), state_->clock.utc());
}

aio::Task<Status> Accounts::unlink_provider(UserId account, std::string provider) {
  auto* const found = state_->find_provider(provider);
  if (found == nullptr) co_return no_provider();
  co_return co_await state_->providers_store.unlink(std::move(account), found->client.settings().issuer);
}

aio::Task<Result<std::vector<std::string>>> Accounts::linked_providers(UserId account) {
  GRANDSTAND_CO_TRY(const auto issuers, co_await state_->providers_store.issuers(std::move(account)));
  std::vector<std::string> linked;
  for (const auto& provider : state_->providers) {
    const auto& settings = provider->client.settings();
    if (std::ranges::find(issuers, settings.issuer) != issuers.end()) linked.push_back(settings.id);
  }
  co_return linked;
}

aio::Task<Status> Accounts::end_provider_sessions(std::string provider, std::string logout_token) {
  auto* const found = state_->find_provider(provider);
  if (found == nullptr) co_return no_provider();
  std::function<Result<Claims>()> work = [=] { return found->client.check_logout(logout_token); };
  auto claims = co_await found->thread.run<Claims>(std::move(work));
  Result<AccountsStore::Ended> ended(Error{});
  if (claims.ok()) {
    ended = co_await state_->providers_store.end(*claims, state_->clock.utc());
  } else {
    ended = claims.error();
  }
  if (!ended.ok()) {
    state_->provider_refused.add();
    log::info("identity", "A provider's logout was refused",
              {{"provider", provider}, {"reason", ended.error().message}});
    co_return ended.error();
  }
  log::info("identity", "Sessions were ended by their provider",
            {{"provider", provider}, {"sessions", ended->sessions.size()}});
  co_return co_await state_->tell_ended(std::move(*ended));
}

}  // namespace grandstand::identity

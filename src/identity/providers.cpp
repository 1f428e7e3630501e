// SPDX-License-Identifier: MIT
#include "accounts_state.hpp"

#include <grandstand/base/log.hpp>

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

std::vector<ListedProvider> Accounts::providers() const {
  std::vector<ListedProvider> list;
  for (const auto& provider : state_->providers)
    list.push_back({provider->client.settings().id, provider->client.settings().title});
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
  auto* const found = state_->find_provider(provider);
  if (found == nullptr) co_return no_provider();
  std::function<Result<Claims>()> work = [=] {
    return found->client.finish(redirect_uri, code, begun.nonce, begun.verifier);
  };
  auto claims = co_await found->thread.run<Claims>(std::move(work));
  if (!claims.ok()) {
    state_->provider_refused.add();
    log::info("identity", "a sign-in by a provider was refused",
              {{"provider", provider}, {"reason", claims.error().message}});
    co_return claims.error();
  }
  std::string token = make_session_token();
  NewSession session = state_->make_session(token, tidied(std::move(device)));
  session.issuer = claims->issuer;
  session.subject = claims->subject;
  session.provider_session = claims->session;
  constexpr int kAttempts = 6;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    GRANDSTAND_CO_TRY(std::string shown, normalise_name(name_for(*claims, attempt)));
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

aio::Task<Status> Accounts::end_provider_sessions(std::string provider, std::string logout_token) {
  auto* const found = state_->find_provider(provider);
  if (found == nullptr) co_return no_provider();
  std::function<Result<Claims>()> work = [=] { return found->client.check_logout(logout_token); };
  auto claims = co_await found->thread.run<Claims>(std::move(work));
  if (!claims.ok()) {
    state_->provider_refused.add();
    co_return claims.error();
  }
  GRANDSTAND_CO_TRY(auto ended, co_await state_->providers_store.end(claims->issuer, claims->subject, claims->session));
  log::info("identity", "sessions ended by their provider",
            {{"provider", provider}, {"sessions", ended.sessions.size()}});
  co_return co_await state_->tell_ended(std::move(ended));
}

}  // namespace grandstand::identity

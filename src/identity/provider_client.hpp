// SPDX-License-Identifier: MIT
#pragma once

#include "id_token_codec.hpp"

#include <grandstand/identity/accounts.hpp>
#include <grandstand/identity/settings.hpp>

#include <optional>
#include <string>

namespace grandstand::identity {

// Speaks with one OpenID Connect provider: its description and keys, codes for tokens. Blocks on the network.
//
// Owner: Accounts.   Runs on: the provider's own thread.
class ProviderClient {
 public:
  ProviderClient(OidcProvider settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {}

  const OidcProvider& settings() const { return settings_; }

  // Where to send the browser (OpenID Connect Core 1.0, 3.1.2.1; RFC 7636 with S256).
  Result<Authorization> begin(const std::string& redirect_uri);
  // Who came back with `code`.
  Result<Claims> finish(const std::string& redirect_uri, const std::string& code, const std::string& nonce,
                        const std::string& verifier);
  // What a logout token says; whether it was used before, the store knows.
  Result<Claims> check_logout(const std::string& token);

 private:
  Status load();
  Status read_provider();
  Status be_loaded();
  bool may_try() const;
  Result<Claims> verify(const std::string& token, const Expected& expected);
  std::string ask_name(const std::string& access_token, const std::string& subject);

  // given
  OidcProvider settings_;
  const Clock& clock_;

  // state
  ProviderMetadata metadata_;
  KeySet keys_;
  std::optional<SteadyTime> loaded_;  // when both were
  std::optional<SteadyTime> tried_;
  Status fault_ = success();  // of the last try
};

}  // namespace grandstand::identity

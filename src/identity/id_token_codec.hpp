// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

typedef struct _cjose_jwk_int cjose_jwk_t;

namespace grandstand::identity {

// What a provider says of itself (OpenID Connect Discovery 1.0, 3).
struct ProviderMetadata {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::string userinfo_endpoint;  // empty: it has none
  bool secret_in_body = false;    // it takes client_secret_post and not client_secret_basic
};
// kUnavailable unless it is of `issuer` itself and complete.
Result<ProviderMetadata> parse_metadata(std::string_view json, const std::string& issuer);

// What a token endpoint answers (OpenID Connect Core 1.0, 3.1.3.3).
struct TokenAnswer {
  std::string id_token;
  std::string access_token;  // may be empty
};
// kUnauthenticated with the provider's error, or when there is no ID token.
Result<TokenAnswer> parse_token_answer(std::string_view json);

// The name in a UserInfo answer (OpenID Connect Core 1.0, 5.3.2); empty when it has none or is not of `subject`.
std::string parse_userinfo_name(std::string_view json, const std::string& subject);

// A provider's public keys (RFC 7517), by their ids; at most 64.
class KeySet {
 public:
  static Result<KeySet> parse(std::string_view json);
  const cjose_jwk_t* find(const std::string& id) const;  // null: unknown. An empty id: the only key

 private:
  std::map<std::string, std::shared_ptr<cjose_jwk_t>> keys_;
};

enum class TokenKind {
  kId,      // OpenID Connect Core 1.0, 2
  kLogout,  // OpenID Connect Back-Channel Logout 1.0, 2.4
};

struct Expected {
  TokenKind kind = TokenKind::kId;
  std::string issuer;
  std::string client_id;
  std::string nonce;  // of an ID token
  UtcTime now{};
};

// What a token says that was found to be right. Issuer and subject are who it is; the name is a wish.
struct Claims {
  std::string issuer;
  std::string subject;   // may be empty in a logout token with a session
  std::string name;      // preferred_username or name
  std::string session;   // sid
  std::string token_id;  // jti
};

// Checks form, algorithm (RS256, PS256 or ES256 and no other), signature, issuer, audience, times with a minute of
// leeway, and nonce or logout event. kNotFound: not signed by any of `keys`, as far as it says by which;
// kUnauthenticated: anything else. Both say what is wrong.
Result<Claims> verify_token(std::string_view token, const KeySet& keys, const Expected& expected);

}  // namespace grandstand::identity

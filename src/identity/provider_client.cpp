// SPDX-License-Identifier: MIT
#include "provider_client.hpp"

#include "session_token.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <algorithm>
#include <chrono>

namespace grandstand::identity {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostAnswer = 256u << 10;  // bytes
constexpr auto kKeyPause = 5s;                   // between two looks for new keys
constexpr auto kRemembered = 15min;              // longer than a logout token is taken
constexpr std::size_t kMostRemembered = 10'000;

std::string encode(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

Result<std::string> ask(fetch::Request request) {
  request.timeout = 10s;
  request.max_body_bytes = kMostAnswer;
  request.max_redirects = 0;
  GRANDSTAND_TRY(auto response, fetch::perform(request));
  // A refusal of a code comes with 400 and says why in its body.
  if (response.status >= 500 || response.status == 404)
    return Error{ErrorCode::kUnavailable, "the identity provider answers " + std::to_string(response.status)};
  return std::move(response.body);
}

Result<std::string> get(const std::string& url) {
  fetch::Request request;
  request.url = url;
  request.headers = {"Accept: application/json"};
  return ask(std::move(request));
}

}  // namespace

Result<const ProviderMetadata*> ProviderClient::metadata() {
  if (!metadata_) {
    auto base = settings_.issuer;
    while (base.ends_with('/')) base.pop_back();
    GRANDSTAND_TRY(const auto json, get(base + "/.well-known/openid-configuration"));
    GRANDSTAND_TRY(metadata_, parse_metadata(json, settings_.issuer));
  }
  return &*metadata_;
}

Status ProviderClient::load_keys() {
  GRANDSTAND_TRY(const auto* described, metadata());
  GRANDSTAND_TRY(const auto json, get(described->jwks_uri));
  GRANDSTAND_TRY(keys_, KeySet::parse(json));
  keys_loaded_ = clock_.steady();
  return success();
}

Result<Claims> ProviderClient::verify(const std::string& token, const Expected& expected) {
  if (!keys_loaded_) {
    GRANDSTAND_TRY([[maybe_unused]] auto loaded, load_keys());
  }
  auto claims = verify_token(token, keys_, expected);
  // A key that is not there may be a new one: providers change them.
  const bool look_again =
      !claims.ok() && claims.error().code == ErrorCode::kNotFound && clock_.steady() >= *keys_loaded_ + kKeyPause;
  if (look_again) {
    GRANDSTAND_TRY([[maybe_unused]] auto loaded, load_keys());
    claims = verify_token(token, keys_, expected);
  }
  if (!claims.ok() && claims.error().code == ErrorCode::kNotFound)
    return Error{ErrorCode::kUnauthenticated, claims.error().message};
  return claims;
}

Result<Authorization> ProviderClient::begin(const std::string& redirect_uri) {
  GRANDSTAND_TRY(const auto* described, metadata());
  Authorization authorization;
  authorization.state = random_text();
  authorization.nonce = random_text();
  authorization.verifier = random_text();
  const auto& endpoint = described->authorization_endpoint;
  authorization.url = endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") +
                      "response_type=code&client_id=" + encode(settings_.client_id) +
                      "&redirect_uri=" + encode(redirect_uri) + "&scope=" + encode("openid " + settings_.scope) +
                      "&state=" + authorization.state + "&nonce=" + authorization.nonce +
                      "&code_challenge=" + challenge_of(authorization.verifier) + "&code_challenge_method=S256";
  return authorization;
}

Result<Claims> ProviderClient::finish(const std::string& redirect_uri, const std::string& code,
                                      const std::string& nonce, const std::string& verifier) {
  GRANDSTAND_TRY(const auto* described, metadata());
  fetch::Request request;
  request.method = "POST";
  request.url = described->token_endpoint;
  request.headers = {
      "Content-Type: application/x-www-form-urlencoded", "Accept: application/json",
      "Authorization: Basic " + base64_of(encode(settings_.client_id) + ":" + encode(settings_.client_secret))};
  request.body = "grant_type=authorization_code&code=" + encode(code) + "&redirect_uri=" + encode(redirect_uri) +
                 "&code_verifier=" + encode(verifier);
  GRANDSTAND_TRY(const auto json, ask(std::move(request)));
  GRANDSTAND_TRY(const auto token, parse_token_answer(json));
  return verify(token, {TokenKind::kId, settings_.issuer, settings_.client_id, nonce, clock_.utc()});
}

Result<Claims> ProviderClient::check_logout(const std::string& token) {
  const auto now = clock_.utc();
  GRANDSTAND_TRY(auto claims, verify(token, {TokenKind::kLogout, settings_.issuer, settings_.client_id, "", now}));
  std::erase_if(used_tokens_, [&](const auto& used) { return used.second < now - kRemembered; });
  if (used_tokens_.size() >= kMostRemembered) return Error{ErrorCode::kUnavailable, "too many logout tokens at once"};
  if (!used_tokens_.emplace(claims.token_id, now).second)
    return Error{ErrorCode::kUnauthenticated, "the identity provider's token was refused: it was used before"};
  return claims;
}

}  // namespace grandstand::identity

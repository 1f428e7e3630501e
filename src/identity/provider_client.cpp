// SPDX-License-Identifier: MIT
#include "provider_client.hpp"

#include "session_token.hpp"

#include <grandstand/base/percent_encoding.hpp>
#include <grandstand/fetch/fetch.hpp>

#include <algorithm>
#include <chrono>

namespace grandstand::identity {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostAnswer = 256u << 10;  // bytes
constexpr auto kFresh = 1h;                      // after that, description and keys are asked for again
constexpr auto kPause = 5s;                      // between two such questions, whatever comes in meanwhile

Result<std::string> ask(fetch::Request request) {
  request.timeout = 10s;
  request.max_body_bytes = kMostAnswer;
  request.max_redirects = 0;
  auto answered = fetch::perform(request);
  if (!answered.ok())
    return Error{ErrorCode::kUnavailable, "the identity provider cannot be asked: " + answered.error().message};
  auto& response = *answered;
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

Status ProviderClient::load() {
  const auto begun = clock_.steady();
  auto read = read_provider();
  tried_ = clock_.steady();  // a provider that hangs is not asked again at once
  if (read.ok()) loaded_ = begun;
  return read;
}

Status ProviderClient::read_provider() {
  auto base = settings_.issuer;
  while (base.ends_with('/')) base.pop_back();
  GRANDSTAND_TRY(const auto description, get(base + "/.well-known/openid-configuration"));
  GRANDSTAND_TRY(auto metadata, parse_metadata(description, settings_.issuer));
  GRANDSTAND_TRY(const auto keys, get(metadata.jwks_uri));
  GRANDSTAND_TRY(keys_, KeySet::parse(keys));
  metadata_ = std::move(metadata);
  return success();
}

bool ProviderClient::may_try() const {
  return !tried_ || clock_.steady() >= *tried_ + kPause;
}

Status ProviderClient::be_loaded() {
  if (loaded_ && clock_.steady() < *loaded_ + kFresh) return success();
  if (may_try()) fault_ = load();
  // What is known goes on while the provider cannot be reached.
  return loaded_ ? success() : fault_;
}

Result<Claims> ProviderClient::verify(const std::string& token, const Expected& expected) {
  GRANDSTAND_RETURN_IF_ERROR(be_loaded());
  auto claims = verify_token(token, keys_, expected);
  // It may be signed by a new key: providers change them.
  if (!claims.ok() && claims.error().code == ErrorCode::kNotFound && may_try()) {
    fault_ = load();
    claims = verify_token(token, keys_, expected);
  }
  if (!claims.ok() && claims.error().code == ErrorCode::kNotFound)
    return Error{ErrorCode::kUnauthenticated, claims.error().message};
  return claims;
}

Result<Authorization> ProviderClient::begin(const std::string& redirect_uri) {
  GRANDSTAND_RETURN_IF_ERROR(be_loaded());
  Authorization authorization;
  authorization.state = random_text();
  authorization.nonce = random_text();
  authorization.verifier = random_text();
  const auto& endpoint = metadata_.authorization_endpoint;
  authorization.url = endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") +
                      "response_type=code&client_id=" + percent_encode(settings_.client_id) +
                      "&redirect_uri=" + percent_encode(redirect_uri) +
                      "&scope=" + percent_encode("openid " + settings_.scope) + "&state=" + authorization.state +
                      "&nonce=" + authorization.nonce + "&code_challenge=" + challenge_of(authorization.verifier) +
                      "&code_challenge_method=S256";
  return authorization;
}

Result<Claims> ProviderClient::finish(const std::string& redirect_uri, const std::string& code,
                                      const std::string& nonce, const std::string& verifier) {
  GRANDSTAND_RETURN_IF_ERROR(be_loaded());
  fetch::Request request;
  request.method = "POST";
  request.url = metadata_.token_endpoint;
  request.headers = {"Content-Type: application/x-www-form-urlencoded", "Accept: application/json"};
  request.body = "grant_type=authorization_code&code=" + percent_encode(code) +
                 "&redirect_uri=" + percent_encode(redirect_uri) + "&code_verifier=" + percent_encode(verifier);
  const auto id = percent_encode(settings_.client_id), secret = percent_encode(settings_.client_secret);
  if (metadata_.secret_in_body) {
    request.body += "&client_id=" + id + "&client_secret=" + secret;
  } else {
    request.headers.push_back("Authorization: Basic " + base64_of(id + ":" + secret));
  }
  GRANDSTAND_TRY(const auto json, ask(std::move(request)));
  GRANDSTAND_TRY(const auto tokens, parse_token_answer(json));
  GRANDSTAND_TRY(auto claims,
                 verify(tokens.id_token, {TokenKind::kId, settings_.issuer, settings_.client_id, nonce, clock_.utc()}));
  if (claims.name.empty()) claims.name = ask_name(tokens.access_token, claims.subject);
  return claims;
}

// Many providers tell names only where they are asked for them; without one the account gets one of ours.
std::string ProviderClient::ask_name(const std::string& access_token, const std::string& subject) {
  const bool plain = std::ranges::all_of(access_token, [](char c) { return c > ' ' && c <= '~'; });
  if (metadata_.userinfo_endpoint.empty() || access_token.empty() || !plain) return {};
  fetch::Request request;
  request.url = metadata_.userinfo_endpoint;
  request.headers = {"Accept: application/json", "Authorization: Bearer " + access_token};
  const auto json = ask(std::move(request));
  return json.ok() ? parse_userinfo_name(*json, subject) : std::string();
}

Result<Claims> ProviderClient::check_logout(const std::string& token) {
  return verify(token, {TokenKind::kLogout, settings_.issuer, settings_.client_id, "", clock_.utc()});
}

}  // namespace grandstand::identity

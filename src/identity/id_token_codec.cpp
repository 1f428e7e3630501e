// SPDX-License-Identifier: MIT
#include "id_token_codec.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <optional>

#include <cjose/cjose.h>
#include <nlohmann/json.hpp>

namespace grandstand::identity {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::size_t kLongestToken = 16u << 10;
constexpr std::size_t kMostKeys = 64;
constexpr std::size_t kLongestSubject = 255;  // OpenID Connect Core 1.0, 2
constexpr auto kLeeway = 60s;
constexpr auto kOldestLogout = 10min;
constexpr const char* kLogoutEvent = "http://schemas.openid.net/event/backchannel-logout";
// Pinned: "none", and secrets where keys are expected, are never tried.
constexpr std::array<std::string_view, 3> kAlgorithms{"RS256", "PS256", "ES256"};

Error refused(const std::string& why) {
  return Error{ErrorCode::kUnauthenticated, "the identity provider's token was refused: " + why};
}

std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<UtcTime> time(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const auto seconds = found->get<double>();
  // Beyond it, milliseconds would not fit.
  if (!(seconds >= 0 && seconds < 1e11)) return std::nullopt;
  return from_unix_ms(static_cast<std::int64_t>(seconds * 1000));
}

bool is_for(const Json& claims, const std::string& client) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return false;
  if (audience->is_string()) return *audience == client;
  if (!audience->is_array()) return false;
  const bool named = std::ranges::any_of(*audience, [&](const Json& one) { return one == client; });
  return named && (audience->size() == 1 || text(claims, "azp") == client);
}

std::string name_in(const Json& claims) {
  auto name = text(claims, "preferred_username");
  return name.empty() ? text(claims, "name") : name;
}

struct ReleaseJws {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};

Result<Json> open_token(std::string_view token, const KeySet& keys) {
  if (token.size() > kLongestToken) return refused("it is too long");
  cjose_err error{};
  const std::unique_ptr<cjose_jws_t, ReleaseJws> jws(cjose_jws_import(token.data(), token.size(), &error));
  if (!jws) return refused("it is not a signed JSON web token of an algorithm that is taken");
  auto* const header = cjose_jws_get_protected(jws.get());
  const char* const algorithm = cjose_header_get(header, CJOSE_HDR_ALG, &error);
  if (algorithm == nullptr || std::ranges::find(kAlgorithms, std::string_view(algorithm)) == kAlgorithms.end())
    return refused("its algorithm is not RS256, PS256 or ES256");
  const char* const id = cjose_header_get(header, CJOSE_HDR_KID, &error);
  const auto* const key = keys.find(id == nullptr ? "" : id);
  // A new key may also have the id of the one before, or none.
  const auto not_by_these = [](const char* why) { return Error{ErrorCode::kNotFound, refused(why).message}; };
  if (key == nullptr) return not_by_these("its key is not one of the provider's");
  if (!cjose_jws_verify(jws.get(), key, &error)) return not_by_these("its signature is wrong");
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &bytes, &size, &error)) return refused("it is empty");
  auto claims = Json::parse(bytes, bytes + size, nullptr, false);
  if (!claims.is_object()) return refused("its claims are not a JSON object");
  return claims;
}

Status check_times(const Json& claims, const Expected& expected) {
  const auto issued = time(claims, "iat");
  if (!issued) return refused("it does not say when it was issued");
  if (*issued > expected.now + kLeeway) return refused("it was issued in the future");
  const auto expires = time(claims, "exp");
  if (expected.kind == TokenKind::kId && !expires) return refused("it does not say when it expires");
  if (expires && *expires <= expected.now - kLeeway) return refused("it has expired");
  if (expected.kind == TokenKind::kLogout && *issued < expected.now - kOldestLogout) return refused("it is too old");
  return success();
}

Status check_kind(const Json& claims, const Expected& expected) {
  if (expected.kind == TokenKind::kId) {
    if (expected.nonce.empty() || text(claims, "nonce") != expected.nonce)
      return refused("its nonce is not the one of this sign-in");
    if (text(claims, "sub").empty()) return refused("it names nobody");
    return success();
  }
  const auto events = claims.find("events");
  if (events == claims.end() || !events->is_object() || !events->contains(kLogoutEvent))
    return refused("it is no logout token");
  if (claims.contains("nonce")) return refused("a logout token has no nonce");
  if (text(claims, "jti").empty()) return refused("it has no id");
  if (text(claims, "sub").empty() && text(claims, "sid").empty()) return refused("it names neither user nor session");
  return success();
}

}  // namespace

Result<ProviderMetadata> parse_metadata(std::string_view json, const std::string& issuer) {
  const auto document = Json::parse(json, nullptr, false);
  const auto wrong = [&](const std::string& what) {
    return Error{ErrorCode::kUnavailable, "the identity provider " + issuer + " " + what};
  };
  if (!document.is_object()) return wrong("does not describe itself in JSON");
  ProviderMetadata metadata{text(document, "issuer"), text(document, "authorization_endpoint"),
                            text(document, "token_endpoint"), text(document, "jwks_uri"),
                            text(document, "userinfo_endpoint")};
  if (metadata.issuer != issuer) return wrong("calls itself \"" + metadata.issuer + "\"");
  const auto is_url = [](const std::string& url) {
    // One of them goes into a header of ours.
    return (url.starts_with("https://") || url.starts_with("http://")) &&
           std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; });
  };
  if (!is_url(metadata.authorization_endpoint) || !is_url(metadata.token_endpoint) || !is_url(metadata.jwks_uri))
    return wrong("does not name its authorization_endpoint, token_endpoint and jwks_uri");
  if (!is_url(metadata.userinfo_endpoint)) metadata.userinfo_endpoint.clear();
  if (const auto methods = document.find("token_endpoint_auth_methods_supported"); methods != document.end()) {
    const auto takes = [&](const char* method) {
      return methods->is_array() && std::ranges::any_of(*methods, [&](const Json& one) { return one == method; });
    };
    metadata.secret_in_body = takes("client_secret_post") && !takes("client_secret_basic");
  }
  return metadata;
}

Result<TokenAnswer> parse_token_answer(std::string_view json) {
  const auto answer = Json::parse(json, nullptr, false);
  if (!answer.is_object()) return refused("the token endpoint did not answer in JSON");
  if (const auto error = text(answer, "error"); !error.empty())
    return refused("the token endpoint says " + error.substr(0, 100));
  TokenAnswer tokens{text(answer, "id_token"), text(answer, "access_token")};
  if (tokens.id_token.empty()) return refused("the token endpoint gave no ID token");
  return tokens;
}

std::string parse_userinfo_name(std::string_view json, const std::string& subject) {
  const auto answer = Json::parse(json, nullptr, false);
  if (!answer.is_object() || text(answer, "sub") != subject) return {};
  return name_in(answer);
}

Result<KeySet> KeySet::parse(std::string_view json) {
  const auto document = Json::parse(json, nullptr, false);
  const auto list = document.is_object() ? document.find("keys") : document.end();
  if (!document.is_object() || list == document.end() || !list->is_array() || list->size() > kMostKeys)
    return Error{ErrorCode::kUnavailable, "the identity provider's keys are not a JSON web key set"};
  KeySet set;
  for (const auto& one : *list) {
    // Of keys for other things, and of kinds that nobody here knows, there may be any number.
    if (!one.is_object() || (one.contains("use") && one["use"] != "sig") || text(one, "kty") == "oct") continue;
    const auto key_text = one.dump();
    cjose_err error{};
    if (auto* const key = cjose_jwk_import(key_text.data(), key_text.size(), &error); key != nullptr)
      set.keys_[text(one, "kid")] = std::shared_ptr<cjose_jwk_t>(key, [](cjose_jwk_t* k) { cjose_jwk_release(k); });
  }
  return set;
}

const cjose_jwk_t* KeySet::find(const std::string& id) const {
  if (id.empty()) return keys_.size() == 1 ? keys_.begin()->second.get() : nullptr;
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : found->second.get();
}

Result<Claims> verify_token(std::string_view token, const KeySet& keys, const Expected& expected) {
  GRANDSTAND_TRY(const Json claims, open_token(token, keys));
  if (text(claims, "iss") != expected.issuer) return refused("it is of another issuer");
  if (!is_for(claims, expected.client_id)) return refused("it is not for us");
  GRANDSTAND_RETURN_IF_ERROR(check_times(claims, expected));
  GRANDSTAND_RETURN_IF_ERROR(check_kind(claims, expected));
  auto subject = text(claims, "sub");
  if (subject.size() > kLongestSubject || subject.find('\0') != std::string::npos)
    return refused("its subject is too long");
  return Claims{expected.issuer, std::move(subject), name_in(claims), text(claims, "sid").substr(0, kLongestSubject),
                text(claims, "jti").substr(0, kLongestSubject)};
}

}  // namespace grandstand::identity

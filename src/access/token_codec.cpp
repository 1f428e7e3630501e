// SPDX-License-Identifier: MIT
#include "token_codec.hpp"

#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

namespace grandstand::access {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxChannels = 64;
constexpr std::size_t kMaxSubject = 128;
constexpr std::size_t kMaxSession = 64;
constexpr std::size_t kMaxAccount = 64;
constexpr std::int64_t kLatest = 253'402'300'799;  // the end of the year 9999
constexpr std::size_t kMostSessions = 1'000'000;

Error wrong(std::string what) {
  return {ErrorCode::kForbidden, "the token's " + std::move(what)};
}

std::int64_t seconds_of(UtcTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

Result<std::optional<UtcTime>> time_of(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::optional<UtcTime>{};
  // RFC 7519 2: a NumericDate may have a fraction.
  if (!found->is_number()) return wrong(std::string(name) + " is no time in seconds");
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kLatest)) return wrong(std::string(name) + " is out of range");
  return std::optional<UtcTime>(UtcTime{std::chrono::seconds{static_cast<std::int64_t>(seconds)}});
}

Result<std::string> text_of(const Json& claims, const char* name, std::size_t limit) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::string();
  if (!found->is_string() || found->get_ref<const std::string&>().size() > limit) {
    return wrong(std::string(name) + " is no text of at most " + std::to_string(limit) + " bytes");
  }
  return found->get<std::string>();
}

Result<std::vector<std::string>> channels_of(const Json& claims) {
  const auto found = claims.find("channels");
  if (found == claims.end()) return wrong("channels are missing");
  if (found->is_string()) return std::vector<std::string>{found->get<std::string>()};
  std::vector<std::string> channels;
  if (!found->is_array() || found->empty() || found->size() > kMaxChannels) return wrong("channels are no list of ids");
  for (const auto& channel : *found) {
    if (!channel.is_string()) return wrong("channels are no list of ids");
    channels.push_back(channel.get<std::string>());
  }
  return channels;
}

}  // namespace

std::string encode_header(std::string_view key_id) {
  return Json{{"alg", "HS256"}, {"typ", "JWT"}, {"kid", key_id}}.dump();
}

std::string encode_claims(const Token& token) {
  Json claims{{"channels", token.channels}, {"exp", seconds_of(token.expires)}};
  if (token.not_before) claims["nbf"] = seconds_of(*token.not_before);
  if (!token.subject.empty()) claims["sub"] = token.subject;
  if (!token.account.empty()) claims["account"] = token.account;
  if (token.network) claims["net"] = token.network->text();
  if (!token.session.empty()) claims["sid"] = token.session;
  if (token.sessions) claims["sessions"] = *token.sessions;
  if (!token.query.empty()) claims["query"] = token.query;
  return claims.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> decode_header(std::string_view json) {
  const auto header = Json::parse(json, nullptr, false);
  if (!header.is_object()) return wrong("header is damaged");
  const auto algorithm = header.find("alg");
  if (algorithm == header.end() || *algorithm != "HS256") return wrong("algorithm is not HS256");
  // RFC 7515 4.1.11: what must be understood and is not.
  if (header.contains("crit")) return wrong("header asks for extensions");
  const auto key = header.find("kid");
  if (key == header.end() || !key->is_string()) return wrong("header names no key (kid)");
  return key->get<std::string>();
}

Result<Token> decode_claims(std::string_view json) {
  const auto claims = Json::parse(json, nullptr, false);
  if (!claims.is_object()) return wrong("claims are damaged");
  Token token;
  GRANDSTAND_TRY(token.channels, channels_of(claims));
  GRANDSTAND_TRY(const auto expires, time_of(claims, "exp"));
  if (!expires) return wrong("exp is missing");
  token.expires = *expires;
  GRANDSTAND_TRY(token.not_before, time_of(claims, "nbf"));
  GRANDSTAND_TRY(token.subject, text_of(claims, "sub", kMaxSubject));
  GRANDSTAND_TRY(token.account, text_of(claims, "account", kMaxAccount));
  GRANDSTAND_TRY(token.session, text_of(claims, "sid", kMaxSession));
  GRANDSTAND_TRY(token.query, text_of(claims, "query", kMaxTokenBytes));
  GRANDSTAND_TRY(const auto network, text_of(claims, "net", 64));
  if (!network.empty()) {
    auto parsed = IpNetwork::parse(network);
    if (!parsed) return wrong("net is no network");
    token.network = std::move(parsed).value();
  }
  if (const auto sessions = claims.find("sessions"); sessions != claims.end()) {
    if (!sessions->is_number_unsigned() || sessions->get<std::size_t>() > kMostSessions) {
      return wrong("sessions is no number");
    }
    token.sessions = sessions->get<std::size_t>();
  }
  return token;
}

}  // namespace grandstand::access

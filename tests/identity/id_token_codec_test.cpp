// SPDX-License-Identifier: MIT
// Tokens of identity providers, signed by keys of this test: right ones, and each way of being wrong.
#include "id_token_codec.hpp"

#include <functional>

#include <cjose/cjose.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/hmac.h>

namespace grandstand::identity {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const UtcTime kNow = from_unix_ms(1'763'712'000'000);
constexpr std::int64_t kSeconds = 1'763'712'000;

// A key of the provider; making one takes a while, so that there are two for all tests.
class SigningKey {
 public:
  explicit SigningKey(std::string id) : id_(std::move(id)) {
    cjose_err error{};
    key_ = cjose_jwk_create_RSA_random(2048, nullptr, 0, &error);
    cjose_jwk_set_kid(key_, id_.data(), id_.size(), &error);
  }
  json published() const {
    cjose_err error{};
    char* const text = cjose_jwk_to_json(key_, false, &error);
    auto key = json::parse(text);
    free(text);
    key["use"] = "sig";
    return key;
  }
  std::string sign(const std::string& claims, const char* algorithm = "RS256") const {
    cjose_err error{};
    cjose_header_t* const header = cjose_header_new(&error);
    cjose_header_set(header, CJOSE_HDR_ALG, algorithm, &error);
    cjose_header_set(header, CJOSE_HDR_KID, id_.c_str(), &error);
    cjose_jws_t* const jws =
        cjose_jws_sign(key_, header, reinterpret_cast<const std::uint8_t*>(claims.data()), claims.size(), &error);
    const char* text = nullptr;
    cjose_jws_export(jws, &text, &error);
    std::string token(text);
    cjose_jws_release(jws);
    cjose_header_release(header);
    return token;
  }

 private:
  std::string id_;
  cjose_jwk_t* key_;
};

const SigningKey& ours() {
  static const SigningKey key("k1");
  return key;
}
const SigningKey& strangers() {
  static const SigningKey key("k2");
  return key;
}

std::string base64url(const std::string& text) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string encoded;
  unsigned bits = 0, count = 0;
  for (const unsigned char c : text) {
    bits = bits << 8 | c;
    for (count += 8; count >= 6; count -= 6) encoded += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) encoded += kDigits[bits << (6 - count) & 63];
  return encoded;
}

json id_claims() {
  return {{"iss", "https://login.example"},
          {"aud", "tv"},
          {"sub", "u-1"},
          {"iat", kSeconds - 5},
          {"exp", kSeconds + 300},
          {"nonce", "n-1"},
          {"preferred_username", "ada"},
          {"sid", "s-1"}};
}
json logout_claims() {
  return {{"iss", "https://login.example"},
          {"aud", "tv"},
          {"sub", "u-1"},
          {"iat", kSeconds - 5},
          {"jti", "j-1"},
          {"events", {{"http://schemas.openid.net/event/backchannel-logout", json::object()}}}};
}

Result<Claims> verify(const std::string& token, TokenKind kind = TokenKind::kId) {
  const auto keys = KeySet::parse(json{{"keys", {ours().published()}}}.dump()).value();
  return verify_token(token, keys, {kind, "https://login.example", "tv", "n-1", kNow});
}
std::string refusal(const Result<Claims>& claims) {
  return claims.ok() ? "taken" : claims.error().message;
}

TEST(IdToken, SaysWhoSomebodyIs) {
  for (const char* const algorithm : {"RS256", "PS256"}) {
    const auto claims = verify(ours().sign(id_claims().dump(), algorithm));
    ASSERT_TRUE(claims.ok()) << claims.error().message;
    EXPECT_EQ(claims->issuer, "https://login.example");
    EXPECT_EQ(claims->subject, "u-1");
    EXPECT_EQ(claims->name, "ada");
    EXPECT_EQ(claims->session, "s-1");
  }
}

TEST(IdToken, IsRefusedForEachThingThatIsWrong) {
  const std::vector<std::pair<std::function<void(json&)>, std::string>> cases{
      {[](json& c) { c["iss"] = "https://evil.example"; }, "another issuer"},
      {[](json& c) { c.erase("iss"); }, "another issuer"},
      {[](json& c) { c["aud"] = "shop"; }, "not for us"},
      {[](json& c) { c["aud"] = json::array({"shop", "bank"}); }, "not for us"},
      {[](json& c) { c["aud"] = json::array({"tv", "shop"}); }, "not for us"},
      {[](json& c) { c["aud"] = 5; }, "not for us"},
      {[](json& c) { c["nonce"] = "n-2"; }, "nonce"},
      {[](json& c) { c.erase("nonce"); }, "nonce"},
      {[](json& c) { c["exp"] = kSeconds - 61; }, "has expired"},
      {[](json& c) { c.erase("exp"); }, "when it expires"},
      {[](json& c) { c["iat"] = kSeconds + 61; }, "in the future"},
      {[](json& c) { c["iat"] = "today"; }, "when it was issued"},
      {[](json& c) { c["iat"] = 1e300; }, "when it was issued"},
      {[](json& c) { c.erase("sub"); }, "names nobody"},
      {[](json& c) { c["sub"] = std::string(256, 'x'); }, "too long"},
  };
  for (const auto& [spoil, why] : cases) {
    auto claims = id_claims();
    spoil(claims);
    EXPECT_THAT(refusal(verify(ours().sign(claims.dump()))), HasSubstr(why)) << claims;
  }
  EXPECT_THAT(refusal(verify(ours().sign("[]"))), HasSubstr("not a JSON object"));
}

TEST(IdToken, MayBeForSeveralWhenItWasMadeForUs) {
  auto claims = id_claims();
  claims["aud"] = json::array({"tv", "shop"});
  claims["azp"] = "tv";
  EXPECT_TRUE(verify(ours().sign(claims.dump())).ok());
}

TEST(IdToken, WithoutAProvidersSignatureIsWorthNothing) {
  const auto claims = id_claims().dump();
  const auto right = ours().sign(claims);
  // alg=none in its spellings, with and without a signature.
  for (const std::string none : {"none", "None", "NONE", "nOnE"}) {
    const auto head = base64url(json{{"alg", none}, {"kid", "k1"}}.dump()) + "." + base64url(claims) + ".";
    EXPECT_FALSE(verify(head).ok());
    EXPECT_FALSE(verify(head + "AAAA").ok());
  }
  // A symmetric algorithm, with the public key, as the provider publishes it, for a secret.
  const auto secret = ours().published().dump();
  const auto body = base64url(R"({"alg":"HS256","kid":"k1"})") + "." + base64url(claims);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac, &length);
  const auto symmetric = body + "." + base64url(std::string(reinterpret_cast<const char*>(mac), length));
  EXPECT_THAT(refusal(verify(symmetric)), HasSubstr("algorithm"));
  // Other claims under a right signature, and a right token by a stranger who calls his key ours.
  auto forged = id_claims();
  forged["sub"] = "u-2";
  const auto first = right.find('.'), last = right.rfind('.');
  EXPECT_THAT(refusal(verify(right.substr(0, first + 1) + base64url(forged.dump()) + right.substr(last))),
              HasSubstr("signature is wrong"));
  const auto by_stranger = strangers().sign(claims);
  const auto renamed = base64url(R"({"alg":"RS256","kid":"k1"})") + by_stranger.substr(by_stranger.find('.'));
  EXPECT_FALSE(verify(renamed).ok());
  for (const auto& text :
       {std::string(), std::string("a.b"), std::string("...."), right + ".x", std::string(20'000, 'a')})
    EXPECT_FALSE(verify(text).ok());
}

TEST(IdToken, BySomeKeyThatIsNotKnownAsksForNewKeys) {
  const auto unknown = verify(strangers().sign(id_claims().dump()));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

TEST(IdToken, ByANewKeyUnderTheIdOfTheOldOneAsksForNewKeys) {
  const auto by_stranger = strangers().sign(id_claims().dump());
  for (const char* header : {R"({"alg":"RS256","kid":"k1"})", R"({"alg":"RS256"})"}) {
    const auto renewed = verify(base64url(header) + by_stranger.substr(by_stranger.find('.')));
    ASSERT_FALSE(renewed.ok());
    EXPECT_EQ(renewed.error().code, ErrorCode::kNotFound) << renewed.error().message;
  }
}

TEST(LogoutToken, IsNoIdTokenAndNoneIsALogoutToken) {
  EXPECT_TRUE(verify(ours().sign(logout_claims().dump()), TokenKind::kLogout).ok());
  EXPECT_FALSE(verify(ours().sign(logout_claims().dump())).ok());
  EXPECT_THAT(refusal(verify(ours().sign(id_claims().dump()), TokenKind::kLogout)), HasSubstr("no logout token"));
  auto claims = logout_claims();
  claims["nonce"] = "n-1";
  EXPECT_THAT(refusal(verify(ours().sign(claims.dump()), TokenKind::kLogout)), HasSubstr("has no nonce"));
  claims = logout_claims();
  claims.erase("sub");
  EXPECT_THAT(refusal(verify(ours().sign(claims.dump()), TokenKind::kLogout)), HasSubstr("neither user nor session"));
  claims = logout_claims();
  claims["iat"] = kSeconds - 601;
  EXPECT_THAT(refusal(verify(ours().sign(claims.dump()), TokenKind::kLogout)), HasSubstr("too old"));
}

TEST(ProviderMetadata, MustBeOfTheIssuerThatWasAsked) {
  json document{{"issuer", "https://login.example"},
                {"authorization_endpoint", "https://login.example/auth"},
                {"token_endpoint", "https://login.example/token"},
                {"jwks_uri", "https://login.example/jwks"}};
  EXPECT_TRUE(parse_metadata(document.dump(), "https://login.example").ok());
  EXPECT_FALSE(parse_metadata(document.dump(), "https://other.example").ok());
  auto split = document;
  split["authorization_endpoint"] = "https://login.example/auth\r\nSet-Cookie: a=b";
  EXPECT_FALSE(parse_metadata(split.dump(), "https://login.example").ok());
  document["jwks_uri"] = "file:///etc/passwd";
  EXPECT_FALSE(parse_metadata(document.dump(), "https://login.example").ok());
  EXPECT_FALSE(parse_metadata("<html>", "https://login.example").ok());
}

TEST(ProviderMetadata, SaysHowTheSecretIsGiven) {
  json document{{"issuer", "https://login.example"},
                {"authorization_endpoint", "https://login.example/auth"},
                {"token_endpoint", "https://login.example/token"},
                {"jwks_uri", "https://login.example/jwks"}};
  const auto in_body = [&] { return parse_metadata(document.dump(), "https://login.example").value().secret_in_body; };
  EXPECT_FALSE(in_body());
  document["token_endpoint_auth_methods_supported"] = {"client_secret_post", "private_key_jwt"};
  EXPECT_TRUE(in_body());
  document["token_endpoint_auth_methods_supported"] = {"client_secret_post", "client_secret_basic"};
  EXPECT_FALSE(in_body());
  document["token_endpoint_auth_methods_supported"] = "client_secret_post";
  EXPECT_FALSE(in_body());
}

TEST(UserInfo, GivesANameOnlyOfWhoSignedIn) {
  EXPECT_EQ(parse_userinfo_name(R"({"sub":"u-1","preferred_username":"ada","name":"Ada L."})", "u-1"), "ada");
  EXPECT_EQ(parse_userinfo_name(R"({"sub":"u-1","name":"Ada L."})", "u-1"), "Ada L.");
  EXPECT_EQ(parse_userinfo_name(R"({"sub":"u-2","name":"Eve"})", "u-1"), "");
  EXPECT_EQ(parse_userinfo_name("<html>", "u-1"), "");
}

}  // namespace
}  // namespace grandstand::identity

// SPDX-License-Identifier: MIT
#include "base64url.hpp"
#include "manual_clock.hpp"
#include "token_codec.hpp"

#include <grandstand/access/token.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::access {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";
constexpr char kOtherSecret[] = "fedcba9876543210fedcba9876543210";

class TokenTest : public testing::Test {
 protected:
  Token token_for(std::string channel, std::chrono::seconds lifetime = hours{1}) {
    Token token;
    token.channels = {std::move(channel)};
    token.expires = clock.utc() + lifetime;
    return token;
  }
  std::string refusal(const KeyRing& ring, std::string_view text) {
    const auto verified = ring.verify(text, clock.utc());
    if (verified) return "";
    EXPECT_EQ(verified.error().code, ErrorCode::kForbidden);
    return verified.error().message;
  }

  ManualClock clock;
  KeyRing keys{{{"2026-a", kSecret}}};
};

TEST_F(TokenTest, ReadsWhatItSigned) {
  auto token = token_for("news");
  token.channels.emplace_back("sport");
  token.not_before = clock.utc();
  token.subject = "account:17";
  token.network = IpNetwork::parse("2001:db8::/32").value();
  token.session = "box 4";
  token.sessions = 3;
  token.query = "user=alice&key=\"1\"";
  const auto text = keys.sign(token);
  const auto read = keys.verify(text, clock.utc());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_THAT(read->channels, ElementsAre("news", "sport"));
  EXPECT_EQ(read->expires, token.expires);
  EXPECT_EQ(read->not_before, token.not_before);
  EXPECT_EQ(read->subject, "account:17");
  EXPECT_EQ(read->network, token.network);
  EXPECT_EQ(read->session, "box 4");
  EXPECT_EQ(read->sessions, 3U);
  EXPECT_EQ(read->query, token.query);
  EXPECT_TRUE(read->is_for("sport"));
  EXPECT_FALSE(read->is_for("films"));
  EXPECT_TRUE(token_for("*").is_for("films"));
  // It stands in a path.
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."), text.npos);
}

// By Python's json and `openssl dgst -sha256 -hmac`.
TEST_F(TokenTest, ReadsWhatOtherProgramsSigned) {
  const auto read = keys.verify(
      "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiMjAyNi1hIn0."
      "eyJjaGFubmVscyI6IFsibmV3cyIsICJzcG9ydCJdLCAiZXhwIjogMTc2NzIyOTIwMCwgInN1YiI6ICJzdWJzY3JpYmVyIDE3IiwgIm5ldCI6ICIx"
      "OTIuMC4yLjAvMjQiLCAic2Vzc2lvbnMiOiAyfQ.h2UFQY4_HU4O9YunTHBt-BbARnDtYZBVY4c3CpNNNMM",
      clock.utc());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->subject, "subscriber 17");
  EXPECT_EQ(read->expires, clock.utc() + hours{1});
}

TEST_F(TokenTest, EndsWhenItSays) {
  auto token = token_for("news", std::chrono::seconds{10});
  token.not_before = clock.utc() + std::chrono::seconds{5};
  const auto text = keys.sign(token);
  EXPECT_THAT(refusal(keys, text), HasSubstr("not valid yet"));
  clock.advance(std::chrono::seconds{5});
  EXPECT_EQ(refusal(keys, text), "");
  clock.advance(std::chrono::seconds{5});
  EXPECT_THAT(refusal(keys, text), HasSubstr("expired"));
}

TEST_F(TokenTest, RefusesForgeriesWithoutQuotingThem) {
  const auto text = keys.sign(token_for("news"));
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  const auto other = KeyRing({{"2026-a", kOtherSecret}}).sign(token_for("news"));
  const auto claims = encode_base64url(std::string_view(R"({"channels":["*"],"exp":4102444800})"));
  const std::string none = encode_base64url(std::string_view(R"({"alg":"none","kid":"2026-a"})")) + "." + claims + ".";
  EXPECT_THAT(refusal(keys, other), HasSubstr("signature"));
  EXPECT_THAT(refusal(keys, text.substr(0, first) + "." + claims + text.substr(last)), HasSubstr("signature"));
  EXPECT_THAT(refusal(keys, text.substr(0, last + 1)), HasSubstr("signature"));
  EXPECT_THAT(refusal(keys, none), HasSubstr("HS256"));
  EXPECT_THAT(refusal(keys, KeyRing({{"2026-b", kSecret}}).sign(token_for("news"))), HasSubstr("not known"));
  for (const auto& damaged :
       std::vector<std::string>{"", ".", "..", "...", "a.b.c", "news", text.substr(1), text + "A", "~" + text}) {
    EXPECT_THAT(refusal(keys, damaged), Not(HasSubstr(text))) << damaged;
    EXPECT_NE(refusal(keys, damaged), "") << damaged;
  }
  EXPECT_THAT(refusal(keys, std::string(kMaxTokenBytes + 1, 'A')), HasSubstr("too long"));
}

TEST_F(TokenTest, RefusesClaimsThatMakeNoSenseThoughTheyAreSigned) {
  for (const std::string claims :
       {"[]", "{}", R"({"exp":4102444800})", R"({"channels":["news"]})", R"({"channels":[],"exp":4102444800})",
        R"({"channels":[7],"exp":4102444800})", R"({"channels":["news"],"exp":"tomorrow"})",
        R"({"channels":["news"],"exp":1e300})", R"({"channels":["news"],"exp":4102444800,"net":"tv.example"})",
        R"({"channels":["news"],"exp":4102444800,"sessions":-1})",
        R"({"channels":["news"],"exp":4102444800,"sub":7})"}) {
    EXPECT_FALSE(decode_claims(claims).ok()) << claims;
  }
}

TEST_F(TokenTest, KeysAreReplacedWithoutATokenThatFails) {
  const auto before = keys.sign(token_for("news"));
  const auto both =
      KeyRing::parse(std::string("# new one first\nnew ") + kOtherSecret + "\n\n2026-a " + kSecret + "\n");
  ASSERT_TRUE(both.ok()) << both.error().message;
  EXPECT_EQ(refusal(*both, before), "");
  const auto later = both->sign(token_for("news"));
  EXPECT_EQ(refusal(KeyRing({{"new", kOtherSecret}}), later), "");
  EXPECT_NE(refusal(KeyRing({{"new", kOtherSecret}}), before), "");
}

TEST_F(TokenTest, SaysWhatIsWrongWithAKeyFileWithoutItsSecrets) {
  const auto fault = [](const std::string& text) {
    const auto ring = KeyRing::parse(text);
    return ring ? "" : ring.error().message;
  };
  EXPECT_THAT(fault(""), HasSubstr("no key"));
  EXPECT_THAT(fault("# only a comment\n"), HasSubstr("no key"));
  EXPECT_THAT(fault("a tooshort\n"), HasSubstr("line 1"));
  EXPECT_THAT(fault("a tooshort\n"), Not(HasSubstr("tooshort")));
  EXPECT_THAT(fault("\n\nä " + std::string(kSecret)), HasSubstr("line 3"));
  EXPECT_THAT(fault("a " + std::string(kSecret) + "\na " + kOtherSecret), HasSubstr("line 2"));
}

TEST_F(TokenTest, ARandomKeyIsAnother) {
  const auto text = KeyRing::random().sign(token_for("news"));
  EXPECT_NE(refusal(KeyRing::random(), text), "");
}

}  // namespace
}  // namespace grandstand::access

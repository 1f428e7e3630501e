// SPDX-License-Identifier: MIT
// The small readers of what stands in requests: ranges, lists, cookies, queries, addresses.
#include "byte_range.hpp"
#include "negotiation.hpp"
#include "session_token.hpp"
#include "site_address.hpp"
#include "uri_text.hpp"
#include "utf8_checker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

Request request_with(std::initializer_list<std::pair<FieldName, std::string_view>> fields) {
  Request request;
  for (const auto& [name, value] : fields) request.fields[static_cast<std::size_t>(name)] = value;
  return request;
}

TEST(ByteRange, GivesThePartThatIsAskedFor) {
  using Kind = ByteRange::Kind;
  const struct {
    const char* field;
    Kind kind;
    std::size_t offset, length;
  } cases[] = {
      {"bytes=0-99", Kind::kPart, 0, 100},
      {"bytes=0-", Kind::kPart, 0, 1000},
      {"bytes=999-", Kind::kPart, 999, 1},
      {"bytes=990-2000", Kind::kPart, 990, 10},
      {"bytes=-1", Kind::kPart, 999, 1},
      {"bytes=-5000", Kind::kPart, 0, 1000},
      {"Bytes= 5 - 9 ", Kind::kPart, 5, 5},
      {"bytes=1-99999999999999999999999", Kind::kPart, 1, 999},
      {"bytes=1000-", Kind::kUnsatisfiable, 0, 0},
      {"bytes=99999999999999999999999-", Kind::kUnsatisfiable, 0, 0},
      {"bytes=-0", Kind::kUnsatisfiable, 0, 0},
      {"bytes=0-1,5-6", Kind::kWhole, 0, 1000},
      {"bytes=9-5", Kind::kWhole, 0, 1000},
      {"bytes=-", Kind::kWhole, 0, 1000},
      {"bytes=a-b", Kind::kWhole, 0, 1000},
      {"bytes=+1-2", Kind::kWhole, 0, 1000},
      {"bytes=5", Kind::kWhole, 0, 1000},
      {"lines=0-5", Kind::kWhole, 0, 1000},
      {"bytes", Kind::kWhole, 0, 1000},
      {"", Kind::kWhole, 0, 1000},
  };
  for (const auto& c : cases) {
    const auto range = parse_range(c.field, 1000);
    EXPECT_EQ(range.kind, c.kind) << c.field;
    EXPECT_EQ(range.offset, c.offset) << c.field;
    EXPECT_EQ(range.length, c.length) << c.field;
  }
  EXPECT_EQ(parse_range("bytes=0-", 0).kind, Kind::kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=-5", 0).kind, Kind::kUnsatisfiable);
}

TEST(Negotiation, KnowsWhetherGzipIsAccepted) {
  for (const char* field :
       {"gzip", "gzip, deflate, br", "deflate, GZIP;q=0.5", "x-gzip", "*", "br;q=1, *;q=0.1", "gzip ; q=1.0"}) {
    EXPECT_TRUE(accepts_gzip(field)) << field;
  }
  for (const char* field : {"", "identity", "gzip;q=0", "gzip; q=0.000", "*;q=0", "*, gzip;q=0", "gzipped", "br"}) {
    EXPECT_FALSE(accepts_gzip(field)) << field;
  }
}

TEST(Negotiation, ComparesEntityTagsWeakly) {
  EXPECT_TRUE(matches_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("W/\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("\"x\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("*", "\"a\""));
  EXPECT_FALSE(matches_etag("\"b\"", "\"a\""));
  EXPECT_FALSE(matches_etag("a", "\"a\""));
}

TEST(Negotiation, FindsCookiesAndBearers) {
  EXPECT_EQ(find_cookie("a=1; grandstand_session=gs_x; b=2", "grandstand_session"), "gs_x");
  EXPECT_EQ(find_cookie("grandstand_session=\"q\"", "grandstand_session"), "q");
  EXPECT_EQ(find_cookie("xgrandstand_session=1", "grandstand_session"), std::nullopt);
  EXPECT_EQ(find_cookie("grandstand_session2=1;;=;", "grandstand_session"), std::nullopt);
  EXPECT_EQ(find_bearer("Bearer gs_x"), "gs_x");
  EXPECT_EQ(find_bearer("bearer  gs_x "), "gs_x");
  EXPECT_EQ(find_bearer("Basic abc"), std::nullopt);
  EXPECT_TRUE(is_json("application/json; charset=utf-8"));
  EXPECT_FALSE(is_json("text/plain"));
}

TEST(UriText, DecodesAndRefuses) {
  EXPECT_EQ(percent_decode("channel%3Anews"), "channel:news");
  EXPECT_EQ(percent_decode("a+b%20c"), "a+b c");
  EXPECT_EQ(query_decode("a+b%2B"), "a b+");
  for (const char* bad : {"%", "%2", "%zz", "a%00b", "%FF", "%C0%AF"})
    EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
  const auto parameters = parse_query("before=k3:5&limit=50&&empty=&flag");
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->size(), 4u);
  EXPECT_EQ(parameters->at("before"), "k3:5");
  EXPECT_FALSE(parse_query("a=1&a=2").ok());
  EXPECT_FALSE(parse_query("a=%").ok());
  std::string many;
  for (int i = 0; i < 40; ++i) many += "&p" + std::to_string(i) + "=1";
  EXPECT_FALSE(parse_query(many).ok());
  EXPECT_EQ(split_path("a/b//"), (std::vector<std::string_view>{"a", "b", "", ""}));
}

TEST(SiteAddress, IsTakenFromSaneFieldsOnly) {
  using F = FieldName;
  EXPECT_EQ(public_base_url(request_with({{F::kHost, "tv.example:8080"}})), "http://tv.example:8080");
  EXPECT_EQ(public_base_url(
                request_with({{F::kHost, "in"}, {F::kForwardedHost, "tv.example"}, {F::kForwardedProto, "https"}})),
            "https://tv.example");
  EXPECT_EQ(public_base_url(request_with({{F::kHost, "in"}, {F::kForwardedHost, "a, b"}})), "http://a");
  EXPECT_EQ(public_base_url(request_with({{F::kHost, "in"}, {F::kForwardedHost, "x\"onload"}})), "http://in");
  EXPECT_EQ(public_base_url(request_with({{F::kHost, "[::1]:80"}})), "http://[::1]:80");
  for (const char* bad : {"", "a b", "a/b", "a@b", "a:port", "a:123456", "[::1", "[x]", "a\nb", "<b>"}) {
    EXPECT_EQ(public_base_url(request_with({{F::kHost, bad}})), std::nullopt) << bad;
  }
}

TEST(SiteAddress, TrustsOwnAndListedOrigins) {
  const std::vector<std::string> listed{"https://portal.example"};
  const auto request = request_with({{FieldName::kHost, "tv.example:8080"}});
  EXPECT_TRUE(is_trusted_origin("http://tv.example:8080", request, listed));
  EXPECT_TRUE(is_trusted_origin("https://portal.example", request, listed));
  EXPECT_TRUE(is_trusted_origin("https://tv.example", request_with({{FieldName::kHost, "tv.example:443"}}), {}));
  EXPECT_TRUE(is_trusted_origin("https://tv.example",
                                request_with({{FieldName::kHost, "in:80"}, {FieldName::kForwardedHost, "tv.example"}}),
                                {}));
  for (const char* bad : {"https://evil.example", "null", "", "http://tv.example",
                          "https://tv.example:8080.evil.example", "http://portal.example", "file://tv.example:8080"}) {
    EXPECT_FALSE(is_trusted_origin(bad, request, listed)) << bad;
  }
}

TEST(SessionToken, ComesFromBearerBeforeCookie) {
  using F = FieldName;
  const auto both =
      find_session_token(request_with({{F::kAuthorization, "Bearer b"}, {F::kCookie, "grandstand_session=c"}}));
  EXPECT_EQ(both.token, "b");
  EXPECT_EQ(both.by, PresentedToken::By::kBearer);
  EXPECT_EQ(find_session_token(request_with({{F::kCookie, "grandstand_session=c"}})).by, PresentedToken::By::kCookie);
  EXPECT_EQ(find_session_token({}).by, PresentedToken::By::kNothing);
}

TEST(SessionToken, ACookieActsOnlyForOurOwnPages) {
  using F = FieldName;
  const auto json = std::pair{F::kContentType, std::string_view("application/json")};
  const auto host = std::pair{F::kHost, std::string_view("tv.example")};
  const auto check = [](const Request& request, PresentedToken::By by) { return check_forgery(request, by, {}).ok(); };
  EXPECT_TRUE(check(request_with({host, json, {F::kOrigin, "https://tv.example"}}), PresentedToken::By::kCookie));
  EXPECT_FALSE(check(request_with({host, json, {F::kOrigin, "https://evil.example"}}), PresentedToken::By::kCookie));
  EXPECT_FALSE(check(request_with({host, json}), PresentedToken::By::kCookie));
  EXPECT_FALSE(check(request_with({host, {F::kOrigin, "https://tv.example"}}), PresentedToken::By::kCookie));
  EXPECT_TRUE(check(request_with({host, json}), PresentedToken::By::kNothing));
  EXPECT_FALSE(check(request_with({host, json, {F::kOrigin, "https://evil.example"}}), PresentedToken::By::kNothing));
  EXPECT_TRUE(check(request_with({host}), PresentedToken::By::kBearer));
}

TEST(SessionToken, TheCookieIsSecureOverHttps) {
  EXPECT_EQ(keep_token_line({}, std::chrono::hours(1)).with("gs_x"),
            "Set-Cookie: grandstand_session=gs_x; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600\r\n");
  EXPECT_THAT(
      keep_token_line(request_with({{FieldName::kForwardedProto, "https"}}), std::chrono::hours(1)).with("gs_x"),
      testing::HasSubstr("; Secure\r\n"));
}

TEST(Utf8Checker, AgreesWithTheTableOfRfc3629InAnyCuts) {
  const std::pair<std::string, bool> cases[] = {
      {"plain", true},
      {"\xC2\x80", true},
      {"\xDF\xBF", true},
      {"\xE0\xA0\x80", true},
      {"\xED\x9F\xBF", true},
      {"\xEE\x80\x80", true},
      {"\xF0\x90\x80\x80", true},
      {"\xF4\x8F\xBF\xBF", true},
      {"\xC1\xBF", false},
      {"\xE0\x9F\xBF", false},
      {"\xED\xA0\x80", false},
      {"\xF0\x8F\xBF\xBF", false},
      {"\xF4\x90\x80\x80", false},
      {"\xF5\x80\x80\x80", false},
      {"\xFE", false},
      {"\xC2", false},
      {"\xE1\x80", false},
      {"\xC2\x41", false},
      {"12345678\xC2\xA9"
       "12345678",
       true},
      {"12345678901234567\x80", false},
  };
  for (const auto& [text, valid] : cases) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Utf8Checker checker;
      const bool well = checker.add(std::string_view(text).substr(0, cut)) &&
                        checker.add(std::string_view(text).substr(cut)) && checker.complete();
      EXPECT_EQ(well, valid) << testing::PrintToString(text) << " cut at " << cut;
    }
  }
}

}  // namespace
}  // namespace grandstand::http

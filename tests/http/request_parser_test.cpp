// SPDX-License-Identifier: MIT
#include "request_parser.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using Progress = RequestParser::Progress;

constexpr RequestParser::Limits kLimits{1024, 100};

int refusal_of(std::string_view bytes) {
  RequestParser parser(kLimits);
  switch (parser.parse(bytes)) {
    case Progress::kNeedMore:
      return 0;
    case Progress::kComplete:
      return 200;
    case Progress::kRefused:
      EXPECT_FALSE(parser.refusal().reason.empty());
      return parser.refusal().status;
  }
  return -1;
}

TEST(RequestParser, ReadsARequest) {
  RequestParser parser(kLimits);
  const std::string bytes =
      "GET /live/news/index.m3u8?a=1 HTTP/1.1\r\nHost: tv.example:8080\r\nAccept-Encoding: gzip\r\n"
      "X-Forwarded-Proto: https\r\nX-Other: y\r\n\r\nGET /next";
  ASSERT_EQ(parser.parse(bytes), Progress::kComplete);
  const auto& request = parser.request();
  EXPECT_EQ(request.method, Method::kGet);
  EXPECT_EQ(request.path, "/live/news/index.m3u8");
  EXPECT_EQ(request.query, "a=1");
  EXPECT_EQ(request.field(FieldName::kHost), "tv.example:8080");
  EXPECT_EQ(request.field(FieldName::kAcceptEncoding), "gzip");
  EXPECT_EQ(request.field(FieldName::kForwardedProto), "https");
  EXPECT_EQ(request.field(FieldName::kRange), "");
  EXPECT_TRUE(request.keep_alive);
  EXPECT_EQ(bytes.substr(parser.consumed()), "GET /next");
}

TEST(RequestParser, TakesSeveralLinesOfForwardedForAsOneSoThatTheNearestProxyHasTheLastWord) {
  RequestParser parser(kLimits);
  const std::string bytes =
      "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 10.0.0.1\r\nAccept: *\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n";
  ASSERT_EQ(parser.parse(bytes), Progress::kComplete);
  EXPECT_EQ(parser.request().field(FieldName::kForwardedFor), "10.0.0.1, 192.0.2.7");
}

TEST(RequestParser, ReadsABodyByteByByteInAMovingBuffer) {
  for (const std::string& rest :
       {std::string("Content-Length: 11\r\n\r\nhello world"), std::string("content-length:11\r\n\r\nhello world")}) {
    RequestParser parser(kLimits);
    const std::string bytes = "POST /api HTTP/1.1\r\nHost: h\r\nCookie: a=b\r\n" + rest;
    Progress progress = Progress::kNeedMore;
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
      ASSERT_EQ(progress, Progress::kNeedMore);
      const std::vector<char> elsewhere(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      progress = parser.parse({elsewhere.data(), elsewhere.size()});
      if (progress == Progress::kComplete) {
        EXPECT_EQ(parser.request().body, "hello world");
        EXPECT_EQ(parser.request().path, "/api");
        EXPECT_EQ(parser.request().field(FieldName::kCookie), "a=b");
      }
    }
    EXPECT_EQ(progress, Progress::kComplete);
    EXPECT_EQ(parser.consumed(), bytes.size());
  }
}

TEST(RequestParser, StartsAnewForTheNextRequest) {
  RequestParser parser(kLimits);
  ASSERT_EQ(parser.parse("POST / HTTP/1.1\r\nHost: a\r\nCookie: x=1\r\nContent-Length: 2\r\n\r\nhi"),
            Progress::kComplete);
  parser.reset();
  ASSERT_EQ(parser.parse("GET /b HTTP/1.0\r\n\r\n"), Progress::kComplete);
  EXPECT_EQ(parser.request().body, "");
  EXPECT_EQ(parser.request().field(FieldName::kCookie), "");
  EXPECT_FALSE(parser.request().keep_alive);
}

TEST(RequestParser, RefusesWithTheRightStatus) {
  const std::string host = "Host: h\r\n";
  const struct {
    const char* name;
    std::string bytes;
    int status;
  } cases[] = {
      {"garbage", "\x16\x03\x01\x02\x00 what is this\r\n\r\n", 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"no path", "GET news HTTP/1.1\r\n" + host + "\r\n", 400},
      {"an unknown version", "GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"no version", "GET /\r\n" + host + "\r\n", 400},
      {"a space in a name", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
      {"a folded field", "GET / HTTP/1.1\r\n" + host + "Cookie: a\r\n b\r\n\r\n", 400},
      {"gzip as transfer coding", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"length and chunks", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
      {"a length that is no number", "POST / HTTP/1.1\r\n" + host + "Content-Length: +3\r\n\r\n", 400},
      {"chunks", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 411},
      {"chunks that make Beast abort",
       "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nhello\r\n3;x=#y\"\r\nN: "
       "chunked\r\n\r\n5\rT./1\r\n",
       411},
      {"a body too long", "POST / HTTP/1.1\r\n" + host + "Content-Length: 101\r\n\r\n", 413},
      {"a header too long", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(1100, 'x') + "\r\n\r\n", 431},
      {"a target too long", "GET /" + std::string(1100, 'x'), 414},
      {"the absolute form", "GET http://tv.example/a HTTP/1.1\r\n" + host + "\r\n", 200},
      {"a query without path", "GET http://tv.example?a HTTP/1.1\r\n" + host + "\r\n", 200},
      {"OPTIONS *", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 200},
      {"an empty line before", "\r\nGET / HTTP/1.1\r\n" + host + "\r\n", 200},
      {"HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n", 200},
      {"an unfinished header", "GET / HTTP/1.1\r\n" + host, 0},
      {"an unknown method", "BREW / HTTP/1.1\r\n" + host + "\r\n", 200},
  };
  for (const auto& c : cases) EXPECT_EQ(refusal_of(c.bytes), c.status) << c.name;
}

TEST(RequestParser, LimitsAHeaderThatComesFieldByField) {
  RequestParser parser(kLimits);
  std::string bytes = "GET / HTTP/1.1\r\n";
  auto progress = parser.parse(bytes);
  while (progress == Progress::kNeedMore && bytes.size() < 10'000) {
    bytes += "X-Field: value\r\n";
    progress = parser.parse(bytes);
  }
  EXPECT_EQ(progress, Progress::kRefused);
  EXPECT_EQ(parser.refusal().status, 431);
  EXPECT_LT(bytes.size(), kLimits.header_bytes + 20);
}

TEST(RequestParser, SaysWhenTheClientWaitsToBeAsked) {
  RequestParser parser(kLimits);
  EXPECT_EQ(parser.parse("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
            Progress::kNeedMore);
  EXPECT_TRUE(parser.header_complete());
  EXPECT_TRUE(parser.expects_continue());
}

}  // namespace
}  // namespace grandstand::http

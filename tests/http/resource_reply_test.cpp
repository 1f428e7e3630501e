// SPDX-License-Identifier: MIT
#include "resource_reply.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/assert.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

using testing::HasSubstr;
using testing::Not;

// Keeps what a route answers.
class RecordingExchange final : public Exchange {
 public:
  std::string head() const { return head_.text(); }
  int status() const { return head_.status(); }
  std::string body;

 private:
  aio::Loop& loop() override { return runtime_.loop(0); }
  SteadyTime now() const override { return {}; }
  std::string_view peer_address() const override { return "192.0.2.1"; }
  ResponseHead& begin(int status) override {
    head_.begin(status, "");
    return head_.lines(route_lines);
  }
  void send(const SharedBytes& bytes, std::size_t offset, std::size_t length) override {
    head_.field("Content-Length", length);
    body = bytes.view().substr(offset, length);
  }
  void send_without_body() override {}
  const Request& request() const override { return request_; }
  std::shared_ptr<LateReply> defer(std::chrono::seconds) override { return std::make_shared<LateReply>(*this); }
  void become_websocket(std::string_view, std::string, std::string) override { GRANDSTAND_ASSERT(false); }
  std::shared_ptr<BodyStream> begin_stream(std::size_t) override { return nullptr; }

  aio::Runtime runtime_{1};
  Request request_;
  ResponseHead head_;
};

hls::Resource playlist() {
  hls::Resource resource;
  resource.body = SharedBytes(std::string("0123456789"));
  resource.gzip_body = SharedBytes(std::string("zip"));
  resource.content_type = "application/vnd.apple.mpegurl";
  resource.etag = "\"v1\"";
  resource.cache_control = "max-age=1";
  return resource;
}

struct Asked {
  FieldName name;
  std::string_view value;
};

std::unique_ptr<RecordingExchange> ask(std::initializer_list<Asked> fields, Method method = Method::kGet) {
  Request request;
  request.method = method;
  for (const auto& field : fields) request.fields[static_cast<std::size_t>(field.name)] = field.value;
  auto exchange = std::make_unique<RecordingExchange>();
  send_resource(request, *exchange, playlist(), "X-Line: 1\r\n");
  return exchange;
}

TEST(ResourceReply, SendsTheWhole) {
  const auto answer = ask({});
  EXPECT_EQ(answer->head(),
            "HTTP/1.1 200 OK\r\nX-Line: 1\r\nContent-Type: application/vnd.apple.mpegurl\r\nETag: \"v1\"\r\n"
            "Cache-Control: max-age=1\r\nVary: Accept-Encoding\r\nAccept-Ranges: bytes\r\nContent-Length: 10\r\n");
  EXPECT_EQ(answer->body, "0123456789");
}

TEST(ResourceReply, SendsTheCompressedFormWhereItIsAccepted) {
  const auto answer = ask({{FieldName::kAcceptEncoding, "gzip"}});
  EXPECT_EQ(answer->body, "zip");
  EXPECT_THAT(answer->head(), HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(answer->head(), HasSubstr("ETag: W/\"v1\"\r\n"));
}

TEST(ResourceReply, SaysThatNothingChanged) {
  for (const char* tag : {"\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "*"}) {
    const auto answer = ask({{FieldName::kIfNoneMatch, tag}});
    EXPECT_EQ(answer->status(), 304) << tag;
    EXPECT_THAT(answer->head(), HasSubstr("ETag: \"v1\"\r\nCache-Control: max-age=1\r\nVary: Accept-Encoding"));
    EXPECT_EQ(answer->body, "");
  }
  EXPECT_EQ(ask({{FieldName::kIfNoneMatch, "\"v0\""}})->status(), 200);
}

TEST(ResourceReply, SendsOneRange) {
  const auto answer = ask({{FieldName::kRange, "bytes=2-4"}, {FieldName::kAcceptEncoding, "gzip"}});
  EXPECT_EQ(answer->status(), 206);
  EXPECT_EQ(answer->body, "234");
  EXPECT_THAT(answer->head(), HasSubstr("Content-Range: bytes 2-4/10\r\n"));
  EXPECT_THAT(answer->head(), Not(HasSubstr("gzip")));
  EXPECT_EQ(ask({{FieldName::kRange, "bytes=0-1,3-4"}})->status(), 200);
}

TEST(ResourceReply, RefusesARangeOutside) {
  const auto answer = ask({{FieldName::kRange, "bytes=10-"}});
  EXPECT_EQ(answer->status(), 416);
  EXPECT_THAT(answer->head(), HasSubstr("Content-Range: bytes */10\r\n"));
}

TEST(ResourceReply, MindsIfRange) {
  EXPECT_EQ(ask({{FieldName::kRange, "bytes=2-4"}, {FieldName::kIfRange, "\"v1\""}})->status(), 206);
  EXPECT_EQ(ask({{FieldName::kRange, "bytes=2-4"}, {FieldName::kIfRange, "\"v0\""}})->status(), 200);
  EXPECT_EQ(ask({{FieldName::kRange, "bytes=2-4"}, {FieldName::kIfRange, "W/\"v1\""}})->status(), 200);
}

TEST(ResourceReply, IgnoresRangesOfHead) {
  EXPECT_EQ(ask({{FieldName::kRange, "bytes=2-4"}}, Method::kHead)->status(), 200);
}

}  // namespace
}  // namespace grandstand::http

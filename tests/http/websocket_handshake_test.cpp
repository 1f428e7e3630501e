// SPDX-License-Identifier: MIT
#include "websocket_handshake.hpp"

#include <gtest/gtest.h>

namespace grandstand::http {
namespace {

Request opening() {
  Request request;
  const auto set = [&](FieldName name, std::string_view value) {
    request.fields[static_cast<std::size_t>(name)] = value;
  };
  request.upgrade = true;
  set(FieldName::kHost, "tv.example");
  set(FieldName::kUpgrade, "websocket");
  set(FieldName::kSecWebSocketVersion, "13");
  set(FieldName::kSecWebSocketKey, "dGhlIHNhbXBsZSBub25jZQ==");
  set(FieldName::kSecWebSocketProtocol, "other, grandstand.v1.json");
  return request;
}

int status_of(FieldName name, std::string_view value) {
  auto request = opening();
  request.fields[static_cast<std::size_t>(name)] = value;
  const auto checked = check_handshake(request, {});
  const auto* refusal = std::get_if<Reply>(&checked);
  return refusal == nullptr ? 101 : refusal->status;
}

TEST(WebsocketHandshake, AnswersTheKeyAsInRfc6455) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  const auto checked = check_handshake(opening(), {});
  ASSERT_TRUE(std::holds_alternative<std::string>(checked));
  EXPECT_EQ(std::get<std::string>(checked), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebsocketHandshake, RefusesWhatIsNotOne) {
  EXPECT_EQ(status_of(FieldName::kUpgrade, "h2c"), 426);
  EXPECT_EQ(status_of(FieldName::kUpgrade, "h2c, WebSocket"), 101);
  EXPECT_EQ(status_of(FieldName::kSecWebSocketVersion, "8"), 426);
  EXPECT_EQ(status_of(FieldName::kSecWebSocketVersion, ""), 426);
  for (const char* key : {"", "short==", "dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub2*jZQ=="}) {
    EXPECT_EQ(status_of(FieldName::kSecWebSocketKey, key), 400) << key;
  }
  EXPECT_EQ(status_of(FieldName::kSecWebSocketProtocol, ""), 400);
  EXPECT_EQ(status_of(FieldName::kSecWebSocketProtocol, "grandstand.v2.json"), 400);
  EXPECT_EQ(status_of(FieldName::kOrigin, "https://tv.example"), 101);
  EXPECT_EQ(status_of(FieldName::kOrigin, "https://evil.example"), 403);
  EXPECT_EQ(status_of(FieldName::kOrigin, "null"), 403);
  auto plain = opening();
  plain.upgrade = false;
  EXPECT_EQ(std::get<Reply>(check_handshake(plain, {})).status, 426);
}

}  // namespace
}  // namespace grandstand::http

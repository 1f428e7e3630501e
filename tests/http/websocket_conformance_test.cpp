// SPDX-License-Identifier: MIT
// RFC 6455 case by case against a real port; what the frames mean is told by tests/support/websocket_cases.hpp.
#include "running_server.hpp"
#include "websocket_cases.hpp"
#include "ws_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>

namespace grandstand::http {
namespace {

using testing::HasSubstr;

class WebsocketConformanceTest : public testing::Test {
 protected:
  WebsocketConformanceTest() {
    log::set_up({.level = log::Level::kError});
    hub::Settings hub_settings;
    hub_settings.max_message_bytes = kMessageLimit;
    site_ = std::make_unique<RunningServer>(database_.database(), Settings{}, hub_settings);
  }

  TestDatabase database_{identity::Accounts::migrations()};
  std::unique_ptr<RunningServer> site_;
};

constexpr std::string_view kEnd = "that was all";

// What must come back: an answer of the hub to each text (none of the cases is a message that it understands), a pong
// for each ping, the close frame.
std::vector<std::string> expected_answers(const WebsocketCase& c) {
  std::vector<std::string> answers;
  for (const auto& heard : c.heard) {
    if (heard.starts_with("text:")) answers.emplace_back("error");
    if (heard.starts_with("ping:")) answers.push_back("pong:" + heard.substr(5));
    if (heard.starts_with("close:")) answers.push_back("close:" + heard.substr(6, heard.find(':', 6) - 6));
  }
  if (c.failure != 0) answers.push_back("close:" + std::to_string(c.failure) + " with a reason");
  return answers;
}

std::string describe(const WsClient::Frame& frame) {
  if (frame.opcode == kText) return frame.payload.starts_with(R"({"type":"error")") ? "error" : frame.payload;
  if (frame.opcode == kPong) return "pong:" + frame.payload;
  if (frame.opcode != kClose) return "opcode " + std::to_string(frame.opcode);
  const auto code = frame.payload.empty() ? std::string("none") : std::to_string(frame.close_code());
  return "close:" + code + (frame.payload.size() > 2 ? " with a reason" : "");
}

// Sends the case in pieces of `piece` bytes; everything that comes back.
std::vector<std::string> answers(std::uint16_t port, const WebsocketCase& c, std::size_t piece) {
  WsClient client(port);
  if (!client.open()) return {"the handshake failed"};
  const int one = 1;
  ::setsockopt(client.socket().descriptor(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  for (std::size_t at = 0; at < c.bytes.size(); at += piece) {
    if (!client.socket().write(std::string_view(c.bytes).substr(at, piece))) break;  // it has closed already
  }
  const bool ends = c.failure != 0 || (!c.heard.empty() && c.heard.back().starts_with("close:"));
  if (!ends) client.socket().write(frame(kPing, kEnd));
  std::vector<std::string> came;
  while (true) {
    const auto next = client.receive();
    if (next.opcode == kPong && next.payload == kEnd) return came;
    if (next.opcode == -1) {
      came.emplace_back("the end of the stream");
      return came;
    }
    came.push_back(describe(next));
    if (next.opcode != kClose) continue;
    // RFC 6455 7.1.1: the server closes the connection, after our close or the end of what we send.
    client.socket().finish_sending();
    if (client.receive().opcode != -1) came.emplace_back("something after the close");
    return came;
  }
}

TEST_F(WebsocketConformanceTest, AnswersEveryCaseAsRfc6455Says) {
  double faults = 0;
  for (const auto& c : websocket_cases()) {
    EXPECT_EQ(answers(site_->port(), c, c.bytes.size()), expected_answers(c)) << c.name;
    if (c.failure != 0) ++faults;
  }
  EXPECT_GE(websocket_cases().size(), 200u);
  EXPECT_EQ(metric(site_->metrics, "grandstand_websocket_closed_total{reason=\"invalid\"}"), faults);
  EXPECT_TRUE(eventually([&] { return metric(site_->metrics, "grandstand_websocket_connections") == 0; }));
}

TEST_F(WebsocketConformanceTest, AnswersTheSameWhenBytesComeOneByOne) {
  for (const auto& c : websocket_cases()) {
    if (c.bytes.size() > 200) continue;
    EXPECT_EQ(answers(site_->port(), c, 1), expected_answers(c)) << c.name;
  }
}

TEST_F(WebsocketConformanceTest, CarriesTextsUnchangedInBothLengthsOfFrames) {
  // Of what a client says, a room's name comes back: in the error that there is no such room.
  WsClient client(site_->port());
  client.send_text(R"({"id":1,"type":"hello"})");
  EXPECT_THAT(client.receive_text(), HasSubstr("welcome"));
  for (const std::string name : {"a", "κόσμε 𝄞", "\xEF\xBF\xBF"}) {
    for (const std::size_t pad : {0, 200}) {
      client.send_text(R"({"id":2,"type":"join","pad":")" + std::string(pad, 'x') + R"(","room":"channel:)" + name +
                       "\"}");
      EXPECT_THAT(client.receive_text(), HasSubstr("channel:" + name)) << pad;
    }
  }
}

struct Handshake {
  const char* name;
  std::string request;
  int status;
  std::string field = {};  // that the answer must have
  std::string value = {};
};

std::string opening(const std::string& line = "GET /ws HTTP/1.1", const std::string& without = {},
                    const std::string& added = {}) {
  std::string text = line + "\r\n";
  for (const std::string field :
       {"Host: localhost", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: grandstand.v1.json"}) {
    if (without.empty() || !field.starts_with(without + ":")) text += field + "\r\n";
  }
  return text + added + "\r\n";
}

// RFC 6455 4.1, 4.2.1, 4.2.2 and 4.4.
std::vector<Handshake> handshakes() {
  const std::string get = "GET /ws HTTP/1.1";
  const auto with = [&](const std::string& name, const std::string& value) {
    return opening(get, name, name + ": " + value + "\r\n");
  };
  return {
      {"a good one", opening(), 101, "sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
      {"names in any case", with("Upgrade", "WebSocket"), 101, "upgrade", "websocket"},
      {"one token of several", with("Connection", "keep-alive, Upgrade"), 101, "connection", "Upgrade"},
      {"one protocol of several", with("Sec-WebSocket-Protocol", "other.v1, grandstand.v1.json"), 101,
       "sec-websocket-protocol", "grandstand.v1.json"},
      {"a query is no matter", opening("GET /ws?a=b HTTP/1.1"), 101},
      {"an extension is not agreed to", opening(get, {}, "Sec-WebSocket-Extensions: permessage-deflate\r\n"), 101,
       "sec-websocket-extensions", ""},
      {"our own pages", opening(get, {}, "Origin: http://localhost\r\n"), 101},
      {"other pages", opening(get, {}, "Origin: http://evil.example\r\n"), 403},
      {"pages of nowhere", opening(get, {}, "Origin: null\r\n"), 403},
      {"POST", opening("POST /ws HTTP/1.1", {}, "Content-Length: 0\r\n"), 405, "allow", "GET, OPTIONS"},
      {"HTTP/1.0", opening("GET /ws HTTP/1.0"), 426, "upgrade", "websocket"},
      {"HTTP/2.0", opening("GET /ws HTTP/2.0"), 505},
      {"no host", opening(get, "Host"), 400},
      {"no upgrade", opening(get, "Upgrade"), 426, "upgrade", "websocket"},
      {"another upgrade", with("Upgrade", "h2c"), 426, "upgrade", "websocket"},
      {"no connection", opening(get, "Connection"), 426, "upgrade", "websocket"},
      {"another connection", with("Connection", "keep-alive"), 426},
      {"no version", opening(get, "Sec-WebSocket-Version"), 426, "sec-websocket-version", "13"},
      {"an old version", with("Sec-WebSocket-Version", "8"), 426, "sec-websocket-version", "13"},
      {"a later version", with("Sec-WebSocket-Version", "14"), 426, "sec-websocket-version", "13"},
      {"no key", opening(get, "Sec-WebSocket-Key"), 400},
      {"a short key", with("Sec-WebSocket-Key", "c2hvcnQ="), 400},
      {"a long key", with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZSB0b28gbG9uZw=="), 400},
      {"a key that is not base64", with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub2*jZQ=="), 400},
      {"no protocol", opening(get, "Sec-WebSocket-Protocol"), 400},
      {"another protocol", with("Sec-WebSocket-Protocol", "chat"), 400},
      {"a header beyond the limit", opening(get, {}, "X-Long: " + std::string(20'000, 'x') + "\r\n"), 431},
      {"a folded field", opening(get, {}, "X-Folded: a\r\n b\r\n"), 400},
      {"garbage", "\x16\x03\x01\x02\r\n\r\n", 400},
  };
}

TEST_F(WebsocketConformanceTest, AnswersEveryHandshakeAsRfc6455Says) {
  for (const auto& handshake : handshakes()) {
    HttpClient client(site_->port());
    client.socket().write(handshake.request);
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, handshake.status) << handshake.name;
    if (!handshake.field.empty()) EXPECT_EQ(answer.field(handshake.field), handshake.value) << handshake.name;
    // A refusal says why.
    if (answer.status >= 400) EXPECT_THAT(answer.body, HasSubstr("\"detail\"")) << handshake.name;
  }
}

}  // namespace
}  // namespace grandstand::http

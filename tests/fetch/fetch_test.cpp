// SPDX-License-Identifier: MIT
#include <grandstand/fetch/fetch.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace grandstand::fetch {
namespace {

// Answers connections one after the other, each with the same bytes.
class OneAnswerServer {
 public:
  OneAnswerServer(std::string answer, int connections) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(socket_, 8);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/thing?secret=1";
    thread_ = std::thread([this, answer = std::move(answer), connections] {
      for (int i = 0; i < connections; ++i) {
        const int peer = ::accept(socket_, nullptr, nullptr);
        if (peer < 0) return;
        char buffer[4096];
        const auto got = ::read(peer, buffer, sizeof buffer);
        if (got > 0) request_.assign(buffer, static_cast<std::size_t>(got));
        [[maybe_unused]] const auto sent = ::write(peer, answer.data(), answer.size());
        ::close(peer);
      }
    });
  }
  ~OneAnswerServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  const std::string& url() const { return url_; }
  const std::string& request() const { return request_; }

 private:
  int socket_;
  std::string url_;
  std::string request_;
  std::thread thread_;
};

TEST(Fetch, GivesStatusHeadersInLowerCaseAndBody) {
  OneAnswerServer server(
      "HTTP/1.1 404 Not Found\r\nX-Thing: Value \r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", 1);
  const auto response = perform({.url = server.url(), .headers = {"X-Asked: yes"}});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->protocol, "HTTP/1.1");
  ASSERT_NE(response->header("x-thing"), nullptr);
  EXPECT_EQ(*response->header("x-thing"), "Value");
  EXPECT_NE(server.request().find("X-Asked: yes"), std::string::npos);
}

TEST(Fetch, EndsAnAnswerThatIsLongerThanAllowed) {
  OneAnswerServer server("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x'), 1);
  const auto response = perform({.url = server.url(), .max_body_bytes = 100});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kTooLarge);
}

TEST(Fetch, SaysThatNobodyAnswersWithoutTheSecretsOfTheUrl) {
  const auto response = perform({.url = "http://user:password@127.0.0.1:1/x?token=abc"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(response.error().message.find("password"), std::string::npos);
  EXPECT_EQ(response.error().message.find("abc"), std::string::npos);
}

TEST(Fetch, ReadsFilesOnlyWhereThatIsAllowed) {
  const auto path = std::filesystem::temp_directory_path() / ("grandstand-fetch-" + std::to_string(::getpid()));
  std::ofstream(path) << "content";
  const auto refused = perform({.url = "file://" + path.string()});
  const auto allowed = perform({.url = "file://" + path.string(), .allow_files = true});
  std::filesystem::remove(path);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(allowed) << allowed.error().message;
  EXPECT_EQ(allowed->body, "content");
}

TEST(Fetch, SendsABodyWithPost) {
  OneAnswerServer server("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", 1);
  const auto response = perform({.method = "POST", .url = server.url(), .body = "{}"});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 204);
  EXPECT_TRUE(server.request().starts_with("POST /thing"));
}

}  // namespace
}  // namespace grandstand::fetch

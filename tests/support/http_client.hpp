// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace grandstand {

// A TCP connection to this host that blocks, for at most `patience` per call.
class TestSocket {
 public:
  // `source`: of the addresses of this host (127.0.0.0/8), the one to come from.
  explicit TestSocket(std::uint16_t port, int receive_buffer = 0, const char* source = "127.0.0.1") {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (::inet_pton(AF_INET, source, &address.sin_addr) == 1) {
      ::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~TestSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  TestSocket(TestSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {
    connected_ = other.connected_;
    buffer_ = std::move(other.buffer_);
  }
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;

  bool connected() const { return connected_; }
  int descriptor() const { return descriptor_; }
  void finish_sending() { ::shutdown(descriptor_, SHUT_WR); }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  // More bytes into the buffer; false at the end of the stream, on errors and when patience ends.
  bool fill(std::chrono::milliseconds patience = std::chrono::seconds{10}) {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
    char bytes[65536];
    const auto count = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  std::optional<std::string> take(std::size_t size) {
    while (buffer_.size() < size) {
      if (!fill()) return std::nullopt;
    }
    auto bytes = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return bytes;
  }
  // Of what was read already.
  std::optional<std::string> take_buffered(std::size_t size) {
    return buffer_.size() < size ? std::nullopt : take(size);
  }
  std::optional<std::string> take_until(std::string_view mark) {
    std::size_t at = 0;
    while ((at = buffer_.find(mark)) == std::string::npos) {
      if (!fill()) return std::nullopt;
    }
    return take(at + mark.size());
  }
  // Whether the server closes the connection, with no further byte.
  bool ends(std::chrono::milliseconds patience = std::chrono::seconds{10}) {
    if (!buffer_.empty()) return false;
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
    char byte = 0;
    return ::recv(descriptor_, &byte, 1, 0) <= 0;
  }

 private:
  int descriptor_ = -1;
  bool connected_ = false;
  std::string buffer_;
};

struct HttpResponse {
  int status = 0;                             // 0: none came
  std::map<std::string, std::string> fields;  // names in lower case; repeated ones joined by ", "
  std::string body;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

// A small HTTP/1.1 client over one connection. What it sends is text that the test writes.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port, int receive_buffer = 0, const char* source = "127.0.0.1")
      : socket_(port, receive_buffer, source) {}

  TestSocket& socket() { return socket_; }

  void send(std::string_view method, std::string_view target, std::string_view fields = {},
            std::string_view body = {}) {
    std::string request(method);
    request += " ";
    request += target;
    request += " HTTP/1.1\r\nHost: localhost\r\n";
    request += fields;
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    request += "\r\n";
    request += body;
    socket_.write(request);
  }

  HttpResponse receive(bool to_head = false) {
    HttpResponse response;
    const auto head = socket_.take_until("\r\n\r\n");
    if (!head || head->size() < 12) return response;
    response.status = std::atoi(head->c_str() + 9);
    std::size_t at = head->find("\r\n") + 2;
    while (at + 2 < head->size()) {
      const auto end = head->find("\r\n", at);
      const auto line = head->substr(at, end - at);
      at = end + 2;
      const auto colon = line.find(": ");
      if (colon == std::string::npos) continue;
      auto name = line.substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      auto& value = response.fields[name];
      value += (value.empty() ? "" : ", ") + line.substr(colon + 2);
    }
    const auto length = response.field("content-length");
    if (to_head || length.empty()) return response;
    const auto body = socket_.take(std::stoul(length));
    if (!body) {
      response.status = 0;
    } else {
      response.body = *body;
    }
    return response;
  }

  HttpResponse ask(std::string_view method, std::string_view target, std::string_view fields = {},
                   std::string_view body = {}) {
    send(method, target, fields, body);
    return receive(method == "HEAD");
  }
  HttpResponse get(std::string_view target, std::string_view fields = {}) { return ask("GET", target, fields); }

 private:
  TestSocket socket_;
};

}  // namespace grandstand

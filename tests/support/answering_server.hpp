// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace grandstand {

// An HTTP server that answers one connection after the other, each with the bytes that `answer` makes of its request.
class AnsweringServer {
 public:
  struct Request {
    std::string head;  // request line and fields
    std::string body;
  };
  using Answer = std::function<std::string(const Request& request)>;

  explicit AnsweringServer(Answer answer) : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(socket_, 16);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    authority_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] {
      for (int peer = 0; (peer = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(peer)) serve(peer);
    });
  }
  ~AnsweringServer() { stop(); }

  // An answer without a body.
  static std::string status(int code) {
    return "HTTP/1.1 " + std::to_string(code) + " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  }

  void stop() {
    if (!thread_.joinable()) return;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  const std::string& authority() const { return authority_; }  // host and port
  std::string url(const std::string& path) const { return "http://" + authority_ + path; }
  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve(int peer) {
    std::string bytes;
    std::size_t end = std::string::npos;
    while ((end = bytes.find("\r\n\r\n")) == std::string::npos || bytes.size() < end + 4 + length_of(bytes)) {
      char buffer[4096];
      const auto got = ::recv(peer, buffer, sizeof buffer, 0);
      if (got <= 0) return;
      bytes.append(buffer, static_cast<std::size_t>(got));
    }
    const Request request{bytes.substr(0, end), bytes.substr(end + 4)};
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const auto answer = answer_(request);
    [[maybe_unused]] const auto sent = ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  static std::size_t length_of(const std::string& bytes) {
    const auto at = bytes.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(bytes.substr(at + 16));
  }

  Answer answer_;
  int socket_;
  std::string authority_;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace grandstand

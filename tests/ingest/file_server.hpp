// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace grandstand::ingest {

// The smallest HTTP server that a puller is content with: gives the files of one folder, one connection after the
// other.
class FileServer {
 public:
  explicit FileServer(std::string folder) : folder_(std::move(folder)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(socket_, 16);
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FileServer() {
    stopped_ = true;
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  std::string url(const std::string& file) const { return "http://127.0.0.1:" + std::to_string(port_) + "/" + file; }

 private:
  void serve() {
    while (!stopped_) {
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      answer(client);
      close(client);
    }
  }
  void answer(int client) {
    std::string request;
    char buffer[2048];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t count = recv(client, buffer, sizeof buffer, 0);
      if (count <= 0) return;
      request.append(buffer, static_cast<std::size_t>(count));
    }
    const std::string name = request.substr(5, request.find(' ', 5) - 5);
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    const std::string body((std::istreambuf_iterator<char>(file)), {});
    const std::string answer = std::string(file.is_open() ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found") +
                               "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                               body;
    for (std::size_t at = 0; at < answer.size();) {
      const ssize_t count = send(client, answer.data() + at, answer.size() - at, MSG_NOSIGNAL);
      if (count <= 0) return;
      at += static_cast<std::size_t>(count);
    }
  }

  std::string folder_;
  int socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace grandstand::ingest

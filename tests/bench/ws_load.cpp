// SPDX-License-Identifier: MIT
// Opens many WebSockets to any server, publishes at a rate, counts what arrives and how late. One thread, epoll.
//
//   ws_load --port 8080 --path /ws --protocol grandstand.v1.json --sockets 5000 --greet '{"id":1,...}' --greet ...
//           [--publisher-path /pub] --publishers 20 --rate 100 --seconds 10 --message '{... t=@T; ...}'      published
//           over the publishers' sockets
//           --post /pub/room --message 't=@T;'                                       or by HTTP POST (Nchan)
//
// In messages and greetings @T becomes the time in ns, @N a unique number, @R the socket's room number (--rooms R).
// Prints READY when all are connected, waits for a line on standard input, prints START and END around the measurement,
// and a JSON object of results.
#include "client_frame.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Options {
  int port = 8080, sockets = 1000, publishers = 1, rooms = 1;
  double rate = 10, seconds = 10;
  std::string path = "/ws", publisher_path, protocol, post, message;
  std::vector<std::string> greetings, publisher_greetings;
};

std::uint64_t unique_number = 0;

std::string filled(std::string text, int room) {
  const auto replace = [&](std::string_view what, const std::string& with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
      text.replace(at, what.size(), with);
    }
  };
  replace("@T", std::to_string(now_ns()));
  replace("@N", std::to_string(++unique_number));
  replace("@R", std::to_string(room));
  return text;
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "ws_load: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  // Several source addresses, since one has too few ports for tens of thousands of sockets.
  static int turn = 0;
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(++turn % 4));
  bind(fd, reinterpret_cast<sockaddr*>(&local), sizeof local);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EAGAIN) {
      fail("send");
    }
  }
}

int open_socket(const Options& options, const std::string& path, const std::vector<std::string>& greetings, int room) {
  const int fd = connect_to(options.port);
  std::string request = "GET " + filled(path, room) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port) +
                        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (!options.protocol.empty()) request += "Sec-WebSocket-Protocol: " + options.protocol + "\r\n";
  send_all(fd, request + "\r\n");
  std::string answer;
  char byte = 0;
  while (answer.find("\r\n\r\n") == std::string::npos && recv(fd, &byte, 1, 0) == 1) answer += byte;
  if (answer.find(" 101 ") == std::string::npos) {
    std::fprintf(stderr, "ws_load: refused: %s\n", answer.c_str());
    std::exit(1);
  }
  for (const auto& greeting : greetings) send_all(fd, client_frame(filled(greeting, room)));
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

struct Results {
  std::uint64_t deliveries = 0;
  std::vector<std::int64_t> lateness;  // sampled

  // Counts every "t=<ns>;" in the bytes. A marker cut by the end of a read is lost, which is rare and the same for all.
  void count(std::string_view bytes, std::int64_t from) {
    for (auto at = bytes.find("t="); at != std::string_view::npos; at = bytes.find("t=", at + 2)) {
      const auto end = bytes.find(';', at);
      if (end == std::string_view::npos || end - at > 24 || end - at < 12) continue;
      const auto sent = std::strtoll(bytes.data() + at + 2, nullptr, 10);
      if (sent < from) continue;
      ++deliveries;
      if (deliveries % 16 == 0) lateness.push_back(now_ns() - sent);
    }
  }
};

Options parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i], value = argv[i + 1];
    if (key == "--port")
      o.port = std::stoi(value);
    else if (key == "--path")
      o.path = value;
    else if (key == "--publisher-path")
      o.publisher_path = value;
    else if (key == "--protocol")
      o.protocol = value;
    else if (key == "--sockets")
      o.sockets = std::stoi(value);
    else if (key == "--publishers")
      o.publishers = std::stoi(value);
    else if (key == "--rooms")
      o.rooms = std::stoi(value);
    else if (key == "--rate")
      o.rate = std::stod(value);
    else if (key == "--seconds")
      o.seconds = std::stod(value);
    else if (key == "--greet")
      o.greetings.push_back(value);
    else if (key == "--publisher-greet")
      o.publisher_greetings.push_back(value);
    else if (key == "--post")
      o.post = value;
    else if (key == "--message")
      o.message = value;
    else
      fail("unknown option " + key);
  }
  return o;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  rlimit limit{65536, 65536};
  setrlimit(RLIMIT_NOFILE, &limit);
  const int epoll = epoll_create1(0);
  const auto watch = [&](int fd) {
    epoll_event event{EPOLLIN, {.fd = fd}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  };
  std::vector<int> publishers;
  for (int i = 0; i < options.sockets; ++i)
    watch(open_socket(options, options.path, options.greetings, i % options.rooms));
  for (int i = 0; i < options.publishers; ++i) {
    const auto& path = options.publisher_path.empty() ? options.path : options.publisher_path;
    publishers.push_back(options.post.empty()
                             ? open_socket(options, path, options.publisher_greetings, i % options.rooms)
                             : connect_to(options.port));
    fcntl(publishers.back(), F_SETFL, O_NONBLOCK);
    watch(publishers.back());
  }

  Results results;
  std::vector<char> buffer(1 << 18);
  const auto receive = [&](int wait_ms, std::int64_t from) {
    epoll_event events[512];
    const int n = epoll_wait(epoll, events, 512, wait_ms);
    for (int i = 0; i < n; ++i) {
      const auto got = recv(events[i].data.fd, buffer.data(), buffer.size() - 1, 0);
      if (got <= 0) {
        if (got == 0 || errno != EAGAIN) {
          std::fprintf(stderr, "ws_load: a connection was closed by the server\n");
          std::exit(1);
        }
        continue;
      }
      buffer[static_cast<std::size_t>(got)] = '\0';
      if (from > 0) results.count({buffer.data(), static_cast<std::size_t>(got)}, from);
    }
  };
  for (const auto end = now_ns() + 1'500'000'000; now_ns() < end;) receive(50, 0);
  std::puts("READY");
  std::fflush(stdout);
  std::string go;
  std::getline(std::cin, go);

  std::puts("START");
  std::fflush(stdout);
  const auto start = now_ns();
  const auto end = start + static_cast<std::int64_t>(options.seconds * 1e9);
  std::uint64_t sent = 0;
  while (now_ns() < end) {
    while (options.rate > 0 &&
           static_cast<double>(now_ns() - start) * 1e-9 * options.rate > static_cast<double>(sent)) {
      const auto index = sent % publishers.size();
      const int room = static_cast<int>(index) % options.rooms;
      const auto message = filled(options.message, room);
      if (options.post.empty()) {
        send_all(publishers[index], client_frame(message));
      } else {
        send_all(publishers[index], "POST " + filled(options.post, room) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                                        std::to_string(message.size()) + "\r\n\r\n" + message);
      }
      ++sent;
    }
    receive(1, start);
  }
  std::puts("END");
  std::fflush(stdout);
  for (const auto drained = now_ns() + 500'000'000; now_ns() < drained;) receive(50, start);
  std::sort(results.lateness.begin(), results.lateness.end());
  const auto at = [&](double share) {
    if (results.lateness.empty()) return 0.0;
    return static_cast<double>(
               results.lateness[static_cast<std::size_t>(share * static_cast<double>(results.lateness.size() - 1))]) *
           1e-6;
  };
  std::printf("{\"sent\": %llu, \"deliveries\": %llu, \"p50_ms\": %.2f, \"p99_ms\": %.2f}\n",
              static_cast<unsigned long long>(sent), static_cast<unsigned long long>(results.deliveries), at(0.5),
              at(0.99));
  return 0;
}

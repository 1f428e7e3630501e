// SPDX-License-Identifier: MIT
// What the kernel asks for a fan-out over WebSockets, and nothing else: a ruler, not a server. It decides nothing,
// stores nothing, limits nothing and queues nothing. One thread, epoll.
//
//   ws_floor PORT [TICK_MS [REPLY]]     each message goes out at once (0), or all of a room's together every TICK_MS;
//                                       its publisher is answered with REPLY bytes (0: not at all)
//
// GET /pub/<room> publishes, everything else ending in /<room> listens there.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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

// To the one key that ws_load asks with.
constexpr std::string_view kSwitch =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

struct Client {
  bool open = false, publishes = false;
  int room = 0;
  std::string unread;
};

std::map<int, Client> clients;            // by descriptor
std::map<int, std::vector<int>> members;  // by room

void fan_out(int room, const std::string& frames) {
  for (const int fd : members[room]) {
    send(fd, frames.data(), frames.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
}

void open(int fd, Client& client) {
  const auto end = client.unread.find("\r\n\r\n");
  if (end == std::string::npos) return;
  const auto path = client.unread.substr(4, client.unread.find(' ', 4) - 4);
  client.open = true;
  client.publishes = path.starts_with("/pub/");
  client.room = std::atoi(path.c_str() + path.rfind('/') + 1);
  client.unread.erase(0, end + 4);
  if (!client.publishes) members[client.room].push_back(fd);
  send(fd, kSwitch.data(), kSwitch.size(), MSG_NOSIGNAL);
}

// The next frame that has come whole, unmasked, as it goes out; none: empty.
std::string take_frame(std::string& unread) {
  if (unread.size() < 6) return {};
  const std::size_t short_length = static_cast<std::uint8_t>(unread[1]) & 0x7fu;
  const std::size_t head = short_length == 126 ? 4 : 2;
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<std::uint8_t>(unread[i])); };
  const std::size_t length = head == 4 ? byte(2) << 8 | byte(3) : short_length;
  if (unread.size() < head + 4 + length) return {};
  std::string frame = unread.substr(0, head);
  frame[1] = static_cast<char>(short_length);
  for (std::size_t i = 0; i < length; ++i) frame += static_cast<char>(unread[head + 4 + i] ^ unread[head + i % 4]);
  unread.erase(0, head + 4 + length);
  return frame;
}

// RFC 6455 5.2: short enough for one byte of length.
std::string reply_frame(std::size_t bytes) {
  if (bytes == 0) return {};
  bytes = std::min<std::size_t>(bytes, 125);
  return std::string{'\x81', static_cast<char>(bytes)} + std::string(bytes, 'x');
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  const rlimit limit{65536, 65536};
  setrlimit(RLIMIT_NOFILE, &limit);
  const auto tick = std::chrono::milliseconds(argc > 2 ? std::atoi(argv[2]) : 0);
  const std::string reply = reply_frame(static_cast<std::size_t>(argc > 3 ? std::atoi(argv[3]) : 0));
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 4096) != 0) {
    std::perror("ws_floor");
    return 1;
  }
  const int epoll = epoll_create1(0);
  const auto watch = [&](int fd) {
    epoll_event event{EPOLLIN, {.fd = fd}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  };
  watch(listener);

  using Clock = std::chrono::steady_clock;
  std::map<int, std::string> waiting;  // by room
  Clock::time_point due{};
  std::vector<char> buffer(1 << 17);
  epoll_event events[512];
  while (true) {
    int wait = -1;
    if (!waiting.empty()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now()).count();
      if (left <= 0) {
        for (const auto& [room, frames] : waiting) fan_out(room, frames);
        waiting.clear();
      } else {
        wait = static_cast<int>(left);
      }
    }
    const int count = epoll_wait(epoll, events, 512, wait);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener) {
        for (int accepted; (accepted = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
          setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          clients[accepted] = {};
          watch(accepted);
        }
        continue;
      }
      auto& client = clients[fd];
      const auto got = recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) {
        if (got < 0 && errno == EAGAIN) continue;
        std::erase(members[client.room], fd);
        clients.erase(fd);
        close(fd);
        continue;
      }
      client.unread.append(buffer.data(), static_cast<std::size_t>(got));
      if (!client.open) open(fd, client);
      if (!client.publishes) {
        if (client.open) client.unread.clear();
        continue;
      }
      for (auto frame = take_frame(client.unread); !frame.empty(); frame = take_frame(client.unread)) {
        if (!reply.empty()) send(fd, reply.data(), reply.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (tick.count() == 0) {
          fan_out(client.room, frame);
          continue;
        }
        if (waiting.empty()) due = Clock::now() + tick;
        waiting[client.room] += frame;
      }
    }
  }
}

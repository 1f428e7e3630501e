// SPDX-License-Identifier: MIT
// Viewers of rooms, as docs/protocol.md has them, who are cut off, read slowly, come back all at once or are sent away,
// and who check that none of the events of their room is missing or comes twice. One thread, epoll, loopback only.
//
//   room_load --port 8080 --clients 1000 --rooms 1 --token gs_... --publishers 5 --rate 50 --seconds 20
//             --cuts-per-second 50     connections that are reset at random and come back at once
//             --slow 50                clients who read 1 KB each second
//             --storm-within 10        after a third of the time all are reset, and come back within so many seconds
//             --guests 1               say hello as guests, each its own, instead of as nobody
//             --characters 60          of each message; --wide 1: of four bytes each
// Prints READY when all have joined, END when it is over, and a JSON object of what they saw.
#include "client_frame.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

enum class State { kAway, kConnecting, kShaking, kJoining, kIn };

struct Client {
  int fd = -1;
  State state = State::kAway;
  int room = 0;
  bool publisher = false, slow = false, knows_position = false;
  std::string in;
  std::string epoch;
  std::uint64_t offset = 0;
  std::int64_t came_at = 0;    // began to connect
  std::int64_t drain_ms = -1;  // what the server said when it sent us away
  int attempts = 0;
};

struct Seen {
  std::uint64_t delivered = 0, resumed = 0, gaps = 0, doubles = 0, joins = 0, recovered = 0, fresh = 0, resets = 0,
                refused = 0, drained = 0, cuts = 0, published = 0, bytes = 0;
  std::map<int, std::uint64_t> close_codes;
  std::vector<std::uint32_t> latency_us, join_us;
};

struct Options {
  std::map<std::string, std::string> given;
  double number(const std::string& name, double otherwise) const {
    const auto found = given.find(name);
    return found == given.end() ? otherwise : std::atof(found->second.c_str());
  }
  std::string text(const std::string& name) const {
    const auto found = given.find(name);
    return found == given.end() ? "" : found->second;
  }
};

// So many characters, of one byte or of four.
std::string long_text(const Options& options) {
  std::string text;
  for (int i = 0; i < options.number("characters", 60); ++i) text += options.number("wide", 0) > 0 ? "\U0001F389" : "x";
  return text;
}

class Load {
 public:
  explicit Load(const Options& options)
      : port_(static_cast<std::uint16_t>(options.number("port", 8080))),
        token_(options.text("token")),
        guests_(options.number("guests", 0) > 0),
        rate_(options.number("rate", 10)),
        seconds_(options.number("seconds", 10)),
        cuts_(options.number("cuts-per-second", 0)),
        storm_(options.number("storm-within", 0)),
        rooms_(static_cast<int>(options.number("rooms", 1))),
        text_(long_text(options)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    const auto clients = static_cast<std::size_t>(options.number("clients", 100));
    const auto publishers = static_cast<std::size_t>(options.number("publishers", 1));
    const auto slow = static_cast<std::size_t>(options.number("slow", 0));
    viewers_ = clients;
    slow_ = slow;
    clients_.resize(clients + publishers);
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      clients_[i].room = static_cast<int>(i) % rooms_;
      clients_[i].publisher = i >= clients;
      clients_[i].slow = i < slow;
    }
  }

  bool gather() {
    std::size_t next = 0;
    const auto deadline = now_ns() + 240 * kSecond;
    while (in_ < clients_.size() && now_ns() < deadline) {
      while (next < clients_.size() && next - in_ < 64) connect_client(next++);
      turn(10);
    }
    return in_ == clients_.size();
  }

  void run() {
    const auto start = now_ns(), end = start + static_cast<std::int64_t>(seconds_ * kSecond);
    started_ = start;
    const auto storm_at = start + (end - start) / 3;
    double to_say = 0, to_cut = 0;
    auto last = start;
    auto next_sip = start;
    bool stormed = storm_ <= 0;
    measuring_ = true;
    while (now_ns() < end) {
      turn(2);
      const auto now = now_ns();
      const double passed = static_cast<double>(now - last) / kSecond;
      last = now;
      for (to_say += passed * rate_; to_say >= 1; --to_say) say();
      for (to_cut += passed * cuts_; to_cut >= 1; --to_cut) cut_one();
      if (!stormed && now >= storm_at) {
        stormed = true;
        storm();
      }
      if (now >= next_sip) {
        next_sip += kSecond;
        for (std::size_t i = 0; i < slow_; ++i) {
          if (clients_[i].slow) sip(i);
        }
      }
    }
    measuring_ = false;
    // What is under way arrives, and everybody comes back.
    const auto patience = now_ns() + 30 * kSecond;
    while (now_ns() < patience && (in_ < clients_.size() || now_ns() < end + 2 * kSecond || count_behind() > 0)) {
      for (const auto until = now_ns() + kSecond / 4; now_ns() < until;) turn(10);
    }
  }

  void report() {
    auto& s = seen_;
    const auto at = [](std::vector<std::uint32_t>& v, double share) {
      if (v.empty()) return 0.0;
      const auto place = static_cast<std::size_t>(share * static_cast<double>(v.size() - 1));
      std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(place), v.end());
      return v[place] / 1e3;
    };
    const auto behind = count_behind();
    std::string codes;
    for (const auto& [code, count] : s.close_codes) {
      codes += (codes.empty() ? "\"" : ",\"") + std::to_string(code) + "\":" + std::to_string(count);
    }
    std::printf(
        "{\"clients\":%zu,\"in\":%zu,\"behind\":%llu,\"published\":%llu,\"delivered\":%llu,\"resumed\":%llu,\"gaps\":%"
        "llu,"
        "\"doubles\":%llu,\"joins\":%llu,\"recovered\":%llu,\"fresh\":%llu,\"cuts\":%llu,\"resets\":%llu,\"refused\":%"
        "llu,"
        "\"drained\":%llu,\"bytes\":%llu,\"closes\":{%s},\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"join_p50_ms\":%.2f,"
        "\"join_p99_ms\":%.2f,\"join_max_ms\":%.2f,\"last_back_s\":%.2f}\n",
        clients_.size(), in_, static_cast<unsigned long long>(behind), static_cast<unsigned long long>(s.published),
        static_cast<unsigned long long>(s.delivered), static_cast<unsigned long long>(s.resumed),
        static_cast<unsigned long long>(s.gaps), static_cast<unsigned long long>(s.doubles),
        static_cast<unsigned long long>(s.joins), static_cast<unsigned long long>(s.recovered),
        static_cast<unsigned long long>(s.fresh), static_cast<unsigned long long>(s.cuts),
        static_cast<unsigned long long>(s.resets), static_cast<unsigned long long>(s.refused),
        static_cast<unsigned long long>(s.drained), static_cast<unsigned long long>(s.bytes), codes.c_str(),
        at(s.latency_us, 0.5), at(s.latency_us, 0.99), at(s.join_us, 0.5), at(s.join_us, 0.99), at(s.join_us, 1),
        static_cast<double>(last_back_ - stormed_at_) / kSecond);
  }

 private:
  struct Return {
    std::int64_t at;
    std::size_t client;
    bool operator>(const Return& other) const { return at > other.at; }
  };

  // Viewers who lack events that another one of their room has.
  std::uint64_t count_behind() const {
    std::map<std::pair<int, std::string>, std::uint64_t> newest;
    for (const auto& client : clients_) {
      auto& top = newest[{client.room, client.epoch}];
      top = std::max(top, client.offset);
    }
    std::uint64_t behind = 0;
    for (const auto& client : clients_) {
      if (client.state == State::kIn && !client.slow && client.offset < newest[{client.room, client.epoch}]) ++behind;
    }
    return behind;
  }

  double random(double upto) { return std::uniform_real_distribution<double>(0, upto)(random_); }

  void come_back(std::size_t index, double within_seconds) {
    returns_.push({now_ns() + static_cast<std::int64_t>(random(within_seconds) * kSecond), index});
  }
  // 0.5, 1, 2 ... 16 s, each between half and the whole of it, as the web application does.
  void back_off(std::size_t index) {
    const double whole = std::min(16.0, 0.5 * (1 << std::min(clients_[index].attempts++, 5)));
    returns_.push({now_ns() + static_cast<std::int64_t>((whole / 2 + random(whole / 2)) * kSecond), index});
  }

  void connect_client(std::size_t index) {
    auto& client = clients_[index];
    client.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (client.fd < 0) {
      std::perror("room_load: socket");
      std::exit(1);
    }
    const int one = 1, small = 4096;
    setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (client.slow) setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    // Several source addresses, since one has too few ports for tens of thousands of sockets that come and go.
    sockaddr_in local{}, server{};
    local.sin_family = server.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(index % 8));
    setsockopt(client.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    bind(client.fd, reinterpret_cast<sockaddr*>(&local), sizeof local);
    server.sin_port = htons(port_);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client.state = State::kConnecting;
    client.came_at = now_ns();
    client.in.clear();
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event);
    if (connect(client.fd, reinterpret_cast<sockaddr*>(&server), sizeof server) != 0 && errno != EINPROGRESS) {
      lose(index, false);
    }
  }

  // The connection ends; `reset`: as when a cable is cut.
  void drop(std::size_t index, bool reset) {
    auto& client = clients_[index];
    if (client.fd < 0) return;
    const linger cut{1, 0};
    if (reset) setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &cut, sizeof cut);
    close(client.fd);
    client.fd = -1;
    if (client.state == State::kIn) --in_;
    client.state = State::kAway;
  }

  // The server, or the way to it, has ended the connection.
  void lose(std::size_t index, bool was_open) {
    auto& client = clients_[index];
    drop(index, false);
    was_open ? ++seen_.resets : ++seen_.refused;
    client.slow = false;  // one that has been closed for it has learnt
    if (client.drain_ms >= 0 && client.attempts == 0) {
      ++client.attempts;
      return come_back(index, static_cast<double>(client.drain_ms) / 1e3);
    }
    back_off(index);
  }

  void say_hello(std::size_t index) {
    auto& client = clients_[index];
    std::string hello = "{\"id\":1,\"type\":\"hello\"";
    if (client.publisher) {
      hello += ",\"token\":\"" + token_ + "\"";
    } else if (guests_) {
      char key[32];
      std::snprintf(key, sizeof key, "roomLoadGuest%011zu", index);
      hello += ",\"guest\":{\"name\":\"Guest " + std::to_string(index) + "\",\"token\":\"" + key + "\"}";
    }
    std::string join = R"({"id":2,"type":"join","room":"channel:r)" + std::to_string(client.room) + "\"";
    if (client.knows_position) {
      join += R"(,"since":{"epoch":")" + client.epoch + "\",\"offset\":" + std::to_string(client.offset) + "}";
    }
    send_text(index, client_frame(hello + "}") + client_frame(join + "}"));
    client.state = State::kJoining;
  }

  void send_text(std::size_t index, const std::string& bytes) {
    if (send(clients_[index].fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) !=
        static_cast<ssize_t>(bytes.size())) {
      lose(index, true);
    }
  }

  void say() {
    for (std::size_t tries = 0; tries + viewers_ < clients_.size(); ++tries) {
      const auto index = viewers_ + next_publisher_++ % (clients_.size() - viewers_);
      if (clients_[index].state != State::kIn) continue;
      const auto number = std::to_string(++seen_.published + 10);
      send_text(index, client_frame(R"({"id":)" + number + R"(,"type":"command","room":"channel:r)" +
                                    std::to_string(clients_[index].room) + R"(","name":"chat.send","key":"l)" +
                                    std::to_string(started_) + "-" + number + R"(","body":{"text":"t=)" +
                                    std::to_string(now_ns()) + "; " + text_ + "\"}}"));
      return;
    }
  }

  void cut_one() {
    const auto index = random_() % viewers_;
    if (clients_[index].state != State::kIn) return;
    ++seen_.cuts;
    drop(index, true);
    come_back(index, 1);
  }

  void storm() {
    stormed_at_ = now_ns();
    for (std::size_t i = 0; i < viewers_; ++i) {
      drop(i, true);
      come_back(i, storm_);
    }
  }

  void sip(std::size_t index) {
    char bytes[1024];
    if (clients_[index].fd < 0 || clients_[index].state != State::kIn) return;
    const auto count = recv(clients_[index].fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count > 0) return take(index, {bytes, static_cast<std::size_t>(count)});
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) lose(index, true);
  }

  void turn(int wait_ms) {
    while (!returns_.empty() && returns_.top().at <= now_ns()) {
      const auto index = returns_.top().client;
      returns_.pop();
      if (clients_[index].state == State::kAway) connect_client(index);
    }
    epoll_event events[512];
    const int count = epoll_wait(epoll_, events, 512, wait_ms);
    for (int i = 0; i < count; ++i) handle(events[i].data.u64, events[i].events);
  }

  void handle(std::size_t index, std::uint32_t what) {
    auto& client = clients_[index];
    if (client.fd < 0) return;
    if (client.state == State::kConnecting) {
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(client.fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) return lose(index, false);
      listen_to(index, EPOLLIN);
      client.state = State::kShaking;
      return send_text(index, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                                  "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                  "Sec-WebSocket-Protocol: grandstand.v1.json\r\n\r\n");
    }
    if ((what & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
    static char bytes[256 * 1024];
    const auto got = recv(client.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got > 0) return take(index, {bytes, static_cast<std::size_t>(got)});
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) lose(index, client.state >= State::kJoining);
  }

  void listen_to(std::size_t index, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, clients_[index].fd, &event);
  }

  void take(std::size_t index, std::string_view bytes) {
    auto& client = clients_[index];
    seen_.bytes += bytes.size();
    std::string joined;
    if (!client.in.empty()) {
      joined = std::move(client.in) + std::string(bytes);
      bytes = joined;
      client.in.clear();
    }
    if (client.state == State::kShaking) {
      const auto end = bytes.find("\r\n\r\n");
      if (end == std::string_view::npos) {
        client.in = bytes;
        return;
      }
      if (bytes.substr(0, 12) != "HTTP/1.1 101") return lose(index, false);
      bytes.remove_prefix(end + 4);
      say_hello(index);
    }
    while (client.fd >= 0 && bytes.size() >= 2) {
      std::size_t head = 2;
      std::uint64_t length = static_cast<std::uint8_t>(bytes[1]) & 0x7F;
      const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
      if (bytes.size() < head + more) break;
      if (more > 0) length = 0;
      for (std::size_t i = 0; i < more; ++i) length = length << 8 | static_cast<std::uint8_t>(bytes[head + i]);
      head += more;
      if (bytes.size() < head + length) break;
      hear(index, bytes[0] & 0x0F, bytes.substr(head, length));
      bytes.remove_prefix(head + length);
    }
    if (client.fd >= 0) client.in = bytes;
  }

  void hear(std::size_t index, int opcode, std::string_view payload) {
    auto& client = clients_[index];
    if (opcode == 9) return send_text(index, std::string("\x8A\x80\0\0\0\0", 6));
    if (opcode == 8) {
      const int code =
          payload.size() < 2 ? 0 : static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
      ++seen_.close_codes[code];
      return lose(index, true);
    }
    if (opcode != 1) return;
    if (payload.starts_with("{\"events\":")) return take_events(client, payload, false);
    if (payload.find("\"type\":\"joined\"") != std::string_view::npos) return on_joined(index, payload);
    const auto drain = payload.find("\"reconnect_within_ms\":");
    if (drain != std::string_view::npos) {
      ++seen_.drained;
      client.drain_ms = std::atoll(payload.data() + drain + 22);
      client.attempts = 0;
    }
  }

  void on_joined(std::size_t index, std::string_view reply) {
    auto& client = clients_[index];
    const bool recovered = reply.find("\"recovered\":true") != std::string_view::npos;
    const auto tail = reply.find("\"recovered\":");
    const auto [epoch, offset] = position_in(reply.substr(0, tail));
    ++seen_.joins;
    if (client.knows_position) recovered ? ++seen_.recovered : ++seen_.fresh;
    if (recovered) {
      take_events(client, reply.substr(tail), true);
      if (epoch != client.epoch || offset != client.offset) ++seen_.gaps;
    }
    client.epoch = epoch;
    client.offset = offset;
    client.knows_position = true;
    client.attempts = 0;
    client.drain_ms = -1;
    client.state = State::kIn;
    ++in_;
    if (stormed_at_ > 0) last_back_ = now_ns();
    if (measuring_) seen_.join_us.push_back(static_cast<std::uint32_t>((now_ns() - client.came_at) / 1000));
    if (client.slow) listen_to(index, 0);
  }

  static std::pair<std::string, std::uint64_t> position_in(std::string_view text) {
    const auto epoch = text.find("\"epoch\":\"");
    const auto offset = text.find("\"offset\":");
    if (epoch == std::string_view::npos || offset == std::string_view::npos) return {};
    const auto name = text.substr(epoch + 9);
    return {std::string(name.substr(0, name.find('"'))), std::strtoull(text.data() + offset + 9, nullptr, 10)};
  }

  void take_events(Client& client, std::string_view text, bool resumed) {
    const auto now = now_ns();
    for (auto at = text.find("\"epoch\":\""); at != std::string_view::npos; at = text.find("\"epoch\":\"", at + 1)) {
      const auto [epoch, offset] = position_in(text.substr(at));
      if (epoch == client.epoch && offset == client.offset + 1) {
        resumed ? ++seen_.resumed : ++seen_.delivered;
      } else {
        offset <= client.offset ? ++seen_.doubles : ++seen_.gaps;
      }
      client.epoch = epoch;
      client.offset = offset;
      if (resumed || !measuring_ || client.slow) continue;
      const auto mark = text.find("t=", at);
      if (mark == std::string_view::npos) continue;
      seen_.latency_us.push_back(static_cast<std::uint32_t>((now - std::atoll(text.data() + mark + 2)) / 1000));
    }
  }

  // given
  std::uint16_t port_;
  std::string token_;
  bool guests_;
  double rate_, seconds_, cuts_, storm_;
  int rooms_;
  std::string text_;

  // state
  int epoll_;
  std::mt19937_64 random_{3008};
  std::vector<Client> clients_;
  std::size_t viewers_ = 0, slow_ = 0, in_ = 0, next_publisher_ = 0;
  std::priority_queue<Return, std::vector<Return>, std::greater<>> returns_;
  std::int64_t started_ = 0, stormed_at_ = 0, last_back_ = 0;
  bool measuring_ = false;
  Seen seen_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) options.given[argv[i] + 2] = argv[i + 1];
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  Load load(options);
  if (!load.gather()) {
    std::fprintf(stderr, "room_load: not everybody could join\n");
    load.report();
    return 1;
  }
  std::puts("READY");
  std::fflush(stdout);
  load.run();
  std::puts("END");
  load.report();
}

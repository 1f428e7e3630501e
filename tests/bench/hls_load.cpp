// SPDX-License-Identifier: MIT
// Many low-latency HLS players at one server: each holds a blocking playlist reload, then fetches the part that came.
// One thread, epoll.
//
//   hls_load --port 8080 --playlist /live/c/fmp4/media.m3u8 --players 1000 --seconds 10 [--playlist-only]
//
// Prints START and END around the measurement, and a JSON object: how many answers and bytes, and how long after the
// first player's answer with a version the others had it (ms).
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "hls_load: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

struct Options {
  int port = 8080, players = 100;
  double seconds = 10;
  std::string playlist;
  bool playlist_only = false;
};

long long number_after(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  long long value = 0;
  if (at != std::string_view::npos) {
    const auto* const begin = text.data() + at + name.size();
    std::from_chars(begin, text.data() + text.size(), value);
  }
  return value;
}

// What a playlist asks of a player: the next version, and the newest part.
struct Next {
  std::string query;
  std::string part;
};

Next read_playlist(std::string_view text) {
  long long sequence = number_after(text, "#EXT-X-MEDIA-SEQUENCE:") + number_after(text, "SKIPPED-SEGMENTS=");
  int parts = 0;
  std::string_view newest;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    if (line.starts_with("#EXTINF:")) ++sequence, parts = 0;
    if (line.starts_with("#EXT-X-PART:")) {
      ++parts;
      if (const auto uri = line.find("URI=\""); uri != line.npos) {
        newest = line.substr(uri + 5, line.find('"', uri + 5) - uri - 5);
      }
    }
    begin = end + 1;
  }
  return {"?_HLS_msn=" + std::to_string(sequence) + "&_HLS_part=" + std::to_string(parts), std::string(newest)};
}

struct Player {
  int socket = -1;
  std::string query;  // of the reload that is under way; empty: of the first, or a part
  std::string in;
  std::size_t expected = 0;  // bytes of the answer; 0: its head is not there yet
  bool reloads = false;
};

class Load {
 public:
  explicit Load(Options options) : options_(std::move(options)), players_(static_cast<std::size_t>(options_.players)) {
    folder_ = options_.playlist.substr(0, options_.playlist.rfind('/') + 1);
    poll_ = ::epoll_create1(0);
    for (std::size_t i = 0; i < players_.size(); ++i) {
      players_[i].socket = connect();
      epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, players_[i].socket, &event);
      reload(players_[i], "");
    }
  }

  void run() {
    const auto start = now_ns() + 2'000'000'000;  // all hold by then
    const auto end = start + static_cast<std::int64_t>(options_.seconds * 1e9);
    std::vector<epoll_event> events(1024);
    while (now_ns() < end) {
      if (!counting_ && now_ns() >= start) {
        counting_ = true;
        std::puts("START");
        std::fflush(stdout);
      }
      const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 20);
      for (int i = 0; i < count; ++i) read(players_[events[static_cast<std::size_t>(i)].data.u64]);
    }
    std::puts("END");
    std::sort(lags_.begin(), lags_.end());
    const auto at = [&](double share) {
      return lags_.empty() ? 0.0 : lags_[static_cast<std::size_t>(share * static_cast<double>(lags_.size() - 1))];
    };
    std::printf(
        "{\"reloads\": %zu, \"parts\": %zu, \"bytes\": %zu, \"errors\": %zu, \"p50_ms\": %.2f, \"p99_ms\": %.2f, "
        "\"max_ms\": %.2f}\n",
        lags_.size(), parts_, bytes_, errors_, at(0.5), at(0.99), at(1));
  }

 private:
  int connect() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(options_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
    ::fcntl(socket, F_SETFL, O_NONBLOCK);
    return socket;
  }

  void ask(Player& player, const std::string& target) {
    const auto request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    if (::send(player.socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) fail("send");
  }
  void reload(Player& player, std::string query) {
    player.reloads = true;
    player.query = std::move(query);
    ask(player, options_.playlist + player.query);
  }

  void read(Player& player) {
    static char buffer[1 << 18];
    for (;;) {
      const auto got = ::recv(player.socket, buffer, sizeof buffer, 0);
      if (got == 0) fail("the server closed");
      if (got < 0) {
        if (errno != EAGAIN) fail("recv");
        return;
      }
      player.in.append(buffer, static_cast<std::size_t>(got));
      if (player.expected == 0) {
        const auto head = player.in.find("\r\n\r\n");
        if (head == std::string::npos) continue;
        const std::string_view fields(player.in.data(), head);
        auto length = number_after(fields, "Content-Length: ");
        if (length == 0) length = number_after(fields, "content-length: ");
        player.expected = head + 4 + static_cast<std::size_t>(length);
      }
      if (player.in.size() >= player.expected) answered(player);
    }
  }

  void answered(Player& player) {
    const auto now = now_ns();
    const bool good = player.in.compare(0, 12, "HTTP/1.1 200") == 0;
    if (counting_) {
      bytes_ += player.in.size();
      errors_ += good ? 0 : 1;
    }
    const auto body = player.in.find("\r\n\r\n") + 4;
    const auto next = player.reloads ? read_playlist(std::string_view(player.in).substr(body)) : Next{};
    player.in.clear();
    player.expected = 0;
    if (!player.reloads) {
      if (counting_) ++parts_;
      reload(player, player.query);
      return;
    }
    if (counting_ && !player.query.empty()) {
      const auto [first, is_first] = first_answers_.try_emplace(player.query, now);
      lags_.push_back(static_cast<double>(now - first->second) / 1e6);
    }
    if (options_.playlist_only || next.part.empty()) return reload(player, next.query);
    player.query = next.query;
    player.reloads = false;
    ask(player, folder_ + next.part);
  }

  Options options_;
  std::string folder_;
  int poll_ = -1;
  std::vector<Player> players_;
  bool counting_ = false;
  std::unordered_map<std::string, std::int64_t> first_answers_;
  std::vector<double> lags_;
  std::size_t parts_ = 0, bytes_ = 0, errors_ = 0;
};

}  // namespace

int main(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--playlist-only") {
      options.playlist_only = true;
      continue;
    }
    if (i + 1 == count) fail("an option without value");
    const std::string value = words[++i];
    if (word == "--port") options.port = std::stoi(value);
    if (word == "--playlist") options.playlist = value;
    if (word == "--players") options.players = std::stoi(value);
    if (word == "--seconds") options.seconds = std::stod(value);
  }
  Load(options).run();
}

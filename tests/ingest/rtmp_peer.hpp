// SPDX-License-Identifier: MIT
#pragma once

#include "rtmp_script.hpp"

#include <csignal>
#include <cstdio>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace grandstand::ingest {

// A blocking client on loopback.
class RtmpPeer {
 public:
  explicit RtmpPeer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval timeout{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RtmpPeer() { ::close(socket_); }
  RtmpPeer(const RtmpPeer&) = delete;
  RtmpPeer& operator=(const RtmpPeer&) = delete;

  bool connected() const { return connected_; }

  bool send(const ByteList& bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
      const auto sent = ::send(socket_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      at += static_cast<std::size_t>(sent);
    }
    return true;
  }

  // As much as goes without blocking.
  std::size_t send_some(const ByteList& bytes) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }

  // Reads until a command appears in what was received; false at the end of the stream or after ten seconds.
  bool wait_for(const std::string& command) {
    while (true) {
      for (const std::string& line : server_commands(heard_)) {
        if (line == command) return true;
      }
      if (!receive()) return false;
    }
  }

  // Whether the server closes; reads what comes before.
  bool wait_for_end() {
    while (receive()) {
    }
    return ended_;
  }

 private:
  bool receive() {
    std::uint8_t buffer[4096];
    const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
    if (count == 0 || (count < 0 && errno == ECONNRESET)) ended_ = true;
    if (count <= 0) return false;
    append(heard_, std::span(buffer, static_cast<std::size_t>(count)));
    return true;
  }

  int socket_;
  bool connected_ = false;
  bool ended_ = false;
  ByteList heard_;
};

// A program in the background, so that a test can break it; it ends with the object.
class BackgroundTool {
 public:
  explicit BackgroundTool(const std::string& command) : process_(::fork()) {
    if (process_ != 0) return;
    ::execl("/bin/sh", "sh", "-c", ("exec " + command + " >/dev/null 2>&1 </dev/null").c_str(), nullptr);
    ::_exit(127);
  }
  ~BackgroundTool() { kill(); }
  BackgroundTool(const BackgroundTool&) = delete;
  BackgroundTool& operator=(const BackgroundTool&) = delete;

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  // As if the network were gone: it neither sends nor closes.
  void freeze() { ::kill(process_, SIGSTOP); }

 private:
  pid_t process_;
};

struct ToolRun {
  int status = -1;
  std::string output;  // both streams
};

// Runs a publisher that is not ours, at most 30 s.
inline ToolRun run_tool(const std::string& command) {
  ToolRun run;
  std::FILE* pipe = ::popen(("timeout 30 " + command + " 2>&1 </dev/null").c_str(), "r");
  if (!pipe) return run;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) run.output.append(buffer, count);
  run.status = ::pclose(pipe);
  return run;
}

inline std::string ffmpeg_publish(double seconds, const std::string& url, const std::string& options = "") {
  return "ffmpeg -hide_banner -v error -re -f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine=r=48000 -t " +
         std::to_string(seconds) + " -c:v libx264 -preset ultrafast -g 25 -bf 0 -pix_fmt yuv420p -c:a aac " + options +
         " -f flv '" + url + "'";
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace grandstand {

// A nats-server of its own on a free port of this host.
class NatsServer {
 public:
  NatsServer() {
    std::string pattern = (std::filesystem::temp_directory_path() / "grandstand-nats-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    start("-1");
  }
  ~NatsServer() {
    stop();
    std::filesystem::remove_all(directory_);
  }
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  std::string url() const { return "nats://127.0.0.1:" + port_; }
  void pause() const { ::kill(process_, SIGSTOP); }
  void go_on() const { ::kill(process_, SIGCONT); }
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  void restart() {
    stop();
    start(port_);
  }

 private:
  void start(const std::string& port) {
    for (const auto& old : std::filesystem::directory_iterator(directory_)) std::filesystem::remove(old);
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nothing that its caller waits for
      ::execlp("nats-server", "nats-server", "-a", "127.0.0.1", "-p", port.c_str(), "--ports_file_dir",
               directory_.c_str(), "-l", "/dev/null", nullptr);
      ::_exit(127);
    }
    // It writes where it listens: "nats":["nats://127.0.0.1:4222"]
    for (int i = 0; i < 1'000; ++i) {
      for (const auto& file : std::filesystem::directory_iterator(directory_)) {
        std::ifstream in(file.path());
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const auto at = text.find("nats://127.0.0.1:");
        if (at == std::string::npos) continue;
        const auto begin = at + std::string("nats://127.0.0.1:").size();
        port_ = text.substr(begin, text.find('"', begin) - begin);
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  std::string directory_;
  std::string port_;
  ::pid_t process_ = 0;
};

}  // namespace grandstand

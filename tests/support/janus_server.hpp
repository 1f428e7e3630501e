// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/fetch/fetch.hpp>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace grandstand {

// A Janus of its own on a free port of this host: the videoroom over HTTP.
class JanusServer {
 public:
  static constexpr char kApiSecret[] = "north", kAdminKey[] = "south";

  JanusServer() : port_(free_port()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "grandstand-janus-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    write("janus.jcfg", std::string("general: { api_secret = \"") + kApiSecret + "\" }\nmedia: { }\nnat: { }\n" +
                            "plugins: { disable = \"" + others("plugins", "videoroom") +
                            "\" }\ntransports: { disable = \"" + others("transports", "http") + "\" }\n");
    write("janus.transport.http.jcfg", "general: { base_path = \"/janus\" http = true ip = \"127.0.0.1\" port = " +
                                           std::to_string(port_) + " }\nadmin: { admin_http = false }\n");
    write("janus.plugin.videoroom.jcfg", std::string("general: { admin_key = \"") + kAdminKey + "\" }\n");
    start();
  }
  ~JanusServer() {
    stop();
    std::filesystem::remove_all(directory_);
  }
  JanusServer(const JanusServer&) = delete;
  JanusServer& operator=(const JanusServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/janus"; }
  void pause() const { ::kill(process_, SIGSTOP); }
  void go_on() const { ::kill(process_, SIGCONT); }
  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  void start() {
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nothing that its caller waits for
      const int null = ::open("/dev/null", O_RDWR);
      for (const int fd : {0, 1, 2}) ::dup2(null, fd);
      ::execlp("janus", "janus", "-F", directory_.c_str(), "-o", nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 1'000 && !fetch::perform({.url = url() + "/info"}); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  // How many are in each of its rooms.
  std::vector<int> rooms() const {
    const auto listed = say({{"request", "list"}});
    std::vector<int> people;
    for (const auto& room : listed["list"]) people.push_back(room["num_participants"]);
    return people;
  }
  // To its videoroom, in a session that is over afterwards; the answer.
  nlohmann::json say(nlohmann::json body) const {
    const auto session = ask("", {{"janus", "create"}})["data"]["id"].get<std::uint64_t>();
    const auto path = "/" + std::to_string(session);
    const auto handle =
        ask(path, {{"janus", "attach"}, {"plugin", "janus.plugin.videoroom"}})["data"]["id"].get<std::uint64_t>();
    body["admin_key"] = kAdminKey;
    auto answer = ask(path + "/" + std::to_string(handle), {{"janus", "message"}, {"body", std::move(body)}});
    ask(path, {{"janus", "destroy"}});
    return answer["plugindata"]["data"];
  }

 private:
  nlohmann::json ask(const std::string& path, nlohmann::json body) const {
    body["transaction"] = "test";
    body["apisecret"] = kApiSecret;
    const auto answer = fetch::perform({.method = "POST", .url = url() + path, .body = body.dump()});
    return answer.ok() ? nlohmann::json::parse(answer->body) : nlohmann::json();
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(directory_ + "/" + name) << text; }
  // All of the package but the one of that name.
  static std::string others(const std::string& folder, const std::string& but) {
    std::string list;
    for (const auto& base : std::filesystem::directory_iterator("/usr/lib")) {
      const auto path = base.path() / "janus" / folder;
      if (!std::filesystem::is_directory(path)) continue;
      for (const auto& file : std::filesystem::directory_iterator(path)) {
        const auto name = file.path().filename().string();
        if (name.ends_with(".so") && name.find(but) == std::string::npos) list += (list.empty() ? "" : ",") + name;
      }
    }
    return list;
  }
  static int free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t length = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(socket);
    return ntohs(address.sin_port);
  }

  std::string directory_;
  int port_;
  ::pid_t process_ = 0;
};

}  // namespace grandstand

// SPDX-License-Identifier: MIT
#pragma once

#include "on_loop.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/hub/hub.hpp>
#include <grandstand/hub/transport.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace grandstand {

// A connection without a socket: keeps what the hub sends, unpacked from its frame. Like http's, it takes calls on its
// loop only; what it has got may be looked at from the test's thread.
class FakeTransport final : public hub::Transport {
 public:
  void send(const SharedBytes& frame, hub::TrafficClass traffic_class) override {
    const std::lock_guard lock(mutex_);
    if (closed_) ++sent_after_close_;
    messages_.push_back({nlohmann::json::parse(text_of(frame)), traffic_class});
    changed_.notify_all();
  }
  void close(wire::CloseCode code, std::string_view reason) override {
    const std::lock_guard lock(mutex_);
    closed_ = code;
    changed_.notify_all();
  }

  struct Message {
    nlohmann::json content;
    hub::TrafficClass traffic_class;
  };

  // The first message from `from` on that `matches`, waiting for it; null when none comes.
  nlohmann::json wait_for(const std::function<bool(const nlohmann::json&)>& matches, std::size_t from = 0) {
    std::unique_lock lock(mutex_);
    nlohmann::json found;
    changed_.wait_for(lock, std::chrono::seconds(10), [&] {
      for (; from < messages_.size(); ++from) {
        if (!matches(messages_[from].content)) continue;
        found = messages_[from].content;
        return true;
      }
      return false;
    });
    return found;
  }
  std::optional<wire::CloseCode> wait_for_close() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return closed_.has_value(); });
    return closed_;
  }
  std::vector<Message> messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
  }
  std::size_t sent_after_close() const {
    const std::lock_guard lock(mutex_);
    return sent_after_close_;
  }

 private:
  static std::string_view text_of(const SharedBytes& frame) {
    const auto* const bytes = frame.data();
    const std::size_t header = bytes[1] < 126 ? 2 : bytes[1] == 126 ? 4 : 10;
    return frame.view().substr(header);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Message> messages_;
  std::optional<wire::CloseCode> closed_;
  std::size_t sent_after_close_ = 0;
};

// A client of the hub on one of the loops of a running runtime: the test's thread pushes messages and expects answers.
class FakeClient {
 public:
  FakeClient(hub::Hub& hub, aio::Loop& loop, std::string session_token = {}, std::string address = "127.0.0.1")
      : loop_(loop) {
    on_loop([&] { session_ = hub.open(loop_, transport_, std::move(address), std::move(session_token)); });
  }
  ~FakeClient() { disconnect(); }
  FakeClient(const FakeClient&) = delete;
  FakeClient& operator=(const FakeClient&) = delete;

  FakeTransport& transport() { return transport_; }

  void push(std::string text) {
    loop_.post([this, text = std::move(text)] {
      if (session_) session_->on_message(text);
    });
  }
  // With an id of its own, which is returned.
  int push(nlohmann::json message) {
    message["id"] = ++last_id_;
    push(message.dump());
    return last_id_;
  }
  nlohmann::json request(nlohmann::json message) { return expect_reply(push(std::move(message))); }

  nlohmann::json expect_reply(int id) {
    return transport_.wait_for([id](const nlohmann::json& message) { return message.value("id", -1) == id; });
  }
  nlohmann::json expect_type(const std::string& type) {
    return transport_.wait_for([&](const nlohmann::json& message) { return message.value("type", "") == type; });
  }
  // The first event that has this kind and body.
  nlohmann::json expect_event(const std::string& kind, const nlohmann::json& body) {
    nlohmann::json found;
    transport_.wait_for([&](const nlohmann::json& message) {
      if (!message.contains("events")) return false;
      for (const auto& event : message["events"]) {
        if (event["kind"] != kind || event["body"] != body) continue;
        found = event;
        return true;
      }
      return false;
    });
    return found;
  }

  nlohmann::json hello_guest(const std::string& name) {
    return request(
        {{"type", "hello"}, {"guest", {{"name", name}, {"token", "token-of-" + name + "-0123456789abcdef"}}}});
  }
  nlohmann::json join(const std::string& room, nlohmann::json since = nullptr) {
    nlohmann::json message{{"type", "join"}, {"room", room}};
    if (!since.is_null()) message["since"] = std::move(since);
    return request(std::move(message));
  }
  static nlohmann::json command(const std::string& room, const std::string& name, const std::string& key,
                                nlohmann::json body) {
    return {{"type", "command"}, {"room", room}, {"name", name}, {"key", key}, {"body", std::move(body)}};
  }

  // As when the socket is lost.
  void disconnect() {
    on_loop([this] {
      if (session_) session_->on_closed();
      session_.reset();
    });
  }

 private:
  void on_loop(const std::function<void()>& work) { grandstand::on_loop(loop_, work); }

  aio::Loop& loop_;
  FakeTransport transport_;
  std::unique_ptr<hub::Session> session_;
  int last_id_ = 0;
};

}  // namespace grandstand

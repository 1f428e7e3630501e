// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace grandstand::cluster {

// Messages between nodes, by NATS: at most once, in the order in which one node published them, on whatever subjects.
// Reconnects by itself; what is published meanwhile is lost, so whoever needs an answer asks again.
//
// Owner: app.   Runs on: threads of its own; publish() from any thread, handlers on their loops.   Stops: stop().
class Bus {
 public:
  using Handler = std::function<void(std::string_view message)>;

  // Ends the subscription when it goes; a handler that is on its way to its loop is not called any more.
  class Subscription {
   public:
    Subscription();
    Subscription(Subscription&&) noexcept;
    Subscription& operator=(Subscription&&) noexcept;
    ~Subscription();

   private:
    friend class Bus;
    struct State;
    explicit Subscription(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  // Blocking. kUnavailable when nobody answers: the message names the URL without its secrets.
  static Result<std::unique_ptr<Bus>> connect(const std::string& url, const std::string& node, ops::Metrics& metrics);
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  bool connected() const;

  // Subjects are words of [A-Za-z0-9:_-] with dots between them.
  void publish(std::string subject, std::string message);
  // Handlers of subscriptions of the same loop are called in the order of arrival over all of them.
  Subscription subscribe(const std::string& subject, aio::Loop& loop, Handler handler);

  // Called after messages to and from here may have been lost (a server that was away, a queue that was full) and flow
  // again.
  Subscription on_reconnected(aio::Loop& loop, std::function<void()> handler);

  // Waits until nothing calls back any more; handlers that are on their way to their loops are still called.
  void stop();

 private:
  struct State;
  explicit Bus(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::cluster

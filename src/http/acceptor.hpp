// SPDX-License-Identifier: MIT
#pragma once

#include "worker.hpp"

#include <grandstand/base/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::http {

// Listens on one address and hands the clients to the workers in turn.
//
// Owner: the server.   Runs on: the first loop.   Stops: stop().
class Acceptor {
 public:
  // `setting`: what to name in errors ("http.address").
  static Result<std::shared_ptr<Acceptor>> open(std::string setting, const std::string& address, std::uint16_t port,
                                                Door door, std::vector<std::shared_ptr<Worker>> workers);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  std::uint16_t port() const;
  void start();  // safe from any thread
  void stop();   // safe from any thread

 private:
  struct State;
  explicit Acceptor(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::http

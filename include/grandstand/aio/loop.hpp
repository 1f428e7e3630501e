// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace grandstand::aio {

// One thread with one event loop. An actor lives on exactly one loop, its strand: what runs there is never concurrent
// with itself. Nothing that blocks may run on it (use Offload).
//
// Owner: Runtime.   Runs on: itself.   Stops: with the Runtime.
class Loop {
 public:
  Loop(std::size_t index, std::unique_ptr<boost::asio::io_context> context);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  std::size_t index() const { return index_; }
  boost::asio::io_context& context() { return *context_; }

  // Whether the caller runs on this loop.
  bool runs_here() const;

  // Runs `work` on this loop, later; safe from any thread. Order is kept per calling thread.
  void post(std::function<void()> work);

  // At once when called on this loop, otherwise as post().
  void dispatch(std::function<void()> work);

 private:
  friend class Runtime;
  std::size_t index_;
  std::unique_ptr<boost::asio::io_context> context_;
};

// The daemon's loops.
class Runtime {
 public:
  // `loops` >= 1 threads.
  explicit Runtime(std::size_t loops);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  std::size_t size() const { return loops_.size(); }
  Loop& loop(std::size_t index) { return *loops_[index]; }

  // The next loop in turn: how actors are spread.
  Loop& next();

  // Runs all loops (the calling thread is loop 0) until stop(); returns when every thread has ended.
  void run();
  // The same with threads of our own for all loops; join() waits for them after stop().
  void start();
  void join();
  // Safe from any thread and from signal handlers that run on a loop.
  void stop();

 private:
  struct State;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::aio

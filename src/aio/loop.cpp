// SPDX-License-Identifier: MIT
#include <grandstand/aio/loop.hpp>
#include <grandstand/base/assert.hpp>
#include <grandstand/base/log.hpp>

#include <atomic>
#include <optional>
#include <thread>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace grandstand::aio {

Loop::Loop(std::size_t index, std::unique_ptr<boost::asio::io_context> context)
    : index_(index), context_(std::move(context)) {}
Loop::~Loop() = default;

bool Loop::runs_here() const {
  return context_->get_executor().running_in_this_thread();
}

void Loop::post(std::function<void()> work) {
  boost::asio::post(*context_, std::move(work));
}

void Loop::dispatch(std::function<void()> work) {
  if (runs_here()) {
    work();
  } else {
    post(std::move(work));
  }
}

struct Runtime::State {
  std::vector<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guards;
  std::atomic<std::size_t> turn{0};
  std::vector<std::thread> threads;
};

namespace {

void serve(Loop& loop) {
  while (true) {
    try {
      loop.context().run();
      return;
    } catch (const std::exception& e) {
      // Nothing of ours throws out of a handler; if it happens, one handler is lost and the loop goes on.
      log::error("aio", "An exception escaped a handler", {{"what", e.what()}});
    }
  }
}

}  // namespace

Runtime::Runtime(std::size_t loops) : state_(std::make_unique<State>()) {
  GRANDSTAND_ASSERT(loops >= 1);
  for (std::size_t i = 0; i < loops; ++i) {
    // Concurrency hint 1: one thread runs it, others only post.
    auto context = std::make_unique<boost::asio::io_context>(1);
    state_->guards.emplace_back(context->get_executor());
    loops_.push_back(std::make_unique<Loop>(i, std::move(context)));
  }
}

Runtime::~Runtime() = default;

Loop& Runtime::next() {
  return *loops_[state_->turn.fetch_add(1, std::memory_order_relaxed) % loops_.size()];
}

void Runtime::run() {
  for (std::size_t i = 1; i < loops_.size(); ++i) state_->threads.emplace_back(serve, std::ref(*loops_[i]));
  serve(*loops_[0]);
  join();
}

void Runtime::start() {
  for (auto& loop : loops_) state_->threads.emplace_back(serve, std::ref(*loop));
}

void Runtime::join() {
  for (auto& thread : state_->threads) thread.join();
  state_->threads.clear();
}

void Runtime::stop() {
  for (auto& loop : loops_) loop->context().stop();
}

}  // namespace grandstand::aio

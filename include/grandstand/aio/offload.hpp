// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/base/result.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace grandstand::aio {

// Threads for work that blocks (database, password hashing, files), behind a bounded queue.
//
// Owner: whoever needs it.   Runs on: its own threads; try_post is safe from any thread.   Stops: stop() refuses new
// work, finishes what is queued and joins; abandon() throws away what is queued, and waits for what runs only.
class Offload {
 public:
  Offload(std::string name, std::size_t threads, std::size_t queue_limit);
  ~Offload();
  Offload(const Offload&) = delete;
  Offload& operator=(const Offload&) = delete;

  // False when the queue is full or stopped; then `work` never runs. Exceptions that escape are logged.
  [[nodiscard]] bool try_post(std::function<void()> work);

  // Runs `work` (returning Result<T>) on a thread and resumes the awaiting coroutine on its own loop with the outcome;
  // ErrorCode::kUnavailable when the queue is full. The Runtime must outlive the Offload, whose threads post to it.
  template <class T>
  Task<Result<T>> run(std::function<Result<T>()> work);

  std::size_t queued() const;
  void stop();
  void abandon();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

template <class T>
Task<Result<T>> Offload::run(std::function<Result<T>()> work) {
  auto initiate = [this](auto handler, std::function<Result<T>()> job) {
    auto executor = boost::asio::get_associated_executor(handler);
    // std::function needs a copyable target; the handler is move-only.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto complete = [executor, shared](Result<T> outcome) {
      boost::asio::post(executor, [shared, outcome = std::make_shared<Result<T>>(std::move(outcome))]() mutable {
        std::move (*shared)(std::move(*outcome));
      });
    };
    auto body = [complete, job = std::move(job)] {
      std::optional<Result<T>> outcome;
      try {
        outcome.emplace(job());
      } catch (const std::exception& e) {
        outcome.emplace(Error{ErrorCode::kInternal, e.what()});
      }
      complete(std::move(*outcome));
    };
    if (!try_post(body)) complete(Error{ErrorCode::kUnavailable, "too much work is waiting; try again"});
  };
  co_return co_await boost::asio::async_initiate<decltype(boost::asio::use_awaitable), void(Result<T>)>(
      initiate, boost::asio::use_awaitable, std::move(work));
}

}  // namespace grandstand::aio

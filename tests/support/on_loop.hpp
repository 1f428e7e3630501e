// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/result.hpp>

#include <functional>
#include <future>
#include <utility>

namespace grandstand {

// Runs the work on the loop and waits until it is done.
inline void on_loop(aio::Loop& loop, const std::function<void()>& work) {
  std::promise<void> done;
  loop.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

// The same for a task; gives its outcome.
template <class T>
Result<T> await_on_loop(aio::Loop& loop, aio::Task<Result<T>> task) {
  std::promise<Result<T>> outcome;
  auto keep = [](aio::Task<Result<T>> kept, std::promise<Result<T>>& into) -> aio::Task<Status> {
    into.set_value(co_await std::move(kept));
    co_return success();
  };
  aio::spawn(loop, keep(std::move(task), outcome));
  return outcome.get_future().get();
}

}  // namespace grandstand

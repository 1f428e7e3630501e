// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/io_context.hpp>

namespace grandstand {

// Runs a loop that no thread runs until the task has come to its end: what a store or another database user is asked.
template <class T>
Result<T> run_task(aio::Loop& loop, aio::Task<Result<T>> task) {
  const auto outcome = std::make_shared<std::optional<Result<T>>>();
  const auto keep = [](aio::Task<Result<T>> kept, std::shared_ptr<std::optional<Result<T>>> into) -> aio::Task<Status> {
    *into = co_await std::move(kept);
    co_return success();
  };
  aio::spawn(loop, keep(std::move(task), outcome));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!*outcome && std::chrono::steady_clock::now() < deadline) {
    loop.context().restart();
    loop.context().run_for(std::chrono::milliseconds(2));
  }
  if (!*outcome) throw std::runtime_error("the task has not come to its end within a minute");
  return **outcome;
}

}  // namespace grandstand

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/result.hpp>

#include <functional>

#include <boost/asio/awaitable.hpp>

namespace grandstand::aio {

// A coroutine of the event loop. Parameters are taken by value: a reference may be gone after a suspension.
template <class T>
using Task = boost::asio::awaitable<T>;

// Starts `task` on the loop. When it ends, `done` (may be empty) runs on the loop. An exception that escapes the task
// is a fault of ours: it is logged, and `done` gets ErrorCode::kInternal.
void spawn(Loop& loop, Task<Status> task, std::function<void(Status)> done = {});

}  // namespace grandstand::aio

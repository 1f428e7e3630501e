// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>

#include <functional>
#include <future>

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

}  // namespace grandstand

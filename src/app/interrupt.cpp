// SPDX-License-Identifier: MIT
#include "interrupt.hpp"

#include <atomic>
#include <csignal>

namespace grandstand::app {
namespace {

std::atomic<bool> seen{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_interrupt(int) {
  seen = true;
  std::signal(SIGINT, SIG_DFL);
}

}  // namespace

void watch_interrupts() {
  std::signal(SIGINT, on_interrupt);
}

bool interrupted() {
  return seen;
}

}  // namespace grandstand::app

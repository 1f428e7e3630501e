// SPDX-License-Identifier: MIT
#include <grandstand/ops/service.hpp>

#include <ctime>

#include <systemd/sd-daemon.h>

namespace grandstand::ops {

void notify_ready(const std::string& status) {
  sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void notify_reloading() {
  // Type=notify-reload wants the time of the request along with it (sd_notify(3)).
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds =
      static_cast<unsigned long long>(now.tv_sec) * 1'000'000 + static_cast<unsigned long long>(now.tv_nsec) / 1'000;
  sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds)).c_str());
}

void notify_stopping() {
  sd_notify(0, "STOPPING=1");
}

void notify_alive() {
  sd_notify(0, "WATCHDOG=1");
}

}  // namespace grandstand::ops

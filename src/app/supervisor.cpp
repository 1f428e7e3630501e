// SPDX-License-Identifier: MIT
#include "supervisor.hpp"

#include "file_watch.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/ops/service.hpp>

#include <csignal>
#include <optional>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace grandstand::app {
namespace {

constexpr int kPollMs = 250;

sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  return set;
}

// Ends the process on a further SIGINT or SIGTERM, from now on.
void let_signals_kill() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM}) {
    std::signal(number, SIG_DFL);
    sigaddset(&set, number);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void reload(App& app, const char* because) {
  ops::notify_reloading();
  log::info("app", "Reading the lineup again", {{"because", because}});
  const auto outcome = app.reload_lineup();
  ops::notify_ready(outcome ? "serving at " + app.address() : "serving; the new lineup is invalid and was not applied");
}

}  // namespace

void block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  // A shell starts background children with SIGINT ignored, and what is ignored never arrives.
  std::signal(SIGINT, SIG_DFL);
  const auto set = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void supervise(App& app) {
  const auto set = awaited_signals();
  const int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  FileWatch watch(app.lineup_file());
  ops::notify_ready("serving at " + app.address());

  bool running = true;
  while (running) {
    pollfd fds[] = {{signals, POLLIN, 0}, {watch.descriptor(), POLLIN, 0}};
    poll(fds, 2, kPollMs);
    signalfd_siginfo received{};
    while (read(signals, &received, sizeof received) == static_cast<ssize_t>(sizeof received)) {
      if (received.ssi_signo == SIGHUP) {
        reload(app, "SIGHUP");
      } else {
        log::info("app", "Stopping", {{"signal", received.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM"}});
        running = false;
      }
    }
    if (running && watch.changed()) reload(app, "the file changed");
    app.supervise();
    if (app.alive()) ops::notify_alive();
  }
  close(signals);
  ops::notify_stopping();
  let_signals_kill();
}

}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <grandstand/base/result.hpp>

namespace grandstand::storage {

// A PostgreSQL of our own in the data directory, reached by unix socket only: created on first use, started, supervised (started
// again when it dies), stopped with us even if we are killed. As root it runs as the unprivileged user `run_as`.
//
// Owner: app.   Runs on: construct and stop on the main thread (PR_SET_PDEATHSIG follows the thread that forked).
class PrivatePostgres {
 public:
  struct Settings {
    std::filesystem::path directory;    // <data>/postgres: cluster and socket
    std::string run_as = "postgres";    // used only when we are root
    bool durable = true;                // false: fsync off, for tests
  };
  // Blocks until it accepts connections.
  static Result<std::unique_ptr<PrivatePostgres>> start(Settings settings);
  virtual ~PrivatePostgres() = default;

  virtual const std::string& url() const = 0;

  // Call now and then from the thread that called start(): starts it again if it died.
  virtual void supervise() = 0;
  virtual void stop() = 0;  // fast shutdown, waits for it
};

}  // namespace grandstand::storage

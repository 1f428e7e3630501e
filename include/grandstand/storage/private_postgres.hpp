// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace grandstand::storage {

// A PostgreSQL of our own in the data directory, reached by unix socket only: created on first use, started, supervised
// (started again when it dies), stopped with us even if we are killed. As root it runs as the unprivileged user
// `run_as`.
//
// Owner: app.   Runs on: construct and stop on the main thread (PR_SET_PDEATHSIG follows the thread that forked).
class PrivatePostgres {
 public:
  struct Settings {
    std::filesystem::path directory;  // <data>/postgres: lock, postgres.log, cluster and socket
    std::string run_as = "postgres";  // used only when we are root, and only for a new cluster
    bool durable = true;              // false: fsync off, for tests
    // As root, when `run_as` cannot reach `directory` (a home directory is closed to others): the cluster is made below
    // this one instead, and <directory>/elsewhere is a link to it.
    std::filesystem::path fallback = "/var/lib/grandstand";
  };
  // Blocks until it accepts connections.
  static Result<std::unique_ptr<PrivatePostgres>> start(Settings settings);
  // How the one that another process of ours runs in the directory is reached; kNotFound when there is none.
  static Result<std::string> url_of_running(const std::filesystem::path& directory);

  virtual ~PrivatePostgres() = default;

  virtual const std::string& url() const = 0;
  virtual int process_id() const = 0;  // of the postmaster; -1 while it is down

  // Call now and then from the thread that called start(): starts it again if it died.
  virtual void supervise() = 0;
  virtual void stop() = 0;  // fast shutdown, waits for it
};

}  // namespace grandstand::storage

// SPDX-License-Identifier: MIT
#pragma once

#include "system_user.hpp"

#include <grandstand/base/result.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace grandstand::storage {

// A program to start in a process group of its own, with a clean environment.
struct ProcessSpec {
  std::vector<std::string> arguments;  // [0] is the path of the program
  std::optional<SystemUser> user;      // become this user; only root can
  int output = -1;                     // descriptor for stdout and stderr
  int death_signal = 0;                // sent to it when the starting thread ends, however that happens
};

Result<pid_t> start_process(const ProcessSpec& spec);

// Runs the program to its end; the error carries the last lines it printed. It is killed after `timeout`.
Result<std::string> run_process(ProcessSpec spec, std::chrono::milliseconds timeout);

// The status of wait(2) when the process has ended, nothing while it runs; one that is not our child counts as ended.
std::optional<int> try_wait(pid_t process);
std::optional<int> wait_for(pid_t process, std::chrono::milliseconds timeout);

// "exit status 1", "signal 9".
std::string describe_status(int status);

// Whether the user can enter the directory; asked by trying, so that access lists and security modules count.
bool can_enter(const std::filesystem::path& directory, const SystemUser& user);

}  // namespace grandstand::storage

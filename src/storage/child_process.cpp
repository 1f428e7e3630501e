// SPDX-License-Identifier: MIT
#include "child_process.hpp"

#include "descriptor.hpp"

#include <grandstand/base/text.hpp>

#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace grandstand::storage {
namespace {

constexpr std::chrono::milliseconds kPoll{5};

// The raw calls: after fork() in a process with threads only what is async-signal-safe may run, and glibc's setuid() is
// not.
bool become(const SystemUser& user) {
  return syscall(SYS_setgroups, user.groups.size(), user.groups.data()) == 0 &&
         syscall(SYS_setresgid, user.gid, user.gid, user.gid) == 0 &&
         syscall(SYS_setresuid, user.uid, user.uid, user.uid) == 0;
}

[[noreturn]] void fail_child(int report) {
  const int reason = errno;
  [[maybe_unused]] auto written = ::write(report, &reason, sizeof reason);
  ::_exit(127);
}

[[noreturn]] void run_child(const ProcessSpec& spec, char* const* arguments, char* const* environment, int null,
                            int report, pid_t parent) {
  for (int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGCHLD, SIGPIPE}) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // A group of its own: Ctrl-C in the terminal must reach us first, not it.
  ::setpgid(0, 0);
  if (::dup2(null, 0) < 0 || ::dup2(spec.output >= 0 ? spec.output : null, 1) < 0 || ::dup2(1, 2) < 0)
    fail_child(report);
  syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  if (spec.user && !become(*spec.user)) fail_child(report);
  if (spec.death_signal != 0) {
    // After the change of user, which clears it; and the parent may have gone before it was set.
    ::prctl(PR_SET_PDEATHSIG, spec.death_signal);
    if (::getppid() != parent) ::_exit(127);
  }
  ::umask(077);
  [[maybe_unused]] int changed = ::chdir("/");
  ::execve(arguments[0], arguments, environment);
  fail_child(report);
}

std::string last_lines(const std::string& text) {
  constexpr std::size_t kLimit = 600;
  return std::string(trim(text.size() > kLimit ? std::string_view(text).substr(text.size() - kLimit) : text));
}

}  // namespace

Result<pid_t> start_process(const ProcessSpec& spec) {
  const std::string& program = spec.arguments.front();
  // Nothing of PG*, LD_* or the locale leaks in.
  std::vector<std::string> environment{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"};
  std::vector<char*> arguments, variables;
  for (const auto& argument : spec.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  for (auto& variable : environment) variables.push_back(variable.data());
  arguments.push_back(nullptr);
  variables.push_back(nullptr);

  Descriptor null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  int ends[2];
  if (!null || ::pipe2(ends, O_CLOEXEC) != 0)
    return Error{ErrorCode::kInternal, "cannot start " + program + ": " + std::strerror(errno)};
  Descriptor report_in{ends[0]}, report_out{ends[1]};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return Error{ErrorCode::kUnavailable, "cannot start " + program + ": " + std::strerror(errno)};
  if (child == 0) run_child(spec, arguments.data(), variables.data(), null.get(), report_out.get(), parent);

  report_out.close();
  int reason = 0;
  if (::read(report_in.get(), &reason, sizeof reason) == sizeof reason) {
    ::waitpid(child, nullptr, 0);
    return Error{ErrorCode::kUnavailable, "cannot start " + program + ": " + std::strerror(reason)};
  }
  return child;
}

Result<std::string> run_process(ProcessSpec spec, std::chrono::milliseconds timeout) {
  // A file without a name takes the output: unlike a pipe it never fills up.
  Descriptor output{static_cast<int>(syscall(SYS_memfd_create, "output", 1U))};
  if (!output) return Error{ErrorCode::kInternal, std::string("memfd_create: ") + std::strerror(errno)};
  spec.output = output.get();
  spec.death_signal = SIGKILL;
  GRANDSTAND_TRY(const pid_t child, start_process(spec));
  auto status = wait_for(child, timeout);
  const bool late = !status;
  if (late) {
    ::kill(child, SIGKILL);
    status = wait_for(child, std::chrono::seconds(10));
  }
  std::string text;
  char buffer[4096];
  off_t offset = 0;
  for (ssize_t size; (size = ::pread(output.get(), buffer, sizeof buffer, offset)) > 0; offset += size)
    text.append(buffer, static_cast<std::size_t>(size));
  if (late) return Error{ErrorCode::kTimeout, spec.arguments.front() + " did not end in time: " + last_lines(text)};
  if (!status || *status != 0)
    return Error{ErrorCode::kUnavailable,
                 spec.arguments.front() + " failed (" + describe_status(status.value_or(0)) + "): " + last_lines(text)};
  return text;
}

std::optional<int> try_wait(pid_t process) {
  int status = 0;
  const pid_t ended = ::waitpid(process, &status, WNOHANG);
  if (ended == process) return status;
  if (ended < 0 && errno == ECHILD) return 0;
  return std::nullopt;
}

std::optional<int> wait_for(pid_t process, std::chrono::milliseconds timeout) {
  for (auto waited = kPoll * 0; waited <= timeout; waited += kPoll) {
    if (auto status = try_wait(process)) return status;
    std::this_thread::sleep_for(kPoll);
  }
  return std::nullopt;
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

bool can_enter(const std::filesystem::path& directory, const SystemUser& user) {
  const std::string path = directory.string();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(become(user) && ::chdir(path.c_str()) == 0 ? 0 : 1);
  if (child < 0) return false;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0;
}

}  // namespace grandstand::storage

// SPDX-License-Identifier: MIT
#include "file_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grandstand::app {

FileWatch::FileWatch(std::filesystem::path file) : file_(std::move(file)) {
  descriptor_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  auto directory = file_.parent_path();
  if (directory.empty()) directory = ".";
  if (descriptor_ >= 0) inotify_add_watch(descriptor_, directory.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE);
  told_ = pending_ = stamp();
}

FileWatch::~FileWatch() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool FileWatch::changed() {
  char events[4096];
  while (descriptor_ >= 0 && read(descriptor_, events, sizeof events) > 0) {
  }
  const auto now = stamp();
  const bool settled = now == pending_;
  pending_ = now;
  if (!settled || now == told_) return false;
  told_ = now;
  return true;
}

FileWatch::Stamp FileWatch::stamp() const {
  struct stat status{};
  if (stat(file_.c_str(), &status) != 0) return {};
  std::error_code error;
  return {std::filesystem::last_write_time(file_, error), static_cast<std::uintmax_t>(status.st_size), status.st_ino};
}

}  // namespace grandstand::app

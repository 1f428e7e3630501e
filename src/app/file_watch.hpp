// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace grandstand::app {

// Says when a file was written or replaced (editors do the latter), by inotify on its directory.
class FileWatch {
 public:
  explicit FileWatch(std::filesystem::path file);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  int descriptor() const { return descriptor_; }  // readable when changed() may be true; -1 when nothing can be watched

  // Whether the content is another one than at the last call. Writing a file takes several steps, so a change is told
  // only when the file was not touched since the call before.
  bool changed();

 private:
  struct Stamp {
    std::filesystem::file_time_type time{};
    std::uintmax_t size = 0;
    ino_t inode = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  Stamp stamp() const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  Stamp told_;     // what the last true answer, or the start, was about
  Stamp pending_;  // what the last call saw
};

}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#include "small_file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace grandstand::app {

bool keep_file(const std::filesystem::path& file, std::string_view content) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  const auto fresh = file.string() + ".new";
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return false;
  const bool written = ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                       ::fsync(descriptor) == 0;
  ::close(descriptor);
  return written && ::rename(fresh.c_str(), file.c_str()) == 0;
}

}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grandstand::config {
namespace {

Error failure(const std::filesystem::path& file, const std::string& what) {
  return {ErrorCode::kInvalidArgument, "'" + file.string() + "' " + what};
}

Result<std::string> read_open_file(int descriptor, const std::filesystem::path& file, std::size_t limit) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return failure(file, "is not a regular file");
  if (static_cast<std::uintmax_t>(status.st_size) > limit) {
    return failure(file, "has " + std::to_string(status.st_size) + " bytes; expected at most " + std::to_string(limit));
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t count = read(descriptor, text.data() + length, text.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(file, "cannot be read: " + std::generic_category().message(errno));
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  text.resize(length);
  return text;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& file, std::size_t limit) {
  // O_NONBLOCK: a FIFO is refused instead of waited for.
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return failure(file, "cannot be opened: " + std::generic_category().message(errno));
  auto text = read_open_file(descriptor, file, limit);
  close(descriptor);
  return text;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(file, error);
  return (error ? file : absolute).parent_path();
}

}  // namespace grandstand::config

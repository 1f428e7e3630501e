// SPDX-License-Identifier: MIT
#include "file_io.hpp"

#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace grandstand::dvr {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

Error error_of(const std::filesystem::path& file, int number) {
  return {ErrorCode::kUnavailable, file.string() + ": " + std::generic_category().message(number)};
}

Status write_all(int descriptor, const std::filesystem::path& file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return error_of(file, written < 0 ? errno : ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return success();
}

}  // namespace

Status append_at(const std::filesystem::path& file, std::uint64_t offset, std::string_view bytes) {
  const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!descriptor.open()) return error_of(file, errno);
  auto status = write_all(*descriptor, file, bytes, offset);
  if (!status && ::ftruncate(*descriptor, static_cast<off_t>(offset)) != 0) return error_of(file, errno);
  return status;
}

Status replace_file(const std::filesystem::path& file, std::string_view bytes) {
  const auto draft = file.string() + ".new";
  {
    const Descriptor descriptor(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!descriptor.open()) return error_of(draft, errno);
    if (auto status = write_all(*descriptor, draft, bytes, 0); !status) {
      ::unlink(draft.c_str());
      return status;
    }
  }
  if (::rename(draft.c_str(), file.c_str()) != 0) return error_of(file, errno);
  return success();
}

Result<SharedBytes> read_range(const std::filesystem::path& file, std::uint64_t offset, std::uint64_t size) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor.open()) return error_of(file, errno);
  std::vector<std::uint8_t> bytes(size);
  for (std::uint64_t done = 0; done < size;) {
    const auto got = ::pread(*descriptor, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_of(file, errno);
    if (got == 0) return Error{ErrorCode::kUnavailable, file.string() + ": it is shorter than its index says"};
    done += static_cast<std::uint64_t>(got);
  }
  return SharedBytes(std::move(bytes));
}

std::optional<std::string> read_small(const std::filesystem::path& file, std::uint64_t limit) {
  const auto size = size_of(file);
  if (size > limit) return std::nullopt;
  const auto bytes = read_range(file, 0, size);
  if (!bytes) return std::nullopt;
  return std::string(bytes->view());
}

Status cut_to(const std::filesystem::path& file, std::uint64_t size) {
  if (::truncate(file.c_str(), static_cast<off_t>(size)) != 0) return error_of(file, errno);
  return success();
}

Status make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Error{ErrorCode::kUnavailable, folder.string() + ": " + error.message()};
  return success();
}

std::uint64_t size_of(const std::filesystem::path& file) {
  struct stat status{};
  return ::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size)
                                                                        : 0;
}

std::uint64_t free_bytes(const std::filesystem::path& at) {
  struct statvfs status{};
  if (::statvfs(at.c_str(), &status) != 0) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

}  // namespace grandstand::dvr

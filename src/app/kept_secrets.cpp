// SPDX-License-Identifier: MIT
#include "kept_secrets.hpp"

#include "small_file.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/text.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <sys/random.h>

namespace grandstand::app {
namespace {

constexpr std::size_t kBytes = 32;

std::string random_secret() {
  std::array<std::uint8_t, kBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  return to_hex(bytes);
}

Result<std::string> obtain(const std::filesystem::path& file, const char* loss, const char* not_kept) {
  std::string secret;
  std::ifstream(file) >> secret;
  if (secret.size() == 2 * kBytes) return secret;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    return Error{ErrorCode::kInvalidArgument, file.string() + " is not a secret of " + std::to_string(2 * kBytes) +
                                                  " digits, or cannot be read; restore it, or remove it and with it " +
                                                  loss};
  }
  secret = random_secret();
  if (!keep_file(file, secret)) {
    log::warning("app", not_kept, {{"file", file.string()}, {"reason", std::strerror(errno)}});
  }
  return secret;
}

}  // namespace

Result<std::string> obtain_segment_secret(const std::filesystem::path& data_directory) {
  return obtain(data_directory / "segment_secret", "the encrypted archives",
                "The secret of encrypted channels cannot be kept: their archives end with this process");
}

Result<std::string> obtain_signing_seed(const std::filesystem::path& data_directory) {
  return obtain(data_directory / "signing_key", "the key that viewers know the results of polls by",
                "The key that polls are signed with cannot be kept: it ends with this process");
}

Result<std::string> obtain_instance(const std::filesystem::path& data_directory) {
  return obtain(
      data_directory / "instance", "the node's leases until they run out",
      "What this daemon is told from others by cannot be kept: after a crash it waits for its leases to run out");
}

Result<std::string> obtain_access_key(const std::filesystem::path& data_directory) {
  return obtain(data_directory / "access_key", "the addresses of whoever plays with one that was given here",
                "The key of signed addresses cannot be kept: those that are given here end with this process");
}

}  // namespace grandstand::app

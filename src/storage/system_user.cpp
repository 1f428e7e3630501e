// SPDX-License-Identifier: MIT
#include "system_user.hpp"

#include <array>

#include <grp.h>
#include <pwd.h>

namespace grandstand::storage {
namespace {

SystemUser make_user(const passwd& entry) {
  SystemUser user{entry.pw_name, entry.pw_uid, entry.pw_gid, {}};
  int count = 64;
  user.groups.resize(static_cast<std::size_t>(count));
  if (::getgrouplist(entry.pw_name, entry.pw_gid, user.groups.data(), &count) < 0) {
    user.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(entry.pw_name, entry.pw_gid, user.groups.data(), &count);
  }
  user.groups.resize(static_cast<std::size_t>(count));
  return user;
}

}  // namespace

Result<SystemUser> find_user(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr)
    return Error{ErrorCode::kNotFound, "user \"" + name +
                                           "\" does not exist: PostgreSQL refuses to run as root and needs an "
                                           "unprivileged user (Debian's package postgresql-15 makes \"postgres\")"};
  return make_user(entry);
}

Result<SystemUser> find_user(uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr)
    return Error{ErrorCode::kNotFound, "user id " + std::to_string(uid) +
                                           " has no name in /etc/passwd: PostgreSQL needs one; run as a user that has, "
                                           "or set database.url"};
  return make_user(entry);
}

}  // namespace grandstand::storage

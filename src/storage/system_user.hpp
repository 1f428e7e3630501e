// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>

#include <string>
#include <vector>

#include <sys/types.h>

namespace grandstand::storage {

// A user of the machine with all groups.
struct SystemUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
};

Result<SystemUser> find_user(const std::string& name);
Result<SystemUser> find_user(uid_t uid);

}  // namespace grandstand::storage

// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace grandstand::storage {

// One numbered step of one module's or feature's schema. Steps are applied once each, in order, under an advisory lock;
// they are never changed after a release. Written in <name>.sql beside the store that uses it.
struct Migration {
  std::string_view area;  // "identity", "chat"
  int version = 1;        // 1, 2, ... within the area
  std::string_view sql;
};

}  // namespace grandstand::storage

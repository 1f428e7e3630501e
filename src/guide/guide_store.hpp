// SPDX-License-Identifier: MIT
#pragma once

#include "schedule_book.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/storage/database.hpp>

#include <map>
#include <span>
#include <vector>

namespace grandstand::guide {

// The table guide_programme. Blocking.
class GuideStore {
 public:
  static std::span<const storage::Migration> migrations();

  explicit GuideStore(storage::Database& database) : database_(database) {}

  Result<std::map<ChannelId, Programmes>> load();
  Status apply(const std::vector<ScheduleBook::Change>& changes);  // all or nothing
  Status forget(UtcTime stopped_before);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::guide

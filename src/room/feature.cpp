// SPDX-License-Identifier: MIT
#include <grandstand/room/feature.hpp>

namespace grandstand::room {

aio::Task<Result<std::vector<Result<std::string>>>> FeatureStore::commit(
    std::shared_ptr<const std::vector<StoredEvent>> events) {
  const auto size = events->size();
  const auto appended = co_await append(std::move(events));
  if (!appended.ok()) co_return appended.error();
  co_return std::vector<Result<std::string>>(size, Result<std::string>(std::string()));
}

}  // namespace grandstand::room

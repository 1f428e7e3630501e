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

aio::Task<Result<std::string>> FeatureStore::found_room(std::string, User, UtcTime) {
  co_return Error{ErrorCode::kNotFound, "There are no rooms of this kind."};
}

aio::Task<Result<bool>> FeatureStore::has_room(RoomId) {
  co_return false;
}

aio::Task<Result<std::optional<Role>>> FeatureStore::reading_role(RoomId, std::optional<User> asker) {
  co_return asker ? asker->role : Role::kGuest;
}

}  // namespace grandstand::room

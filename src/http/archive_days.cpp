// SPDX-License-Identifier: MIT
#include "archive_days.hpp"

#include <chrono>
#include <map>

namespace grandstand::http {

std::vector<int> archive_days(const dvr::Archive* archive, std::span<const channels::ChannelStatus> lineup) {
  std::map<ChannelId, int> days;
  if (archive != nullptr) {
    for (const auto& status : archive->list()) {
      if (status.window) days[status.channel] = std::chrono::ceil<std::chrono::days>(status.keep).count();
    }
  }
  std::vector<int> result;
  for (const auto& channel : lineup) result.push_back(days[channel.id]);
  return result;
}

}  // namespace grandstand::http

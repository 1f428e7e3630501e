// SPDX-License-Identifier: MIT
#include <grandstand/guide/schedule.hpp>

#include <algorithm>

namespace grandstand::guide {

const Schedule::Entry* Schedule::find(const ChannelId& id) const {
  const auto found = std::ranges::find_if(entries, [&id](const Entry& entry) { return entry.channel.id == id; });
  return found == entries.end() ? nullptr : &*found;
}

std::span<const std::shared_ptr<const Programme>> between(const Programmes& programmes, UtcTime from, UtcTime to) {
  const auto first = std::ranges::partition_point(programmes, [from](const auto& p) { return p->stop <= from; });
  const auto last = std::partition_point(first, programmes.end(), [to](const auto& p) { return p->start < to; });
  return {first, last};
}

PresentFollowing present_following(const Programmes& programmes, UtcTime at) {
  auto next = std::ranges::partition_point(programmes, [at](const auto& p) { return p->stop <= at; });
  PresentFollowing found;
  if (next != programmes.end() && (*next)->start <= at) found.present = *next++;
  if (next != programmes.end()) found.following = *next;
  return found;
}

}  // namespace grandstand::guide

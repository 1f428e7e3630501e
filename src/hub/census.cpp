// SPDX-License-Identifier: MIT
#include "census.hpp"

#include "loop_sessions.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::hub {

void Census::tick(const Core& core, const std::shared_ptr<RoomPort>& room, room::Moment now, std::size_t members) {
  if (now.steady < due_ || awaited_ > 0) return;
  const bool all = members <= room::kMostPresent;
  due_ = now.steady + (all ? kCensusEvery : kLargeCensusEvery);
  awaited_ = core.loops.size();
  for (std::size_t i = 0; i < core.loops.size(); ++i) {
    core.loops[i]->list_users(room, all, [weak = weak_from_this(), &home = home_, i](std::vector<room::User> users) {
      home.dispatch([weak, i, users = std::move(users)]() mutable {
        const auto census = weak.lock();
        if (!census) return;
        census->parts_[i] = std::move(users);
        --census->awaited_;
        if (census->awaited_ == 0) census->news_ = true;
      });
    });
  }
}

std::vector<room::User> Census::users() const {
  std::vector<room::User> all;
  for (const auto& part : parts_) add_users(all, part);
  return all;
}

bool Census::take_news() {
  return std::exchange(news_, false);
}

void add_users(std::vector<room::User>& all, const std::vector<room::User>& more) {
  for (const auto& user : more) {
    if (all.size() >= room::kMostPresent) return;
    if (std::ranges::find(all, user.id, &room::User::id) == all.end()) all.push_back(user);
  }
}

}  // namespace grandstand::hub

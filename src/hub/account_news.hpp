// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/cluster/bus.hpp>

#include <string_view>

namespace grandstand::hub {

struct Core;

// What nodes tell each other of accounts. What is said while the messages do not flow is lost: when they flow again,
// every node looks at those who are connected to it again.
//
// Owner: Core.   Runs on: loop 0.   Stops: when it goes.
class AccountNews {
 public:
  AccountNews(Core& core, cluster::Bus& bus);
  ~AccountNews();
  AccountNews(const AccountNews&) = delete;
  AccountNews& operator=(const AccountNews&) = delete;

 private:
  void hear(std::string_view news);
  void look_again();
  void look();

  // given
  Core& core_;

  // state
  bool due_ = false;
  cluster::Bus::Subscription news_, lost_, reconnected_;
};

}  // namespace grandstand::hub

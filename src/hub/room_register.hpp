// SPDX-License-Identifier: MIT
#pragma once

#include "core.hpp"
#include "room_port.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/result.hpp>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace grandstand::hub {

// Which rooms there are on this node: those of channels come and go with the lineup, founded ones (a party's) come
// when somebody asks for them and go when nobody has been there for a while. Their events lie with their stores.
//
// Owner: Core.   Runs on: loop 0, but for what says otherwise.   Stops: stop().
class RoomRegister {
 public:
  explicit RoomRegister(Core& core) : core_(core) {}

  void set_channels(std::vector<RoomId> rooms);
  // The room has another owner among the nodes, or none, or what is known of it has a hole: what stood for it goes, and
  // something else comes.
  void replace(const RoomId& id);

  // From any thread. Looks whether there is such a founded room, and opens it here; `then` comes on `asker`. It counts
  // as opened by `network` for as long as it is open.
  using Then = std::function<void(const Status& status)>;
  void open(const RoomId& id, const std::string& network, aio::Loop& asker, Then then);

  void stop();

 private:
  struct Waiter {
    aio::Loop* asker;
    Then then;
  };
  std::shared_ptr<RoomPort> make(const RoomId& id);
  void look_for(const RoomId& id, const std::string& network);
  void drop_empty();
  void add(const RoomId& id, const std::string& network);
  bool has_place(const std::string& network) const;
  void count(const std::string& room, const std::string& network);
  void uncount(const std::string& room);
  void publish(std::shared_ptr<RoomDirectory> rooms);
  void answer(const RoomId& id, const Status& status);

  Core& core_;
  std::size_t next_home_ = 0;
  bool stopped_ = false;
  std::map<RoomId, std::vector<Waiter>> waiters_;
  std::set<RoomId> empty_;                        // founded ones, at the last look
  std::map<std::string, std::string> opened_by_;  // the network of each founded room that is open
  std::map<std::string, std::size_t> open_of_;    // how many of each network
  std::unique_ptr<aio::Ticker> ticker_;
};

}  // namespace grandstand::hub

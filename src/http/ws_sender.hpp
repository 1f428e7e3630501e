// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/hub/transport.hpp>

#include <memory>
#include <memory_resource>

namespace grandstand::http {

class WsConnection;

// A WebSocket as the hub sees it: a frame to send goes to the socket at once, shared, not copied. It holds no more than
// that takes, and those of a worker lie side by side, since a room's frame goes through all of its members and fetching
// a scattered connection from memory costs more than everything else that is done for it here.
//
// Owner: a connection.   Runs on: the worker's loop.
class WsSender final : public hub::Transport {
 public:
  enum class Path {
    kSocket,
    kQueue,    // something waits already
    kNowhere,  // nothing is sent any more
  };

  WsSender(WsConnection& connection, int descriptor) : connection_(connection), descriptor_(descriptor) {}

  void send(const SharedBytes& frame, hub::TrafficClass traffic_class) override;
  void close(wire::CloseCode code, std::string_view reason) override;
  void set_path(Path path) { path_ = path; }

 private:
  WsConnection& connection_;
  int descriptor_;
  Path path_ = Path::kSocket;
};

// The senders of a worker's connections.
class WsSenderPool {
 public:
  struct Delete {
    WsSenderPool* pool;
    void operator()(WsSender* sender) const { pool->allocator_.delete_object(sender); }
  };

  std::unique_ptr<WsSender, Delete> make(WsConnection& connection, int descriptor) {
    return {allocator_.new_object<WsSender>(connection, descriptor), Delete{this}};
  }

 private:
  std::pmr::unsynchronized_pool_resource memory_;
  std::pmr::polymorphic_allocator<> allocator_{&memory_};
};

}  // namespace grandstand::http

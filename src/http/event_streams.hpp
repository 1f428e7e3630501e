// SPDX-License-Identifier: MIT
#pragma once

#include "client_places.hpp"
#include "exchange.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/hub/hub.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace grandstand::http {

struct Site;
class EventStream;

// The hub's clients of one loop that cannot open a WebSocket: what they are sent comes as server-sent events (HTML 9.2)
// in a response without end, what they say comes in requests of their own that name the stream. The same messages,
// limits and close codes as on a WebSocket. Bounded by http.max_connections.
//
// Owner: the loop's desk.   Runs on: its loop.   Stops: the connections end with the server.
class EventStreams {
 public:
  EventStreams();
  ~EventStreams();
  EventStreams(EventStreams&&) noexcept;

  // Goes on with a response that was begun: first the name, by which the client says what it has to say.
  void add(Site& site, aio::Loop& loop, std::shared_ptr<BodyStream> stream, ClientPlaces::Place place,
           std::string peer_address, std::string session_token);
  // One message of the client; false: there is no such stream (any more).
  bool say(std::string_view name, std::string_view message);
  // Comments keep silent streams open through proxies, and find out who has gone.
  void keep_alive(SteadyTime now);

 private:
  friend class EventStream;
  void forget(const std::string& name);

  std::map<std::string, std::unique_ptr<EventStream>, std::less<>> streams_;
};

// "<node>.<loop>-<secret>", or without the node and its dot where there is only one: where the named stream lives.
std::string_view node_of_event_stream(std::string_view name);
// None: it is no name at all.
std::optional<std::size_t> loop_of_event_stream(std::string_view name, std::size_t loops);

}  // namespace grandstand::http

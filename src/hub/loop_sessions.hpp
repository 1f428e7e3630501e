// SPDX-License-Identifier: MIT
#pragma once

#include "guesses.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/bytes.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/network_rate.hpp>
#include <grandstand/hub/transport.hpp>
#include <grandstand/identity/accounts.hpp>
#include <grandstand/identity/user.hpp>
#include <grandstand/room/event.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace grandstand::hub {

class ClientSession;
struct Core;
class RoomPort;

// The sessions of one loop, and who of them is in which room: the last step of the fan-out, which costs a member
// nothing but its send.
//
// Owner: Core.   Runs on: its loop, but for what says otherwise.   Stops: stop().
class LoopSessions {
 public:
  LoopSessions(Core& core, aio::Loop& loop) : core_(core), loop_(loop) {}

  aio::Loop& loop() { return loop_; }
  Guesses& guesses() { return guesses_; }
  NetworkRate& foundings() { return foundings_; }

  void add(ClientSession& session);
  void remove(ClientSession& session);
  ClientSession* find(SessionId id) const;
  // Who the session is: to be called after it says hello again, too. `before`: who it was.
  void identify(const ClientSession& session, const std::optional<identity::User>& before);

  // Puts the session into the room's list; the place is kept up to date in the session.
  void enter(const RoomPort& room, ClientSession& session);
  void leave(const RoomPort& room, ClientSession& session);

  // For any thread: hop to the loop if need be.
  void deliver(const std::shared_ptr<RoomPort>& room, const SharedBytes& frame, TrafficClass traffic_class,
               std::size_t events);
  // To those of the room's members whom it concerns (room::Directed).
  void deliver_to(room::Audience audience, std::vector<UserId> to, const std::shared_ptr<RoomPort>& host,
                  const SharedBytes& frame);
  // Who of the room's members is here, each once, with the role in the room and at most room::kMostPresent; not `all`:
  // members and above only. `then` is called on this loop.
  void list_users(const std::shared_ptr<RoomPort>& room, bool all,
                  std::function<void(std::vector<identity::User>)> then);
  void send_to(SessionId session, std::string text);
  void finish_join(SessionId session, const std::shared_ptr<RoomPort>& room, std::int64_t request, bool joined,
                   bool is_member, std::string reply);
  // The account's sessions go on as `user`; or those of them that began with one of `ended` are closed.
  void refresh(const identity::User& user);
  void end(const UserId& account, const std::vector<std::uint64_t>& ended);
  void bar(const UserId& account);
  // Asks the accounts what has become of everybody who is connected.
  void check_again();
  // The user's sessions are in the room no more, and are told so.
  void expel(const std::shared_ptr<RoomPort>& room, const UserId& user);
  // Puts out of the rooms of channels who may not be in them any more.
  void look_at_doors();
  void forget_room(const std::shared_ptr<RoomPort>& room);
  // The same, and tells them to join again.
  void move_room(const std::shared_ptr<RoomPort>& room);

  // Rooms whose home this loop is, ticked together.
  void host(std::shared_ptr<RoomPort> room);
  void unhost(const RoomPort& room);

  void drain();
  void stop();

 private:
  struct Member {
    Transport* transport;
    ClientSession* session;
  };
  void part(const std::shared_ptr<RoomPort>& room, std::string_view last_words);
  void deliver_here(const RoomPort& room, const SharedBytes& frame, TrafficClass traffic_class, std::size_t events);
  void tick();
  void begin_ticking();
  std::vector<identity::LiveSession> live() const;
  void look_for_ended(SteadyTime now);
  void forget_user(const ClientSession& session, const std::optional<identity::User>& user);
  std::vector<SessionId> sessions_of(const UserId& user) const;

  // given
  Core& core_;
  aio::Loop& loop_;

  // state
  std::unordered_map<SessionId, ClientSession*> sessions_;
  std::unordered_multimap<UserId, SessionId> by_user_;
  std::unordered_map<const RoomPort*, std::vector<Member>> members_;
  std::vector<std::shared_ptr<RoomPort>> hosted_;
  std::size_t turn_ = 0;
  SteadyTime looked_{};   // for sessions that have ended
  bool looking_ = false;  // still
  bool stopped_ = false;
  std::unique_ptr<aio::Ticker> ticker_;
  Guesses guesses_;
  NetworkRate foundings_{{.burst = 20, .per_second = 0.1}, Guesses::kMostNetworks};
};

}  // namespace grandstand::hub

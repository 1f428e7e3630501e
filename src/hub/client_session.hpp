// SPDX-License-Identifier: MIT
#pragma once

#include "core.hpp"

#include <grandstand/aio/task.hpp>
#include <grandstand/base/bytes.hpp>
#include <grandstand/base/token_bucket.hpp>
#include <grandstand/hub/hub.hpp>
#include <grandstand/identity/permissions.hpp>
#include <grandstand/identity/user.hpp>
#include <grandstand/wire/client_message.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::hub {

class LoopSessions;
class RoomPort;

// One client: who it is, in which rooms it is, and what it may still send.
//
// Owner: the connection.   Runs on: the connection's loop.   Stops: on_closed().
class ClientSession final : public Session {
 public:
  ClientSession(std::shared_ptr<Core> core, LoopSessions& loop, Transport& transport, std::string peer_address,
                std::string session_token);
  ~ClientSession() override;
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  void on_message(std::string_view text) override;
  void on_closed() override;

  SessionId id() const { return id_; }
  const std::optional<identity::User>& user() const { return user_; }  // none: a spectator
  Transport& transport() { return transport_; }
  void send(std::string_view text);
  void drain(const SharedBytes& frame);
  // The account has changed, or the session of it that this one came by has ended.
  void refresh(const identity::User& user);
  void end(wire::CloseCode code = wire::CloseCode::kUnauthenticated, std::string_view reason = "the session was ended");

  // Called by LoopSessions.
  // False: the answer is not awaited any more.
  bool on_joined(const std::shared_ptr<RoomPort>& room, std::int64_t request, bool joined, std::string_view reply);
  void forget(const RoomPort& room);
  // The room does not want its user any more.
  void expel(const std::shared_ptr<RoomPort>& room);
  std::size_t& place_in(const RoomPort& room);
  // Who may not be in the room of a channel any more is told to join it again, and hears there why not.
  void leave_closed_rooms();
  // The same where a token opened the door, for they end by themselves.
  void look_at_tokens();

 private:
  struct Membership {
    std::shared_ptr<RoomPort> room;
    std::size_t place = 0;     // in the loop's list, once joined
    std::int64_t request = 0;  // of the join under way
    bool joining = true;       // a join is under way
    bool joined = false;
    std::string token = {};  // that opened the door of a channel's room
  };
  struct Identified;  // what a hello led to

  void handle(std::string_view text);
  void handle(wire::Hello hello);
  void handle(wire::Join join);
  void handle(wire::Leave leave);
  void handle(wire::CommandMessage command);
  void handle(wire::Found found);
  void handle(wire::Ping ping);
  void on_identified(const Identified& identified);
  void enter(wire::Join join);
  void open_room(wire::Join join);
  void refuse_unknown(const wire::Join& join);
  Status check_door(const RoomId& room, std::string_view token) const;
  // The token that opens the door of a channel's room: the join's, or else the one that it was joined with.
  std::string take_token(wire::Join& join, const Membership* membership) const;
  // A personal room is its account's alone; guests, of whom anybody can be any number, have none.
  bool is_for_us(const RoomId& room) const;
  void refuse(std::int64_t request, ErrorCode code, std::string message);
  Membership* find(const RoomId& room);
  Membership* find(const RoomPort& room);
  void part_from(const Membership& membership);
  // Gives the rooms that were left.
  std::vector<std::shared_ptr<RoomPort>> leave_where(const std::function<bool(const Membership&)>& is_left);
  void leave_all();
  void leave_guarded_rooms();
  void tell_standing(const RoomId& room);
  // What the token of a bot says to what it asks for; true for everybody else.
  bool may_join(const wire::Join& join);
  bool may_command(const wire::CommandMessage& command, const identity::Permission* permission);
  bool keeps_rate(std::int64_t request);
  void watch_expiry();
  static aio::Task<Status> identify(std::shared_ptr<Core> core, wire::Hello hello, std::string cookie,
                                    std::shared_ptr<Identified> identified);

  // given
  std::shared_ptr<Core> core_;
  LoopSessions& loop_;
  Transport& transport_;
  std::string address_;
  std::string network_;  // of the address (client_network.hpp)
  std::string session_token_;
  SessionId id_;

  // state
  TokenBucket messages_;
  TokenBucket foundings_;
  TokenBucket joins_;
  TokenBucket hellos_;
  std::optional<identity::User> user_;
  std::vector<Membership> memberships_;
  std::unique_ptr<std::deque<std::string>> held_back_;  // messages that came while a hello is under way
  bool greeted_ = false;
  bool closing_ = false;  // nothing is heard any more
  bool closed_ = false;
};

}  // namespace grandstand::hub

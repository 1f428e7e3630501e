// SPDX-License-Identifier: MIT
#pragma once

#include "census.hpp"
#include "core.hpp"
#include "node_link.hpp"
#include "room_port.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace grandstand::hub {

// A room that another node puts in order: what sessions here ask goes there, what it announces comes from there.
//
// Owner: RoomDirectory and loop 0.   Runs on: loop 0; what RoomPort says from any.   Stops: close(), move_away() or
// stop().
class RemoteRoom final : public RoomPort {
 public:
  // `owner`: the node that owns it now; empty: nobody does.
  RemoteRoom(std::shared_ptr<Core> core, RoomId id, std::string owner);

  void start();
  // On loop 0: the owner's answer to a join.
  void on_answer(const JoinAnswer& answer);

  const RoomId& id() const override { return id_; }
  std::size_t members() const override { return members_.load(std::memory_order_relaxed); }
  void join(Joiner joiner) override;
  void leave(std::size_t loop) override;
  void execute(SessionRef session, std::int64_t request, room::CommandRequest command) override;
  void close() override;
  void move_away() override;
  void may_have_missed() override;
  void tick(room::Moment now) override;
  void stop() override;

 private:
  struct Awaited : Joiner {
    SteadyTime until{};
  };

  std::shared_ptr<RemoteRoom> self() { return std::static_pointer_cast<RemoteRoom>(shared_from_this()); }
  template <class Work>
  void on_home(Work work);
  bool reachable() const;
  Error why_not() const;
  void hear(const NodeMessage& message);
  std::shared_ptr<Census> make_census() const;
  void say_presence();
  // When to ask again: soon, while another node is about to take the room over.
  std::optional<std::chrono::milliseconds> retry_after();
  void refuse(const Joiner& joiner, std::optional<std::chrono::milliseconds> retry_after = {});
  // Those who are here join again, for what they know has a hole.
  void start_over();
  void end();

  // given
  std::shared_ptr<Core> core_;
  RoomId id_;
  std::string owner_;

  // state
  cluster::Bus::Subscription events_;
  std::shared_ptr<Census> census_;
  std::size_t here_ = 0;                 // members on this node
  std::uint64_t heard_ = 0;              // the number of the last message with events, while members are here
  std::atomic<std::size_t> members_{0};  // on all, as the owner says
  std::deque<Awaited> joiners_;          // whose answers are awaited, in order
  std::optional<std::size_t> said_;      // members here, as the owner knows
  SteadyTime said_at_{};
  SteadyTime since_{};
  std::minstd_rand random_{std::random_device{}()};
  bool gone_ = false;
};

}  // namespace grandstand::hub

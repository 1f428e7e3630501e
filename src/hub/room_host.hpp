// SPDX-License-Identifier: MIT
#pragma once

#include "census.hpp"
#include "core.hpp"
#include "node_link.hpp"
#include "room_port.hpp"
#include "stored_offsets.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/task.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/room/room.hpp>
#include <grandstand/room/store_writer.hpp>
#include <grandstand/wire/client_message.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::hub {

// A room on its loop: its timers, the replies that wait for the store, the joins that wait for a batch, and its part of
// the fan-out.
//
// Owner: RoomDirectory and its loop.   Runs on: its home loop; what says so from any.   Stops: close() or stop().
class RoomHost final : public RoomPort, public room::StoreListener {
 public:
  RoomHost(std::shared_ptr<Core> core, aio::Loop& home, RoomId id, std::string epoch);

  // From any thread.
  const RoomId& id() const override { return room_.id(); }
  std::size_t members() const override { return members_.load(std::memory_order_relaxed); }

  // From any loop: hop to the home loop if need be.
  void start();
  void join(Joiner joiner) override;
  void leave(std::size_t loop) override;
  void execute(SessionRef session, std::int64_t request, room::CommandRequest command) override;
  void close() override;
  void move_away() override;
  void may_have_missed() override;
  void on_stored(std::vector<std::uint64_t> offsets, bool stored) override;
  void on_committed(std::vector<room::Decision> decisions) override;

  // On the home loop.
  void tick(room::Moment now) override;
  void stop() override;

 private:
  struct Asker {
    SessionRef session;
    std::int64_t request = 0;
  };
  struct Unanswered {
    SteadyTime deadline{};
    wire::Position position;
    std::vector<Asker> askers;
  };

  template <class Work>
  void on_home(Work work) {
    if (home_.runs_here()) {
      work(*this);
    } else {
      home_.post([self = self(), work = std::move(work)]() mutable { work(*self); });
    }
  }
  void execute_here(const Asker& asker, const room::CommandRequest& command);
  bool awaits_load(room::Moment now) const { return loading_ > 0 && now.steady < admit_from_; }
  void wait_for_load(room::Moment now, const Asker& asker, const room::CommandRequest& command);
  void wait_for_store(room::Moment now, const Asker& asker, const room::CommandOutcome& outcome);
  void answer(const Asker& asker, const wire::Position& position, bool stored, std::string_view result = {});
  void refuse(const Asker& asker, const Error& error, std::optional<std::chrono::milliseconds> retry_after = {});
  void give_up_waiting(room::Moment now);
  std::shared_ptr<RoomHost> self() { return std::static_pointer_cast<RoomHost>(shared_from_this()); }
  void hear(const NodeMessage& message);
  void count_members();
  void count_heads(room::Moment now);
  void end(room::Moment now);
  Error why_not() const;
  void settle(room::Moment now);  // after anything that changed the room
  void flush();
  void deliver_directed();
  void expel();
  void open_lines();
  void pass_on_asks();
  void admit(room::Moment now);
  void admit_one(room::Moment now, const Joiner& joiner);
  void turn_away(const Joiner& joiner, const Error& error, std::optional<std::chrono::milliseconds> retry_after = {});
  void finish_join(const Joiner& joiner, bool joined, std::string text);
  void arm(room::Moment now);
  void load(std::size_t feature);
  void on_loaded(std::size_t feature, const Result<std::vector<room::Event>>& events);
  static aio::Task<Status> fetch(room::FeatureStore* store, RoomId id, std::size_t limit,
                                 std::shared_ptr<Result<std::vector<room::Event>>> events);

  // given
  std::shared_ptr<Core> core_;
  aio::Loop& home_;

  // state
  room::Room room_;
  // Who is in the room through other nodes, as they say it.
  struct Elsewhere {
    std::size_t members = 0;
    SteadyTime heard{};
    std::vector<room::User> users = {};
  };
  std::map<std::string, Elsewhere> elsewhere_;  // by node
  cluster::Bus::Subscription inbox_;
  std::uint64_t told_ = 0;        // messages with events, to the other nodes
  std::size_t told_members_ = 0;  // to them
  SteadyTime told_members_at_{};
  std::vector<std::size_t> members_on_;  // by loop
  std::atomic<std::size_t> members_{0};
  std::shared_ptr<Census> census_;
  std::vector<Joiner> joiners_;
  std::map<std::uint64_t, Unanswered> unanswered_;  // by offset
  std::map<std::uint64_t, Unanswered> undecided_;   // by ticket
  StoredOffsets stored_;
  std::map<std::size_t, std::unique_ptr<room::Line>> lines_;  // to what features have outside
  std::size_t loading_ = 0;                                   // features whose first load has not ended
  std::size_t unloaded_ = 0;                                  // features whose stored events are not there yet
  SteadyTime admit_from_{};                                   // nobody waits for loads longer than this
  // Commands that came before the state they are judged by: who is banned, which keys were used.
  struct Early {
    Asker asker;
    room::CommandRequest command;
  };
  std::vector<Early> early_;
  SteadyTime armed_for_ = SteadyTime::max();
  bool gone_ = false;
  bool moved_ = false;  // gone from here, but not for good
};

}  // namespace grandstand::hub

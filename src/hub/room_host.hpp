// SPDX-License-Identifier: MIT
#pragma once

#include "core.hpp"
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

// A session seen from another loop: it may be gone at any time, so it is found anew by its id.
struct SessionRef {
  std::size_t loop = 0;
  SessionId id;
};

// A room on its loop: its timers, the replies that wait for the store, the joins that wait for a batch, and its part of
// the fan-out.
//
// Owner: RoomDirectory and its loop.   Runs on: its home loop; what says so from any.   Stops: close() or stop().
class RoomHost final : public room::StoreListener, public std::enable_shared_from_this<RoomHost> {
 public:
  RoomHost(std::shared_ptr<Core> core, aio::Loop& home, RoomId id, std::string epoch);

  // From any thread.
  const RoomId& id() const { return room_.id(); }
  std::size_t members() const { return members_.load(std::memory_order_relaxed); }

  // From any loop: hop to the home loop if need be.
  void start();
  void join(SessionRef session, std::int64_t request, std::optional<wire::Position> since, bool is_member,
            std::optional<room::User> user);
  void leave(std::size_t loop);
  void execute(SessionRef session, std::int64_t request, room::CommandRequest command);
  void close();  // the room is gone: says so to its members
  void on_stored(std::vector<std::uint64_t> offsets, bool stored) override;
  void on_committed(std::vector<room::Decision> decisions) override;

  // On the home loop.
  void tick(room::Moment now);
  void stop();

 private:
  struct Joiner {
    SessionRef session;
    std::int64_t request = 0;
    std::optional<wire::Position> since;
    bool is_member = false;
    std::optional<room::User> user;  // its role is that in the room
  };
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
  void on_home(Work work);
  void execute_here(const Asker& asker, const room::CommandRequest& command);
  void wait_for_store(room::Moment now, const Asker& asker, const room::CommandOutcome& outcome);
  void answer(const Asker& asker, const wire::Position& position, bool stored, std::string_view result = {});
  void refuse(const Asker& asker, const Error& error, std::optional<std::chrono::milliseconds> retry_after = {});
  void give_up_waiting(room::Moment now);
  void settle(room::Moment now);  // after anything that changed the room
  void flush();
  void deliver_directed();
  void admit(room::Moment now);
  void admit_one(room::Moment now, const Joiner& joiner);
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
  std::vector<std::size_t> members_on_;  // by loop
  std::atomic<std::size_t> members_{0};
  std::vector<Joiner> joiners_;
  std::map<std::uint64_t, Unanswered> unanswered_;  // by offset
  std::map<std::uint64_t, Unanswered> undecided_;   // by ticket
  StoredOffsets stored_;
  std::size_t loading_ = 0;  // features whose first load has not ended
  SteadyTime admit_from_{};  // joins do not wait for loads longer than this
  SteadyTime armed_for_ = SteadyTime::max();
  bool gone_ = false;
};

}  // namespace grandstand::hub

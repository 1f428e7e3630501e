// SPDX-License-Identifier: MIT
#pragma once

#include "janus_api.hpp"

#include <grandstand/aio/task.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace grandstand::sfu {

// One call in Janus: a room, and for each seat a handle that publishes and one that watches. Errors of all its tasks
// mean that Janus is lost. One task at a time.
//
// Owner: Janus's session.   Runs on: its loop.   Stops: end().
class JanusCall {
 public:
  // `control`: a handle that may make rooms.
  JanusCall(JanusApi& api, std::uint64_t session, std::uint64_t control, std::function<void(room::News)> hear);

  aio::Task<Status> want(Wanted wanted);
  aio::Task<Status> say(Said said);
  aio::Task<Status> take(Happening happening);
  aio::Task<Status> end();

  bool has(std::uint64_t handle) const;
  std::uint64_t room() const { return room_; }  // 0: there is none
  std::size_t seats() const { return places_.size(); }

 private:
  // What a seat has in Janus.
  struct Place {
    std::uint64_t feed = 0;
    std::uint64_t publisher = 0, watcher = 0;  // handles; 0: there is none yet
    bool joined = false;
    enum class Watching { kNo, kJoining, kYes } watching = Watching::kNo;
    std::set<Stream> there, asked;  // of the others: that there are, and that it has asked to watch
    std::vector<Stream> asking;     // the latest of these
    int failures = 0;               // to watch, in a row
  };

  std::string path(std::uint64_t handle) const;
  aio::Task<Result<std::uint64_t>> attach();
  aio::Task<Status> seat(std::string name);
  aio::Task<Status> unseat(Place place);
  aio::Task<Status> watch(std::string name);
  aio::Task<Status> look_again(std::string name);
  void tell(const std::string& name, bool publishes, const Happening& happening) const;

  // given
  JanusApi& api_;
  const std::uint64_t session_, control_;
  const std::function<void(room::News)> hear_;

  // state
  std::int64_t generation_ = 0;
  std::uint64_t room_ = 0;
  std::string pin_;  // so that whoever else can reach Janus does not come in
  std::map<std::string, Place> places_;
  std::uint64_t last_feed_ = 0;
};

}  // namespace grandstand::sfu

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/cluster/settings.hpp>
#include <grandstand/ops/metrics.hpp>
#include <grandstand/storage/database.hpp>

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::cluster {

// Who owns what among the nodes: one owner at a time for each name, by leases in PostgreSQL. What every node wants: a
// free one goes to the living node that owns the fewest, and stays there until that node dies, stops or gives
// it up; a node that comes (back) moves nothing, but takes what was its own and nobody took meanwhile. An owner that is
// not heard of for Settings::lease is followed by another within a renewal.
//
// Owner: app.   Runs on: its loop; holds() and owner() from any thread.   Stops: stop() gives everything up.
class Leases {
 public:
  struct Owner {
    std::string node;  // empty: nobody, for the moment
    std::string address;
    std::uint64_t term = 0;
    friend bool operator==(const Owner&, const Owner&) = default;
  };
  // What is leased, and what becomes of it while the database is silent.
  enum class Kind {
    kRooms,     // a node stops believing in its leases before anybody else may take them: two would sequence otherwise
    kChannels,  // all stays as it was until the database names another owner: television goes on
  };
  struct Node {
    std::string name;
    std::string address;
  };
  // On the loop, whenever the owner of a wanted name has changed.
  using OnChange = std::function<void(const std::string& name, const Owner& owner)>;

  // `instance`: tells this daemon from any other that was given the same name by mistake; the same after a restart.
  // `database`: is asked through a connection of our own, for leases must not wait behind everybody's questions.
  // `healthy`: false gives up what is owned and takes nothing (cut off from the other nodes).
  Leases(Kind kind, Settings settings, std::string instance, const storage::Database& database, const Clock& clock,
         aio::Loop& loop, ops::Metrics& metrics, std::function<bool()> healthy);
  ~Leases();
  Leases(const Leases&) = delete;
  Leases& operator=(const Leases&) = delete;

  static std::span<const storage::Migration> migrations();

  // Begins to take part. On the loop.
  void start(OnChange on_change);
  // `everywhere`: what all nodes want. `here`: what only some nodes want; a free one goes to who asks first. On the
  // loop.
  void want(std::vector<std::string> everywhere, std::vector<std::string> here = {});
  // Takes the name from whoever owns it: what it needs has come to this node. On the loop; `done` runs there.
  void claim(std::string name, std::function<void(Status)> done);

  const std::string& node() const;
  // Whether this node owns it now, for certain.
  bool holds(std::string_view name) const;
  Owner owner(std::string_view name) const;
  // Those that are alive, this one too. Any thread.
  std::vector<Node> nodes() const;
  // Whether the database has answered within the lease: an answer that does not come is none. Any thread.
  bool renewed() const;
  // Why the last round failed; empty: it did not. Any thread.
  std::string fault() const;

  // One round: says that it is alive, renews, takes and looks. What start() has called; tests call it. On the loop.
  void tick();
  // Blocking; not from a loop.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace grandstand::cluster

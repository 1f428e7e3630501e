// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/cluster/leases.hpp>
#include <grandstand/storage/database.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace grandstand::cluster {

// The only SQL of the leases.
class LeasesStore {
 public:
  struct Identity {
    std::string kind;
    std::string node;
    std::string instance;  // of the daemon that goes by that name
    std::chrono::milliseconds lease{};
  };
  struct Round : Identity {
    std::string address;
    std::vector<std::string> wanted;  // sorted
    std::vector<std::string> held;
    bool healthy = true;                    // false: gives up what it has
    bool takes = true;                      // what is free
    std::set<std::string> first_come = {};  // of the wanted: taken without looking who else has how many
    bool forgets = false;                   // what nobody has wanted for a day
  };
  using Owners = std::map<std::string, Leases::Owner, std::less<>>;
  struct View {
    Owners owners;  // of the wanted
    std::vector<Leases::Node> nodes;
  };

  explicit LeasesStore(storage::Database& database) : database_(database) {}

  // One round in one transaction. kConflict: another daemon is called as we are, and lives.
  aio::Task<Result<View>> run(Round round);
  // The name becomes the node's, whoever has it.
  aio::Task<Status> claim(Identity us, std::string name);
  Status release_blocking(const Identity& us);

 private:
  storage::Database& database_;
};

}  // namespace grandstand::cluster

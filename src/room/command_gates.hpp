// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/result.hpp>
#include <grandstand/base/token_bucket.hpp>
#include <grandstand/room/feature.hpp>
#include <grandstand/room/room.hpp>

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace grandstand::room {

// A command and the feature that has it.
struct FoundCommand {
  std::size_t feature = 0;  // index in the catalogue
  const CommandSpec* spec = nullptr;
};

// "chat.send" to the feature "chat" and its command "send"; kNotFound otherwise.
Result<FoundCommand> find_command(const FeatureCatalogue& features, std::string_view name);

// What a command must pass before its feature sees it. Those that look at the command alone come first:
Status check_command(const CommandSpec& spec, const CommandRequest& request, const Settings& settings, UtcTime now);

// ... and then the rate of its user, which a refused command does not use up. Remembers a bounded number of users.
class RateGate {
 public:
  explicit RateGate(std::size_t limited_users) : limit_(limited_users) {}

  // How long the user has to wait; nothing: may pass, and one was taken.
  std::optional<std::chrono::milliseconds> try_pass(SteadyTime now, std::string_view command, RateLimit limit,
                                                    const User& user);
  std::size_t size() const { return buckets_.size(); }
  std::size_t take_forgotten() { return std::exchange(forgotten_, 0); }

 private:
  struct Bucket {
    std::string name;
    TokenBucket tokens;
  };

  std::size_t limit_;
  std::size_t forgotten_ = 0;
  std::list<Bucket> buckets_;  // the most recently used first
  std::unordered_map<std::string, std::list<Bucket>::iterator> by_name_;
};

}  // namespace grandstand::room

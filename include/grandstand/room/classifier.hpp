// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/aio/task.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/result.hpp>

#include <string>
#include <vector>

namespace grandstand::room {

// What somebody wants to say, for a judge outside of the daemon.
struct Utterance {
  RoomId room;
  UserId user;
  std::string name;
  std::string text;
};

// How bad it is: 0 (harmless) to 4, and in which way ("hate", "spam").
struct Classification {
  int severity = 0;
  std::string category;
};

// Judges texts by more than words: a service that an operator runs or rents. Answers soon or not at all.
//
// Owner: whoever makes the feature catalogue.   Runs on: any loop.
class Classifier {
 public:
  virtual ~Classifier() = default;
  // One for each, in order; an error when it cannot be asked or does not answer in time.
  virtual aio::Task<Result<std::vector<Classification>>> classify(std::vector<Utterance> utterances) = 0;
};

}  // namespace grandstand::room

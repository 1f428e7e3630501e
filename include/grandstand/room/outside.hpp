// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/ids.hpp>

#include <functional>
#include <memory>
#include <string>

namespace grandstand::room {

// What a feature asks of something outside of the daemon (Outcome::asks), and what it is told from there (on_news()).
// Names and bodies are an agreement between the two; bodies are JSON objects.
struct Ask {
  std::string name, body;
};
struct News {
  std::string name, body;
};

// A room's line to it. Ends when it is destroyed: then nothing is needed any more of what it asked for.
//
// Owner: the room's host.   Runs on: the room's loop.
class Line {
 public:
  virtual ~Line() = default;
  // In order, without waiting; what comes of it comes as news, or never.
  virtual void ask(Ask ask) = 0;
};

// Something that a feature has to do with and that takes its time: another server. Given in the catalogue, like a
// store.
//
// Owner: FeatureCatalogue.   Runs on: any loop.
class Outside {
 public:
  virtual ~Outside() = default;
  // `hear` may be called from any thread, also unasked, and after the line has ended.
  virtual std::unique_ptr<Line> open(const RoomId& room, std::function<void(News)> hear) = 0;
};

}  // namespace grandstand::room

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <chrono>

namespace grandstand::room {

// How long events may wait for others, so that a hot room sends few large frames and a quiet one is quick: not at all
// below 5 events a second, 50 ms above 20, 100 ms above 50. Between these marks it stays as it was, so that it does
// not flutter. And at least as long as it took to send the last ones: so a room with more members than it has time for
// sends more together instead of falling behind. A hot room waits four times as long, so that its members cost its loop
// no more than a fifth of its time.
class BatchPolicy {
 public:
  void on_event(SteadyTime now);
  // A batch has gone out to everybody on this loop, which took so long, until now.
  void on_sent(SteadyTime now, SteadyTime::duration took);
  std::chrono::milliseconds delay(SteadyTime now);

 private:
  double rate_at(SteadyTime now) const;

  double rate_ = 0;  // events per second, exponentially forgotten within about a second
  SteadyTime last_{};
  SteadyTime sent_{};                // the last batch
  SteadyTime::duration sending_{0};  // how long it took
  std::chrono::milliseconds delay_{0};
};

}  // namespace grandstand::room

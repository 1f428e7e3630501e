// SPDX-License-Identifier: MIT
#pragma once

#include "watched_playlist.hpp"

#include <vector>

namespace grandstand::hlscheck {

// What only asking shows of low latency (rules 20 to 31): blocking reloads of every kind, wrong directives, the preload
// hint, delta updates, rendition reports, the bytes of parts. `watched` must be live and say CAN-BLOCK-RELOAD or
// CAN-SKIP-UNTIL.
//
// Owner: a check.   Runs on: its thread, which it blocks for a few target durations.   Stops: no need.
class LowLatencyProbe {
 public:
  LowLatencyProbe(Session& session, WatchedPlaylist& watched, Findings& findings)
      : session_(session), watched_(watched), findings_(findings) {}

  void probe_blocking();                                            // rules 25, 26, 28, 49
  void probe_wrong_directives();                                    // rule 27
  void probe_hint();                                                // rule 24
  void probe_part_bytes();                                          // rules 21, 22
  void probe_delta();                                               // rule 29
  void probe_ended();                                               // rule 28, of a playlist with EXT-X-ENDLIST
  void probe_reports(const std::vector<WatchedPlaylist*>& others);  // rule 30
  void check_setting();                                             // rules 31, 50

 private:
  struct Answer {
    int status = 0;
    Playlist playlist;
    Seconds held{0};
    fetch::Response response;
  };
  // Asks with directives; findings of `rule` when no answer comes.
  std::optional<Answer> ask(const std::string& directives, int rule);
  std::optional<Answer> ask_held(const std::string& directives);
  void expect_held(const std::string& directives, std::int64_t sequence, std::size_t parts);
  void check_delta(const std::string& directive);
  Place place() const { return Place{watched_.url()}; }
  Seconds target() const { return watched_.latest().target.value_or(Seconds(6)); }

  Session& session_;
  WatchedPlaylist& watched_;
  Findings& findings_;
};

}  // namespace grandstand::hlscheck

// SPDX-License-Identifier: MIT
#pragma once

#include "findings.hpp"
#include "playlist.hpp"

#include <grandstand/base/clock.hpp>

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace grandstand::hlscheck {

// What may have become of a playlist from one version to the next (rules 3, 4, 11 to 15, 19, 23). Both are full ones.
void check_reload(const Playlist& before, const Playlist& after, Findings& findings);

// A delta update merged with the full playlist before it (bis 6.2.5.1); empty when the two do not fit together.
std::optional<Playlist> merge_delta(const Playlist& before, const Playlist& delta);

// What differs in content between two playlists of the same moment; empty when nothing does.
std::string difference(const Playlist& a, const Playlist& b);

// The versions of one media playlist over time: what one version said is held against all later ones (rules 11 to 19).
//
// Owner: a check.   Runs on: its thread.   Stops: no need; memory is bounded by the latest 10,000 segments.
class ReloadWatch {
 public:
  // A new version of the full playlist, fetched at `now`; the same version as before.
  void see(Playlist playlist, SteadyTime now, Findings& findings);
  void see_unchanged(SteadyTime now, Findings& findings) {
    seen_at_ = now;
    check_pace(*latest_, now, findings);
  }

  // Segments and parts that left the playlist and must be there still. Each is given once, when half of its time is
  // over; not at all to those who ask when all of it may be.
  struct Removed {
    std::string url;
    std::optional<ByteRange> range;
    int rule = 17;
  };
  std::vector<Removed> due(SteadyTime now);

  const Playlist& latest() const { return *latest_; }
  bool empty() const { return !latest_.has_value(); }
  std::uint64_t versions() const { return versions_; }
  SteadyTime last_segment_at() const { return last_segment_at_; }

 private:
  struct Identity {
    std::string text;
    std::string url;
  };
  void check_pace(const Playlist& playlist, SteadyTime now, Findings& findings);
  void check_identities(const Playlist& playlist, Findings& findings);
  void note_removed(const Playlist& playlist, SteadyTime now);

  std::optional<Playlist> latest_;
  std::uint64_t versions_ = 0;
  SteadyTime seen_at_{};  // the latest version
  SteadyTime last_segment_at_{};
  SteadyTime last_part_at_{};
  bool pace_known_ = false;  // the first new segment after the first look came at a known time
  bool part_pace_known_ = false;
  std::map<std::int64_t, Identity> identities_;
  std::map<std::string, std::string> range_starts_;  // START-DATE by ID
  Seconds longest_window_{0};
  struct Due {
    SteadyTime at;
    SteadyTime until;  // counted from when it was last listed
    Removed removed;
  };
  std::deque<Due> removed_;
};

}  // namespace grandstand::hlscheck

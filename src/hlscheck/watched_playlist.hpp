// SPDX-License-Identifier: MIT
#pragma once

#include "reload_rules.hpp"
#include "segment_rules.hpp"
#include "session.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace grandstand::hlscheck {

// One media playlist under check: fetches its versions and its segments and has the rules look at them.
//
// Owner: a check.   Runs on: its thread.   Stops: no need.
class WatchedPlaylist {
 public:
  // `above`: the multivariant playlist that names it; empty when none does.
  WatchedPlaylist(std::string url, const Playlist& above, Session& session, Findings& findings)
      : url_(std::move(url)), above_(above), session_(session), findings_(findings) {}

  // Fetches the playlist and checks this version. False when there is none to be had.
  bool reload();
  // Takes an answer that came otherwise, as to a blocking request.
  void take(const fetch::Response& response);
  // Fetches what is new in it, from the end of a live one at first, and what left it not long ago.
  void fetch_segments();
  void fetch_removed();
  // The init section that applies to a segment; nullptr when it cannot be had.
  const InitSection* init_section(const MapTag& map);
  // The whole body of a segment or part.
  std::optional<std::string> fetch_media(const std::string& url, const std::optional<ByteRange>& range,
                                         std::string_view name, int rule);

  const std::string& url() const { return url_; }
  bool known() const { return !watch_.empty(); }
  const Playlist& latest() const { return watch_.latest(); }
  const ReloadWatch& watch() const { return watch_; }
  const SegmentSequence& sequence() const { return sequence_; }
  const std::optional<fetch::Response>& last_answer() const { return answer_; }

 private:
  void look_into(const Segment& segment, const std::string& body);

  std::string url_;
  const Playlist& above_;
  Session& session_;
  Findings& findings_;
  ReloadWatch watch_;
  SegmentSequence sequence_;
  std::optional<fetch::Response> answer_;  // the latest
  std::int64_t next_segment_ = -1;
  std::size_t fetched_segments_ = 0;
  std::map<std::string, std::unique_ptr<InitSection>> init_sections_;
};

}  // namespace grandstand::hlscheck

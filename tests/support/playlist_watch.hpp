// SPDX-License-Identifier: MIT
#pragma once

#include "published_media.hpp"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace grandstand::test {

// Looks at the playlists of a channel again and again, as a player does, and notes what a player must never see
// (headend.md 4.1, 4.2; RFC 8216 6.2.1). Keeps no more than the window.
class PlaylistWatch {
 public:
  // Of `container` ("fmp4", "ts"); the newest segment may end `largest_lag` before now at most, and dates may go back
  // by `largest_step_back` at a discontinuity: the sound that began an epoch may be a little ahead of its first
  // picture.
  explicit PlaylistWatch(std::string container, double largest_lag = 14, double largest_step_back = 0.1)
      : container_(std::move(container)), largest_lag_(largest_lag), largest_step_back_(largest_step_back) {}

  void look(const hls::ChannelSnapshot& snapshot, UtcTime now) {
    const MediaPlaylist playlist = read_media_playlist(snapshot, container_);
    if (playlist.segments.empty()) {
      if (!known_.empty()) note("the playlist is gone");
      return;
    }
    if (playlist.media_sequence < media_sequence_) note("EXT-X-MEDIA-SEQUENCE fell");
    if (playlist.discontinuity_sequence < discontinuity_sequence_) note("EXT-X-DISCONTINUITY-SEQUENCE fell");
    if (target_ != 0 && playlist.target_duration != target_) note("EXT-X-TARGETDURATION changed");
    media_sequence_ = playlist.media_sequence;
    discontinuity_sequence_ = playlist.discontinuity_sequence;
    target_ = playlist.target_duration;
    for (const ListedSegment& segment : playlist.segments) look_at(segment);
    look_at_parts(playlist);
    known_.erase(known_.begin(), known_.lower_bound(media_sequence_));
    if (playlist.segments.back().sequence < newest_) note("segments were taken back");
    newest_ = playlist.segments.back().sequence;
    const double end = seconds_of(playlist.segments.back().date) + playlist.segments.back().duration;
    const double present =
        static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count()) /
        1'000;
    lag_ = present - end;
    if (lag_ > largest_lag_) note("the playlist stands still");
    if (lag_ < -3) note("PROGRAM-DATE-TIME is ahead of the clock by " + std::to_string(-lag_) + " s");
  }

  const std::vector<std::string>& violations() const { return violations_; }
  std::uint64_t segments() const { return segments_; }
  int discontinuities() const { return discontinuities_; }
  int maps() const { return maps_; }
  double lag() const { return lag_; }
  double seconds() const { return seconds_; }  // of media, in all

 private:
  static double seconds_of(const std::string& date) {
    std::tm time{};
    double second = 0;
    if (std::sscanf(date.c_str(), "%d-%d-%dT%d:%d:%lfZ", &time.tm_year, &time.tm_mon, &time.tm_mday, &time.tm_hour,
                    &time.tm_min, &second) != 6) {
      return 0;
    }
    time.tm_year -= 1'900;
    time.tm_mon -= 1;
    return static_cast<double>(timegm(&time)) + second;
  }

  void look_at(const ListedSegment& segment) {
    const auto [known, fresh] = known_.try_emplace(segment.sequence, segment);
    if (!fresh) {
      if (!(known->second == segment)) note("segment " + std::to_string(segment.sequence) + " changed");
      return;
    }
    ++segments_;
    seconds_ += segment.duration;
    if (segment.discontinuity) ++discontinuities_;
    if (std::lround(segment.duration) > target_) note("a segment is longer than the target duration");
    if (segment.duration <= 0) note("a segment has no duration");
    // The number is in the name, so that a name is as unique as its number.
    if (segment.uri.find(std::to_string(segment.sequence)) == std::string::npos) {
      note("segment " + std::to_string(segment.sequence) + " is called " + segment.uri);
    }
    const auto before = known == known_.begin() ? known_.end() : std::prev(known);
    if (before == known_.end()) return;
    if (before->second.map != segment.map) {
      ++maps_;
      if (!used_maps_.insert(segment.map).second) note("EXT-X-MAP " + segment.map + " is used again");
      if (!segment.discontinuity) note("EXT-X-MAP changed without a discontinuity");
    }
    if (before->first + 1 != segment.sequence) note("a sequence number is missing");
    const double step = seconds_of(segment.date) - seconds_of(before->second.date) - before->second.duration;
    if (!segment.discontinuity && std::abs(step) > 0.05) {
      note("PROGRAM-DATE-TIME steps by " + std::to_string(step) + " s within an epoch");
    }
    if (segment.discontinuity && step < -largest_step_back_) {
      note("PROGRAM-DATE-TIME goes back by " + std::to_string(-step) + " s at a discontinuity");
    }
  }

  void look_at_parts(const MediaPlaylist& playlist) {
    if (part_target_ != 0 && playlist.part_target != part_target_) note("PART-TARGET changed");
    part_target_ = playlist.part_target;
    std::map<std::uint64_t, double> lengths;
    for (const ListedPart& part : playlist.parts) {
      if (part.duration > part_target_ + 1e-6) note("a part is longer than PART-TARGET");
      lengths[part.sequence] += part.duration;
    }
    for (const ListedSegment& segment : playlist.segments) {
      const auto length = lengths.find(segment.sequence);
      if (length != lengths.end() && std::abs(length->second - segment.duration) > 0.01) {
        note("the parts of segment " + std::to_string(segment.sequence) + " are not as long as it is");
      }
    }
  }

  void note(const std::string& what) {
    if (violations_.size() < 20) violations_.push_back(container_ + ": " + what);
  }

  std::string container_;
  double largest_lag_;
  double largest_step_back_;
  std::map<std::uint64_t, ListedSegment> known_;
  std::vector<std::string> violations_;
  std::uint64_t media_sequence_ = 0;
  std::uint64_t discontinuity_sequence_ = 0;
  std::uint64_t newest_ = 0;
  int target_ = 0;
  double part_target_ = 0;
  std::set<std::string> used_maps_;
  std::uint64_t segments_ = 0;
  int discontinuities_ = 0;
  int maps_ = 0;
  double lag_ = 0;
  double seconds_ = 0;
};

}  // namespace grandstand::test

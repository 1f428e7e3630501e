// SPDX-License-Identifier: MIT
#pragma once

#include "date_range_recorder.hpp"
#include "rendition_recorder.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/ops/metrics.hpp>

#include <map>
#include <string>

namespace grandstand::dvr {

// Writes the renditions of one channel, says when that does not work, and tries again.
//
// Owner: the archive.   Runs on: the writer's thread.
class ChannelRecorder {
 public:
  ChannelRecorder(ChannelId id, std::filesystem::path folder, ContentsBudget& budget, ops::Metrics& metrics);

  // Takes over what lies in the folder.
  void take_over(UtcTime now);

  // A keep of 0: not recorded; what is there expires by the keep it had.
  void set(const Recording& recording);
  // `space`: whether the file system has any to give; `fits`: false when the queue had no room for the media.
  void record(const hls::FinishedSegment& segment, bool fits, bool space, SteadyTime now);

  // Everything older than the keep leaves the playlists.
  void unlist_old(UtcTime now);
  // What is oldest in the channel leaves the playlists, in all renditions alike; false when nothing is left to leave.
  bool unlist_oldest_hour(UtcTime now);
  UtcTime oldest_listed() const;  // UtcTime::max(): none
  // What left the playlists goes from the disk when no viewer may count on it; returns bytes.
  std::uint64_t erase_unlisted(UtcTime now);
  std::uint64_t erase_leased();  // one reel at most
  std::size_t forget_unused(UtcTime since) const;

  std::uint64_t bytes() const;
  std::uint64_t unlisted_bytes() const;
  const Recording& recording() const { return recording_; }
  const ChannelShelfPtr& shelf() const { return shelf_; }
  bool empty() const;
  void report();  // metrics and shelf

 private:
  RenditionRecorder& rendition(const std::string& name);
  void publish();
  void fail(const hls::FinishedSegment& segment, RenditionRecorder& rendition, const std::string& reason,
            SteadyTime now);

  // given
  std::filesystem::path folder_;
  ContentsBudget& budget_;
  ChannelShelfPtr shelf_;

  // state
  Recording recording_;
  std::map<std::string, RenditionRecorder> renditions_;
  DateRangeRecorder date_ranges_;
  std::optional<Numbers> numbers_;  // of whichever rendition was written last
  std::string trouble_;             // why recording stopped; empty: it goes on
  SteadyTime retry_at_{};
  ops::Gauge failing_;
  ops::Gauge bytes_gauge_;
  ops::Counter errors_;
  ops::Counter segments_;
  ops::Counter gaps_;
};

}  // namespace grandstand::dvr

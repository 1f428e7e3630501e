// SPDX-License-Identifier: MIT
#pragma once

#include "shelf.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/hls/segment_observer.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace grandstand::dvr {

// The numbers of one rendition's playlist, from which others of the channel take theirs when they begin.
struct Numbers {
  std::uint64_t sequence = 0;         // of the next segment
  std::uint64_t discontinuities = 0;  // tags so far
  std::uint64_t source_sequence = 0;  // of the next segment, in the live playlist
};

// Writes one rendition to disk and takes it away again.
//
// Owner: its channel's recorder.   Runs on: the writer's thread.
class RenditionRecorder {
 public:
  RenditionRecorder(std::string name, std::filesystem::path folder, ContentsBudget& budget);

  // Takes over what lies in the folder: reels are believed by their names, the last one is read and freed of what was
  // being written; half files are removed, foreign ones left alone.
  void take_over(UtcTime now);

  // Appends a segment (a gap when it has no media), after what was lost before it. `like`: numbers of a sibling, for
  // the first segment ever. A reel is closed at `largest_reel` bytes.
  Status record(const hls::FinishedSegment& segment, const std::optional<Numbers>& like, std::uint64_t largest_reel);
  // It cannot be recorded now; a gap is written as soon as it can.
  void lose(const hls::FinishedSegment& segment);

  const RenditionShelfPtr& shelf() const { return shelf_; }
  const Numbers& numbers() const { return numbers_; }
  bool running() const { return running_; }
  std::uint64_t bytes() const { return bytes_; }  // on disk, init segments not counted
  std::uint64_t unlisted_bytes() const;           // of reels that playlists of everything kept name no more
  const Reel* oldest_listed() const;              // null: none
  bool empty() const { return reels_.empty(); }

  // Playlists of everything kept name it no more. The reel that grows is closed.
  void unlist_oldest(UtcTime now);
  // Removes reels at the front that are not listed and that nobody may count on any more, by a lease of at most so long
  // after they left the list. How many bytes.
  std::uint64_t erase_unlisted(UtcTime now, std::chrono::seconds longest_lease);
  // Removes the first one that is not listed whatever its lease.
  std::uint64_t erase_leased();
  std::size_t forget_unused(UtcTime since) const;

 private:
  Status open_reel(const hls::FinishedSegment& segment);
  bool needs_reel(const hls::FinishedSegment& segment, std::uint64_t largest_reel) const;
  Status write(const hls::FinishedSegment& segment, std::uint64_t largest_reel);
  Status keep_init(const hls::FinishedSegment& segment);
  Status keep_attributes(const hls::FinishedSegment& segment);
  void close_reel();
  bool front_is_unlisted() const;
  std::uint64_t erase_front();
  void take_over_names();
  void repair_last();
  std::set<std::string> init_uris(const Reel& reel) const;
  void publish();
  void save_marks();
  void load_marks();

  // given
  ContentsBudget& budget_;
  RenditionShelfPtr shelf_;

  // state
  Reels reels_;
  std::uint64_t bytes_ = 0;
  Numbers numbers_;
  bool running_ = false;  // a segment has been recorded since the start
  bool broken_ = false;   // the next segment does not follow the last
  ReelHead head_;         // as last written
  std::size_t since_head_ = 0;
  unsigned generation_ = 0;
  std::string init_uri_;                    // known to be on disk
  std::vector<hls::FinishedSegment> lost_;  // without media, to be written as gaps
};

}  // namespace grandstand::dvr

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/hls/resource.hpp>
#include <grandstand/hls/segment_observer.hpp>
#include <grandstand/hls/settings.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/ops/metrics.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace grandstand::hls {

// Everything that can be fetched of a channel at one moment; immutable.
class ChannelSnapshot {
 public:
  virtual ~ChannelSnapshot() = default;
  // `path` is what follows /live/<channel>/: "index.m3u8", "index-ts.m3u8", "fmp4/media.m3u8", "fmp4/init-k3-1.mp4",
  // "fmp4/k3-1763712055.m4s", "ts/k3-1763712055.ts". Null: there is none (any more).
  virtual ResourcePtr find(std::string_view path) const = 0;
};

// Packages one channel: cuts samples into segments at key frames, once for all containers, so that sequence numbers,
// boundaries and dates are equal in all renditions; keeps the live window in memory and publishes a snapshot for each
// new segment.
//
// The audio that browsers cannot play comes twice: as it arrived (`original`) for TS, and as AAC for fMP4. Which sample
// goes where follows from its codec: fMP4 takes H.264, HEVC and AAC; TS takes all, but not an AAC track that stands for
// an MP2 or AC-3 track of the same id (see audio_for_browsers in set_tracks).
//
// Media sequence numbers start at the wall clock in seconds, so that they never fall back over a restart, and names
// carry a token of the process start, so that no URI is ever used twice (headend.md 4, rules 12, 14, 49).
//
// Owner: the channel.   Runs on: the channel's loop; snapshot() is safe from any thread.   Pure: time is given.
class Packager {
 public:
  Packager(ChannelId channel, Settings settings, UtcTime started, ops::Metrics& metrics);
  ~Packager();
  Packager(const Packager&) = delete;
  Packager& operator=(const Packager&) = delete;

  // Told of every finished segment of every rendition; null: nobody. It outlives the packager.
  void set_observer(SegmentObserver* observer);

  // The streams that follow, with the AAC tracks that stand for MP2 and AC-3 ones (same ids, may be empty). A change
  // closes the segment and starts a new one with DISCONTINUITY and, for fMP4, a new EXT-X-MAP; the same tracks again
  // change nothing. kUnsupported when there is nothing to package, kInvalidArgument when a decoder configuration is
  // missing or broken; after an error samples are ignored until other tracks are set. fMP4 has the first audio track
  // that it can carry, TS all.
  Status set_tracks(std::shared_ptr<const media::TrackSet> tracks, std::vector<media::Track> audio_for_browsers);

  // One sample in channel time, in the order of arrival; per track dts goes forward. `date` is the wall clock of its
  // pts. kSubstitute: an AAC sample of audio_for_browsers; it may come up to one second of media after its original.
  enum class Origin { kOriginal, kSubstitute };
  void add(media::Sample sample, UtcTime date, Origin origin = Origin::kOriginal);

  // What follows belongs to another epoch: closes the segment; the next one carries EXT-X-DISCONTINUITY and begins at a
  // key frame (after max_segment_duration at any). Call it before the first sample of the epoch.
  void discontinuity();

  // The source ended: closes and publishes what is there. Samples may follow, as after discontinuity().
  void flush();

  // Never null; empty (finds nothing) until every rendition has its first segment.
  std::shared_ptr<const ChannelSnapshot> snapshot() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::hls

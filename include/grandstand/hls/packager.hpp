// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/hls/bell.hpp>
#include <grandstand/hls/directives.hpp>
#include <grandstand/hls/resource.hpp>
#include <grandstand/hls/segment_observer.hpp>
#include <grandstand/hls/sequence_numbers.hpp>
#include <grandstand/hls/settings.hpp>
#include <grandstand/hls/stream_cursor.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/media/splice_cue.hpp>
#include <grandstand/ops/metrics.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::hls {

// What there is to a request.
struct Answer {
  enum class Kind {
    kFound,
    kLater,   // it will be there with a version to come: ask again when the bell rings
    kTooFar,  // the directives ask for what is too far in the future
    kNone,    // there is none (any more)
  };
  Kind kind = Kind::kNone;
  ResourcePtr resource;  // kFound
};

// Everything that can be fetched of a channel at one moment; immutable.
class ChannelSnapshot {
 public:
  virtual ~ChannelSnapshot() = default;
  // `path` is what follows /live/<channel>/: "index.m3u8", "index-ts.m3u8", "fmp4/media.m3u8", "fmp4/init-k3-1.mp4",
  // "fmp4/k3-1763712055.m4s", "ts/k3-1763712055.ts", "ts/k3-1763712055.2.ts" (the third part), "fmp4-480p/media.m3u8",
  // "audio-eng/media.m3u8", "text-eng/media.m3u8", "fmp4/iframes.m3u8". `directives` concern media playlists only.
  virtual Answer ask(std::string_view path, const Directives& directives) const = 0;
  // What is there now; null: nothing.
  ResourcePtr find(std::string_view path) const { return ask(path, {}).resource; }

  virtual std::chrono::seconds target_duration() const = 0;  // 0: nothing was published yet
  // How often the media has stopped so far. Who waits across a stop is let go with what there is.
  virtual std::uint64_t interruptions() const = 0;

  // The bytes of the TS rendition behind the cursor, part by part; a new cursor begins at the latest part with a key
  // frame. Nothing when nothing came since, or the channel has no TS.
  virtual std::vector<SharedBytes> follow(StreamCursor& cursor) const = 0;
};

class SegmentCipher;

// Packages one channel: cuts samples into segments at key frames, and those into parts, once for all renditions, so
// that sequence numbers, boundaries, discontinuities and dates are equal in all; keeps the live window in memory and
// publishes a snapshot for each new part (draft-pantos-hls-rfc8216bis; RFC 8216).
//
// Renditions (decision 2, decision 7): "fmp4" has the pictures and the one sound of a programme. When it has more, each
// encoding of the pictures ("fmp4", "fmp4-480p"), each sound ("audio-eng") and each text ("text-eng") has its own, and
// sound that once had stays apart. A rendition whose tracks have gone is not offered any more, but its playlist goes on
// with segments without media (EXT-X-GAP; texts with empty ones), numbered as the others', until the tracks are back.
// "ts" carries the best pictures and every sound as it arrived. fMP4 takes H.264, HEVC, AV1, AAC and Opus, TS takes
// H.264, HEVC, AAC, MP2, AC-3 and E-AC-3, and teletext and DVB subtitles as they arrived. MPEG-2 pictures are never
// packaged: they only say where segments begin, and what was made of them is shown.
//
// Numbers start at the wall clock, media sequence numbers in seconds, so that they never fall back over a restart;
// where they outran it, at what is said to be the least. Names carry a token of the process start, so that no URI is
// ever used twice (headend.md 4, rules 12, 14, 49).
//
// Owner: the channel.   Runs on: the channel's loop; snapshot() and bell() are safe from any thread.   Pure: time is
// given.
class Packager {
 public:
  // `at_least`: numbers below these may have been used before.
  Packager(ChannelId channel, Settings settings, UtcTime started, ops::Metrics& metrics, SequenceNumbers at_least = {});
  ~Packager();
  Packager(const Packager&) = delete;
  Packager& operator=(const Packager&) = delete;

  // Told of every finished segment of every rendition; null: nobody. It outlives the packager.
  void set_observer(SegmentObserver* observer);

  // Before the first tracks are set: segments are encrypted, and come without low latency.
  void set_cipher(std::shared_ptr<SegmentCipher> cipher);

  // More encodings of the pictures are to come: sound has renditions of its own from now on.
  void keep_sound_apart();

  // The streams that follow, and the tracks that the headend makes of them (media::Track::derived_from): AAC for MP2,
  // AC-3 and E-AC-3 (same ids), ladder pictures (H.264, key frames at the pts of the originals' key frames) and texts
  // (WebVTT). New original tracks close the segment and start a new one with DISCONTINUITY and, for fMP4, a new
  // EXT-X-MAP; derived pictures, texts and captions in the pictures that only come or go do so without one; the same
  // tracks again change nothing. kUnsupported when there is nothing to package, kInvalidArgument when a decoder
  // configuration is missing or broken; after an error samples are ignored until other tracks are set.
  Status set_tracks(std::shared_ptr<const media::TrackSet> tracks, std::vector<media::Track> derived);

  // One sample in channel time, in the order of arrival; per track dts goes forward. `date` is the wall clock of its
  // pts. kSubstitute: a sample of a derived track; sound may come up to one second of media after its original,
  // pictures and texts three. What comes later, or never, leaves a gap in its own rendition only, which is no longer
  // offered after three target durations.
  enum class Origin { kOriginal, kSubstitute };
  void add(media::Sample sample, UtcTime date, Origin origin = Origin::kOriginal);

  // A splice point in channel time: becomes an EXT-X-DATERANGE, and the segment is cut at the first key frame at or
  // after it. `date`: the wall clock of its pts.
  void add_splice_cue(const media::SpliceCue& cue, UtcTime date);

  // What follows belongs to another epoch: closes the segment; the next one carries EXT-X-DISCONTINUITY and begins at a
  // key frame (after max_segment_duration at any). Call it before the first sample of the epoch.
  void discontinuity();

  // The source ended: closes and publishes what is there, and lets go whoever waits. Samples may follow, as after
  // discontinuity().
  void flush();

  // How far it has counted.
  SequenceNumbers numbers() const;

  // Never null; empty (finds nothing) until every rendition has its first segment.
  std::shared_ptr<const ChannelSnapshot> snapshot() const;
  // Rings after each new snapshot.
  const std::shared_ptr<Bell>& bell() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace grandstand::hls

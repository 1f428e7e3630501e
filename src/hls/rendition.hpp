// SPDX-License-Identifier: MIT
#pragma once

#include "bandwidth.hpp"
#include "playlist_text.hpp"
#include "playlist_window.hpp"
#include "segment_muxer.hpp"
#include "segment_plan.hpp"

#include <grandstand/base/result.hpp>
#include <grandstand/hls/segment_observer.hpp>
#include <grandstand/hls/settings.hpp>
#include <grandstand/ops/metrics.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::hls {

// One container of a channel: collects the samples that belong in it, muxes each planned segment as soon as its last
// sample is there, and keeps the playlist. A segment waits for a track's samples for one second of media at most; what
// comes later goes into the next one.
//
// Owner: Packager.   Runs on: the channel's loop.   Pure.
class Rendition {
 public:
  struct Settings {
    ChannelId channel;
    Container container = Container::kFmp4;
    std::string token;  // of the process start; part of every name
    std::chrono::seconds target_duration{0};
    media::MediaTime window{0};
    ops::Counter segments;
    ops::Counter late_samples;
  };
  // A track, and whether its samples are those of Packager::Origin::kSubstitute.
  struct Input {
    media::Track track;
    bool substitute = false;
  };

  explicit Rendition(Settings settings);

  // Told of every finished segment; may be null.
  void set_observer(SegmentObserver* observer) { observer_ = observer; }

  // What follows are samples of these; none: the rendition rests. Every planned segment must have been flushed.
  Status begin(std::vector<Input> inputs, unsigned generation);

  void open(const SegmentPlan& plan);
  // Ends the segment opened last.
  void end(media::MediaTime end, std::uint64_t video_end);
  void add(const media::Sample& sample, bool substitute);
  // The programme has come to `position`: finishes what needs no more waiting.
  void advance(media::MediaTime position);
  // Finishes all ended segments with what is there.
  void flush();
  // flush(), and forgets the samples that are in no segment: what comes next has other times.
  void start_over();

  Container container() const { return settings_.container; }
  bool active() const { return !lanes_.empty(); }
  bool ready() const { return active() && !window_.listed().empty(); }
  std::size_t bytes() const { return window_.bytes(); }

  // Renews the playlists if there are new segments; whether they were.
  bool refresh_playlists();
  // Adds everything that can be fetched, the media playlist included.
  void collect(std::vector<NamedResourcePtr>& into) const;
  const ResourcePtr& multivariant() const { return multivariant_; }

 private:
  // The samples of one track that are in no segment yet.
  struct Lane {
    Input input;
    bool video = false;
    bool silent = false;  // missed a deadline: nobody waits for it until it is heard again
    std::vector<media::Sample> queue;
  };

  bool complete(const SegmentPlan& plan, media::MediaTime position);
  void finish(const SegmentPlan& plan);
  std::size_t take(Lane& lane, const SegmentPlan& plan);
  std::optional<media::MediaTime> seamless_next(const Lane& lane, std::size_t count) const;
  void tell_observer(const Segment& segment);
  Variant describe() const;
  ResourcePtr playlist_resource(std::string text);

  Settings settings_;
  SegmentObserver* observer_ = nullptr;
  std::shared_ptr<const RenditionDescription> description_;  // as last told
  unsigned generation_ = 0;
  std::string directory_;  // "fmp4/" or "ts/"
  std::vector<Lane> lanes_;
  std::unique_ptr<SegmentMuxer> muxer_;
  NamedResourcePtr init_;
  std::string init_uri_;
  std::deque<SegmentPlan> plans_;  // only the last one may be without end
  std::uint64_t video_taken_ = 0;  // samples, since begin()
  double measured_frame_rate_ = 0;
  PlaylistWindow window_;
  Bandwidth bandwidth_;
  bool changed_ = false;
  std::uint64_t playlist_version_ = 0;
  NamedResourcePtr playlist_;
  ResourcePtr multivariant_;
};

}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#pragma once

#include "ladder_worker.hpp"
#include "transcode_worker.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/channels/ladder_settings.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/ops/metrics.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::channels {

// The tracks that the channel makes of those of its source: AAC for sound that browsers cannot play, and the rungs of a
// ladder.
//
// Owner: Channel.   Runs on: its loop.   Stops: on destruction.
class DerivedTracks {
 public:
  struct Context {
    ChannelId channel;
    aio::Loop& loop;
    const Clock& clock;
    ops::Metrics& metrics;
    // On the loop, never after destruction: a derived sample in channel time; made() or trouble() are others.
    std::function<void(media::Sample)> deliver;
    std::function<void()> changed;
  };
  explicit DerivedTracks(Context context) : context_(std::move(context)) {}

  // Begins anew with other tracks.
  void set_tracks(const std::shared_ptr<const media::TrackSet>& tracks, const EncodingSettings& encoding);
  // The source's tracks as the packager is to have them: pictures that are no rendition themselves are of a codec that
  // is never packaged.
  const std::shared_ptr<const media::TrackSet>& originals() const { return originals_; }
  // The tracks that are made of them.
  const std::vector<media::Track>& made() const { return made_; }
  bool has_ladder() const { return ladder_ != nullptr; }
  // What replaces the source's pictures is not known yet: the source's tracks are of no use until changed() is called.
  bool awaited() const { return dropped_ && ladder_ && ladder_->opening(); }
  // What the machine cannot do of it, for operators; empty: all is well.
  std::string trouble() const { return ladder_ ? ladder_->trouble() : std::string(); }
  bool ladder_failed() const { return ladder_ && ladder_->failed(); }

  // A sample of the source in channel time. Dropped pictures are no longer key ones when they follow one too closely.
  void push(media::Sample& sample);
  void clear();

 private:
  void make_sound(const media::Track& track);
  void make_ladder(const media::Track& track, const EncodingSettings& encoding);
  void ladder_changed();
  void gather();

  Context context_;
  std::shared_ptr<const media::TrackSet> source_;
  std::shared_ptr<const media::TrackSet> originals_;
  std::vector<media::Track> made_;
  std::map<std::uint32_t, std::unique_ptr<TranscodeWorker>> transcoders_;  // by track
  std::unique_ptr<LadderWorker> ladder_;
  std::uint32_t pictures_ = 0;  // the track of the ladder
  bool dropped_ = false;        // it is no rendition itself
  std::optional<media::MediaTime> latest_key_;
};

}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#pragma once

#include "caption_tracks.hpp"
#include "channel_watch.hpp"
#include "derived_tracks.hpp"
#include "failover.hpp"
#include "slate_library.hpp"
#include "source_intake.hpp"
#include "thumbnail_worker.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/channels/settings.hpp>
#include <grandstand/hls/packager.hpp>
#include <grandstand/hls/segment_cipher.hpp>
#include <grandstand/ingest/source.hpp>
#include <grandstand/media/timeline.hpp>
#include <grandstand/ops/metrics.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::channels {

// What a channel needs; all of it outlives the channel.
struct ChannelParts {
  aio::Loop& loop;
  const Clock& clock;
  ops::Metrics& metrics;
  ingest::RtmpServer* rtmp = nullptr;
  hls::Settings hls;
  hls::SegmentObserver* observer = nullptr;
  SlateLibrary* slates = nullptr;  // null: there is no built-in slate
  std::function<void(const ChannelId&, media::EventInformation)> on_event_information;
  std::function<Result<std::unique_ptr<ingest::Source>>(const ingest::FeedSettings&, ingest::SourceContext)>
      make_source = ingest::make_source;
  std::string segment_secret;  // for encrypted channels
  hls::SequenceNumbers numbers_at_least;
};

// One running channel: of its sources one is on air; the timeline gives its samples the channel's time, the packager
// makes HLS of them. Packager and timeline stay whatever happens to the sources, so viewers stay attached: a change of
// source is an epoch of the timeline and begins at a key frame of the new one, until which the old one goes on.
//
// Owner: Catalogue.   Runs on: its loop; status(), monitor() and packager() on any thread.   Stops: stop().
class Channel final : public IntakeListener {
 public:
  Channel(ChannelSettings settings, ChannelParts parts);
  ~Channel() override;

  void start();
  void stop();
  // Takes new settings of the same id. Sources that are in the old and in the new ones go on.
  void reconfigure(ChannelSettings settings);
  void select_source(std::optional<std::size_t> source);
  // Opens, closes and changes sources as the failover decides; called by the channel's own ticker.
  void tick();

  aio::Loop& loop() { return parts_.loop; }
  std::shared_ptr<const ChannelStatus> status() const { return status_.load(); }
  std::shared_ptr<const ChannelMonitor> monitor() const { return watch_.monitor(); }
  std::shared_ptr<const hls::Packager> packager() const { return packager_; }
  // Of its segments, while it is encrypted, and of its archive, when it once was; null: there is no secret.
  std::shared_ptr<const hls::SideResources> keys() const { return keys_; }
  // What it offers beside its media.
  std::shared_ptr<const hls::SideResources> side() const { return side_; }

  // IntakeListener
  void on_intake_tracks(SourceIntake& intake) override;
  void on_intake_sample(SourceIntake& intake, media::Sample sample, bool entry) override;
  void on_intake_discontinuity(SourceIntake& intake, std::string reason) override;
  void on_intake_cue(SourceIntake& intake, media::SpliceCue cue) override;
  bool on_intake_events(SourceIntake& intake, media::EventInformation information) override;

 private:
  // One source and its series.
  struct Input {
    ingest::FeedSettings feed;
    std::unique_ptr<SourceIntake> intake;
    ops::Gauge health;
  };

  std::unique_ptr<ContentWatch> make_content_watch() const;
  Input make_input(const ingest::FeedSettings& feed, std::size_t index);
  void replace_inputs(ChannelSettings settings);
  void replace_slate(const std::string& slate);
  void play_slate();
  void decide();
  void open_and_close();
  void take_over(SourceIntake& intake);
  void repeat_cues(SourceIntake& intake, media::MediaTime now);
  void use_tracks(const std::shared_ptr<const media::TrackSet>& tracks);
  void use_derived();
  void package(media::Sample sample);
  void replace_thumbnails();
  void add_derived(media::Sample sample);
  void publish_status();
  void watch();
  ChannelState state() const;
  std::string why_not_live() const;
  SourceIntake* wanted() const;

  ChannelParts parts_;  // given

  // state
  ChannelSettings settings_;
  media::Timeline timeline_;
  ChannelWatch watch_;
  std::shared_ptr<hls::Packager> packager_;
  DerivedTracks derived_;
  std::shared_ptr<const hls::SideResources> keys_;
  std::shared_ptr<OfferedFiles> side_ = std::make_shared<OfferedFiles>();
  std::unique_ptr<ThumbnailWorker> thumbnails_;  // null: none are made
  CaptionTracks captions_;
  std::vector<media::Track> texts_;  // made by captions_
  std::vector<Input> inputs_;
  std::vector<SourceHealth> health_;                  // of the inputs, at the latest decision
  std::unique_ptr<SourceIntake> slate_;               // null: none
  bool slate_is_file_ = false;                        // which may turn out not to play
  std::shared_ptr<const media::TrackSet> programme_;  // of the source that was on air last: what the slate is made like
  std::unique_ptr<Failover> failover_;
  SourceIntake* on_air_ = nullptr;  // whose samples are packaged
  // Of the source on air, until the tracks made of it are known; then they are packaged.
  std::vector<media::Sample> held_;
  std::string refusal_;    // why the packager does not take the present tracks; empty: it does
  bool failing_ = false;   // what is on air gives nothing
  bool cues_due_ = false;  // the source on air has just come, and its time is not known yet
  media::MediaTime epoch_start_{0};
  bool playable_ = false;  // a playlist exists
  bool running_ = false;
  std::uint64_t switches_ = 0;
  std::string told_;  // the latest switch that was logged
  ops::Gauge live_, on_slate_;
  ops::Counter epochs_, switched_;

  // in / out
  Published<ChannelStatus> status_;
  std::unique_ptr<aio::Ticker> ticker_;
};

}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#pragma once

#include "transcode_worker.hpp"

#include <grandstand/aio/loop.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/channels/catalogue.hpp>
#include <grandstand/channels/settings.hpp>
#include <grandstand/hls/packager.hpp>
#include <grandstand/ingest/source.hpp>
#include <grandstand/media/sample_sink.hpp>
#include <grandstand/media/timeline.hpp>
#include <grandstand/ops/metrics.hpp>

#include <map>
#include <memory>
#include <string>

namespace grandstand::channels {

// One running channel: a source feeds samples, the timeline gives them the channel's time, the packager makes HLS of
// them. The packager and the timeline stay when the feed is exchanged, so viewers stay attached.
//
// Owner: Catalogue.   Runs on: its loop; status() and packager() on any thread.   Stops: stop().
class Channel final : public media::SampleSink, public ingest::SourceObserver {
 public:
  Channel(ChannelSettings settings, aio::Loop& loop, const Clock& clock, ops::Metrics& metrics,
          ingest::RtmpServer* rtmp, const hls::Settings& hls, hls::SegmentObserver* observer = nullptr);
  ~Channel() override;

  void start();
  void stop();
  // Takes new settings of the same id. The source is exchanged only when the feed changed.
  void reconfigure(ChannelSettings settings);

  aio::Loop& loop() { return loop_; }
  std::shared_ptr<const ChannelStatus> status() const { return status_.load(); }
  std::shared_ptr<const hls::Packager> packager() const { return packager_; }

  // media::SampleSink
  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override;
  void on_sample(media::Sample sample) override;
  void on_discontinuity(std::string reason) override;
  // ingest::SourceObserver
  void on_source_state(ingest::SourceState state, std::string reason) override;

 private:
  void open_source();
  void add_substitute(media::Sample sample);
  void publish_status();

  // given
  aio::Loop& loop_;
  const Clock& clock_;
  ops::Metrics& metrics_;
  ingest::RtmpServer* rtmp_;

  // state
  ChannelSettings settings_;
  media::Timeline timeline_;
  std::shared_ptr<hls::Packager> packager_;
  std::map<std::uint32_t, std::unique_ptr<TranscodeWorker>> transcoders_;  // by track
  ingest::SourceState source_state_ = ingest::SourceState::kStarting;
  std::string reason_ = "waiting for the feed";
  std::string refusal_;  // why the packager does not take the present tracks; empty: it does
  media::MediaTime epoch_start_{0};
  bool playable_ = false;  // a playlist exists
  ops::Gauge live_;
  ops::Counter epochs_;

  // in / out
  Published<ChannelStatus> status_;
  std::unique_ptr<ingest::Source> source_;  // must be the last member: it calls us
};

}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#pragma once

#include "content_watch.hpp"
#include "source_watch.hpp"

#include <grandstand/ingest/source.hpp>
#include <grandstand/media/caption_services.hpp>
#include <grandstand/media/sample_sink.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::channels {

class SourceIntake;

// What the intakes of a channel tell it; on its loop.
class IntakeListener {
 public:
  virtual ~IntakeListener() = default;
  virtual void on_intake_tracks(SourceIntake& intake) = 0;
  // `entry`: the channel can change to the intake here.
  virtual void on_intake_sample(SourceIntake& intake, media::Sample sample, bool entry) = 0;
  virtual void on_intake_discontinuity(SourceIntake& intake, std::string reason) = 0;
  virtual void on_intake_cue(SourceIntake& intake, media::SpliceCue cue) = 0;
  // False: not of what is on air.
  virtual bool on_intake_events(SourceIntake& intake, media::EventInformation information) = 0;
};

// One source of a channel, on air or not: keeps its tracks, judges its health and passes on what it delivers. Captions
// in its pictures (CEA-608 and CEA-708) become tracks and samples of their own as soon as pictures have some.
//
// Owner: Channel.   Runs on: its loop; open() and close() never from within a call of the source.   Stops: close().
class SourceIntake final : public media::SampleSink, public ingest::SourceObserver {
 public:
  using Opener = std::function<Result<std::unique_ptr<ingest::Source>>(media::SampleSink&, ingest::SourceObserver&)>;

  // `name` is for people: "source 2", "slate".
  SourceIntake(ChannelId channel, std::string name, const FailoverSettings& settings, const ingest::FeedSettings& feed,
               const Clock& clock, IntakeListener& listener, Opener opener);
  ~SourceIntake() override;

  void open();
  void close();
  bool is_open() const { return open_; }

  void rename(std::string name) { name_ = std::move(name); }
  const std::string& name() const { return name_; }
  const std::shared_ptr<const media::TrackSet>& tracks() const { return tracks_; }  // null: none yet
  SourceHealth assess();
  // Null: its content is not watched.
  void watch_content(std::unique_ptr<ContentWatch> content) { content_ = std::move(content); }
  std::optional<ingest::SignalReport> report() const;  // empty: it is not received
  SourceWatch& watch() { return watch_; }
  // The latest ones of its present time base, in its own time. Sources tell each cue once only.
  const std::deque<media::SpliceCue>& cues() const { return cues_; }

  // media::SampleSink
  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override;
  void on_sample(media::Sample sample) override;
  void on_discontinuity(std::string reason) override;
  void on_splice_cue(media::SpliceCue cue) override;
  bool on_event_information(media::EventInformation information) override;
  // ingest::SourceObserver
  void on_source_state(ingest::SourceState state, std::string reason) override;

 private:
  void set_tracks(std::shared_ptr<const media::TrackSet> tracks);
  // The captions of a picture of the first video track, as samples of their own.
  std::vector<media::Sample> captions_of(const media::Sample& sample);

  ChannelId channel_;
  std::string name_;
  const Clock& clock_;
  IntakeListener& listener_;
  Opener opener_;
  SourceWatch watch_;
  std::unique_ptr<ContentWatch> content_;
  std::shared_ptr<const media::TrackSet> tracks_;
  bool captioned_ = false;  // the pictures carry captions
  media::CaptionServices services_;
  std::deque<media::SpliceCue> cues_;
  bool open_ = false;
  std::string state_line_;                  // what was logged last
  std::unique_ptr<ingest::Source> source_;  // must be the last member: it calls us
};

}  // namespace grandstand::channels

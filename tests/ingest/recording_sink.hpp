// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/ingest/source.hpp>
#include <grandstand/media/sample_sink.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace grandstand::ingest {

// Keeps everything that a source tells.
class RecordingSink : public media::SampleSink, public SourceObserver {
 public:
  void on_tracks(std::shared_ptr<const media::TrackSet> set) override {
    tracks.push_back(std::move(set));
    log.push_back("tracks");
  }
  void on_sample(media::Sample sample) override {
    samples.push_back(std::move(sample));
    log.push_back("sample");
  }
  void on_discontinuity(std::string reason) override {
    discontinuities.push_back(reason);
    samples_at_discontinuity.push_back(samples.size());
    log.push_back("discontinuity");
  }
  void on_source_state(SourceState state, std::string reason) override {
    states.emplace_back(state, std::move(reason));
  }

  void on_splice_cue(media::SpliceCue cue) override { cues.push_back(std::move(cue)); }
  bool on_event_information(media::EventInformation information) override {
    events.push_back(std::move(information));
    return true;
  }

  std::vector<media::Sample> of(std::uint32_t track) const {
    std::vector<media::Sample> found;
    std::ranges::copy_if(samples, std::back_inserter(found), [track](const auto& s) { return s.track == track; });
    return found;
  }
  const media::Track* track(std::uint32_t id) const { return tracks.empty() ? nullptr : tracks.back()->find(id); }
  SourceState state() const { return states.empty() ? SourceState::kStarting : states.back().first; }
  std::string reason() const { return states.empty() ? "" : states.back().second; }

  std::vector<std::shared_ptr<const media::TrackSet>> tracks;
  std::vector<media::Sample> samples;
  std::vector<media::SpliceCue> cues;
  std::vector<media::EventInformation> events;
  std::vector<std::string> discontinuities;
  std::vector<std::size_t> samples_at_discontinuity;
  std::vector<std::pair<SourceState, std::string>> states;
  std::vector<std::string> log;
};

}  // namespace grandstand::ingest

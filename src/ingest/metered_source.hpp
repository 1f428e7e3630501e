// SPDX-License-Identifier: MIT
#pragma once

#include "sample_meter.hpp"

#include <grandstand/ingest/source.hpp>

#include <functional>
#include <memory>

namespace grandstand::ingest {

// A source of any kind, and what it delivers measured on the way.
//
// Owner: the channel.   Runs on: the channel's loop.   Stops: as the source inside.
class MeteredSource final : public Source, private media::SampleSink {
 public:
  using Make = std::function<Result<std::unique_ptr<Source>>(const SourceContext& context)>;

  // `make` gets the context with another sink.
  static Result<std::unique_ptr<Source>> create(const SourceContext& context, const Make& make);

  void start() override { inner_->start(); }
  void stop() override { inner_->stop(); }
  SignalReport report() const override;

 private:
  explicit MeteredSource(const SourceContext& context);

  void on_tracks(std::shared_ptr<const media::TrackSet> tracks) override;
  void on_sample(media::Sample sample) override;
  void on_discontinuity(std::string reason) override { sink_.on_discontinuity(std::move(reason)); }
  void on_splice_cue(media::SpliceCue cue) override { sink_.on_splice_cue(std::move(cue)); }
  bool on_event_information(media::EventInformation information) override {
    return sink_.on_event_information(std::move(information));
  }

  const Clock& clock_;
  media::SampleSink& sink_;
  mutable SampleMeter meter_;
  std::unique_ptr<Source> inner_;  // must be the last member: it calls us
};

}  // namespace grandstand::ingest

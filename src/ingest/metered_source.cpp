// SPDX-License-Identifier: MIT
#include "metered_source.hpp"

#include <utility>

namespace grandstand::ingest {

MeteredSource::MeteredSource(const SourceContext& context)
    : clock_(context.clock), sink_(context.sink), meter_(context.clock.steady()) {}

Result<std::unique_ptr<Source>> MeteredSource::create(const SourceContext& context, const Make& make) {
  std::unique_ptr<MeteredSource> source(new MeteredSource(context));
  GRANDSTAND_TRY(source->inner_, make({context.channel, context.loop, context.clock, context.metrics, context.rtmp,
                                       *source, context.observer}));
  return std::unique_ptr<Source>(std::move(source));
}

void MeteredSource::on_tracks(std::shared_ptr<const media::TrackSet> tracks) {
  meter_.on_tracks(*tracks, clock_.steady());
  sink_.on_tracks(std::move(tracks));
}

void MeteredSource::on_sample(media::Sample sample) {
  meter_.on_sample(sample, clock_.steady());
  sink_.on_sample(std::move(sample));
}

SignalReport MeteredSource::report() const {
  SignalReport report = inner_->report();
  meter_.fill(report, clock_.steady());
  return report;
}

}  // namespace grandstand::ingest

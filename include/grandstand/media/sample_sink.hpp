// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/programme_event.hpp>
#include <grandstand/media/sample.hpp>
#include <grandstand/media/splice_cue.hpp>

#include <memory>
#include <string>

namespace grandstand::media {

// What a source delivers, in this order: tracks, samples, and again from the top after a change. All calls come on the
// loop on which the source was made.
class SampleSink {
 public:
  virtual ~SampleSink() = default;

  // The streams that follow; before the first sample and at every change. Decoder configurations are complete.
  virtual void on_tracks(std::shared_ptr<const TrackSet> tracks) = 0;

  // Timestamps are the source's own, unwrapped to 64 bits; the receiver's Timeline makes them the channel's.
  virtual void on_sample(Sample sample) = 0;

  // The time base of what follows may be another one (reconnect, loop of a file, discontinuity_indicator). `reason` is
  // for the log.
  virtual void on_discontinuity(std::string reason) = 0;

  // A splice point announced in the stream, once for each.
  virtual void on_splice_cue(SpliceCue cue) {}
  // The stream's own programme guide, when a part of it is new or changed. False: it is of no use now; it comes again
  // when the stream repeats it.
  virtual bool on_event_information(EventInformation information) { return true; }
};

}  // namespace grandstand::media

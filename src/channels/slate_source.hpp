// SPDX-License-Identifier: MIT
#pragma once

#include "slate_library.hpp"

#include <grandstand/aio/ticker.hpp>
#include <grandstand/base/clock.hpp>
#include <grandstand/ingest/source.hpp>
#include <grandstand/media/slate.hpp>

#include <cstdint>
#include <memory>

namespace grandstand::channels {

// Plays a slate without end, as fast as time goes. It has a silent sound for each of the programme's, in the same
// languages: who listens to one of them stays where they are.
//
// Owner: SlateSource.   Runs on: the channel's loop.   Pure: time is given.
class SlatePlayer {
 public:
  SlatePlayer(std::shared_ptr<const media::Slate> slate, const media::TrackSet& programme, media::SampleSink& sink,
              SteadyTime now);

  // Gives what is due.
  void tick(SteadyTime now);

 private:
  media::Sample next_picture() const;
  media::Sample next_sound() const;  // of the first track

  std::shared_ptr<const media::Slate> slate_;
  std::shared_ptr<const media::TrackSet> tracks_;
  media::SampleSink& sink_;
  SteadyTime began_;
  std::int64_t pictures_ = 0;  // given
  std::int64_t sounds_ = 0;
};

// The built-in slate as a source of its channel, in place of `programme`. `radio`: without pictures, unless the
// programme has some.
class SlateSource final : public ingest::Source {
 public:
  SlateSource(const media::TrackSet& programme, bool radio, SlateLibrary& library, aio::Loop& loop, const Clock& clock,
              media::SampleSink& sink, ingest::SourceObserver& observer);
  ~SlateSource() override;
  void start() override;
  void stop() override;

 private:
  struct Play;
  SlateLibrary& library_;
  std::shared_ptr<Play> play_;
};

}  // namespace grandstand::channels

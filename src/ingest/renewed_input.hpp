// SPDX-License-Identifier: MIT
#pragma once

#include "av_input.hpp"

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>

namespace grandstand::ingest {

// An endless input that is opened again from time to time, beside the one that runs, and goes on in the new one at the
// sample where the old one is: for libavformat's HLS demuxer, which keeps something of every playlist that it has read
// until it is closed. Opened anew in vain, or without the samples that came last, the old one goes on until the next
// time.
//
// Owner: the reading thread.   Runs on: it; `open` may use another.
class RenewedInput final : public AvInput {
 public:
  using Opened = std::future<Result<std::unique_ptr<AvInput>>>;
  struct Settings {
    std::chrono::minutes every{60};
    std::function<Opened()> open;
    std::function<SteadyTime()> now;
  };

  RenewedInput(std::unique_ptr<AvInput> first, Settings settings);

  bool keeps_what_it_read() const override { return false; }
  std::vector<media::SpliceCue> take_cues() override { return input_->take_cues(); }
  std::vector<GuideSection> take_guide() override { return input_->take_guide(); }
  std::string left_out() const override { return input_->left_out(); }
  std::shared_ptr<const media::TrackSet> tracks() const override { return input_->tracks(); }
  Result<std::optional<media::Sample>> read() override;

 private:
  void renew();
  // Whether `fresh` has the pictures and each sound from a sample on that was read before; texts come when they come.
  bool joins(AvInput& fresh);

  std::unique_ptr<AvInput> input_;
  Settings settings_;
  SteadyTime renewed_;
  Opened opened_;
  std::map<std::uint32_t, media::MediaTime> last_;     // by track
  std::map<std::uint32_t, media::MediaTime> already_;  // what was read before, of tracks that have not come to it yet
};

}  // namespace grandstand::ingest

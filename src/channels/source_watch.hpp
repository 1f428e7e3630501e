// SPDX-License-Identifier: MIT
#pragma once

#include "content_judge.hpp"

#include <grandstand/base/clock.hpp>
#include <grandstand/channels/settings.hpp>
#include <grandstand/channels/stall.hpp>
#include <grandstand/ingest/signal_report.hpp>
#include <grandstand/ingest/source.hpp>
#include <grandstand/media/sample.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace grandstand::channels {

// What a source is worth at one moment.
struct SourceHealth {
  enum class Verdict {
    kClosed,    // not received
    kOpening,   // opened; the first key frame is awaited
    kFailing,   // nothing that could be shown
    kDegraded,  // it can be shown, but something is wrong with it
    kHealthy,
  };

  Verdict verdict = Verdict::kClosed;
  int score = 0;       // 0 (failing, closed) .. 100 (nothing is wrong)
  std::string reason;  // what is wrong, for people

  bool usable() const { return verdict == Verdict::kHealthy || verdict == Verdict::kDegraded; }
};

// Judges a source by what it says of itself and by what arrives.
//
// Owner: SourceIntake.   Runs on: the channel's loop.   Pure: time is given.
class SourceWatch {
 public:
  SourceWatch(const FailoverSettings& settings, const ingest::FeedSettings& feed)
      : settings_(settings), no_data_(feed.silence_timeout), no_data_any_more_(tolerated_silence(feed)) {}

  void set_settings(const FailoverSettings& settings) { settings_ = settings; }
  void open(SteadyTime now);
  void close() { opened_.reset(); }

  void on_state(ingest::SourceState state, std::string reason);
  void on_tracks(std::shared_ptr<const media::TrackSet> tracks);
  void on_sample(const media::Sample& sample, SteadyTime now);
  // What the source measures itself; once a second will do.
  bool wants_report(SteadyTime now) const { return now - reported_ >= std::chrono::seconds(1); }
  void on_report(const ingest::SignalReport& report, SteadyTime now);
  // What is known of its content, if that is watched.
  void on_content(const ContentJudge::Verdict& content) { content_ = content; }
  // The channel cannot make anything of the present tracks.
  void refuse(std::string reason) { refusal_ = std::move(reason); }

  // Whether the channel can change to the source at this sample of it.
  bool is_entry(const media::Sample& sample, SteadyTime now) const;
  SourceHealth assess(SteadyTime now) const;
  ingest::SourceState state() const { return state_; }

 private:
  static constexpr std::size_t kRateSeconds = 5;

  struct Arrival {
    std::optional<SteadyTime> any, video, audio, key;
  };
  SourceHealth failing(std::string reason) const { return {SourceHealth::Verdict::kFailing, 0, std::move(reason)}; }
  std::optional<std::uint64_t> bit_rate(SteadyTime now) const;

  FailoverSettings settings_;
  std::chrono::milliseconds no_data_;
  std::chrono::milliseconds no_data_any_more_;
  std::optional<SteadyTime> opened_;
  ingest::SourceState state_ = ingest::SourceState::kStarting;
  std::string state_reason_;
  std::string refusal_;
  std::shared_ptr<const media::TrackSet> tracks_;
  std::optional<SteadyTime> first_;  // sample since the source was opened or came back
  Arrival last_;
  ContentJudge::Verdict content_;
  SteadyTime reported_{};
  std::uint64_t cc_errors_ = 0;
  double cc_rate_ = 0;  // per second
  std::chrono::milliseconds since_pcr_{0};
  double scrambled_ = 0;                                 // share of the programme's packets
  std::array<std::uint64_t, kRateSeconds + 1> bytes_{};  // by second, a ring
  std::int64_t second_ = 0;                              // the one being counted
};

}  // namespace grandstand::channels

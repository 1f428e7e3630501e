// SPDX-License-Identifier: MIT
#include "source_watch.hpp"

#include <algorithm>
#include <utility>

namespace grandstand::channels {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;
using Verdict = SourceHealth::Verdict;

// Pictures without any key frame for so long (gradual refresh) are taken as they are.
constexpr seconds kKeyFramePatience{10};
constexpr int kDeduction = 30;
constexpr seconds kReportsTogether{5};
constexpr seconds kNoClock{3};
constexpr double kScrambledShare = 0.5;

std::string for_seconds(std::string_view what, SteadyTime::duration time) {
  return std::string(what) + " for " + std::to_string(duration_cast<seconds>(time).count()) + " s";
}

}  // namespace

void SourceWatch::open(SteadyTime now) {
  opened_ = now;
  state_ = ingest::SourceState::kStarting;
  state_reason_.clear();
  refusal_.clear();
  tracks_.reset();
  first_.reset();
  last_ = {};
  bytes_ = {};
  content_ = {};
  reported_ = {};
  cc_rate_ = scrambled_ = 0;
  since_pcr_ = {};
}

void SourceWatch::on_state(ingest::SourceState state, std::string reason) {
  if (state == ingest::SourceState::kDown) {
    first_.reset();
    last_ = {};
  }
  state_ = state;
  state_reason_ = std::move(reason);
}

void SourceWatch::on_tracks(std::shared_ptr<const media::TrackSet> tracks) {
  if (!tracks_ || *tracks_ != *tracks) refusal_.clear();
  tracks_ = std::move(tracks);
}

void SourceWatch::on_sample(const media::Sample& sample, SteadyTime now) {
  const auto* const track = tracks_ ? tracks_->find(sample.track) : nullptr;
  if (track == nullptr) return;
  if (!first_) first_ = now;
  last_.any = now;
  if (track->kind() == media::TrackKind::kVideo) {
    last_.video = now;
    if (sample.key) last_.key = now;
  } else if (track->kind() == media::TrackKind::kAudio) {
    last_.audio = now;
  }
  const auto second = duration_cast<seconds>(now.time_since_epoch()).count();
  const auto slots = static_cast<std::int64_t>(bytes_.size());
  for (auto s = std::max(second_ + 1, second - slots + 1); s <= second; ++s)
    bytes_[static_cast<std::size_t>(s % slots)] = 0;
  second_ = second;
  bytes_[static_cast<std::size_t>(second % slots)] += sample.data.size();
}

void SourceWatch::on_report(const ingest::SignalReport& report, SteadyTime now) {
  const auto errors = report.check(ingest::SignalCheck::kContinuity).errors;
  const bool continues = errors >= cc_errors_ && now - reported_ < kReportsTogether;
  cc_rate_ =
      continues ? static_cast<double>(errors - cc_errors_) / std::chrono::duration<double>(now - reported_).count() : 0;
  scrambled_ = report.scrambled_share;
  since_pcr_ = report.packets && report.since_packet < kNoClock ? report.since_pcr : since_pcr_.zero();
  cc_errors_ = errors;
  reported_ = now;
}

bool SourceWatch::is_entry(const media::Sample& sample, SteadyTime now) const {
  if (!tracks_ || !first_) return false;
  const auto* const video = tracks_->video();
  if (video == nullptr) return true;
  return sample.track == video->id && (sample.key || (!last_.key && now - *first_ >= kKeyFramePatience));
}

std::optional<std::uint64_t> SourceWatch::bit_rate(SteadyTime now) const {
  if (!first_ || now - *first_ < seconds(kRateSeconds + 1)) return std::nullopt;
  const auto present = duration_cast<seconds>(now.time_since_epoch()).count();
  const auto slots = static_cast<std::int64_t>(bytes_.size());
  std::uint64_t sum = 0;
  for (auto s = present - static_cast<std::int64_t>(kRateSeconds); s < present; ++s) {
    if (s <= second_ && s > second_ - slots) sum += bytes_[static_cast<std::size_t>(s % slots)];
  }
  return sum * 8 / kRateSeconds;
}

SourceHealth SourceWatch::assess(SteadyTime now) const {
  if (!opened_) return {};
  if (state_ == ingest::SourceState::kDown) return failing(state_reason_.empty() ? "it is down" : state_reason_);
  if (!refusal_.empty()) return failing(refusal_);
  if (scrambled_ >= kScrambledShare) return failing("it is scrambled");
  const auto silent = now - last_.any.value_or(*opened_);
  if (silent >= (last_.any ? no_data_any_more_ : no_data_)) return failing(for_seconds("nothing arrived", silent));
  if (!first_ || !tracks_) return {Verdict::kOpening, 0, "the first pictures are awaited"};

  // What is missing is so as of the last that came: how long all may be silent is another question, answered above.
  const auto seen = last_.any.value_or(now);
  const auto missing = [&](media::TrackKind kind, std::optional<SteadyTime> last, std::chrono::milliseconds limit) {
    const bool announced = std::any_of(tracks_->tracks.begin(), tracks_->tracks.end(),
                                       [&](const media::Track& track) { return track.kind() == kind; });
    const auto time = seen - last.value_or(*first_);
    return announced && limit.count() > 0 && time >= limit ? std::optional(time) : std::nullopt;
  };
  if (const auto time = missing(media::TrackKind::kVideo, last_.video, settings_.no_video)) {
    return failing(for_seconds("no pictures", *time));
  }
  if (tracks_->video() != nullptr && !last_.key && now - *first_ < kKeyFramePatience) {
    return {Verdict::kOpening, 0, "its first key frame is awaited"};
  }
  SourceHealth health{Verdict::kHealthy, 100, {}};
  const auto deduct = [&](std::string reason) {
    health.verdict = Verdict::kDegraded;
    health.score -= kDeduction;
    health.reason += (health.reason.empty() ? "" : "; ") + std::move(reason);
  };
  if (const auto time = missing(media::TrackKind::kAudio, last_.audio, settings_.no_audio)) {
    deduct(for_seconds("no sound", *time));
  }
  if (settings_.cc_errors > 0 && cc_rate_ >= static_cast<double>(settings_.cc_errors)) {
    deduct(std::to_string(static_cast<int>(cc_rate_)) + " continuity errors per second");
  }
  if (since_pcr_ >= kNoClock) deduct(for_seconds("no clock reference (PCR)", since_pcr_));
  if (const auto rate = bit_rate(seen); rate && *rate < settings_.bit_rate_floor * 1'000) {
    deduct(std::to_string(*rate / 1'000) + " kbit/s are less than the " + std::to_string(settings_.bit_rate_floor) +
           " asked for");
  }
  const auto lasts = [&](std::string_view what, std::optional<SteadyTime> since, std::chrono::milliseconds limit) {
    if (since && limit.count() > 0 && now - *since >= limit) deduct(for_seconds(what, now - *since));
  };
  lasts("a black picture", content_.black_since, settings_.black_picture);
  lasts("a frozen picture", content_.frozen_since, settings_.frozen_picture);
  lasts("silence", content_.silent_since, settings_.silent_sound);
  return health;
}

}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include <grandstand/media/timeline.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace grandstand::media {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Channel time starts here and not at 0, so that what belongs a little before the first sample (audio, PCR) is not
// negative.
constexpr MediaTime kStart = seconds{10};
constexpr MediaTime kNowhere = -std::chrono::hours{1};
constexpr MediaTime kJump = seconds{1};
constexpr MediaTime kSmallestBackwardStep = milliseconds{20};
// Tracks of one time base lie closer together than this, however they are interleaved.
constexpr MediaTime kSameBase = seconds{10};
// For this long after a jump, samples of the time base before it are expected.
constexpr seconds kStragglers{2};
constexpr seconds kLeadSilent{2};
// Bursts of delivery are not as far apart as this: the leading track has ended.
constexpr seconds kLeadLost{30};

constexpr double kLargestSlew = 500e-6;
constexpr double kSmoothingSeconds = 10;
constexpr double kSlewSeconds = 20;  // with the smoothing above: a damped loop (damping 0.7)
constexpr seconds kWatch{15};
constexpr double kLargestErrorSeconds = 0.5;
// A new epoch goes on in the old one's date when that is this close to arrival: a looped file has no steps.
constexpr milliseconds kSeamless{200};
constexpr seconds kLargestHold{2};

MediaTime media_time(SteadyTime::duration elapsed) {
  return duration_cast<MediaTime>(elapsed);
}

MediaTime distance(MediaTime a, MediaTime b) {
  return a < b ? b - a : a - b;
}

double to_seconds(microseconds value) {
  return std::chrono::duration<double>(value).count();
}

}  // namespace

Timeline::TrackClock* Timeline::Base::find(std::uint32_t track) {
  const auto found = std::find_if(clocks.begin(), clocks.end(), [&](const TrackClock& c) { return c.track == track; });
  return found == clocks.end() ? nullptr : &*found;
}

Timeline::Stamp Timeline::map(const Sample& sample, UtcTime arrival, SteadyTime now, Role role) {
  if (role == Role::kFollows) return follow(sample, now);
  bool new_epoch = false;
  auto verdict = Verdict::kJump;
  if (anchored_ && !break_requested_ && !(runaway_ && may_restart_at(sample))) verdict = judge(sample, now);
  if (verdict == Verdict::kFormer) return stamp(former_, sample, now);
  if (verdict == Verdict::kForeign) {
    return {kNowhere, kNowhere, false};
  }
  if (verdict == Verdict::kJump) {
    start_epoch(sample, arrival, now);
    new_epoch = true;
  }
  auto result = stamp(present_, sample, now);
  result.new_epoch = new_epoch;
  end_ = std::max(end_, result.pts + present_.find(sample.track)->duration);
  if (now - present_.find(lead_)->arrival > kLeadLost) change_lead(sample.track, result.dts, arrival);
  if (sample.track == lead_) follow_arrival(result.dts, arrival, now);
  return result;
}

Timeline::Stamp Timeline::follow(const Sample& sample, SteadyTime now) {
  if (!anchored_ || break_requested_) return {kNowhere, kNowhere, false};
  switch (judge_newcomer(sample, now)) {
    case Verdict::kPresent:
      return stamp(present_, sample, now);
    case Verdict::kFormer:
      return stamp(former_, sample, now);
    case Verdict::kForeign:
    case Verdict::kJump:
      break;
  }
  return {kNowhere, kNowhere, false};
}

void Timeline::break_epoch() {
  break_requested_ = true;
}

UtcTime Timeline::date(MediaTime time) const {
  const auto distance_us = duration_cast<std::chrono::duration<double, std::micro>>(time - anchor_time_).count();
  return anchor_date_ + microseconds{std::llround(distance_us * (1 + slew_))};
}

std::optional<MediaTime> Timeline::channel_time(MediaTime source_time) const {
  if (!anchored_ || break_requested_) return std::nullopt;
  return source_time + present_.offset;
}

Timeline::Verdict Timeline::judge(const Sample& sample, SteadyTime now) {
  const auto* clock = present_.find(sample.track);
  if (clock == nullptr) return judge_newcomer(sample, now);
  const auto step = sample.dts - clock->source_dts;
  if (step < -std::max(clock->duration, kSmallestBackwardStep)) return Verdict::kJump;
  if (step > kJump && step - media_time(now - clock->arrival) > kJump) return Verdict::kJump;
  return Verdict::kPresent;
}

// A track that has not been seen in this epoch. At a jump the tracks change over one after the other: what still comes
// in the former time base is told from what comes in the present one by which is nearer.
Timeline::Verdict Timeline::judge_newcomer(const Sample& sample, SteadyTime now) {
  const auto expectation = [&](const TrackClock& clock) { return clock.source_dts + media_time(now - clock.arrival); };
  const auto* lead = present_.find(lead_);
  const auto from_present = distance(sample.dts, expectation(*lead));
  const auto* before = former_.find(sample.track);
  if (before != nullptr && now - epoch_began_ < kStragglers) {
    const auto from_former = distance(sample.dts, expectation(*before));
    if (from_former < from_present && from_former <= kJump) return Verdict::kFormer;
  }
  if (from_present <= kSameBase) return Verdict::kPresent;
  return now - lead->arrival > kLeadSilent ? Verdict::kJump : Verdict::kForeign;
}

void Timeline::start_epoch(const Sample& sample, UtcTime arrival, SteadyTime now) {
  const bool first = !anchored_;
  const auto start = first ? kStart : end_;
  auto start_date = arrival;
  if (!first) {
    const auto continued = date(start);
    const bool seamless = arrival >= continued && arrival - continued < kSeamless;
    const bool backwards = arrival < continued && continued - arrival < kLargestHold && !runaway_;
    if (seamless || backwards) start_date = continued;
  }
  // At a jump some tracks are still on the other side of it; at a break, or when only the date is renewed, none is.
  former_ = break_requested_ || runaway_ ? Base{} : std::move(present_);
  present_ = Base{start - sample.dts, {}};
  ++epoch_;
  lead_ = sample.track;
  epoch_began_ = now;
  anchored_ = true;
  break_requested_ = false;
  runaway_ = false;
  end_ = start;
  anchor_time_ = start;
  anchor_date_ = start_date;
  slew_ = 0;
  lead_offset_seconds_ = 0;
  error_seconds_ = to_seconds(start_date - arrival);
  error_at_ = now;
  watch_began_ = now;
  least_error_ = largest_error_ = error_seconds_;
}

Timeline::Stamp Timeline::stamp(Base& base, const Sample& sample, SteadyTime now) {
  Stamp result;
  result.dts = sample.dts + base.offset;
  auto* clock = base.find(sample.track);
  if (clock == nullptr) {
    base.clocks.push_back({.track = sample.track});
    clock = &base.clocks.back();
  } else {
    if (sample.dts > clock->source_dts) clock->duration = sample.dts - clock->source_dts;
    result.dts = std::max(result.dts, clock->dts + MediaTime{1});
  }
  if (sample.duration > MediaTime{0}) clock->duration = sample.duration;
  clock->duration = std::min(clock->duration, kJump);
  result.pts = std::max(sample.pts + base.offset, result.dts);
  clock->source_dts = sample.dts;
  clock->dts = result.dts;
  clock->arrival = now;
  clock->has_dependent_samples = clock->has_dependent_samples || !sample.key;
  return result;
}

// Tracks are not multiplexed equally far ahead of their time: the date goes on from where it is.
void Timeline::change_lead(std::uint32_t track, MediaTime dts, UtcTime arrival) {
  lead_ = track;
  lead_offset_seconds_ = to_seconds(date(dts) - arrival) - error_seconds_;
}

void Timeline::follow_arrival(MediaTime dts, UtcTime arrival, SteadyTime now) {
  const auto present = date(dts);
  const double error = to_seconds(present - arrival) - lead_offset_seconds_;
  const double elapsed = std::chrono::duration<double>(now - error_at_).count();
  // Of samples that come in one burst only the first counts, the others had to wait for the burst.
  if (elapsed > 0) {
    error_seconds_ += (error - error_seconds_) * elapsed / (kSmoothingSeconds + elapsed);
    error_at_ = now;
  }
  anchor_date_ = present;
  anchor_time_ = dts;
  slew_ = std::clamp(-error_seconds_ / kSlewSeconds, -kLargestSlew, kLargestSlew);

  if (now - watch_began_ >= kWatch) {
    runaway_ = least_error_ > kLargestErrorSeconds || largest_error_ < -kLargestErrorSeconds;
    watch_began_ = now;
    least_error_ = largest_error_ = error;
  }
  least_error_ = std::min(least_error_, error);
  largest_error_ = std::max(largest_error_, error);
}

// An epoch that we start of our own accord begins at a key frame, so that nothing is lost.
bool Timeline::may_restart_at(const Sample& sample) const {
  if (!sample.key) return false;
  bool has_video = false;
  for (const auto& clock : present_.clocks) {
    if (!clock.has_dependent_samples) continue;
    if (clock.track == sample.track) return true;
    has_video = true;
  }
  return !has_video;
}

}  // namespace grandstand::media

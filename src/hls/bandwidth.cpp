// SPDX-License-Identifier: MIT
#include "bandwidth.hpp"

#include <algorithm>
#include <cmath>

namespace grandstand::hls {
namespace {

double bits_per_second(std::size_t bytes, media::MediaTime duration) {
  return static_cast<double>(bytes) * 8 * media::MediaTime::period::den /
         static_cast<double>(std::max<std::int64_t>(duration.count(), 1));
}

// The highest rate of any run of segments that lasts 0.5 to 1.5 target durations (RFC 8216 4.3.4.2, "peak segment bit
// rate"), and of shorter ones that are all there is of a source yet: what came before says nothing of its rate.
double peak_rate(const std::deque<SegmentPtr>& segments, media::MediaTime target, Bandwidth::SizeOf size_of) {
  double peak = 0;
  for (std::size_t first = 0; first < segments.size(); ++first) {
    std::size_t bytes = 0;
    media::MediaTime duration{0};
    bool one_source = first == 0 || segments[first]->plan.discontinuity;
    for (std::size_t last = first; last < segments.size(); ++last) {
      one_source = one_source && (last == first || !segments[last]->plan.discontinuity);
      const bool all_of_it = one_source && (last + 1 == segments.size() || segments[last + 1]->plan.discontinuity);
      bytes += size_of(*segments[last]);
      duration += segments[last]->duration();
      if (duration * 2 > target * 3) break;
      if (duration * 2 >= target || all_of_it) peak = std::max(peak, bits_per_second(bytes, duration));
    }
  }
  return peak;
}

// Keeps `held` while it is true and less than twice what was measured; else rounds up to two digits with a tenth to
// spare.
std::uint64_t settle(std::uint64_t held, double measured) {
  const auto least = static_cast<std::uint64_t>(std::ceil(measured));
  if (held >= least && held <= least * 2) return held;
  const double grid = std::pow(10, std::max(3.0, std::floor(std::log10(std::max(measured, 1.0))) - 1));
  return static_cast<std::uint64_t>(std::ceil(measured * 1.1 / grid) * grid);
}

}  // namespace

void Bandwidth::measure(const std::deque<SegmentPtr>& segments, media::MediaTime target_duration, SizeOf size_of) {
  std::size_t bytes = 0;
  media::MediaTime duration{0};
  for (const auto& segment : segments) {
    bytes += size_of(*segment);
    duration += segment->duration();
  }
  const double average = bits_per_second(bytes, duration);
  average_ = settle(average_, average);
  peak_ = std::max(settle(peak_, std::max(average, peak_rate(segments, target_duration, size_of))), average_);
}

}  // namespace grandstand::hls

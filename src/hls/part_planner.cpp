// SPDX-License-Identifier: MIT
#include "part_planner.hpp"

namespace grandstand::hls {

using media::MediaTime;

void PartPlanner::open(MediaTime start, MediaTime first_dts) {
  start_ = start;
  shift_ = start - first_dts;
}

std::vector<MediaTime> PartPlanner::before(MediaTime dts, MediaTime duration) {
  std::vector<MediaTime> ends;
  if (!target_) return ends;
  const auto time = dts + shift_;
  cut_full(time, ends);
  if (time > start_ && time + duration - start_ > *target_) ends.push_back(start_ = time);
  return ends;
}

std::vector<MediaTime> PartPlanner::until(MediaTime time) {
  std::vector<MediaTime> ends;
  if (target_) cut_full(time, ends);
  return ends;
}

// Media that stays away leaves parts of the whole target behind.
void PartPlanner::cut_full(MediaTime time, std::vector<MediaTime>& ends) {
  while (time - start_ > *target_) ends.push_back(start_ += *target_);
}

}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#include "playlist_window.hpp"

#include <algorithm>

namespace grandstand::hls {
namespace {

constexpr std::size_t kFewestSegments = 6;  // Apple's authoring specification 8.11

}  // namespace

void PlaylistWindow::append(SegmentPtr segment) {
  const auto duration = segment->duration();
  bytes_ += segment->bytes();
  appended_ += duration;
  listed_duration_ += duration;
  listed_.push_back(std::move(segment));
  longest_ = std::max(longest_, listed_duration_);
  while (listed_.size() > kFewestSegments && listed_duration_ - listed_.front()->duration() >= length_) remove_oldest();
  while (!removed_.empty() && removed_.front().until <= appended_) {
    bytes_ -= removed_.front().segment->bytes();
    removed_.pop_front();
  }
}

void PlaylistWindow::remove_oldest() {
  auto& oldest = listed_.front();
  const auto duration = oldest->duration();
  listed_duration_ -= duration;
  removed_.push_back({std::move(oldest), appended_ + duration + longest_});
  listed_.pop_front();
}

std::shared_ptr<const SegmentList> PlaylistWindow::list() const {
  auto list = std::make_shared<SegmentList>();
  list->fetchable.reserve(removed_.size() + listed_.size());
  for (const auto& removed : removed_) list->fetchable.push_back(removed.segment);
  list->first_listed = list->fetchable.size();
  list->fetchable.insert(list->fetchable.end(), listed_.begin(), listed_.end());
  return list;
}

}  // namespace grandstand::hls

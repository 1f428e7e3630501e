// SPDX-License-Identifier: MIT
#include "segment_watch.hpp"

namespace grandstand::channels {
namespace {

// One that has had no segment for so long while others had is no rendition of the channel any more.
constexpr std::chrono::seconds kForgetAfter{60};

}  // namespace

void SegmentWatch::on_segment(const hls::FinishedSegment& segment) {
  latest_ = clock_.steady();
  target_duration_ = segment.target_duration;
  const auto& name = segment.rendition->name;
  std::erase_if(renditions_, [&](const auto& entry) { return *latest_ - entry.second.latest > kForgetAfter; });
  if (renditions_.contains(name) || renditions_.size() < kMaxRenditions) {
    auto& rendition = renditions_[name];
    rendition.latest = *latest_;
    rendition.monitor.name = name;
    rendition.monitor.container = segment.rendition->container;
    rendition.monitor.media = segment.sequence;
    rendition.segments.emplace_back(segment.media ? segment.media->body.size() : 0,
                                    std::chrono::duration<double>(segment.duration).count());
    if (rendition.segments.size() > kSegments) rendition.segments.pop_front();
    double bits = 0;
    double seconds = 0;
    for (const auto& [bytes, duration] : rendition.segments) {
      bits += static_cast<double>(bytes) * 8;
      seconds += duration;
    }
    rendition.monitor.bit_rate = seconds > 0 ? bits / seconds : 0;
  }
  if (next_ != nullptr) next_->on_segment(segment);
}

std::vector<RenditionMonitor> SegmentWatch::renditions() const {
  std::vector<RenditionMonitor> list;
  for (const auto& [name, rendition] : renditions_) list.push_back(rendition.monitor);
  return list;
}

}  // namespace grandstand::channels

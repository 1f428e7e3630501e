// SPDX-License-Identifier: MIT
#include "rendition_recorder.hpp"

#include "file_io.hpp"

#include <grandstand/base/log.hpp>

#include <algorithm>

namespace grandstand::dvr {
namespace {

using std::chrono::hours;

constexpr std::size_t kMostLost = 32;
constexpr std::size_t kMostEntries = 7'200;
// The measured bit rates change often and little: no more than so many segments go by without them.
constexpr std::size_t kHeadInterval = 64;

// A segment without what weighs.
hls::FinishedSegment without_media(const hls::FinishedSegment& segment) {
  auto gap = segment;
  gap.media = nullptr;
  gap.init = nullptr;
  return gap;
}

ReelHead head_of(const hls::FinishedSegment& segment, std::int64_t target_duration) {
  const auto& rendition = *segment.rendition;
  return {std::chrono::seconds(target_duration), rendition.kind, rendition.container, rendition.attributes,
          rendition.captions};
}

// The names of groups and what stands beside them, without the measured bit rates.
std::string without_bit_rates(std::string attributes) {
  for (auto at = attributes.find("BANDWIDTH="); at != std::string::npos; at = attributes.find("BANDWIDTH=", at + 1)) {
    const auto from = at + std::string_view("BANDWIDTH=").size();
    attributes.erase(from, std::min(attributes.find(',', from), attributes.size()) - from);
  }
  return attributes;
}

bool same_hour(UtcTime a, UtcTime b) {
  return std::chrono::floor<hours>(a) == std::chrono::floor<hours>(b);
}

}  // namespace

RenditionRecorder::RenditionRecorder(std::string name, std::filesystem::path folder, ContentsBudget& budget)
    : budget_(budget), shelf_(std::make_shared<RenditionShelf>(std::move(name), std::move(folder))) {}

Status RenditionRecorder::record(const hls::FinishedSegment& segment, const std::optional<Numbers>& like,
                                 std::uint64_t largest_reel) {
  if (reels_.empty() && !running_) {
    // The live playlist's numbers come from the wall clock: they are beyond all that were ever used here.
    const bool near = like && segment.sequence + like->sequence >= like->source_sequence;
    numbers_.sequence = near ? segment.sequence + like->sequence - like->source_sequence : segment.sequence;
    if (like) numbers_.discontinuities = std::max(numbers_.discontinuities, like->discontinuities);
  }
  while (!lost_.empty()) {
    GRANDSTAND_RETURN_IF_ERROR(write(lost_.front(), largest_reel));
    lost_.erase(lost_.begin());
  }
  return write(segment, largest_reel);
}

void RenditionRecorder::lose(const hls::FinishedSegment& segment) {
  if (lost_.size() < kMostLost) return lost_.push_back(without_media(segment));
  lost_.clear();
  broken_ = true;
}

bool RenditionRecorder::needs_reel(const hls::FinishedSegment& segment, std::uint64_t largest_reel) const {
  if (reels_.empty() || !reels_.back()->open) return true;
  const auto& reel = *reels_.back();
  return !running_ || broken_ || segment.sequence != numbers_.source_sequence ||
         segment.rendition->generation != generation_ || reel.count >= kMostEntries ||
         reel.media_bytes >= largest_reel || !same_hour(segment.date, reel.name().start) ||
         segment.target_duration.count() > shelf_->target_duration;
}

Status RenditionRecorder::open_reel(const hls::FinishedSegment& segment) {
  close_reel();
  GRANDSTAND_RETURN_IF_ERROR(make_folder(shelf_->folder / "init"));
  const auto target = std::max<std::int64_t>(shelf_->target_duration, segment.target_duration.count());
  const ReelName name{std::chrono::floor<std::chrono::seconds>(segment.date), numbers_.sequence,
                      numbers_.discontinuities, segment.sequence};
  auto reel = std::make_shared<Reel>(name, shelf_->folder, budget_);
  auto head = head_of(segment, target);
  const auto lines = to_lines(head);
  if (auto written = append_at(reel->index_file(), 0, lines); !written) {
    // A full disk still makes files. This one would stand beside the reel that takes its number later.
    std::error_code ignored;
    std::filesystem::remove(reel->index_file(), ignored);
    return written;
  }
  reel->index_bytes = lines.size();
  reel->end_us = segment.date.time_since_epoch().count();
  reel->open = true;
  shelf_->target_duration = target;
  head_ = std::move(head);
  since_head_ = 0;
  generation_ = segment.rendition->generation;
  reels_.push_back(std::move(reel));
  return success();
}

void RenditionRecorder::close_reel() {
  if (reels_.empty() || !reels_.back()->open) return;
  reels_.back()->open = false;
  if (reels_.back()->count > 0) return;
  std::error_code ignored;
  std::filesystem::remove(reels_.back()->index_file(), ignored);
  std::filesystem::remove(reels_.back()->media_file(), ignored);
  reels_.pop_back();
}

Status RenditionRecorder::keep_init(const hls::FinishedSegment& segment) {
  if (segment.init_uri.empty() || segment.init_uri == init_uri_ || !segment.init) return success();
  GRANDSTAND_RETURN_IF_ERROR(replace_file(shelf_->init_file(segment.init_uri), segment.init->body.view()));
  init_uri_ = segment.init_uri;
  return success();
}

Status RenditionRecorder::keep_attributes(const hls::FinishedSegment& segment) {
  const auto& attributes = segment.rendition->attributes;
  ++since_head_;
  const bool same_captions = segment.rendition->captions == head_.captions;
  if (same_captions && attributes == head_.attributes) return success();
  const bool only_rates = same_captions && without_bit_rates(attributes) == without_bit_rates(head_.attributes);
  if (only_rates && since_head_ < kHeadInterval) return success();
  auto& reel = *reels_.back();
  auto head = head_of(segment, shelf_->target_duration);
  const auto lines = to_lines(head);
  GRANDSTAND_RETURN_IF_ERROR(append_at(reel.index_file(), reel.index_bytes, lines));
  reel.index_bytes += lines.size();
  head_ = std::move(head);
  since_head_ = 0;
  return success();
}

Status RenditionRecorder::write(const hls::FinishedSegment& segment, std::uint64_t largest_reel) {
  if (!is_plain_name(segment.uri) || (!segment.init_uri.empty() && !is_plain_name(segment.init_uri))) {
    return Error{ErrorCode::kInvalidArgument, "the segment's name '" + segment.uri + "' cannot be that of a file"};
  }
  const bool follows = running_ && !broken_ && segment.sequence == numbers_.source_sequence;
  const bool had_reels = !reels_.empty();
  const bool fresh = needs_reel(segment, largest_reel);
  if (fresh) {
    GRANDSTAND_RETURN_IF_ERROR(open_reel(segment));
  }
  auto& reel = *reels_.back();

  Entry entry;
  entry.date = segment.date;
  entry.duration = (segment.duration.count() * 10 + 4) / 9;
  entry.offset = reel.media_bytes;
  entry.size = segment.media ? static_cast<std::uint32_t>(segment.media->body.size()) : 0;
  entry.discontinuity = segment.discontinuity || (!follows && had_reels);
  entry.independent = segment.independent;
  entry.uri = segment.uri;
  entry.init_uri = segment.init_uri;
  entry.key_line = segment.key_line;
  if (entry.size > 0) {
    GRANDSTAND_RETURN_IF_ERROR(keep_init(segment));
    GRANDSTAND_RETURN_IF_ERROR(append_at(reel.media_file(), entry.offset, segment.media->body.view()));
  }
  const auto line = to_line(entry);
  GRANDSTAND_RETURN_IF_ERROR(append_at(reel.index_file(), reel.index_bytes, line));
  reel.media_bytes += entry.size;
  bytes_ += entry.size;
  ++reel.count;
  reel.index_bytes += line.size();  // readers see the segment from here on
  reel.end_us = entry.end().time_since_epoch().count();
  numbers_ = {numbers_.sequence + 1, numbers_.discontinuities + (entry.discontinuity ? 1 : 0), segment.sequence + 1};
  running_ = true;
  broken_ = false;
  if (fresh) publish();
  return keep_attributes(segment);
}

void RenditionRecorder::publish() {
  shelf_->reels.store(std::make_shared<const Reels>(reels_));
}

}  // namespace grandstand::dvr

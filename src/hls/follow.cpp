// SPDX-License-Identifier: MIT
#include "follow.hpp"

#include "ts_seam.hpp"

namespace grandstand::hls {
namespace {

bool has_media(const Segment& segment) {
  if (segment.media) return true;
  return !segment.parts.empty() && segment.parts.front().media;
}

// The latest segment with which a decoder can begin; the latest at all when there are no key frames.
void start_at_latest(const RenditionSnapshot& rendition, StreamCursor& cursor) {
  const auto start_at = [&](const Segment& segment) {
    cursor.sequence = segment.plan.sequence;
    cursor.part = 0;
    cursor.discontinuity_sequence = segment.plan.discontinuity_sequence;
    return cursor.started = true;
  };
  const auto try_segment = [&](const Segment& segment, bool must_be_independent) {
    if (!has_media(segment) || (must_be_independent && !segment.plan.independent)) return false;
    return start_at(segment);
  };
  for (const bool must_be_independent : {true, false}) {
    if (rendition.open && try_segment(*rendition.open, must_be_independent)) return;
    const auto listed = rendition.segments->listed();
    for (auto segment = listed.rbegin(); segment != listed.rend(); ++segment) {
      if (try_segment(**segment, must_be_independent)) return;
    }
  }
}

SharedBytes bytes_of(const ResourcePtr& media) {
  return media ? media->body : SharedBytes{};
}

void append(const SharedBytes& bytes, StreamCursor& cursor, std::vector<SharedBytes>& into) {
  if (bytes.empty()) return;
  if (cursor.lost || cursor.new_clock) into.push_back(make_seam(bytes.span(), cursor.lost));
  cursor.lost = cursor.new_clock = false;
  into.push_back(bytes);
}

void take(const Segment& segment, StreamCursor& cursor, std::vector<SharedBytes>& into) {
  if (segment.plan.sequence < cursor.sequence) return;
  if (segment.plan.sequence > cursor.sequence) {
    cursor.sequence = segment.plan.sequence;
    cursor.part = 0;
    cursor.lost = true;
  }
  if (segment.plan.discontinuity_sequence != cursor.discontinuity_sequence) cursor.new_clock = true;
  cursor.discontinuity_sequence = segment.plan.discontinuity_sequence;
  if (segment.parts.empty()) append(segment.key_line.empty() ? bytes_of(segment.media) : segment.plain, cursor, into);
  for (; cursor.part < segment.parts.size(); ++cursor.part) {
    append(bytes_of(segment.parts[cursor.part].media), cursor, into);
  }
  if (!segment.plan.end) return;
  ++cursor.sequence;
  cursor.part = 0;
}

}  // namespace

void follow_rendition(const RenditionSnapshot& rendition, StreamCursor& cursor, std::vector<SharedBytes>& into) {
  const auto& fetchable = rendition.segments->fetchable;
  if (cursor.started && !fetchable.empty() && cursor.sequence < fetchable.front()->plan.sequence) {
    cursor.started = false;
    cursor.lost = true;
    ++cursor.skips;
  }
  if (!cursor.started) start_at_latest(rendition, cursor);
  if (!cursor.started) return;
  for (const auto& segment : fetchable) take(*segment, cursor, into);
  if (rendition.open) take(*rendition.open, cursor, into);
}

}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#include "playlist_text.hpp"
#include "ts_tables.hpp"

namespace grandstand::hls {
namespace {

constexpr int kVersion = 5;  // EXT-X-MAP in a playlist of I-frames (RFC 8216 section 7)

std::string range_text(const ByteRange& range) {
  return std::to_string(range.size) + "@" + std::to_string(range.offset);
}

}  // namespace

std::string write_i_frame_playlist(const RenditionSnapshot& rendition) {
  const auto listed = rendition.segments->listed();
  std::string out = "#EXTM3U\n#EXT-X-VERSION:" + std::to_string(kVersion) + "\n#EXT-X-I-FRAMES-ONLY\n";
  out += "#EXT-X-TARGETDURATION:" + std::to_string(rendition.traits->target_duration.count()) + "\n";
  out += sequence_lines(listed.front()->plan);
  const Resource* init = nullptr;
  for (const auto& segment : listed) {
    const bool there = segment->has_i_frame();
    if (segment->plan.discontinuity) out += "#EXT-X-DISCONTINUITY\n";
    if (segment->init && segment->init.get() != init) {
      init = segment->init.get();
      out += "#EXT-X-MAP:URI=\"" + segment->init_uri + "\"\n";
    }
    // Tables of its own for each picture of a TS: those of another segment may be gone (4.3.3.6 has them outside the
    // range of the picture).
    if (there && rendition.traits->format == Format::kTs) {
      out += "#EXT-X-MAP:URI=\"" + segment->uri + "\",BYTERANGE=\"" + range_text({0, kTablesSize}) + "\"\n";
    }
    out += "#EXT-X-PROGRAM-DATE-TIME:" + to_rfc3339(segment->plan.date) + "\n";
    if (!there) out += "#EXT-X-GAP\n";
    out += "#EXTINF:" + duration_text(segment->plan.start, *segment->plan.end) + ",\n";
    if (there) out += "#EXT-X-BYTERANGE:" + range_text(segment->key_frame) + "\n";
    out += segment->uri + "\n";
  }
  return out;
}

}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#include "playlist_text.hpp"

#include <algorithm>
#include <cstdio>

namespace grandstand::hls {
namespace {

using media::MediaTime;
using Skip = Directives::Skip;

constexpr int kSkipVersion = 9;             // EXT-X-SKIP
constexpr int kSkipDateRangesVersion = 10;  // that also leaves out date ranges
constexpr int kPartsWithin = 3;             // target durations from the end
constexpr int kSkipUntil = 6;               // target durations from the end
constexpr int kHoldBack = 3;

// In units of 10 us from the boundaries themselves, so that rounding does not add up over the window.
std::int64_t to_units(MediaTime time) {
  return (time.count() * 10 + 4) / 9;
}

std::string seconds_text(MediaTime time) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3f", std::chrono::duration<double>(time).count());
  return text;
}

// How many of the oldest segments lie beyond the skip boundary.
std::size_t skippable(const RenditionSnapshot& rendition) {
  const auto listed = rendition.segments->listed();
  MediaTime from_end{0};
  if (rendition.open_parts() > 0) from_end = rendition.open->parts.back().end - rendition.open->plan.start;
  std::size_t kept = 0;
  while (kept < listed.size() && from_end < rendition.traits->target_duration * kSkipUntil) {
    from_end += listed[listed.size() - 1 - kept]->duration();
    ++kept;
  }
  return listed.size() - kept;
}

class Writer {
 public:
  Writer(const MediaPlaylist& playlist, Skip skip)
      : playlist_(playlist),
        rendition_(playlist.rendition),
        traits_(*playlist.rendition.traits),
        listed_(playlist.rendition.segments->listed()),
        skip_(skip) {}

  std::string write() {
    skipped_ = skip_ == Skip::kNothing || !traits_.low_latency ? 0 : skippable(rendition_);
    if (skipped_ == 0) skip_ = Skip::kNothing;
    out_.reserve(400 + listed_.size() * 130 + (traits_.part_target ? 4'000 : 0));
    write_head();
    if (playlist_.date_ranges != nullptr) write_date_ranges();
    if (skipped_ > 0) write_skip();
    write_segments();
    if (traits_.part_target) write_open_segment();
    if (traits_.low_latency) write_reports();
    return std::move(out_);
  }

 private:
  void write_head();
  void write_server_control();
  void write_date_ranges();
  void write_skip();
  void write_segments();
  void write_opening(const Segment& segment);
  void write_parts(const Segment& segment);
  void write_open_segment();
  void write_reports();
  UtcTime skip_since() const;

  const MediaPlaylist& playlist_;
  const RenditionSnapshot& rendition_;
  const RenditionTraits& traits_;
  std::span<const SegmentPtr> listed_;
  Skip skip_;
  std::size_t skipped_ = 0;
  const Resource* init_ = nullptr;  // of the last EXT-X-MAP
  bool keyed_ = false;              // an EXT-X-KEY holds
  std::string out_;
};

void Writer::write_head() {
  const auto& first = listed_.front()->plan;
  const int version = skip_ == Skip::kSegmentsAndDateRanges ? kSkipDateRangesVersion
                      : skip_ == Skip::kSegments            ? kSkipVersion
                                                            : playlist_version(traits_.format);
  out_ += "#EXTM3U\n#EXT-X-VERSION:" + std::to_string(version) + "\n";
  const bool independent =
      rendition_.independent &&
      std::all_of(listed_.begin(), listed_.end(), [](const SegmentPtr& segment) { return segment->plan.independent; });
  if (independent) out_ += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  out_ += "#EXT-X-TARGETDURATION:" + std::to_string(traits_.target_duration.count()) + "\n";
  if (traits_.low_latency) write_server_control();
  out_ += sequence_lines(first);
}

void Writer::write_server_control() {
  const auto target = traits_.target_duration;
  out_ += "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=" + std::to_string((target * kSkipUntil).count()) +
          ".0,CAN-SKIP-DATERANGES=YES,HOLD-BACK=" + std::to_string((target * kHoldBack).count()) + ".0";
  if (traits_.part_target) out_ += ",PART-HOLD-BACK=" + seconds_text(*traits_.part_target * kHoldBack);
  out_ += "\n";
  if (traits_.part_target) out_ += "#EXT-X-PART-INF:PART-TARGET=" + seconds_text(*traits_.part_target) + "\n";
}

// What was listed before this is known to everybody who may ask for a delta.
UtcTime Writer::skip_since() const {
  const auto& last = *listed_.back();
  const auto end = last.plan.date + std::chrono::duration_cast<std::chrono::microseconds>(last.duration());
  return end - traits_.target_duration * kSkipUntil;
}

void Writer::write_date_ranges() {
  for (const auto& entry : playlist_.date_ranges->entries) {
    if (skip_ == Skip::kSegmentsAndDateRanges && entry.listed < skip_since()) continue;
    out_ += entry.lines;
  }
}

void Writer::write_skip() {
  out_ += "#EXT-X-SKIP:SKIPPED-SEGMENTS=" + std::to_string(skipped_);
  if (skip_ == Skip::kSegmentsAndDateRanges) {
    out_ += ",RECENTLY-REMOVED-DATERANGES=\"";
    bool first = true;
    if (playlist_.date_ranges != nullptr) {
      for (const auto& entry : playlist_.date_ranges->removed) {
        if (entry.at < skip_since()) continue;
        out_ += (first ? "" : "\t") + entry.id;
        first = false;
      }
    }
    out_ += "\"";
  }
  out_ += "\n";
  init_ = listed_[skipped_ - 1]->init.get();  // clients have it from before
}

void Writer::write_segments() {
  MediaTime from_end{0};
  if (rendition_.open_parts() > 0) from_end = rendition_.open->parts.back().end - rendition_.open->plan.start;
  std::size_t without_parts = listed_.size();
  while (traits_.part_target && without_parts > 0 && from_end < traits_.target_duration * kPartsWithin) {
    from_end += listed_[--without_parts]->duration();
  }
  for (std::size_t i = skipped_; i < listed_.size(); ++i) {
    const auto& segment = *listed_[i];
    write_opening(segment);
    if (i >= without_parts && segment.parts.size() > 0) write_parts(segment);
    if (!segment.media) out_ += "#EXT-X-GAP\n";
    out_ += "#EXTINF:" + duration_text(segment.plan.start, *segment.plan.end) + ",\n" + segment.uri + "\n";
  }
}

void Writer::write_opening(const Segment& segment) {
  if (segment.plan.discontinuity) out_ += "#EXT-X-DISCONTINUITY\n";
  if (segment.init && segment.init.get() != init_) {
    init_ = segment.init.get();
    if (keyed_) out_ += "#EXT-X-KEY:METHOD=NONE\n";  // what a key would hold for
    keyed_ = false;
    out_ += "#EXT-X-MAP:URI=\"" + segment.init_uri + "\"\n";
  }
  if (!segment.key_line.empty()) {
    out_ += segment.key_line + "\n";
    keyed_ = true;
  }
  out_ += "#EXT-X-PROGRAM-DATE-TIME:" + to_rfc3339(segment.plan.date) + "\n";
}

void Writer::write_parts(const Segment& segment) {
  for (std::size_t i = 0; i < segment.parts.size(); ++i) {
    const auto& part = segment.parts[i];
    out_ += "#EXT-X-PART:DURATION=" + duration_text(part.start, part.end) + ",URI=\"" +
            traits_.part_uri(segment.plan.sequence, i) + "\"";
    if (part.independent) out_ += ",INDEPENDENT=YES";
    if (!part.media) out_ += ",GAP=YES";
    out_ += "\n";
  }
}

void Writer::write_open_segment() {
  if (rendition_.open_parts() > 0) {
    write_opening(*rendition_.open);
    write_parts(*rendition_.open);
  }
  out_ += "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"" + traits_.part_uri(rendition_.next_sequence, rendition_.open_parts()) +
          "\"\n";
}

void Writer::write_reports() {
  for (const auto& other : playlist_.others) {
    if (!other->alive || other->last() == nullptr) continue;
    out_ += "#EXT-X-RENDITION-REPORT:URI=\"../" + other->traits->name + "/media.m3u8\",LAST-MSN=";
    if (other->open_parts() > 0) {
      out_ += std::to_string(other->open->plan.sequence) + ",LAST-PART=" + std::to_string(other->open_parts() - 1);
    } else {
      const auto& last = *other->last();
      out_ += std::to_string(last.plan.sequence);
      if (!last.parts.empty()) out_ += ",LAST-PART=" + std::to_string(last.parts.size() - 1);
    }
    out_ += "\n";
  }
}

}  // namespace

std::string duration_text(MediaTime start, MediaTime end) {
  const auto units = std::max<std::int64_t>(to_units(end) - to_units(start), 0);
  char text[40];
  std::snprintf(text, sizeof text, "%lld.%05lld", static_cast<long long>(units / 100'000),
                static_cast<long long>(units % 100'000));
  return text;
}

std::string sequence_lines(const SegmentPlan& first) {
  // The first segment's own tag counts only when it has left the playlist (RFC 8216 6.2.2).
  const auto discontinuities = first.discontinuity_sequence - (first.discontinuity ? 1 : 0);
  return "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first.sequence) +
         "\n#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(discontinuities) + "\n";
}

int playlist_version(Format format) {
  return format == Format::kFmp4 ? 6 : 3;
}

std::string write_media_playlist(const MediaPlaylist& playlist, Skip skip) {
  return Writer(playlist, skip).write();
}

namespace {

std::string picture_attributes(const Variant& variant) {
  std::string out = "BANDWIDTH=" + std::to_string(variant.peak_bandwidth);
  out += ",AVERAGE-BANDWIDTH=" + std::to_string(variant.average_bandwidth);
  out += ",CODECS=\"" + variant.codecs + "\"";
  if (variant.width > 0) {
    out += ",RESOLUTION=" + std::to_string(variant.width) + "x" + std::to_string(variant.height);
  }
  return out;
}

}  // namespace

std::string stream_attributes(const Variant& variant) {
  auto out = picture_attributes(variant);
  if (variant.width > 0 && variant.frame_rate > 0) {
    char text[32];
    std::snprintf(text, sizeof text, ",FRAME-RATE=%.3f", variant.frame_rate);
    out += text;
  }
  if (!variant.audio_group.empty()) out += ",AUDIO=\"" + variant.audio_group + "\"";
  if (!variant.subtitle_group.empty()) out += ",SUBTITLES=\"" + variant.subtitle_group + "\"";
  if (variant.width > 0) {
    out += ",CLOSED-CAPTIONS=";
    out += variant.caption_group.empty() ? "NONE" : "\"" + variant.caption_group + "\"";
  }
  return out;
}

std::string write_multivariant_playlist(const MultivariantPlaylist& playlist) {
  std::string out = "#EXTM3U\n#EXT-X-VERSION:" + std::to_string(playlist.version) + "\n";
  if (playlist.independent) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  for (const auto& entry : playlist.media) {
    out += "#EXT-X-MEDIA:" + entry.attributes;
    if (!entry.uri.empty()) out += ",URI=\"" + entry.uri + "\"";
    out += "\n";
  }
  for (const auto& variant : playlist.variants) {
    out += "#EXT-X-STREAM-INF:" + stream_attributes(variant) + "\n" + variant.uri + "\n";
  }
  for (const auto& variant : playlist.i_frames) {
    out += "#EXT-X-I-FRAME-STREAM-INF:" + picture_attributes(variant) + ",URI=\"" + variant.uri + "\"\n";
  }
  return out;
}

}  // namespace grandstand::hls

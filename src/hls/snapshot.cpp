// SPDX-License-Identifier: MIT
#include "snapshot.hpp"

#include "follow.hpp"
#include "playlist_resource.hpp"
#include "playlist_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace grandstand::hls {
namespace {

using Kind = Answer::Kind;

// "news-123.ts" or "news-123.4.ts" without token and extension.
struct MediaName {
  std::uint64_t sequence = 0;
  std::optional<std::size_t> part;
};

std::optional<MediaName> parse_name(std::string_view name, const RenditionTraits& traits) {
  if (!name.starts_with(traits.token) || !name.ends_with(traits.extension())) return std::nullopt;
  name.remove_prefix(traits.token.size());
  if (!name.starts_with('-') || name.size() <= traits.extension().size()) return std::nullopt;
  name = name.substr(1, name.size() - 1 - traits.extension().size());
  MediaName parsed;
  const auto number = [](std::string_view digits, auto& into) {
    if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return false;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  const auto dot = name.find('.');
  if (!number(name.substr(0, dot), parsed.sequence)) return std::nullopt;
  if (dot == std::string_view::npos) return parsed;
  if (!traits.part_target || !number(name.substr(dot + 1), parsed.part.emplace())) return std::nullopt;
  return parsed;
}

Answer found(ResourcePtr resource) {
  return {resource ? Kind::kFound : Kind::kNone, std::move(resource)};
}

Answer media_file(const RenditionSnapshot& rendition, std::string_view name) {
  if (name.starts_with("init-")) {
    if (rendition.open && rendition.open->init_uri == name) return found(rendition.open->init);
    for (const auto& segment : rendition.segments->fetchable) {
      if (segment->init_uri == name) return found(segment->init);
    }
    return {Kind::kNone, nullptr};
  }
  const auto wanted = parse_name(name, *rendition.traits);
  if (!wanted) return {Kind::kNone, nullptr};
  const auto* const segment = rendition.find(wanted->sequence);
  if (segment != nullptr) {
    if (!wanted->part) return found(segment->plan.end ? segment->media : nullptr);
    if (*wanted->part < segment->parts.size()) return found(segment->parts[*wanted->part].media);
  }
  // Only the part that the playlist hints at is waited for.
  const bool hinted = wanted->part && rendition.ready && wanted->sequence == rendition.next_sequence &&
                      *wanted->part == rendition.open_parts();
  return {hinted ? Kind::kLater : Kind::kNone, nullptr};
}

// How much of a rendition there is, as the pair that a client would ask with.
struct Progress {
  std::uint64_t last = 0;   // finished segment
  std::uint64_t parts = 0;  // of the one behind it
};

// Whether the playlist contains what is asked for.
bool satisfied(const RenditionSnapshot& rendition, const Progress& progress, std::uint64_t sequence,
               std::optional<std::uint64_t> part) {
  if (!part || !rendition.traits->part_target) return sequence <= progress.last;
  if (sequence > progress.last) return sequence == progress.last + 1 && *part < progress.parts;
  // A part beyond the last one of a segment is the first one of the next (6.2.5.2).
  const auto* const segment = rendition.find(sequence);
  if (sequence < progress.last || segment == nullptr || *part < segment->parts.size()) return true;
  return progress.parts > 0;
}

bool too_far(const RenditionSnapshot& rendition, const Progress& progress, std::uint64_t sequence,
             std::optional<std::uint64_t> part) {
  if (sequence > progress.last + 2) return true;
  const auto target = rendition.traits->part_target;
  if (!part || !target) return false;
  // Advance part limit (6.2.5.2): three, or three seconds of shorter ones.
  constexpr media::MediaTime kSecond = std::chrono::seconds{1};
  const auto limit =
      static_cast<std::uint64_t>(*target >= kSecond ? 3 : (3 * kSecond + *target - media::MediaTime{1}) / *target);
  const auto* const segment = rendition.find(sequence);
  const std::uint64_t there = sequence == progress.last + 1 ? progress.parts
                              : segment != nullptr          ? segment->parts.size()
                                                            : 0;
  return sequence >= progress.last && *part >= there + limit;
}

}  // namespace

const Segment* RenditionSnapshot::find(std::uint64_t sequence) const {
  if (open && open->plan.sequence == sequence) return open.get();
  const auto& all = segments->fetchable;
  const auto found = std::lower_bound(all.begin(), all.end(), sequence, [](const SegmentPtr& segment, std::uint64_t s) {
    return segment->plan.sequence < s;
  });
  return found == all.end() || (*found)->plan.sequence != sequence ? nullptr : found->get();
}

Snapshot::Snapshot(Content content) : content_(std::move(content)), texts_(content_.renditions.size()) {}

Answer Snapshot::ask(std::string_view path, const Directives& directives) const {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) {
    if (path == "index.m3u8") return found(content_.index);
    if (path == "index-ts.m3u8") return found(content_.index_ts);
    return {Kind::kNone, nullptr};
  }
  const auto folder = path.substr(0, slash);
  const auto file = path.substr(slash + 1);
  for (std::size_t i = 0; i < content_.renditions.size(); ++i) {
    const auto& rendition = *content_.renditions[i];
    if (rendition.traits->name != folder) continue;
    if (file == "iframes.m3u8") return found(i_frames(i));
    return file == "media.m3u8" ? playlist(i, directives) : media_file(rendition, file);
  }
  return {Kind::kNone, nullptr};
}

Answer Snapshot::playlist(std::size_t index, const Directives& directives) const {
  const auto& rendition = *content_.renditions[index];
  if (!rendition.ready || rendition.last() == nullptr) return {Kind::kNone, nullptr};
  if (!rendition.traits->low_latency) return {Kind::kFound, text(index, Directives::Skip::kNothing)};
  const Progress progress{rendition.last()->plan.sequence, rendition.open_parts()};
  if (directives.sequence) {
    if (too_far(rendition, progress, *directives.sequence, directives.part)) return {Kind::kTooFar, nullptr};
    if (!satisfied(rendition, progress, *directives.sequence, directives.part)) {
      return {Kind::kLater, nullptr};
    }
  }
  return {Kind::kFound, text(index, directives.skip)};
}

ResourcePtr Snapshot::text(std::size_t index, Directives::Skip skip) const {
  auto& place = texts_[index][static_cast<std::size_t>(skip)];
  if (auto written = place.load()) return written;
  const auto& rendition = content_.renditions[index];
  std::vector<RenditionSnapshotPtr> others;
  const bool ts = rendition->traits->format == Format::kTs;
  for (const auto& other : content_.renditions) {
    if (other != rendition && (other->traits->format == Format::kTs) == ts) others.push_back(other);
  }
  auto text = write_media_playlist({*rendition, others, content_.date_ranges.get()}, skip);
  auto resource = playlist_resource(std::move(text));
  place.store(resource);
  return resource;
}

// Null: no segment ever had one.
ResourcePtr Snapshot::i_frames(std::size_t index) const {
  const auto& rendition = *content_.renditions[index];
  if (!rendition.has_i_frames || rendition.last() == nullptr) return nullptr;
  auto& place = texts_[index][kIFrames];
  if (auto written = place.load()) return written;
  auto resource = playlist_resource(write_i_frame_playlist(rendition));
  place.store(resource);
  return resource;
}

// The parts of the TS rendition behind the cursor.
std::vector<SharedBytes> Snapshot::follow(StreamCursor& cursor) const {
  std::vector<SharedBytes> bytes;
  for (const auto& rendition : content_.renditions) {
    if (rendition->traits->format != Format::kTs || !rendition->ready) continue;
    follow_rendition(*rendition, cursor, bytes);
  }
  return bytes;
}

}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#include "playlists.hpp"

#include "date_range_recorder.hpp"
#include "selection.hpp"

#include <algorithm>

namespace grandstand::dvr {
namespace {

using std::chrono::seconds;

constexpr const char* kPlaylistType = "application/vnd.apple.mpegurl";
// A range that ended this long ago is a file like any other; before, players may still follow it as an event.
constexpr seconds kSettled{600};
constexpr std::size_t kFewestSegments = 6;

struct Form {
  seconds target_duration{0};
  std::string_view type;    // of EXT-X-PLAYLIST-TYPE; empty: none
  bool ended = false;       // EXT-X-ENDLIST
  std::size_t skipped = 0;  // EXT-X-SKIP
  std::string date_ranges;  // whole lines
  bool can_skip = false;    // EXT-X-SERVER-CONTROL
};

seconds skip_boundary(const Form& form) {
  return form.target_duration * 6;
}

std::string head_lines(const Selection& selection, const Form& form, std::string_view container) {
  int version = container == "fmp4" ? 6 : 3;
  if (selection.has_gap()) version = 8;
  if (form.skipped > 0) version = 9;
  std::string text = "#EXTM3U\n#EXT-X-VERSION:" + std::to_string(version) + "\n";
  if (selection.independent()) text += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  text += "#EXT-X-TARGETDURATION:" + std::to_string(form.target_duration.count()) + "\n";
  if (form.can_skip) {
    text += "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=" + std::to_string(skip_boundary(form).count()) + ".0\n";
  }
  if (!form.type.empty()) text += "#EXT-X-PLAYLIST-TYPE:" + std::string(form.type) + "\n";
  text += "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(selection.sequence()) + "\n";
  text += "#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(selection.discontinuity_sequence()) + "\n";
  if (form.skipped > 0) text += "#EXT-X-SKIP:SKIPPED-SEGMENTS=" + std::to_string(form.skipped) + "\n";
  return text + form.date_ranges;
}

// Full chunks go in as they are; what is cut goes segment by segment.
void append_segments(GzipPieces& out, const Selection& selection, std::size_t skip) {
  const Entry* before = nullptr;
  std::string lines;
  for (const auto& piece : selection.pieces) {
    for (auto i = piece.first; i < piece.last;) {
      const auto& chunk = *piece.contents->chunks[i / ReelContents::kChunkEntries];
      const auto in_chunk = i % ReelContents::kChunkEntries;
      const auto& entry = chunk.entries[in_chunk];
      const bool whole = skip == 0 && in_chunk == 0 && i + ReelContents::kChunkEntries <= piece.last;
      if (skip > 0) {
        --skip;
      } else {
        lines.clear();
        append_leading_lines(lines, entry, before);
        if (!whole) append_segment_lines(lines, entry);
        out.append(lines);
      }
      if (whole) out.append(chunk.text, chunk.compressed);
      before = whole ? &chunk.entries.back() : &entry;
      i += whole ? ReelContents::kChunkEntries : 1;
    }
  }
}

std::string_view container_of(const Selection& selection) {
  return selection.pieces.front().contents->head.container;
}

hls::ResourcePtr render(const Selection& selection, const Form& form, const std::string& kind, bool settled) {
  GzipPieces out;
  out.append(head_lines(selection, form, container_of(selection)));
  append_segments(out, selection, form.skipped);
  if (form.ended) out.append("#EXT-X-ENDLIST\n");
  const auto etag = kind + "-" + std::to_string(selection.sequence()) + "-" + std::to_string(selection.count()) + "-" +
                    std::to_string(form.target_duration.count()) + "-" + std::to_string(form.date_ranges.size()) +
                    (form.ended ? "-end" : "");
  return to_resource(out, etag, settled);
}

Form form_of(const RenditionShelf& rendition) {
  Form form;
  form.target_duration = seconds(rendition.target_duration.load());
  return form;
}

// How many segments at the front lie beyond the skip boundary.
std::size_t skippable(const Selection& selection, const Form& form) {
  auto left = std::chrono::microseconds(skip_boundary(form));
  auto count = selection.count();
  for (auto piece = selection.pieces.rbegin(); piece != selection.pieces.rend(); ++piece) {
    for (auto i = piece->last; i > piece->first; --i) {
      if (left.count() <= 0) return count;
      left -= piece->contents->at(i - 1).length();
      --count;
    }
  }
  return 0;
}

Result<hls::ResourcePtr> make_kept(const ChannelShelf& channel, const RenditionShelf& rendition, bool skip,
                                   UtcTime now) {
  const auto reels = rendition.listed();
  if (reels.empty()) return nothing_there(channel);
  const auto first = reels.front()->name().sequence;
  const auto end = reels.back()->name().sequence + reels.back()->count;
  const auto kept = skip ? nullptr : rendition.kept_playlist(now);
  auto form = form_of(rendition);
  form.can_skip = true;
  const auto date_ranges = channel.date_ranges.load();
  if (kept && kept->first == first && kept->end == end && kept->date_ranges == date_ranges) {
    const auto until = now + (reels.back()->end() - reels.front()->name().start) + form.target_duration;
    for (const auto& reel : reels) reel->extend_lease(until);
    return kept->resource;
  }
  const auto selection = select_listed(rendition, now);
  if (selection.empty()) return nothing_there(channel);
  selection.lease(now, form.target_duration);
  if (skip) form.skipped = skippable(selection, form);
  form.date_ranges = date_range_lines(*date_ranges, selection.start(), UtcTime::max());
  auto resource = render(selection, form, form.skipped > 0 ? "delta" : "dvr", false);
  if (form.skipped == 0) {
    rendition.keep_playlist({selection.sequence(), selection.sequence() + selection.count(), date_ranges, resource});
  }
  return resource;
}

Result<hls::ResourcePtr> make_range(const ChannelShelf& channel, const RenditionShelf& rendition,
                                    const Stretch& stretch, UtcTime now) {
  const auto end = end_of(stretch);
  // Read before the selection is made: what makes the range whole is in it then. The end may lie where nothing was
  // recorded.
  const auto reels = rendition.reels.load();
  const bool whole = !reels->empty() && reels->back()->end() >= end;
  const auto selection = select_range(rendition, stretch.start, end, now);
  if (selection.empty()) return nothing_there(channel, stretch, now);
  auto form = form_of(rendition);
  selection.lease(now, form.target_duration);
  form.date_ranges = date_range_lines(*channel.date_ranges.load(), selection.start(), end);
  form.ended = whole || now > end + kLate;
  const bool settled = now > end + kSettled;
  form.type = settled ? "VOD" : "EVENT";
  return render(selection, form, settled ? "vod" : "event", settled);
}

Result<hls::ResourcePtr> make_delayed(const ChannelShelf& channel, const RenditionShelf& rendition, seconds delay,
                                      UtcTime now) {
  auto form = form_of(rendition);
  const auto until = now - delay;
  const auto length = std::max<seconds>(seconds(30), form.target_duration * static_cast<int>(kFewestSegments));
  // The segment that is under way at that moment is not complete yet.
  const auto selection = select_last(rendition, length, until, now);
  if (selection.empty()) return nothing_there(channel);
  selection.lease(now, form.target_duration);
  form.date_ranges = date_range_lines(*channel.date_ranges.load(), selection.start(), until);
  return render(selection, form, "delayed", false);
}

}  // namespace

hls::ResourcePtr to_resource(GzipPieces& pieces, std::string etag, bool settled) {
  auto whole = pieces.finish();
  auto resource = std::make_shared<hls::Resource>();
  resource->body = std::move(whole.text);
  resource->gzip_body = std::move(whole.gzip);
  resource->content_type = kPlaylistType;
  resource->etag = "\"" + std::move(etag) + "\"";
  resource->cache_control = settled ? "max-age=60" : "max-age=1";
  return resource;
}

UtcTime end_of(const Stretch& stretch) {
  return stretch.start + (stretch.duration.count() > 0 ? stretch.duration : seconds(kLongestRange));
}

Error nothing_there(const ChannelShelf& channel) {
  const auto window = channel.window();
  const auto& name = channel.id.value();
  if (!window) return {ErrorCode::kNotFound, "the archive of " + name + " is empty"};
  return {ErrorCode::kNotFound,
          "the archive of " + name + " has " + to_rfc3339(window->from) + " to " + to_rfc3339(window->to)};
}

Error nothing_there(const ChannelShelf& channel, const Stretch& stretch, UtcTime now) {
  const auto end = end_of(stretch);
  std::optional<UtcTime> before, after;
  const auto renditions = channel.renditions.load();
  for (const auto& [name, rendition] : *renditions) {
    // What this one has, the one that was asked for may lack.
    if (!select_range(*rendition, stretch.start, end, now).empty()) return nothing_there(channel);
    if (const auto last = select_last(*rendition, seconds(1), stretch.start, now); !last.empty()) {
      before = std::max(before.value_or(last.end()), last.end());
    }
    const auto reels = rendition->reels.load();
    const auto reel = std::find_if(reels->begin(), reels->end(), [&](const ReelPtr& one) { return one->end() > end; });
    if (reel == reels->end()) continue;
    const auto next = select_range(*rendition, end, (*reel)->end(), now);
    if (!next.empty()) after = std::min(after.value_or(next.start()), next.start());
  }
  if (!before || !after) return nothing_there(channel);
  const bool ends = stretch.start - *before <= *after - end;
  return {ErrorCode::kNotFound, "nothing of " + channel.id.value() + " was recorded from " + to_rfc3339(stretch.start) +
                                    " to " + to_rfc3339(end) + "; the nearest recording " +
                                    (ends ? "ends at " + to_rfc3339(*before) : "begins at " + to_rfc3339(*after))};
}

Result<hls::ResourcePtr> make_media_playlist(const ChannelShelf& channel, const RenditionShelf& rendition,
                                             const Question& question, UtcTime now) {
  switch (question.stretch.kind) {
    case Stretch::Kind::kKept:
      return make_kept(channel, rendition, question.skip, now);
    case Stretch::Kind::kRange:
      return make_range(channel, rendition, question.stretch, now);
    case Stretch::Kind::kDelayed:
      return make_delayed(channel, rendition, question.stretch.delay, now);
  }
  return nothing_there(channel);
}

}  // namespace grandstand::dvr

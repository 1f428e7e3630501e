// SPDX-License-Identifier: MIT
#include "i_frame_probe.hpp"

#include <algorithm>

namespace grandstand::hlscheck {
namespace {

constexpr std::size_t kEntries = 3;
constexpr std::int64_t kMostTables = 64 << 10;  // bytes in front of the first picture of a transport stream

Bytes bytes_of(const std::string& body) {
  return {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
}

class Probe {
 public:
  Probe(WatchedPlaylist& playlist, Findings& findings) : playlist_(playlist), findings_(findings) {}

  void check(const Segment& entry) {
    const auto body = playlist_.fetch_media(entry.url, entry.range, entry.name(), 17);
    if (!body) return;
    if (entry.range && body->size() != static_cast<std::size_t>(entry.range->length)) {
      fault(entry,
            "its range of " + std::to_string(entry.range->length) + " bytes gets " + std::to_string(body->size()));
      return;
    }
    const auto media = look_into(entry, *body);
    if (!media) return;
    std::size_t pictures = 0;
    bool key = true;
    for (const auto& track : media->tracks) {
      if (!track.video()) continue;
      pictures += track.samples.size();
      key = key && std::ranges::all_of(track.samples, &MediaSample::key);
    }
    if (pictures != 1) {
      fault(entry, "it has " + std::to_string(pictures) + " pictures");
    } else if (!key) {
      fault(entry, "its picture is no key frame");
    }
  }

 private:
  void fault(const Segment& entry, const std::string& wrong) {
    findings_.must(38, playlist_.latest().at(entry.line), entry.name() + ": " + wrong,
                   "one key frame in each entry of an I-frame playlist (bis 4.4.3.6)");
  }

  std::optional<SegmentMedia> look_into(const Segment& entry, const std::string& body) {
    switch (sniff(bytes_of(body))) {
      case SegmentMedia::Container::kTs:
        return inspect_ts(bytes_of(tables_of(entry) + body));
      case SegmentMedia::Container::kFmp4: {
        const auto* init = playlist_.init_section(entry.map);
        // What is not whole in the range is no sample of it.
        return init ? std::optional(inspect_fmp4(*init, bytes_of(body))) : std::nullopt;
      }
      case SegmentMedia::Container::kWebVtt:
      case SegmentMedia::Container::kUnknown:
        fault(entry, "it begins with neither a transport packet nor a box");
    }
    return std::nullopt;
  }

  // PAT and PMT: what EXT-X-MAP names, or else what is in front of the first picture of the resource.
  std::string tables_of(const Segment& entry) {
    if (!entry.map.url.empty()) return playlist_.fetch_media(entry.map.url, entry.map.range, "the map", 8).value_or("");
    std::int64_t begin = kMostTables;
    for (const auto& other : playlist_.latest().segments) {
      if (other.url == entry.url) begin = std::min(begin, other.range ? other.range->offset : 0);
    }
    if (begin == 0) return "";
    return playlist_.fetch_media(entry.url, ByteRange{begin, 0}, entry.name(), 17).value_or("");
  }

  WatchedPlaylist& playlist_;
  Findings& findings_;
};

}  // namespace

void probe_i_frames(WatchedPlaylist& playlist, Session& session, Findings& findings) {
  const auto& latest = playlist.latest();
  if (!latest.iframes_only) {
    findings.must(38, latest.at(), "EXT-X-I-FRAMES-ONLY is missing",
                  "EXT-X-I-FRAMES-ONLY in what EXT-X-I-FRAME-STREAM-INF names");
    return;
  }
  std::size_t checked = 0;
  for (auto entry = latest.segments.rbegin(); entry != latest.segments.rend() && checked < kEntries; ++entry) {
    if (session.stopped()) return;
    if (entry->gap || !entry->key.empty() || entry->url.starts_with("invalid:")) continue;
    Probe(playlist, findings).check(*entry);
    ++checked;
  }
}

}  // namespace grandstand::hlscheck

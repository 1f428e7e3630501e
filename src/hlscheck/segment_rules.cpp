// SPDX-License-Identifier: MIT
#include "segment_rules.hpp"

#include "text.hpp"

#include <algorithm>
#include <cmath>

namespace grandstand::hlscheck {
namespace {

using Container = SegmentMedia::Container;
constexpr std::int64_t kWrap = std::int64_t{1} << 33;
constexpr Seconds kFrame{1.0 / 24};
constexpr Seconds kHole{0.25};     // more than a slow frame rate or a late audio frame
constexpr Seconds kLongHole{1.0};  // players go on over shorter ones
constexpr Seconds kBigDrift{0.5};
constexpr Seconds kKeyInterval{2.5};  // "about every two seconds"
constexpr Seconds kSkew{0.1};
constexpr std::size_t kMaxKept = 10'000;

std::int64_t distance(Container container, std::int64_t a, std::int64_t b) {
  return container == Container::kTs ? timestamp_distance(a, b) : b - a;
}

Seconds in_seconds(const MediaTrack& track, std::int64_t ticks) {
  return Seconds(static_cast<double>(ticks) / static_cast<double>(track.timescale));
}

std::int64_t first_pts(const MediaTrack& track, Container container) {
  auto first = track.samples.front().pts;
  // Reordering reaches over a few pictures only.
  for (std::size_t i = 0; i < std::min<std::size_t>(track.samples.size(), 32); ++i) {
    if (distance(container, first, track.samples[i].pts) < 0) first = track.samples[i].pts;
  }
  return first;
}

// Of the last sample: what it says, or what the one before lasted.
std::int64_t last_duration(const MediaTrack& track, Container container) {
  const auto& samples = track.samples;
  if (samples.back().duration > 0) return samples.back().duration;
  return samples.size() < 2
             ? 0
             : std::max<std::int64_t>(0, distance(container, samples[samples.size() - 2].dts, samples.back().dts));
}

const char* kind_name(const MediaTrack& track) {
  return track.video() ? "video" : "audio";
}

// Whether the sound goes on between two pictures: then they are frozen, and not all media is lost.
bool sounds_between(const SegmentMedia& media, const MediaTrack& video, const MediaSample& from,
                    const MediaSample& to) {
  const auto* audio = media.first(MediaTrack::Kind::kAudio);
  if (!audio || audio->samples.empty()) return false;
  const auto since_from = [&](const MediaSample& sample) {
    return media.container == Container::kTs
               ? Seconds(static_cast<double>(timestamp_distance(from.dts, sample.dts)) / 90'000)
               : in_seconds(*audio, sample.dts) - in_seconds(video, from.dts);
  };
  const auto length = in_seconds(video, distance(media.container, from.dts, to.dts));
  return std::ranges::any_of(audio->samples, [&](const MediaSample& sample) {
    return since_from(sample) > length / 4 && since_from(sample) < length * 3 / 4;
  });
}

void check_times(const Place& place, const Segment& listed, const SegmentMedia& media, const MediaTrack& track,
                 Findings& findings) {
  const int rule = media.container == Container::kTs ? 42 : 43;
  const auto name = listed.name() + ", track " + std::to_string(track.id);
  for (std::size_t i = 0; i < track.samples.size(); ++i) {
    const auto& sample = track.samples[i];
    if (media.container == Container::kTs && distance(media.container, sample.dts, sample.pts) < 0) {
      findings.must(rule, place,
                    name + ": PTS " + std::to_string(sample.pts) + " is before DTS " + std::to_string(sample.dts),
                    "PTS at or after DTS");
    }
    if (i == 0) continue;
    const auto& before = track.samples[i - 1];
    const auto step = distance(media.container, before.dts, sample.dts);
    if (step <= 0) {
      findings.must(rule, place,
                    name + ": DTS goes from " + std::to_string(before.dts) + " to " + std::to_string(sample.dts),
                    "decoding times that rise");
    } else if (track.audio() && before.duration > 0 && in_seconds(track, step - before.duration) > kFrame / 2 &&
               media.container == Container::kTs) {
      findings.should(rule, place,
                      name + ": a hole of " + seconds_text(in_seconds(track, step - before.duration)) + " in the sound",
                      "sound without holes");
    } else if (in_seconds(track, step) > 2 * kHole && track.video()) {
      const bool harmless = in_seconds(track, step) <= kLongHole || sounds_between(media, track, before, sample);
      findings.add(harmless ? Grade::kShould : Grade::kMust, 9, place,
                   name + ": no pictures for " + seconds_text(in_seconds(track, step)),
                   "EXT-X-GAP or a discontinuity where media is lost");
    }
  }
}

void check_pictures(const Place& place, const Segment& listed, bool independent, const SegmentMedia& media,
                    const MediaTrack& video, Findings& findings) {
  if (!video.samples.front().key) {
    if (independent) {
      findings.must(36, place, listed.name() + " starts without a key frame",
                    "EXT-X-INDEPENDENT-SEGMENTS only when it is true");
    } else {
      findings.must(40, place, listed.name() + " starts without a key frame",
                    "a key frame at the start of every segment");
    }
  }
  if (video.interlaced) findings.should(40, place, listed.name() + " is interlaced", "progressive pictures");
  std::optional<std::int64_t> key;
  for (const auto& sample : video.samples) {
    if (!sample.key) continue;
    if (key && in_seconds(video, distance(media.container, *key, sample.dts)) > kKeyInterval) {
      findings.should(40, place,
                      listed.name() + ": key frames " +
                          seconds_text(in_seconds(video, distance(media.container, *key, sample.dts))) + " apart",
                      "a key frame about every two seconds");
    }
    key = sample.dts;
  }
  const auto span = span_of(video, media.container);
  if (key && span && in_seconds(video, distance(media.container, *key, video.samples.back().dts)) > kKeyInterval) {
    findings.should(40, place,
                    listed.name() + ": no key frame for " +
                        seconds_text(in_seconds(video, distance(media.container, *key, video.samples.back().dts))),
                    "a key frame about every two seconds");
  }
}

}  // namespace

std::int64_t timestamp_distance(std::int64_t a, std::int64_t b) {
  auto difference = ((b - a) % kWrap + kWrap) % kWrap;
  return difference >= kWrap / 2 ? difference - kWrap : difference;
}

std::optional<MediaSpan> span_of(const MediaTrack& track, Container container) {
  if (track.samples.empty()) return std::nullopt;
  const auto ticks =
      distance(container, track.samples.front().dts, track.samples.back().dts) + last_duration(track, container);
  return MediaSpan{in_seconds(track, first_pts(track, container)), in_seconds(track, ticks)};
}

void SegmentSequence::check_alone(const Place& place, const Segment& listed, bool independent,
                                  const SegmentMedia& media, Findings& findings) {
  for (const auto& fault : media.faults) {
    findings.add(fault.grade, fault.rule, place, listed.name() + ": " + fault.wrong, fault.expected);
  }
  int audio_programmes = 0;
  for (const auto& track : media.tracks) {
    if (track.samples.empty() || track.kind == MediaTrack::Kind::kOther) continue;
    if (track.audio()) ++audio_programmes;
    check_times(place, listed, media, track, findings);
  }
  if (audio_programmes > 1) {
    findings.should(45, place, listed.name() + " has " + std::to_string(audio_programmes) + " audio tracks",
                    "one audio programme in a media playlist");
  }
  const auto* video = media.first(MediaTrack::Kind::kVideo);
  const auto* audio = media.first(MediaTrack::Kind::kAudio);
  if (video) check_pictures(place, listed, independent, media, *video, findings);
  if (video && audio && media.container == Container::kTs) {
    const auto skew =
        in_seconds(*video, timestamp_distance(first_pts(*video, media.container), first_pts(*audio, media.container)));
    if (std::abs(skew.count()) > kSkew.count()) {
      findings.should(42, place, listed.name() + ": the sound starts " + seconds_text(skew) + " behind the picture",
                      "sound and picture that start within 100 ms");
    }
  }
}

// EXTINF against the track that it fits best: of the others some may be lost.
void SegmentSequence::check_duration(const Playlist& playlist, const SegmentMedia& media, Findings& findings) {
  std::optional<Seconds> least;
  for (const auto kind : {MediaTrack::Kind::kVideo, MediaTrack::Kind::kAudio}) {
    const auto* track = media.first(kind);
    const auto* before = last_.first(kind);
    if (!track || !before || track->samples.empty() || before->samples.empty() || track->id != before->id ||
        track->timescale != before->timescale) {
      continue;
    }
    auto& drift = drift_[kind];
    drift += in_seconds(*track, distance(media.container, first_pts(*before, media.container),
                                         first_pts(*track, media.container))) -
             last_listed_->duration;
    if (!least || std::abs(drift.count()) < std::abs(least->count())) least = drift;
  }
  if (!least || std::abs(least->count()) <= kFrame.count()) return;
  const auto wrong = "at " + last_listed_->name() + " EXTINF is " + seconds_text(*least) + " short of the media";
  const Place place{playlist.url, last_listed_->line};
  if (std::abs(least->count()) > kBigDrift.count()) {
    findings.must(7, place, wrong, "EXTINF that adds up to the media within half a second");
  } else {
    findings.should(7, place, wrong, "EXTINF that adds up to the media within one frame");
  }
}

bool SegmentSequence::check_continuation(const Place& place, const Segment& listed, const SegmentMedia& media,
                                         Findings& findings) const {
  struct Hole {
    std::string name;
    Seconds length;
  };
  std::vector<Hole> holes;
  std::size_t continued = 0;
  for (const auto& track : media.tracks) {
    const auto before = std::ranges::find(last_.tracks, track.id, &MediaTrack::id);
    if (track.samples.empty() || before == last_.tracks.end() || before->samples.empty() ||
        before->timescale != track.timescale) {
      continue;
    }
    const auto step = distance(media.container, before->samples.back().dts, track.samples.front().dts);
    const auto gap = step - last_duration(*before, media.container);
    const auto name = listed.name() + ", " + kind_name(track) + " track " + std::to_string(track.id);
    if (step <= 0) {
      findings.must(media.container == Container::kTs ? 42 : 43, place,
                    name + ": starts before the segment before it ends",
                    "times that continue from segment to segment without a discontinuity");
    } else if (gap < step && in_seconds(track, gap) > kHole && track.kind != MediaTrack::Kind::kOther) {
      holes.push_back({name, in_seconds(track, gap)});
      continue;
    } else if (media.container == Container::kFmp4 && std::abs(gap) > 1) {
      findings.must(43, place, name + ": starts " + std::to_string(gap) + " ticks behind the end of the one before",
                    "segments that continue within one tick");
    }
    if (track.kind != MediaTrack::Kind::kOther) ++continued;
  }
  for (const auto& hole : holes) {
    const auto wrong = hole.name + ": " + seconds_text(hole.length) + " are missing before it";
    if (continued == 0 && hole.length > kLongHole) {
      findings.must(9, place, wrong, "EXT-X-GAP or a discontinuity where media is lost");
    } else if (continued > 0 && media.container == Container::kFmp4) {
      findings.must(43, place, wrong, "tracks whose samples fill all of the segment");
    } else {
      findings.should(9, place, wrong, "EXT-X-GAP or a discontinuity where media is lost");
    }
  }
  return holes.empty() || continued > 0;
}

void SegmentSequence::check_after_last(const Playlist& playlist, const Segment& listed, const SegmentMedia& media,
                                       Findings& findings) {
  const Place place{playlist.url, 0, listed.url};
  if (!check_continuation(place, listed, media, findings)) {
    drift_.clear();  // what is lost neither counts on nor adds up
    return;
  }
  for (const auto& [pid, counters] : media.counters) {
    const auto before = last_.counters.find(pid);
    if (before != last_.counters.end() && counters.first != ((before->second.last + 1) & 15)) {
      findings.should(41, place,
                      listed.name() + ", PID " + std::to_string(pid) + ": the counter goes from " +
                          std::to_string(before->second.last) + " to " + std::to_string(counters.first),
                      "continuity counters that count on from segment to segment");
    }
  }
  if (media.first_fragment && last_.last_fragment && *media.first_fragment <= *last_.last_fragment) {
    findings.should(43, place,
                    listed.name() + ": mfhd goes from " + std::to_string(*last_.last_fragment) + " to " +
                        std::to_string(*media.first_fragment),
                    "sequence numbers of fragments that rise from segment to segment");
  }
  check_duration(playlist, media, findings);
}

void SegmentSequence::see(const Playlist& playlist, const Segment& listed, bool independent, SegmentMedia media,
                          std::size_t bytes, Findings& findings) {
  container_ = media.container;
  check_alone({playlist.url, 0, listed.url}, listed, independent, media, findings);
  const bool follows = last_listed_ && last_listed_->sequence + 1 == listed.sequence && !listed.discontinuity;
  if (follows) {
    check_after_last(playlist, listed, media, findings);
  } else {
    drift_.clear();
  }
  if (sizes_.size() < kMaxKept) sizes_.push_back({listed.sequence, static_cast<double>(bytes) * 8, listed.duration});
  if (const auto* main = media.main_track(); main && listed.date && starts_.size() < kMaxKept) {
    starts_.push_back(
        {*listed.date, in_seconds(*main, first_pts(*main, media.container)), in_seconds(*main, 1), listed.name()});
  }
  tracks_.clear();
  for (const auto& track : media.tracks) {
    tracks_.push_back(track);
    tracks_.back().samples.clear();
  }
  last_listed_ = listed;
  last_ = std::move(media);
}

double SegmentSequence::average_rate() const {
  double bits = 0;
  Seconds duration{0};
  for (const auto& size : sizes_) {
    bits += size.bits;
    duration += size.duration;
  }
  return duration.count() > 0 ? bits / duration.count() : 0;
}

double SegmentSequence::peak_rate(Seconds target) const {
  double peak = 0;
  for (std::size_t first = 0; first < sizes_.size(); ++first) {
    double bits = 0;
    Seconds duration{0};
    for (std::size_t i = first; i < sizes_.size(); ++i) {
      if (i > first && sizes_[i].sequence != sizes_[i - 1].sequence + 1) break;
      bits += sizes_[i].bits;
      duration += sizes_[i].duration;
      if (duration > 1.5 * target) break;
      if (duration >= 0.5 * target) peak = std::max(peak, bits / duration.count());
    }
  }
  return peak;
}

void check_codecs(const Place& place, const std::string& codecs, const std::vector<MediaTrack>& tracks,
                  Container container, Findings& findings) {
  if (codecs.empty()) return;
  std::vector<std::string> named;
  for (std::size_t at = 0; at <= codecs.size();) {
    const auto comma = std::min(codecs.find(',', at), codecs.size());
    auto name = codecs.substr(at, comma - at);
    name.erase(0, name.find_first_not_of(' '));
    named.push_back(name);
    at = comma + 1;
  }
  const auto lower = [](std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  };
  const auto family = [&](const std::string& codec) {
    auto name = lower(codec.substr(0, codec.find('.')));
    if (name == "avc3") return std::string("avc1");
    if (name == "hev1") return std::string("hvc1");
    // Layers 2 and 3 of MPEG audio are other codecs than AAC by their object type only.
    return name == "mp4a" ? lower(codec.substr(0, 7)) : name;
  };
  for (const auto& track : tracks) {
    if (track.kind == MediaTrack::Kind::kOther || track.codec.empty()) continue;
    const auto same =
        std::ranges::find_if(named, [&](const auto& name) { return family(name) == family(track.codec); });
    if (same == named.end()) {
      findings.must(35, place, "CODECS is '" + codecs + "', the media has " + track.codec,
                    "CODECS with every format of the media");
      continue;
    }
    const bool exact = std::ranges::any_of(named, [&](const auto& name) { return lower(name) == lower(track.codec); });
    const bool known = track.codec.find('.') != std::string::npos && track.codec != "mp4a.40";
    if (known && !exact && family(track.codec) != "av01") {
      findings.should(35, place, "CODECS is '" + codecs + "', the media has " + track.codec,
                      "the profile and level of the parameter sets");
    }
    if (family(track.codec) == "hvc1" && container == Container::kTs) {
      findings.must(35, place, "HEVC in MPEG-TS", "HEVC as fMP4");
    }
    if (track.codec.starts_with("hev1")) findings.should(35, place, "HEVC as hev1", "hvc1");
  }
}

void check_starts(const Place& place, const SegmentSequence& reference, const SegmentSequence& other,
                  Findings& findings) {
  for (const auto& mine : other.starts()) {
    for (const auto& theirs : reference.starts()) {
      if (std::abs((mine.date - theirs.date).count()) > kFrame.count() / 2) continue;
      const auto tick = std::max(mine.tick, theirs.tick) * 1.01;
      if (std::abs((mine.media - theirs.media).count()) > tick.count()) {
        findings.must(44, place,
                      mine.name + " starts " + seconds_text(mine.media - theirs.media) +
                          " from the same one of the first rendition",
                      "the same start of a segment in all renditions, to the tick");
      }
    }
  }
}

}  // namespace grandstand::hlscheck

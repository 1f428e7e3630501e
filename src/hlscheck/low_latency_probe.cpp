// SPDX-License-Identifier: MIT
#include "low_latency_probe.hpp"

#include "http_probe.hpp"
#include "text.hpp"
#include "url.hpp"

#include <algorithm>
#include <cmath>

namespace grandstand::hlscheck {
namespace {

constexpr Seconds kAtOnce{1.0};  // and the round trip

std::string number(std::int64_t value) {
  return std::to_string(value);
}

// How far a playlist goes: media sequence number and part index of the last part (bis 4.4.5.4).
std::pair<std::int64_t, std::int64_t> last_part(const Playlist& playlist) {
  if (!playlist.open.parts.empty()) {
    return {playlist.end_sequence(), static_cast<std::int64_t>(playlist.open.parts.size()) - 1};
  }
  const auto parts = playlist.segments.empty() ? 0 : static_cast<std::int64_t>(playlist.segments.back().parts.size());
  return {playlist.end_sequence() - 1, parts - 1};
}

bool reaches(const Playlist& playlist, std::int64_t sequence, std::size_t parts) {
  return playlist.end_sequence() > sequence ||
         (parts > 0 && playlist.end_sequence() == sequence && playlist.open.parts.size() >= parts);
}

std::string without_query(const std::string& url) {
  return url.substr(0, url.find('?'));
}

}  // namespace

std::optional<LowLatencyProbe::Answer> LowLatencyProbe::ask(const std::string& directives, int rule) {
  const auto asked = session_.now();
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(3 * target()) + std::chrono::seconds(5);
  auto response =
      session_.get(with_query(watched_.url(), directives),
                   {.timeout = std::max<std::chrono::milliseconds>(patience, std::chrono::milliseconds(10'001))});
  const Seconds held = session_.now() - asked;
  if (!response) {
    if (response.error().code != ErrorCode::kCancelled) {
      findings_.must(response.error().code == ErrorCode::kTimeout ? std::max(rule, 28) : rule, place(),
                     directives + ": no answer within " + seconds_text(held), "an answer to every directive");
    }
    return std::nullopt;
  }
  Answer answer{response->status, {}, held, {}};
  if (response->status == 200 && looks_like_playlist(response->body)) {
    const auto& base = response->url.empty() ? watched_.url() : response->url;
    answer.playlist = parse_playlist(response->body, without_query(base), findings_);
    answer.playlist.url = watched_.url();
  }
  answer.response = std::move(*response);
  if (held > 3 * target() + kAtOnce) {
    findings_.must(28, place(), directives + " was held for " + seconds_text(held), "503 after three target durations");
  }
  return answer;
}

std::optional<LowLatencyProbe::Answer> LowLatencyProbe::ask_held(const std::string& directives) {
  auto answer = ask(directives, 25);
  if (answer && answer->status != 200) {
    findings_.must(25, place(), directives + " gets " + number(answer->status), "200 with what the directive names");
    return std::nullopt;
  }
  if (answer && answer->playlist.segments.empty()) {
    findings_.must(25, place(), directives + " gets no playlist", "200 with what the directive names");
    return std::nullopt;
  }
  return answer;
}

void LowLatencyProbe::expect_held(const std::string& directives, std::int64_t sequence, std::size_t parts) {
  const auto answer = ask_held(directives);
  if (!answer) return;
  if (!reaches(answer->playlist, sequence, parts)) {
    findings_.must(25, place(), directives + " is answered without it after " + seconds_text(answer->held),
                   "the answer when what the directive names is there");
  }
  const auto time = cache_time(answer->response);
  if (time && *time == Seconds(0)) {
    findings_.should(49, place(), "the answer to a blocking request may not be cached",
                     "blocking answers that caches may share");
  }
  watched_.take(answer->response);
}

void LowLatencyProbe::probe_blocking() {
  if (!watched_.reload() || watched_.latest().segments.empty()) return;
  const auto next = watched_.latest().end_sequence();
  expect_held("_HLS_msn=" + number(next), next, 0);
  if (watched_.latest().low_latency()) {
    for (int i = 0; i < 3; ++i) {
      const auto sequence = watched_.latest().end_sequence();
      const auto part = watched_.latest().open.parts.size();
      expect_held("_HLS_msn=" + number(sequence) + "&_HLS_part=" + std::to_string(part), sequence, part + 1);
    }
    // Behind the last part of a segment comes the first of the next one.
    if (const auto& last = watched_.latest().segments.back(); !last.parts.empty()) {
      const auto sequence = last.sequence;
      expect_held("_HLS_msn=" + number(sequence) + "&_HLS_part=" + std::to_string(last.parts.size()), sequence + 1, 1);
    }
  }
  for (const auto old : {watched_.latest().media_sequence - 1, std::int64_t{0}}) {
    if (old < 0) continue;
    auto answer = ask("_HLS_msn=" + number(old), 26);
    // Once may be the network's fault, or ours; a server that holds it does so again.
    if (answer && answer->held > kAtOnce) answer = ask("_HLS_msn=" + number(old), 26);
    if (answer && (answer->status != 200 || answer->held > kAtOnce)) {
      findings_.must(26, place(),
                     "_HLS_msn=" + number(old) + ", before the window, gets " + number(answer->status) + " after " +
                         seconds_text(answer->held),
                     "the current playlist at once");
    }
  }
}

void LowLatencyProbe::probe_wrong_directives() {
  struct Wrong {
    std::string directives;
    Grade grade;
  };
  const auto& latest = watched_.latest();
  const auto next = latest.end_sequence();
  std::vector<Wrong> wrong = {{"_HLS_part=0", Grade::kMust},
                              {"_HLS_msn=-1", Grade::kShould},
                              {"_HLS_msn=abc", Grade::kShould},
                              {"_HLS_msn=", Grade::kShould},
                              {"_HLS_msn=99999999999999999999999999", Grade::kShould},
                              {"_HLS_msn=" + number(next + 3), Grade::kShould},
                              {"_HLS_msn=" + number(next) + "&_HLS_msn=" + number(next), Grade::kShould},
                              {"_HLS_msn=" + number(next) + "&_HLS_part=-1", Grade::kShould},
                              {"_HLS_msn=" + number(next) + "&_HLS_part=x", Grade::kShould}};
  if (latest.low_latency()) {
    const auto target = latest.part_target->count();
    const auto limit = static_cast<std::size_t>(target < 1 ? std::ceil(3 / target) : 3);
    wrong.push_back({"_HLS_msn=" + number(next) + "&_HLS_part=" + std::to_string(latest.open.parts.size() + limit + 5),
                     Grade::kShould});
  }
  for (const auto& [directives, grade] : wrong) {
    const auto answer = ask(directives, 27);
    if (!answer || (answer->status == 400 && answer->held <= kAtOnce)) continue;
    const auto text = directives + " gets " + number(answer->status) + " after " + seconds_text(answer->held);
    if (answer->status >= 500) {
      findings_.must(27, place(), text, "400, and no failure of the server, for a wrong directive");
    } else {
      findings_.add(grade, 27, place(), text, "400 at once for a wrong directive");
    }
  }
}

void LowLatencyProbe::probe_hint() {
  if (!watched_.reload()) return;
  const auto& hints = watched_.latest().hints;
  const auto hint = std::ranges::find_if(hints, [](const Tag& tag) { return tag.attributes.text("TYPE") == "PART"; });
  if (hint == hints.end() || hint->url.empty()) return;
  const auto url = hint->url;
  std::optional<ByteRange> range;
  if (const auto start = hint->attributes.integer("BYTERANGE-START")) {
    range = ByteRange{hint->attributes.integer("BYTERANGE-LENGTH").value_or(std::int64_t{1} << 40), *start};
  }
  const auto asked = session_.now();
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(3 * target()) + std::chrono::seconds(11);
  const auto answer = session_.get(url, {.range = range, .timeout = patience});
  const Seconds held = session_.now() - asked;
  const Place at{watched_.url(), 0, url};
  if (!answer) {
    if (answer.error().code != ErrorCode::kCancelled) {
      findings_.must(24, at, "the hinted part: " + answer.error().message,
                     "the hinted part as soon as all of it exists");
    }
    return;
  }
  if (!is_success(*answer) || answer->body.empty()) {
    findings_.must(24, at, "the hinted part gets " + number(answer->status) + " after " + seconds_text(held),
                   "the hinted part as soon as all of it exists");
    return;
  }
  if (!watched_.reload() || range) return;
  const auto& latest = watched_.latest();
  bool listed = std::ranges::any_of(latest.open.parts, [&](const Part& part) { return part.url == url; });
  for (const auto& segment : latest.segments) {
    listed |= std::ranges::any_of(segment.parts, [&](const Part& part) { return part.url == url; });
  }
  const bool still_hinted = std::ranges::any_of(latest.hints, [&](const Tag& tag) { return tag.url == url; });
  if (!listed && still_hinted) {
    findings_.should(24, at, "the hinted part is there before the playlist has it",
                     "the part in the playlist as soon as it exists");
  } else if (!listed) {
    findings_.must(24, at, "the hinted part never came into the playlist", "a hint of the part that comes next");
  }
  const auto again = session_.get(url);
  if (again && is_success(*again) && again->body != answer->body) {
    findings_.must(24, at,
                   "the hinted part had " + std::to_string(answer->body.size()) + " bytes, then " +
                       std::to_string(again->body.size()),
                   "the whole part");
  }
}

void LowLatencyProbe::probe_part_bytes() {
  if (!watched_.reload()) return;
  const auto& segments = watched_.latest().segments;
  const auto found = std::find_if(segments.rbegin(), segments.rend(),
                                  [](const Segment& segment) { return !segment.parts.empty() && !segment.gap; });
  if (found == segments.rend()) return;
  const auto segment = *found;
  const auto whole = watched_.fetch_media(segment.url, segment.range, segment.name(), 17);
  const auto* init = watched_.init_section(segment.map);
  std::string joined;
  bool complete = whole.has_value() && segment.key.empty();
  for (const auto& part : segment.parts) {
    if (part.gap) {
      complete = false;
      continue;
    }
    const auto body = watched_.fetch_media(part.url, part.range, "a part of " + segment.name(), 23);
    if (!body) return;
    joined += *body;
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(body->data()), body->size());
    SegmentMedia media;
    if (sniff(bytes) == SegmentMedia::Container::kTs) media = inspect_ts(bytes);
    if (sniff(bytes) == SegmentMedia::Container::kFmp4 && init) media = inspect_fmp4(*init, bytes);
    const auto* video = media.first(MediaTrack::Kind::kVideo);
    const auto* audio = media.first(MediaTrack::Kind::kAudio);
    const bool has_video =
        std::ranges::any_of(watched_.sequence().tracks(), [](const auto& track) { return track.video(); });
    if (has_video ? !video : !audio) continue;
    const bool key =
        has_video ? std::ranges::any_of(video->samples, [](const MediaSample& sample) { return sample.key; }) : true;
    if (part.independent && !key) {
      findings_.must(22, watched_.latest().at(part.line),
                     "a part of " + segment.name() + " is INDEPENDENT without a key frame",
                     "INDEPENDENT=YES only with a key frame");
    } else if (!part.independent && key) {
      findings_.should(22, watched_.latest().at(part.line),
                       "a part of " + segment.name() + " has a key frame and is not INDEPENDENT",
                       "INDEPENDENT=YES on every part with a key frame");
    }
  }
  if (complete && joined != *whole) {
    findings_.must(21, Place{watched_.url(), 0, segment.url},
                   "the parts of " + segment.name() + " have " + std::to_string(joined.size()) +
                       " bytes, the segment " + std::to_string(whole->size()),
                   "parts whose bytes are those of their segment");
  }
}

void LowLatencyProbe::check_delta(const std::string& directive) {
  constexpr int kTries = 3;
  const auto skip_until = Seconds(watched_.latest().server_control->attributes.decimal("CAN-SKIP-UNTIL").value_or(0));
  for (int i = 0; i < kTries; ++i) {
    if (!watched_.reload()) return;
    const Playlist before = watched_.latest();
    const auto answer = ask(directive, 29);
    if (!answer) return;
    const auto& delta = answer->playlist;
    if (answer->status != 200 || (delta.segments.empty() && delta.skipped == 0)) {
      findings_.must(29, place(), directive + " gets " + number(answer->status), "a delta update or the full playlist");
      return;
    }
    if (!watched_.reload()) return;
    const Playlist after = watched_.latest();
    if (!delta.skip) {
      Seconds oldest{0};
      for (const auto& segment : before.segments) oldest += segment.duration;
      if (!before.segments.empty() && oldest - before.segments.front().duration > skip_until + target()) {
        findings_.should(29, place(), directive + " gets the full playlist", "a delta update when it is possible");
      }
      return;
    }
    const auto merged = merge_delta(before, delta);
    if (!merged) {
      findings_.must(29, place(), directive + " skips segments that the playlist before did not have",
                     "a delta update that merges with the playlist before");
      return;
    }
    Seconds behind{0};
    for (const auto& segment : delta.segments) behind += segment.duration;
    for (const auto& part : delta.open.parts) behind += part.duration;  // the playlist ends with them
    if (delta.skipped < 1 || behind + Seconds(0.01) < skip_until) {
      findings_.must(29, place(),
                     directive + " skips " + number(delta.skipped) + " segments and leaves " + seconds_text(behind),
                     "only segments skipped that are farther than CAN-SKIP-UNTIL from the end");
    }
    const auto& same = after.end_sequence() == merged->end_sequence() && after.media_sequence == merged->media_sequence
                           ? after
                           : before;
    if (same.end_sequence() != merged->end_sequence() || same.media_sequence != merged->media_sequence)
      continue;  // it moved on
    if (const auto what = difference(*merged, same); !what.empty()) {
      findings_.must(29, place(), directive + ", merged, differs in " + what,
                     "a delta update that merges to the full playlist");
    }
    return;
  }
}

void LowLatencyProbe::probe_delta() {
  if (!watched_.latest().server_control) return;
  const auto control = *watched_.latest().server_control;
  if (!control.attributes.has("CAN-SKIP-UNTIL")) return;
  check_delta("_HLS_skip=YES");
  if (control.attributes.yes("CAN-SKIP-DATERANGES")) check_delta("_HLS_skip=v2");
}

void LowLatencyProbe::probe_ended() {
  const auto& latest = watched_.latest();
  if (!latest.server_control || !latest.server_control->attributes.yes("CAN-BLOCK-RELOAD")) return;
  const auto answer = ask("_HLS_msn=" + number(latest.end_sequence() + 1), 28);
  if (answer && (answer->status != 200 || answer->held > kAtOnce)) {
    findings_.must(28, place(),
                   "_HLS_msn behind the end gets " + number(answer->status) + " after " + seconds_text(answer->held),
                   "directives ignored after EXT-X-ENDLIST");
  }
}

void LowLatencyProbe::probe_reports(const std::vector<WatchedPlaylist*>& others) {
  for (auto* other : others) {
    if (other == &watched_ || !other->known() || other->latest().iframes_only) continue;
    if (!other->reload()) continue;
    const auto before = last_part(other->latest());
    if (!watched_.reload() || !other->reload()) continue;
    const auto after = last_part(other->latest());
    const auto& reports = watched_.latest().reports;
    const auto report = std::ranges::find_if(
        reports, [&](const Tag& tag) { return without_query(tag.url) == without_query(other->url()); });
    if (report == reports.end()) {
      if (watched_.latest().low_latency()) {
        findings_.should(30, place(), "no rendition report of " + without_query(other->url()),
                         "a report of every other rendition");
      }
      continue;
    }
    const auto sequence = report->attributes.integer("LAST-MSN");
    const auto part = report->attributes.integer("LAST-PART").value_or(-1);
    const auto at = watched_.latest().at(report->line);
    if (!sequence) {
      findings_.must(30, at, "a rendition report without LAST-MSN", "LAST-MSN");
      continue;
    }
    const auto said = "a report says " + number(*sequence) + "." + number(part) + ", the rendition went from " +
                      number(before.first) + "." + number(before.second) + " to " + number(after.first) + "." +
                      number(after.second);
    if (std::pair(*sequence, part) > after) findings_.must(30, at, said, "reports that are true");
    if (std::pair(*sequence, part) < before) findings_.should(30, at, said, "reports that are up to date");
  }
}

void LowLatencyProbe::check_setting() {
  const auto& latest = watched_.latest();
  if (!latest.low_latency()) return;
  if (const auto trip = session_.round_trip(); trip && *trip > *latest.part_target) {
    findings_.should(31, place(),
                     "the round trip is " + seconds_text(*trip) + ", PART-TARGET " + seconds_text(*latest.part_target),
                     "PART-TARGET above the round trip, better three times");
  }
  if (const auto& answer = watched_.last_answer(); answer && answer->status != 0) {
    if (answer->protocol == "HTTP/1.1" || answer->protocol == "HTTP/1.0") {
      findings_.should(50, place(), "low latency by " + answer->protocol, "HTTP/2 or above");
    }
    if (!watched_.url().starts_with("https:")) findings_.should(50, place(), "low latency without TLS", "https");
  }
}

}  // namespace grandstand::hlscheck

// SPDX-License-Identifier: MIT
#pragma once

#include "manual_clock.hpp"
#include "sample_media.hpp"

#include <grandstand/hlscheck/check.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::hlscheck {

// A server with a faultless live stream in a world of its own: two variants of fMP4 with low latency and subtitles, or
// one pair of MPEG-TS without. What a test edits makes it faulty.
class LiveStream {
 public:
  enum class Container { kFmp4, kTs };
  static constexpr const char* kUrl = "https://tv.example/live/index.m3u8";
  static constexpr double kSkipUntil = 13;  // no multiple of a segment: parts at the end count
  static constexpr double kPrefill = 44;    // seconds that were on air before the first request

  // What was asked for: "index", "a", "b", "i", "s" (playlists), "init", "a/12", "a/12.3", "s/12", "".
  struct Asked {
    std::string name;
    std::map<std::string, std::string> query;
    double time = 0;  // seconds since the first request
    fetch::Request request;
    bool playlist() const { return name == "a" || name == "b" || name == "i" || name == "s"; }
  };

  enum class Cut { kAtKeyFrames, kLate };  // fMP4: kLate starts segments one part behind their key frames

  explicit LiveStream(Container container = Container::kFmp4) : container_(container) { broadcast(SampleMedia::get()); }

  void broadcast(const SampleMedia& media, Cut cut = Cut::kAtKeyFrames) {
    codecs_ = media.codecs;
    segments_.clear();
    starts_.clear();
    if (container_ == Container::kTs) {
      for (const auto& segment : media.ts_segments) segments_.push_back({segment});
    } else {
      bool after_key = false;
      for (const auto& fragment : media.fragments) {
        if (cut == Cut::kLate ? after_key : fragment.key) segments_.emplace_back();
        after_key = fragment.key;
        if (!segments_.empty()) segments_.back().push_back(fragment);
      }
    }
    double time = 0;
    for (auto& segment : segments_) {
      starts_.push_back(time);
      for (const auto& part : segment) time += part.duration;
    }
    starts_.push_back(time);
  }

  ManualClock clock;
  std::size_t window = 20;
  std::int64_t first_sequence = 100;
  std::function<void(std::string&, const Asked&)> edit_multivariant;
  std::function<void(std::string&, const Asked&)> edit_playlist;    // media playlists
  std::function<void(std::string&, const Asked&)> edit_media;       // segments, parts, init sections
  std::function<void(fetch::Response&, const Asked&)> edit_answer;  // all
  std::function<bool(const Asked&)> ignores_blocking;               // answers at once
  double stalls_from = 1e9;                                         // nothing new from then on
  double stalls_until = 1e9;

  World world() {
    return World{.fetch = [this](const fetch::Request& request) { return answer(request); },
                 .clock = clock,
                 .sleep = [this](std::chrono::milliseconds time) { clock.advance(time); }};
  }

  Report check(std::chrono::seconds duration = std::chrono::seconds(12)) {
    const auto report = hlscheck::check({.url = kUrl, .duration = duration}, world());
    if (!report) {
      ADD_FAILURE() << report.error().message;
      return {};
    }
    return *report;
  }

  double seconds() const { return std::chrono::duration<double>(clock.steady() - begin_).count(); }
  std::int64_t end_sequence() const { return number(whole()); }  // of the segment that is being made
  std::size_t first_listed() const { return whole() > window ? whole() - window : 0; }
  static void replace(std::string& text, std::string_view from, std::string_view to, bool all = false) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
      if (!all) return;
    }
  }

 private:
  using Parts = std::vector<SampleMedia::Piece>;
  bool fmp4() const { return container_ == Container::kFmp4; }

  double on_air() const {
    const auto now = seconds();
    if (now > stalls_from && now < stalls_until) return kPrefill + stalls_from;
    return kPrefill + now;
  }
  std::size_t whole() const {
    std::size_t count = 0;
    while (count + 1 < starts_.size() && starts_[count + 1] <= on_air()) ++count;
    return count;
  }
  std::size_t parts_of(std::size_t segment) const {
    if (segment >= segments_.size()) return 0;
    double end = starts_[segment];
    std::size_t count = 0;
    for (const auto& part : segments_[segment]) {
      end += part.duration;
      if (end > on_air() + 1e-6) break;
      ++count;
    }
    return count;
  }
  double part_target() const {
    double longest = 0;
    for (const auto& segment : segments_) {
      for (const auto& part : segment) longest = std::max(longest, part.duration);
    }
    return longest;
  }
  std::int64_t number(std::size_t segment) const { return first_sequence + static_cast<std::int64_t>(segment); }

  static std::string text_of(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.5f", value);
    return text;
  }
  static std::string date_of(double time) {
    return to_rfc3339(UtcTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} +
                      std::chrono::microseconds(std::llround(time * 1e6)));
  }

  std::string multivariant() const {
    const std::string subtitles = fmp4() ? ",SUBTITLES=\"text\"" : "";
    std::string text = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n";
    if (fmp4()) {
      text +=
          "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\",NAME=\"English\",LANGUAGE=\"en\",AUTOSELECT=YES,DEFAULT=YES,"
          "URI=\"s.m3u8\"\n";
    }
    for (const char* name : {"a", "b"}) {
      text += "#EXT-X-STREAM-INF:BANDWIDTH=" + std::string(*name == 'a' ? "900000" : "950000") +
              ",AVERAGE-BANDWIDTH=800000,CODECS=\"" + codecs_ +
              "\",RESOLUTION=64x36,FRAME-RATE=24.000,CLOSED-CAPTIONS=NONE" + subtitles + "\n" + name + ".m3u8\n";
    }
    text += "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=800000,CODECS=\"" +
            codecs_.substr(0, codecs_.find(',')) + "\",RESOLUTION=64x36,URI=\"i.m3u8\"\n";
    return text;
  }

  std::string playlist(const std::string& name, bool delta) const {
    const bool parts = fmp4() && (name == "a" || name == "b");
    const auto last = whole();
    const auto first = first_listed();
    std::string text = "#EXTM3U\n#EXT-X-VERSION:" +
                       std::string(fmp4()        ? delta ? "9" : "6"
                                   : name == "i" ? "4"
                                                 : "3") +
                       "\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(number(first)) +
                       "\n#EXT-X-DISCONTINUITY-SEQUENCE:7\n#EXT-X-INDEPENDENT-SEGMENTS\n";
    if (name == "i") text += "#EXT-X-I-FRAMES-ONLY\n";
    if (fmp4()) {
      text += "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=13.0,HOLD-BACK=6.0";
      if (parts) text += ",PART-HOLD-BACK=" + text_of(3 * part_target());
      text += "\n";
    }
    if (parts) text += "#EXT-X-PART-INF:PART-TARGET=" + text_of(part_target()) + "\n";
    std::size_t from = first;
    double end = starts_[last];
    for (std::size_t part = 0; parts && part < parts_of(last); ++part) end += segments_[last][part].duration;
    while (delta && end - starts_[from + 1] >= kSkipUntil) ++from;
    if (from > first) text += "#EXT-X-SKIP:SKIPPED-SEGMENTS=" + std::to_string(from - first) + "\n";
    if (fmp4() && name != "s" && from == first) text += "#EXT-X-MAP:URI=\"init.mp4\"\n";
    for (auto segment = from; segment < last; ++segment) {
      text += "#EXT-X-PROGRAM-DATE-TIME:" + date_of(starts_[segment]) + "\n";
      if (parts && starts_[last] - starts_[segment] < 9) text += part_lines(name, segment, segments_[segment].size());
      text += "#EXTINF:" + text_of(starts_[segment + 1] - starts_[segment]) + ",\n";
      if (name == "i") text += picture_line(segment);
      text += media_uri(name, segment) + "\n";
    }
    if (!parts) return text;
    const auto open = parts_of(last);
    text += part_lines(name, last, open);
    const bool next_segment = last < segments_.size() && open + 1 > segments_[last].size();
    text += "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"" + std::string(name) + "/" +
            std::to_string(number(next_segment ? last + 1 : last)) + "." + std::to_string(next_segment ? 0 : open) +
            ".m4s\"\n";
    for (const std::string other : {"a", "b", "s"}) {
      if (other == name) continue;
      const bool in_open = open > 0 && other != "s";
      text += "#EXT-X-RENDITION-REPORT:URI=\"" + other +
              ".m3u8\",LAST-MSN=" + std::to_string(number(last) - (in_open ? 0 : 1));
      if (other != "s") text += ",LAST-PART=" + std::to_string((in_open ? open : segments_[last - 1].size()) - 1);
      text += "\n";
    }
    return text;
  }

  // The picture with which a segment begins; of a TS behind PAT and PMT.
  std::string picture_line(std::size_t segment) const {
    const auto end = segments_[segment].front().picture_end;
    if (end == 0) return "#EXT-X-GAP\n";
    const std::size_t begin = fmp4() ? 0 : 2 * 188;
    const auto length = fmp4() ? styp().size() + end : end - begin;
    return "#EXT-X-BYTERANGE:" + std::to_string(length) + "@" + std::to_string(begin) + "\n";
  }

  std::string part_lines(const std::string& name, std::size_t segment, std::size_t count) const {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      const auto& part = segments_[segment][i];
      text += "#EXT-X-PART:DURATION=" + text_of(part.duration) + ",URI=\"" + name + "/" +
              std::to_string(number(segment)) + "." + std::to_string(i) + ".m4s\"" +
              (part.key ? ",INDEPENDENT=YES" : "") + "\n";
    }
    return text;
  }

  std::string media_uri(const std::string& name, std::size_t segment) const {
    return name + "/" + std::to_string(number(segment)) + (name == "s" ? ".vtt" : fmp4() ? ".m4s" : ".ts");
  }

  static Asked parse(const fetch::Request& request) {
    Asked asked;
    asked.request = request;
    std::string path = request.url.substr(std::string("https://tv.example/live/").size());
    if (const auto query = path.find('?'); query != std::string::npos) {
      std::istringstream pairs(path.substr(query + 1));
      for (std::string pair; std::getline(pairs, pair, '&');) {
        const auto equals = pair.find('=');
        const auto added = asked.query.emplace(pair.substr(0, equals), pair.substr(equals + 1)).second;
        if (!added) asked.query[pair.substr(0, equals)] = "twice";
      }
      path.resize(query);
    }
    asked.name = path.substr(0, path.rfind('.'));
    return asked;
  }

  static std::optional<std::int64_t> whole_number(const std::string& text) {
    if (text.empty() || text.size() > 12 || text.find_first_not_of("0123456789") != std::string::npos)
      return std::nullopt;
    return std::stoll(text);
  }

  // Blocking reloads (bis 6.2.5.2): 0 when the answer may be made, or the status of an error.
  int hold(const Asked& asked) {
    if (!fmp4() || !(asked.query.contains("_HLS_msn") || asked.query.contains("_HLS_part"))) return 0;
    const auto read = [&](const char* name) {
      return whole_number(asked.query.contains(name) ? asked.query.at(name) : "");
    };
    const auto wanted = read("_HLS_msn");
    const auto part = read("_HLS_part");
    if (!wanted || (asked.query.contains("_HLS_part") && !part)) return 400;
    if (*wanted > number(whole()) + 1) return 400;
    if (part && *part > static_cast<std::int64_t>(parts_of(whole())) + 6) return 400;
    const auto waited_from = seconds();
    const auto there = [&] {
      if (number(whole()) > *wanted) {
        const auto segment = static_cast<std::size_t>(std::max<std::int64_t>(0, *wanted - first_sequence));
        if (!part || *wanted < number(whole()) - 1) return true;
        const bool behind = *part >= static_cast<std::int64_t>(segments_[segment].size());
        return !behind || parts_of(whole()) > 0;
      }
      return part && number(whole()) == *wanted && static_cast<std::int64_t>(parts_of(whole())) > *part;
    };
    while (!there()) {
      if (seconds() - waited_from > 6) return 503;
      clock.advance(std::chrono::milliseconds(5));
    }
    return 0;
  }

  std::optional<std::string> media(const Asked& asked) {
    if (asked.name == "init") return SampleMedia::get().init;
    const auto slash = asked.name.find('/');
    if (slash == std::string::npos) return std::nullopt;
    const auto dot = asked.name.find('.');
    const auto sequence = whole_number(asked.name.substr(slash + 1, dot == std::string::npos ? dot : dot - slash - 1));
    if (!sequence || *sequence < first_sequence || *sequence > number(whole()) + 1) return std::nullopt;
    const auto segment = static_cast<std::size_t>(*sequence - first_sequence);
    if (segment >= segments_.size()) return std::nullopt;
    if (dot != std::string::npos) {
      const auto part = whole_number(asked.name.substr(dot + 1));
      if (!part || *part >= static_cast<std::int64_t>(segments_[segment].size())) return std::nullopt;
      while (parts_of(segment) <= static_cast<std::size_t>(*part)) clock.advance(std::chrono::milliseconds(5));
      return (*part == 0 ? styp() : "") + segments_[segment][static_cast<std::size_t>(*part)].body;
    }
    if (segment >= whole()) return std::nullopt;
    if (asked.name.starts_with("s/")) return "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n";
    std::string body = fmp4() ? styp() : "";
    for (const auto& part : segments_[segment]) body += part.body;
    return body;
  }
  static std::string styp() { return std::string("\0\0\0\x14stypcmfc\0\0\0\0cmfc", 20); }

  Result<fetch::Response> answer(const fetch::Request& request) {
    if (begin_ == SteadyTime{}) begin_ = clock.steady();
    clock.advance(std::chrono::milliseconds(5));
    Asked asked = parse(request);
    fetch::Response response;
    response.url = request.url;
    response.protocol = "HTTP/2";
    response.status = 200;
    response.time_to_first_byte = std::chrono::milliseconds(5);
    const auto set = [&](const char* name, std::string value) {
      response.headers.emplace_back(name, std::move(value));
    };
    set("access-control-allow-origin", "*");
    if (asked.name == "index" || asked.playlist()) {
      const bool ignored = ignores_blocking && ignores_blocking(asked);
      if (const int status = ignored ? 0 : hold(asked); status != 0) response.status = status;
      asked.time = seconds();
      response.body = asked.name == "index" ? multivariant() : playlist(asked.name, asked.query.contains("_HLS_skip"));
      if (asked.name == "index" && edit_multivariant) edit_multivariant(response.body, asked);
      if (asked.playlist() && edit_playlist) edit_playlist(response.body, asked);
      set("content-type", "application/vnd.apple.mpegurl");
      set("content-encoding", "gzip");
      set("vary", "Accept-Encoding");
      set("cache-control", asked.query.contains("_HLS_msn") ? "max-age=12" : "max-age=1");
    } else if (auto body = media(asked)) {
      asked.time = seconds();
      response.body = std::move(*body);
      if (edit_media) edit_media(response.body, asked);
      set("content-type", asked.name.starts_with("s/") ? "text/vtt" : fmp4() ? "video/mp4" : "video/mp2t");
      set("cache-control", "max-age=3600, immutable");
      set("etag", "\"" + asked.name + "\"");
    } else {
      response.status = 404;
      set("cache-control", "max-age=1");
    }
    apply_headers(asked, response);
    if (request.method == "HEAD") response.body.clear();
    if (edit_answer) edit_answer(response, asked);
    return response;
  }

  static void apply_headers(const Asked& asked, fetch::Response& response) {
    for (const auto& line : asked.request.headers) {
      if (response.status == 200 && line == "If-None-Match: \"" + asked.name + "\"") {
        response.status = 304;
        response.body.clear();
      }
      long from = 0;
      long to = 0;
      if (response.status == 200 && std::sscanf(line.c_str(), "Range: bytes=%ld-%ld", &from, &to) == 2) {
        response.status = 206;
        response.body = response.body.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from + 1));
      }
    }
  }

  Container container_;
  std::string codecs_;
  SteadyTime begin_{};
  std::vector<Parts> segments_;
  std::vector<double> starts_;  // of each segment, and the end
};

}  // namespace grandstand::hlscheck

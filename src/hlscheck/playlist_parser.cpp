// SPDX-License-Identifier: MIT
#include "playlist.hpp"
#include "url.hpp"

#include <grandstand/base/text.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace grandstand::hlscheck {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMaxSegments = 100'000;

// Those that stand at most once in a playlist.
constexpr std::array<std::string_view, 13> kOnce = {"EXT-X-TARGETDURATION",
                                                    "EXT-X-MEDIA-SEQUENCE",
                                                    "EXT-X-DISCONTINUITY-SEQUENCE",
                                                    "EXT-X-PLAYLIST-TYPE",
                                                    "EXT-X-ENDLIST",
                                                    "EXT-X-I-FRAMES-ONLY",
                                                    "EXT-X-PART-INF",
                                                    "EXT-X-SERVER-CONTROL",
                                                    "EXT-X-SKIP",
                                                    "EXT-X-VERSION",
                                                    "EXT-X-INDEPENDENT-SEGMENTS",
                                                    "EXT-X-START",
                                                    "EXT-X-CONTENT-STEERING"};
constexpr std::array<std::string_view, 4> kMultivariantOnly = {"EXT-X-STREAM-INF", "EXT-X-I-FRAME-STREAM-INF",
                                                               "EXT-X-MEDIA", "EXT-X-SESSION-KEY"};
constexpr std::array<std::string_view, 10> kMediaOnly = {
    "EXTINF",          "EXT-X-TARGETDURATION", "EXT-X-MEDIA-SEQUENCE", "EXT-X-PART",      "EXT-X-MAP",
    "EXT-X-BYTERANGE", "EXT-X-PART-INF",       "EXT-X-PRELOAD-HINT",   "EXT-X-DATERANGE", "EXT-X-ENDLIST"};

class Parser {
 public:
  Parser(Playlist& playlist, Findings& findings, const std::map<std::string, std::string>& imported)
      : list_(playlist), findings_(findings), imported_(imported) {}

  void read(std::string_view text) {
    check_text(text);
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    while (!text.empty()) {
      const auto end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++line_;
      read_line(line);
    }
    finish();
  }

 private:
  void fault(std::string wrong, std::string_view expected, int rule = 1) {
    findings_.must(rule, list_.at(line_), std::move(wrong), expected);
  }

  void check_text(std::string_view text) {
    if (text.starts_with(kByteOrderMark)) {
      findings_.must(1, list_.at(1), "the playlist starts with a byte order mark", "UTF-8 without one");
      text.remove_prefix(kByteOrderMark.size());
    }
    if (text.substr(0, text.find_first_of("\r\n")) != "#EXTM3U") {
      findings_.must(1, list_.at(1), "the first line is not #EXTM3U", "#EXTM3U alone in the first line");
    }
    if (!is_valid_utf8(text)) findings_.must(1, list_.at(), "the text is not UTF-8", "UTF-8");
    int line = 1;
    for (const char c : text) {
      if (c == '\n') ++line;
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\n' && c != '\r') || byte == 0x7f) {
        findings_.must(1, list_.at(line),
                       "control character " + std::to_string(byte) + " in line " + std::to_string(line),
                       "no control characters but the ends of lines");
        return;
      }
    }
  }

  void read_line(std::string_view line) {
    if (line.empty()) return;
    if (line.starts_with("#EXT")) {
      const auto colon = line.find(':');
      read_tag(std::string(line.substr(1, colon == std::string_view::npos ? colon : colon - 1)),
               substitute(colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1)));
    } else if (!line.starts_with('#')) {
      read_uri(substitute(line));
    }
  }

  void needs(int version, std::string_view tag) {
    if (version <= list_.needed_version) return;
    list_.needed_version = version;
    list_.needed_by = tag;
  }

  // EXT-X-DEFINE (bis 4.3).
  std::string substitute(std::string_view text) {
    std::string result;
    while (!text.empty()) {
      const auto open = list_.definitions.empty() ? std::string_view::npos : text.find("{$");
      result += text.substr(0, open);
      if (open == std::string_view::npos) break;
      const auto close = text.find('}', open);
      const auto found = close == std::string_view::npos
                             ? list_.definitions.end()
                             : list_.definitions.find(std::string(text.substr(open + 2, close - open - 2)));
      if (found == list_.definitions.end()) {
        fault("a variable is used that is not defined", "EXT-X-DEFINE before the use");
        result += text.substr(open);
        break;
      }
      result += found->second;
      text.remove_prefix(close + 1);
    }
    return result;
  }

  Tag attributes_of(const std::string& name, std::string_view value) {
    std::vector<std::string> faults;
    Tag tag{line_, name, parse_attributes(value, faults)};
    for (const auto& wrong : faults) fault(name + ": " + wrong, "an attribute list as in bis 4.2");
    if (tag.attributes.has("URI")) tag.url = absolute(tag.attributes.text("URI"));
    return tag;
  }

  std::string absolute(std::string_view uri) {
    auto url = resolve(list_.url, uri);
    if (url.empty()) fault("'" + std::string(uri) + "' is not a URI", "a URI (RFC 3986)");
    return url;
  }

  std::optional<ByteRange> byte_range(std::string_view text, const std::string& url) {
    const auto at = text.find('@');
    const auto length = parse_integer(text.substr(0, at));
    std::optional<std::int64_t> offset =
        at == std::string_view::npos ? std::optional(next_offset_[url]) : parse_integer(text.substr(at + 1));
    if (!length || *length <= 0 || !offset || *offset < 0) {
      fault("'" + std::string(text) + "' is no byte range", "<length>[@<offset>]");
      return std::nullopt;
    }
    if (next_offset_.size() < kMaxSegments) next_offset_[url] = *offset + *length;
    return ByteRange{*length, *offset};
  }

  std::optional<std::int64_t> number(const std::string& name, std::string_view value) {
    const auto result = parse_integer(value);
    if (!result || *result < 0) {
      fault(name + " is '" + std::string(value) + "'", "a number from 0 to 2^63-1");
      return std::nullopt;
    }
    return result;
  }

  void read_tag(const std::string& name, const std::string& value) {
    if (std::ranges::find(kOnce, name) != kOnce.end() && !seen_.insert(name).second) {
      fault(name + " stands there twice", "a tag of a whole playlist once");
    }
    saw_multivariant_ |= std::ranges::find(kMultivariantOnly, name) != kMultivariantOnly.end();
    saw_media_ |= std::ranges::find(kMediaOnly, name) != kMediaOnly.end();
    if (!read_multivariant_tag(name, value) && !read_playlist_tag(name, value)) read_segment_tag(name, value);
  }

  bool read_multivariant_tag(const std::string& name, const std::string& value) {
    if (name == "EXT-X-STREAM-INF") {
      if (!list_.variants.empty() && list_.variants.back().url.empty()) missing_uri();
      list_.variants.push_back(attributes_of(name, value));
    } else if (name == "EXT-X-I-FRAME-STREAM-INF") {
      list_.iframe_variants.push_back(attributes_of(name, value));
    } else if (name == "EXT-X-MEDIA") {
      list_.renditions.push_back(attributes_of(name, value));
      const auto id = list_.renditions.back().attributes.text("INSTREAM-ID");
      if (id.starts_with("SERVICE")) needs(7, "INSTREAM-ID=SERVICE");
    } else {
      return false;
    }
    list_.multivariant = true;
    return true;
  }

  void define(const std::string& value) {
    needs(8, "EXT-X-DEFINE");
    const auto tag = attributes_of("EXT-X-DEFINE", value);
    const auto& attributes = tag.attributes;
    if (attributes.has("NAME") && attributes.has("VALUE")) {
      list_.definitions[attributes.text("NAME")] = attributes.text("VALUE");
    } else if (const auto name = attributes.text("IMPORT"); !name.empty() && imported_.contains(name)) {
      list_.definitions[name] = imported_.at(name);
    } else if (const auto query = attributes.text("QUERYPARAM"); !query.empty()) {
      needs(11, "EXT-X-DEFINE:QUERYPARAM");
      const auto begin = list_.url.find(query + "=");
      const auto from = begin == std::string::npos ? list_.url.size() : begin + query.size() + 1;
      list_.definitions[query] = list_.url.substr(from, list_.url.find('&', from) - from);
    } else {
      fault("EXT-X-DEFINE defines nothing", "NAME with VALUE, IMPORT of a name that is defined, or QUERYPARAM");
    }
  }

  bool read_playlist_tag(const std::string& name, const std::string& value) {
    if (name == "EXT-X-VERSION") {
      list_.version = static_cast<int>(number(name, value).value_or(1));
      version_line_ = line_;
    } else if (name == "EXT-X-TARGETDURATION") {
      const auto seconds = number(name, value);
      if (seconds && *seconds == 0) fault("EXT-X-TARGETDURATION is 0", "a target duration of at least one second", 2);
      if (seconds && *seconds > 0) list_.target = Seconds(static_cast<double>(*seconds));
    } else if (name == "EXT-X-MEDIA-SEQUENCE") {
      if (!list_.segments.empty()) fault(name + " stands behind a segment", name + " before the first segment");
      list_.media_sequence = number(name, value).value_or(0);
    } else if (name == "EXT-X-DISCONTINUITY-SEQUENCE") {
      if (!list_.segments.empty() || saw_discontinuity_) {
        fault(name + " stands behind a segment or a discontinuity", name + " before both", 5);
      }
      list_.has_discontinuity_sequence = true;
      list_.discontinuity_sequence = number(name, value).value_or(0);
    } else if (name == "EXT-X-PLAYLIST-TYPE") {
      if (value != "VOD" && value != "EVENT") fault(name + " is '" + value + "'", "VOD or EVENT", 4);
      list_.type = value;
    } else if (name == "EXT-X-ENDLIST") {
      list_.ended = true;
    } else if (name == "EXT-X-INDEPENDENT-SEGMENTS") {
      list_.independent_segments = true;
    } else if (name == "EXT-X-I-FRAMES-ONLY") {
      list_.iframes_only = true;
      needs(4, name);
    } else if (name == "EXT-X-DEFINE") {
      define(value);
    } else {
      return read_media_attribute_tag(name, value);
    }
    return true;
  }

  bool read_media_attribute_tag(const std::string& name, const std::string& value) {
    if (name == "EXT-X-PART-INF") {
      const auto target = attributes_of(name, value).attributes.decimal("PART-TARGET");
      if (!target || *target <= 0) {
        fault("EXT-X-PART-INF has no PART-TARGET", "PART-TARGET as a decimal number above 0", 20);
      } else {
        list_.part_target = Seconds(*target);
      }
    } else if (name == "EXT-X-SERVER-CONTROL") {
      list_.server_control = attributes_of(name, value);
    } else if (name == "EXT-X-SKIP") {
      list_.skip = attributes_of(name, value);
      needs(list_.skip->attributes.has("RECENTLY-REMOVED-DATERANGES") ? 10 : 9, name);
      list_.skipped = std::max<std::int64_t>(0, list_.skip->attributes.integer("SKIPPED-SEGMENTS").value_or(0));
    } else if (name == "EXT-X-PRELOAD-HINT") {
      list_.hints.push_back(attributes_of(name, value));
    } else if (name == "EXT-X-RENDITION-REPORT") {
      list_.reports.push_back(attributes_of(name, value));
    } else if (name == "EXT-X-DATERANGE") {
      list_.date_ranges.push_back(attributes_of(name, value));
    } else {
      return false;
    }
    return true;
  }

  void read_segment_tag(const std::string& name, const std::string& value) {
    auto& next = list_.open;
    if (name == "EXTINF") {
      read_duration(value);
    } else if (name == "EXT-X-DISCONTINUITY") {
      next.discontinuity = true;
      saw_discontinuity_ = true;
    } else if (name == "EXT-X-GAP") {
      next.gap = true;
    } else if (name == "EXT-X-BYTERANGE") {
      needs(4, name);
      pending_range_ = value;
    } else if (name == "EXT-X-PROGRAM-DATE-TIME") {
      read_date(value);
    } else if (name == "EXT-X-MAP") {
      read_map(value);
    } else if (name == "EXT-X-KEY") {
      read_key(value);
    } else if (name == "EXT-X-PART") {
      read_part(value);
    }
  }

  void read_duration(std::string_view value) {
    const auto text = value.substr(0, value.find(','));
    const auto seconds = parse_decimal(text);
    if (value.find(',') == std::string_view::npos) {
      fault("EXTINF has no comma behind its duration", "#EXTINF:<duration>,[<title>]", 7);
    }
    if (!seconds || *seconds < 0) {
      fault("EXTINF is '" + std::string(text) + "'", "a decimal number of seconds", 7);
    } else if (text.find('.') != std::string_view::npos) {
      needs(3, "EXTINF with a fraction");
    }
    if (has_duration_) fault("EXTINF stands there twice for one segment", "one EXTINF per segment");
    has_duration_ = true;
    list_.open.duration = Seconds(std::max(0.0, seconds.value_or(0)));
  }

  void read_date(const std::string& value) {
    const auto date = parse_date(value);
    if (!date) {
      fault("EXT-X-PROGRAM-DATE-TIME is '" + value + "'", "a date of ISO 8601: 2026-11-21T08:40:55.123Z", 6);
      return;
    }
    if (!date->has_zone || !date->has_milliseconds) {
      findings_.should(6, list_.at(line_), "the date '" + value + "' lacks zone or milliseconds",
                       "a date with zone and milliseconds");
    }
    list_.open.date = date->since_1970;
    list_.open.date_line = line_;
  }

  void read_map(const std::string& value) {
    const auto tag = attributes_of("EXT-X-MAP", value);
    needs(list_.iframes_only ? 5 : 6, "EXT-X-MAP");
    if (tag.url.empty()) fault("EXT-X-MAP has no URI", "the URI of the initialisation section", 8);
    map_ = MapTag{tag.url, std::nullopt, line_};
    if (tag.attributes.has("BYTERANGE")) map_.range = byte_range(tag.attributes.text("BYTERANGE"), tag.url);
  }

  void read_key(const std::string& value) {
    const auto tag = attributes_of("EXT-X-KEY", value);
    const auto method = tag.attributes.text("METHOD");
    if (method.empty()) fault("EXT-X-KEY has no METHOD", "METHOD");
    if (method != "NONE" && tag.url.empty()) fault("EXT-X-KEY has no URI", "the URI of the key");
    if (tag.attributes.has("IV")) needs(2, "IV");
    if (tag.attributes.has("KEYFORMAT") || tag.attributes.has("KEYFORMATVERSIONS")) needs(5, "KEYFORMAT");
    if (method == "NONE") {
      keys_.clear();
    } else {
      keys_[tag.attributes.text("KEYFORMAT")] = value;
    }
  }

  void read_part(const std::string& value) {
    const auto tag = attributes_of("EXT-X-PART", value);
    const auto duration = tag.attributes.decimal("DURATION");
    if (!duration || *duration < 0) fault("a part has no DURATION", "DURATION as a decimal number of seconds", 21);
    if (tag.url.empty()) fault("a part has no URI", "URI", 21);
    Part part{.url = tag.url,
              .duration = Seconds(duration.value_or(0)),
              .independent = tag.attributes.yes("INDEPENDENT"),
              .gap = tag.attributes.yes("GAP"),
              .line = line_};
    if (tag.attributes.has("BYTERANGE")) part.range = byte_range(tag.attributes.text("BYTERANGE"), tag.url);
    list_.open.parts.push_back(std::move(part));
  }

  void missing_uri() { fault("EXT-X-STREAM-INF has no URI in the next line", "the URI of a media playlist"); }

  void read_uri(const std::string& uri) {
    if (uri != trim(uri)) fault("white space around a URI", "nothing but the URI in its line");
    if (!list_.variants.empty() && list_.variants.back().url.empty()) {
      list_.variants.back().url = absolute(trim(uri));
      return;
    }
    if (list_.multivariant || !has_duration_) {
      fault("the URI '" + uri + "' belongs to no tag", "EXTINF or EXT-X-STREAM-INF before a URI");
      return;
    }
    auto& next = list_.open;
    next.url = absolute(trim(uri));
    if (next.url.empty()) next.url = "invalid:" + std::to_string(line_);
    next.line = line_;
    if (!pending_range_.empty()) next.range = byte_range(pending_range_, next.url);
    close_segment();
    if (list_.segments.size() < kMaxSegments) {
      list_.segments.push_back(std::move(next));
    } else if (!truncated_) {
      truncated_ = true;
      fault("the playlist has more than 100000 segments", "a playlist of a size that players can bear");
    }
    list_.open = Segment{};
    pending_range_.clear();
    has_duration_ = false;
  }

  // What holds from a tag on until another one.
  void close_segment() {
    auto& next = list_.open;
    if (next.discontinuity) ++discontinuities_;
    next.sequence = list_.end_sequence();
    next.discontinuity_sequence = list_.discontinuity_sequence + discontinuities_;
    next.map = map_;
    for (const auto& [format, tag] : keys_) next.key += tag + '\n';
  }

  void finish() {
    ++line_;
    if (!list_.variants.empty() && list_.variants.back().url.empty()) missing_uri();
    if (has_duration_) fault("the last EXTINF has no URI", "a URI in the line behind EXTINF");
    close_segment();
    if (saw_multivariant_ && saw_media_) {
      line_ = 0;
      fault("tags of both a multivariant and a media playlist", "one kind of playlist");
    }
    if (list_.version < list_.needed_version) {
      findings_.must(1, list_.at(version_line_),
                     "EXT-X-VERSION is " + std::to_string(list_.version) + ", but " + list_.needed_by + " needs " +
                         std::to_string(list_.needed_version),
                     "a version that has all the tags (bis 8)");
    } else if (list_.version > std::max(list_.needed_version, kHabitualVersion)) {
      findings_.should(1, list_.at(version_line_),
                       "EXT-X-VERSION is " + std::to_string(list_.version) + ", the tags need " +
                           std::to_string(list_.needed_version),
                       "no higher version than the tags need");
    }
  }

  static constexpr int kHabitualVersion = 7;  // of fMP4; no player that is in use is older
  Playlist& list_;
  Findings& findings_;
  const std::map<std::string, std::string>& imported_;
  int line_ = 0;
  int version_line_ = 0;
  std::set<std::string> seen_;
  std::map<std::string, std::int64_t> next_offset_;
  std::map<std::string, std::string> keys_;  // by key format
  MapTag map_;
  std::string pending_range_;
  std::int64_t discontinuities_ = 0;
  bool has_duration_ = false;
  bool saw_discontinuity_ = false;
  bool saw_multivariant_ = false;
  bool saw_media_ = false;
  bool truncated_ = false;
};

}  // namespace

Seconds Playlist::window() const {
  Seconds sum{0};
  for (const auto& segment : segments) sum += segment.duration;
  return sum;
}

const Segment* Playlist::segment(std::int64_t sequence) const {
  const auto first = media_sequence + skipped;
  if (sequence < first || sequence >= end_sequence()) return nullptr;
  return &segments[static_cast<std::size_t>(sequence - first)];
}

bool looks_like_playlist(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto mark = text.substr(0, 4096).find("#EXT");
  return mark != std::string_view::npos && (mark == 0 || text.substr(0, mark).find('<') == std::string_view::npos);
}

Playlist parse_playlist(std::string_view text, const std::string& url, Findings& findings,
                        const std::map<std::string, std::string>& imported) {
  Playlist playlist;
  playlist.url = url;
  Parser(playlist, findings, imported).read(text);
  return playlist;
}

}  // namespace grandstand::hlscheck

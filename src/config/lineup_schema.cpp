// SPDX-License-Identifier: MIT
#include "lineup_schema.hpp"

#include "ladder_values.hpp"

namespace grandstand::config {
namespace {

using namespace std::chrono_literals;
using channels::ChannelSettings;
using channels::FailoverSettings;
using channels::OriginalVideo;
using media::Deinterlace;

bool is_preset(std::string_view text) {
  channels::EncodingSettings encoding;
  encoding.ladder.preset = text;
  encoding.ladder.rungs = channels::named_ladder("light");
  return channels::estimated_cores(encoding) > 0;
}

bool is_encoder(std::string_view text) {
  return text == "libx264" || text.starts_with("h264_");
}

template <class FieldOf, class Kind>
Key<ChannelSettings> channel_key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<ChannelSettings>(std::move(name), field, std::move(kind), std::move(meaning));
}

template <class FieldOf, class Kind>
Key<FeedEntry> feed_key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<FeedEntry>(std::move(name), field, std::move(kind), std::move(meaning));
}

template <class FieldOf, class Kind>
Key<FailoverSettings> failover_key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<FailoverSettings>(std::move(name), field, std::move(kind), std::move(meaning));
}

// manual, immediate, or "after 30s".
struct ReturnKind {
  using Field = std::optional<std::chrono::milliseconds>;
  static constexpr std::string_view kAfter = "after ";

  bool read(const YamlNode& node, Field& field, const Reporter& report) const {
    const std::string* const text = scalar(node, report, expected(), false);
    if (text == nullptr) return false;
    if (*text == "manual") return field.reset(), true;
    if (*text == "immediate") return field = 0ms, true;
    const auto time = text->starts_with(kAfter) ? parse_duration(std::string_view(*text).substr(kAfter.size()))
                                                : Error{ErrorCode::kInvalidArgument, "is not known"};
    if (!time) return report(node.position, quote(*text) + " " + time.error().message, expected());
    if (*time < 1s || *time > 24h) return report(node.position, quote(*text) + " is out of range", expected());
    return field = *time, true;
  }
  std::string print(const Field& field) const {
    if (!field) return "manual";
    return *field == 0ms ? "immediate" : std::string(kAfter) + print_duration(*field);
  }
  std::string expected() const { return "manual, immediate, or after 1s to after 1d"; }
};

}  // namespace

const std::vector<Key<ChannelSettings>>& channel_schema() {
  static const std::vector<Key<ChannelSettings>> schema{
      channel_key(
          "id", [](ChannelSettings& c) -> auto& { return c.id; },
          Text{1, 64, "1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit", is_channel_id},
          "In addresses and room names; never changes, for the chat's history hangs on it."),
      channel_key(
          "name", [](ChannelSettings& c) -> auto& { return c.name; }, Text{1, 64, ""}, "Shown to people."),
      channel_key(
          "number", [](ChannelSettings& c) -> auto& { return c.number; }, Integer{0, 9999},
          "On the remote control; unique. 0: none."),
      channel_key(
          "group", [](ChannelSettings& c) -> auto& { return c.group; }, Text{0, 64, ""},
          "For players that sort channels into groups."),
      channel_key(
          "logo", [](ChannelSettings& c) -> auto& { return c.logo; }, Text{0, 2048, "a URL or \"\""},
          "The URL of a picture."),
      channel_key(
          "ladder", [](ChannelSettings& c) -> auto& { return c.encoding.ladder.rungs; }, Rungs{},
          "Encodes the pictures anew in these sizes."),
      channel_key(
          "video", [](ChannelSettings& c) -> auto& { return c.encoding.original; },
          Choice<OriginalVideo>{
              {{"auto", OriginalVideo::kAuto}, {"pass", OriginalVideo::kPass}, {"drop", OriginalVideo::kDrop}}},
          "Beside a ladder: whether the pictures as they arrive are a rendition, too."),
      channel_key(
          "deinterlace", [](ChannelSettings& c) -> auto& { return c.encoding.ladder.deinterlace; },
          Choice<Deinterlace>{
              {{"frames", Deinterlace::kFrames}, {"fields", Deinterlace::kFields}, {"off", Deinterlace::kOff}}},
          "The ladder's pictures, where the source is interlaced."),
      channel_key(
          "preset", [](ChannelSettings& c) -> auto& { return c.encoding.ladder.preset; },
          Text{1, 16, "ultrafast, superfast, veryfast, faster, fast, medium, slow or slower", is_preset},
          "Of libx264: slower is better at the same bit rate."),
      channel_key(
          "encoders", [](ChannelSettings& c) -> auto& { return c.encoding.ladder.encoders; },
          ListOf<Text>{Text{1, 32, "the name of an H.264 encoder of FFmpeg", is_encoder}, 1, 4},
          "In the order in which they are tried."),
      channel_key(
          "threads", [](ChannelSettings& c) -> auto& { return c.encoding.ladder.threads; }, Integer{1, 16},
          "Of each rung's encoder."),
      channel_key(
          "thumbnails", [](ChannelSettings& c) -> auto& { return c.thumbnails.enabled; }, Boolean{},
          "Small pictures of what is on, and sheets of them for seek bars."),
      channel_key(
          "thumbnail_interval", [](ChannelSettings& c) -> auto& { return c.thumbnails.interval; }, Duration{2s, 1min},
          "How often one is made."),
      channel_key(
          "encrypt", [](ChannelSettings& c) -> auto& { return c.encryption.enabled; }, Boolean{},
          "Segments are encrypted with AES-128."),
      channel_key(
          "key_rotation", [](ChannelSettings& c) -> auto& { return c.encryption.rotation; },
          Integer{1, 10'000, "segments"}, "How many have the same key."),
      channel_key(
          "radio", [](ChannelSettings& c) -> auto& { return c.radio; }, Boolean{},
          "Sound only: no pictures are expected."),
  };
  return schema;
}

const std::vector<Key<FeedEntry>>& feed_schema() {
  static const std::vector<Key<FeedEntry>> schema{
      feed_key(
          "url", [](FeedEntry& f) -> auto& { return f.settings.url; },
          Text{.min = 1,
               .max = 4096,
               .what = "udp://, rtp://, rtmp://publish, file:, http(s)://, rtsp:// or srt://",
               .secret = true},
          "Where the programme comes from."),
      feed_key(
          "interface", [](FeedEntry& f) -> auto& { return f.settings.interface; },
          Text{0, 64, "the name or the address of a network interface"},
          "udp, rtp: the interface to join the group on."),
      feed_key(
          "program", [](FeedEntry& f) -> auto& { return f.settings.program; }, Integer{1, 65535},
          "MPEG-TS: the program_number."),
      feed_key(
          "stream_key", [](FeedEntry& f) -> auto& { return f.settings.stream_key; },
          Text{.min = 1, .max = 128, .what = {}, .secret = true}, "rtmp: what the publisher must give."),
      feed_key(
          "stream_key_file", [](FeedEntry& f) -> auto& { return f.stream_key_file; },
          Text{1, 4096, "the path of a file whose first line is the stream key"},
          "rtmp: the same, out of a file of its own."),
      feed_key(
          "open", [](FeedEntry& f) -> auto& { return f.settings.open; }, Boolean{},
          "rtmp: anyone may publish without a key."),
      feed_key(
          "duplicate", [](FeedEntry& f) -> auto& { return f.settings.duplicate; },
          Choice<ingest::DuplicatePublisher>{
              {{"reject", ingest::DuplicatePublisher::kReject}, {"replace", ingest::DuplicatePublisher::kReplace}}},
          "rtmp: a second publisher with the right key is refused, or takes the place of the first."),
      feed_key(
          "reconnect_grace", [](FeedEntry& f) -> auto& { return f.settings.reconnect_grace; }, Duration{0ms, 5min},
          "rtmp: a publisher that comes back within this time was never away: no state change, no failover."),
      feed_key(
          "silence_timeout", [](FeedEntry& f) -> auto& { return f.settings.silence_timeout; }, Duration{500ms, 5min},
          "Nothing arrives for this long: the source is down, and is tried again."),
      feed_key(
          "pid_timeout", [](FeedEntry& f) -> auto& { return f.settings.pid_timeout; }, Duration{500ms, 5min},
          "MPEG-TS by udp and rtp: a stream absent for this long is an alarm (TR 101 290 1.6)."),
  };
  return schema;
}

const std::vector<Key<FailoverSettings>>& failover_schema() {
  using Standby = FailoverSettings::Standby;
  static const std::vector<Key<FailoverSettings>> schema{
      failover_key(
          "hold_down", [](FailoverSettings& f) -> auto& { return f.hold_down; }, Duration{200ms, 1min},
          "Trouble must last this long before the channel leaves a source; the least time between two changes."),
      failover_key(
          "return", [](FailoverSettings& f) -> auto& { return f.return_after; }, ReturnKind{},
          "When the channel goes back to an earlier source that is well again."),
      failover_key(
          "standby", [](FailoverSettings& f) -> auto& { return f.standby; },
          Choice<Standby>{{{"hot", Standby::kHot}, {"cold", Standby::kCold}}},
          "Whether all sources are received all the time, or one more only when it is needed."),
      failover_key(
          "slate", [](FailoverSettings& f) -> auto& { return f.slate; },
          Text{1, 4096, "builtin, none, or the path of a file"}, "What is shown when no source lives."),
      failover_key(
          "no_video", [](FailoverSettings& f) -> auto& { return f.no_video; }, Duration{0ms, 5min},
          "A programme without pictures for this long fails; 0s: not watched."),
      failover_key(
          "no_audio", [](FailoverSettings& f) -> auto& { return f.no_audio; }, Duration{0ms, 5min},
          "Without sound for this long another source is preferred; 0s: not watched."),
      failover_key(
          "cc_errors", [](FailoverSettings& f) -> auto& { return f.cc_errors; }, Integer{0, 100'000, "per second"},
          "MPEG-TS: with so many continuity errors another source is preferred; 0: not watched."),
      failover_key(
          "bit_rate_floor", [](FailoverSettings& f) -> auto& { return f.bit_rate_floor; },
          Integer{0, 1'000'000, "kbit/s"}, "Below it another source is preferred; 0: not watched."),
      failover_key(
          "black_picture", [](FailoverSettings& f) -> auto& { return f.black_picture; }, Duration{0ms, 10min},
          "With a black picture for this long another source is preferred; 0s: not watched."),
      failover_key(
          "frozen_picture", [](FailoverSettings& f) -> auto& { return f.frozen_picture; }, Duration{0ms, 10min},
          "With a picture that does not move for this long another source is preferred; 0s: not watched."),
      failover_key(
          "silent_sound", [](FailoverSettings& f) -> auto& { return f.silent_sound; }, Duration{0ms, 10min},
          "With sound that is silence for this long another source is preferred; 0s: not watched."),
  };
  return schema;
}

const std::vector<Key<channels::GuideSettings>>& guide_schema() {
  using channels::GuideSettings;
  static const std::vector<Key<GuideSettings>> schema{
      make_key<GuideSettings>(
          "xmltv_id", [](GuideSettings& g) -> auto& { return g.xmltv_id; },
          Text{1, 256, "the id of a channel in XMLTV", is_one_line}, "The channel's id in XMLTV sources."),
      make_key<GuideSettings>(
          "eit", [](GuideSettings& g) -> auto& { return g.eit; }, Boolean{},
          "Whether the guide that the stream itself carries is taken."),
  };
  return schema;
}

const std::vector<Key<channels::DvrSettings>>& dvr_schema() {
  using channels::DvrSettings;
  static const std::vector<Key<DvrSettings>> schema{
      make_key<DvrSettings>(
          "keep", [](DvrSettings& d) -> auto& { return d.keep; }, Duration{0ms, 24h * 60},
          "So much of the channel can be watched later. 0s: nothing is recorded."),
      make_key<DvrSettings>(
          "quota", [](DvrSettings& d) -> auto& { return d.quota; }, Size{0, std::uint64_t{1} << 50},
          "At most so much on disk; the oldest goes first. 0B: no limit of the channel's own."),
  };
  return schema;
}

}  // namespace grandstand::config

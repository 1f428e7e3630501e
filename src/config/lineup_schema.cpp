// SPDX-License-Identifier: MIT
#include "lineup_schema.hpp"

namespace grandstand::config {
namespace {

using namespace std::chrono_literals;
using channels::ChannelSettings;

template <class FieldOf, class Kind>
Key<ChannelSettings> channel_key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<ChannelSettings>(std::move(name), field, std::move(kind), std::move(meaning));
}

template <class FieldOf, class Kind>
Key<FeedEntry> feed_key(std::string name, FieldOf field, Kind kind, std::string meaning) {
  return make_key<FeedEntry>(std::move(name), field, std::move(kind), std::move(meaning));
}

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
          "silence_timeout", [](FeedEntry& f) -> auto& { return f.settings.silence_timeout; }, Duration{500ms, 5min},
          "Nothing arrives for this long: the channel is down, and the source is tried again."),
  };
  return schema;
}

}  // namespace grandstand::config

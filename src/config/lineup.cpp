// SPDX-License-Identifier: MIT
#include "access_schema.hpp"
#include "files.hpp"
#include "lineup_schema.hpp"

#include <grandstand/ingest/source.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

namespace grandstand::config {
namespace {

using channels::ChannelSettings;

template <class Target>
std::vector<std::string> names_of(const std::vector<Key<Target>>& keys) {
  std::vector<std::string> names;
  for (const auto& key : keys) names.push_back(key.name);
  return names;
}

// Reads the channels of one file one after the other and remembers what they have taken.
class LineupReader {
 public:
  explicit LineupReader(FaultList& faults) : faults_(faults), folder_(folder_of(faults.file())) {}

  void read(const YamlNode& root) {
    if (root.kind == YamlNode::Kind::kNull) return;
    if (root.kind != YamlNode::Kind::kMap) {
      faults_.add(root.position, "the file holds " + std::string(describe(root.kind)) + "; expected `channels:`");
      return;
    }
    for (const YamlNode::Entry& entry : root.entries) {
      if (entry.key != "channels") {
        add_unknown_key(faults_, "", entry, {"channels"});
      } else if (entry.value->kind == YamlNode::Kind::kSequence) {
        for (const auto& item : entry.value->items) read_channel(*item);
      } else if (entry.value->kind != YamlNode::Kind::kNull) {
        Reporter(faults_, "channels")(entry.value->position, describe(entry.value->kind), "a list of channels");
      }
    }
  }

  channels::Lineup take() { return std::move(lineup_); }

 private:
  void read_channel(const YamlNode& node) {
    ++count_;
    const std::string path = path_of(node);
    if (node.kind != YamlNode::Kind::kMap) {
      Reporter(faults_, path)(node.position, describe(node.kind), "a channel with the keys id and feed");
      return;
    }
    ChannelSettings channel;
    Places places;
    std::optional<Position> feed;  // of `feed` or `sources`, whichever came
    std::vector<std::string> known = names_of(channel_schema());
    known.insert(known.end(), {"feed", "sources", "failover", "guide", "access", "dvr"});
    for (const YamlNode::Entry& entry : node.entries) {
      if (entry.key == "feed" || entry.key == "sources") {
        if (feed) {
          Reporter(faults_, join_path(path, entry.key))(entry.position, "stands beside the other of feed and sources",
                                                        "one of the two");
        }
        feed = entry.position;
      }
      if (entry.key == "feed") {
        read_feed(*entry.value, path + ".feed", channel.sources.emplace_back());
      } else if (entry.key == "sources") {
        read_sources(*entry.value, path + ".sources", channel.sources);
      } else if (entry.key == "failover") {
        read_failover(*entry.value, path + ".failover", channel.failover);
      } else if (entry.key == "guide") {
        read_group(*entry.value, path + ".guide", guide_schema(), channel.guide);
      } else if (entry.key == "access") {
        read_access(*entry.value, path + ".access", channel.access);
      } else if (entry.key == "dvr") {
        read_group(*entry.value, path + ".dvr", dvr_schema(), channel.dvr);
      } else if (!read_key(channel_schema(), path, entry, channel, faults_, places)) {
        add_unknown_key(faults_, path, entry, known);
      }
    }
    if (!places.contains(path + ".id")) Reporter(faults_, path)(node.position, "has no id", "the key id");
    if (!feed) Reporter(faults_, path)(node.position, "has no feed", "the key feed or sources");
    if (channel.name.empty()) channel.name = channel.id.value();
    check_taken(path, places, channel);
    lineup_.channels.push_back(std::move(channel));
  }

  // "channels.news", or "channels.#3" for the third when its id says nothing.
  std::string path_of(const YamlNode& node) const {
    for (const YamlNode::Entry& entry : node.entries) {
      if (entry.key == "id" && is_channel_id(entry.value->text)) return "channels." + entry.value->text;
    }
    return "channels.#" + std::to_string(count_);
  }

  void read_sources(const YamlNode& node, const std::string& path, std::vector<ingest::FeedSettings>& sources) {
    static const std::string kExpected = "a list of 1 to " + std::to_string(channels::kMaxSources) + " feeds";
    const Reporter report(faults_, path);
    if (node.kind != YamlNode::Kind::kSequence) return void(report(node.position, describe(node.kind), kExpected));
    if (node.items.empty() || node.items.size() > channels::kMaxSources) {
      return void(report(node.position, std::to_string(node.items.size()) + " feeds stand here", kExpected));
    }
    std::size_t published = 0;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const auto source_path = path + ".#" + std::to_string(i + 1);
      const auto& item = *node.items[i];
      ingest::FeedSettings feed;
      read_feed(item, source_path, feed);
      const bool twice = std::find(sources.begin(), sources.end(), feed) != sources.end();
      if (feed.url.starts_with("rtmp:") && ++published > 1) {
        Reporter(faults_, source_path)(item.position, "is a second publisher to the same address",
                                       "rtmp://publish once in a channel");
      } else if (twice && !feed.url.empty() && !feed.url.starts_with("udp:") && !feed.url.starts_with("rtp:")) {
        Reporter(faults_, source_path)(item.position, "stands here twice", "different sources");
      }
      sources.push_back(std::move(feed));
    }
  }

  template <class Target>
  Places read_group(const YamlNode& node, const std::string& path, const std::vector<Key<Target>>& schema,
                    Target& settings) {
    Places places;
    if (node.kind != YamlNode::Kind::kMap) {
      Reporter(faults_, path)(node.position, describe(node.kind), "a group of keys");
      return places;
    }
    for (const YamlNode::Entry& entry : node.entries) {
      if (!read_key(schema, path, entry, settings, faults_, places)) {
        add_unknown_key(faults_, path, entry, names_of(schema));
      }
    }
    return places;
  }

  void read_access(const YamlNode& node, const std::string& path, access::ChannelAccess& settings) {
    const auto places = read_group(node, path, channel_access_schema(), settings);
    const auto audience = places.find(path + ".audience");
    if (audience != places.end() && !audience->second.right) return;
    // Of any other audience nobody is asked who they are, and the list would protect nothing.
    if (settings.accounts.empty() || settings.audience == access::Audience::kMembers) return;
    Reporter(faults_, path + ".accounts")(places.at(path + ".accounts").position, "the channel is not for members only",
                                          "audience: members, too");
  }

  void read_failover(const YamlNode& node, const std::string& path, channels::FailoverSettings& settings) {
    const auto places = read_group(node, path, failover_schema(), settings);
    const auto slate = places.find(path + ".slate");
    if (slate == places.end() || !slate->second.right || settings.slate == "builtin" || settings.slate == "none")
      return;
    const auto file = (folder_ / settings.slate).lexically_normal();
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) {
      Reporter(faults_, path + ".slate")(slate->second.position, quote(file.string()) + " is not there",
                                         "builtin, none, or the path of a file");
    }
    settings.slate = file.string();
  }

  void read_feed(const YamlNode& node, const std::string& path, ingest::FeedSettings& settings) {
    FeedEntry feed;
    Places places;
    bool right = true;
    Position url_position = node.position;
    if (node.kind == YamlNode::Kind::kScalar) {
      right = feed_schema().front().read(feed, node, Reporter(faults_, path));
    } else if (node.kind != YamlNode::Kind::kMap) {
      right = Reporter(faults_, path)(node.position, describe(node.kind), "a URL, or a group of keys with url");
    }
    for (const YamlNode::Entry& entry : node.entries) {
      if (!read_key(feed_schema(), path, entry, feed, faults_, places)) {
        add_unknown_key(faults_, path, entry, names_of(feed_schema()));
      }
    }
    for (const auto& [name, place] : places) right = right && place.right;
    if (const auto url = places.find(path + ".url"); url != places.end()) {
      url_position = url->second.position;
    } else if (node.kind == YamlNode::Kind::kMap) {
      right = Reporter(faults_, path)(node.position, "has no url", "the key url");
    }
    if (const auto file = places.find(path + ".stream_key_file"); file != places.end() && file->second.right) {
      right = read_stream_key(feed, file->second.position, Reporter(faults_, path + ".stream_key_file")) && right;
    }
    if (right) finish_feed(feed.settings, url_position, path);
    settings = std::move(feed.settings);
  }

  bool read_stream_key(FeedEntry& feed, Position position, const Reporter& report) {
    if (!feed.settings.stream_key.empty()) {
      return report(position, "stands beside stream_key", "one of the two");
    }
    const std::filesystem::path file = folder_ / feed.stream_key_file;
    constexpr std::size_t kMaxKeyFile = 4'096;
    const auto text = read_file(file, kMaxKeyFile);
    if (!text) return report(position, text.error().message, "a readable file whose first line is the stream key");
    YamlNode key;
    key.kind = YamlNode::Kind::kScalar;
    key.position = position;
    key.text = text->substr(0, text->find_first_of("\r\n"));
    const Text kind{
        .min = 1, .max = 128, .what = "a stream key of 1 to 128 characters in its first line", .secret = true};
    return kind.read(key, feed.settings.stream_key, report);
  }

  void finish_feed(ingest::FeedSettings& settings, Position position, const std::string& path) {
    constexpr std::string_view kFile = "file:";
    if (settings.url.starts_with(kFile) && settings.url.size() > kFile.size() && settings.url[kFile.size()] != '/') {
      settings.url = "file:" + (folder_ / settings.url.substr(kFile.size())).lexically_normal().string();
    }
    if (const auto status = ingest::validate(settings); !status) {
      Reporter(faults_, path)(position, status.error().message, "");
      return;
    }
    if (settings.url.starts_with("udp:") || settings.url.starts_with("rtp:")) {
      const std::string program = settings.program ? std::to_string(*settings.program) : "";
      take(path, position, "feed", settings.url + " " + settings.interface + " " + program,
           "the same address and program");
    }
  }

  void check_taken(const std::string& path, const Places& places, const ChannelSettings& channel) {
    const auto id = places.find(path + ".id");
    if (id != places.end() && id->second.right) {
      take(path + ".id", id->second.position, "id", channel.id.value(), quote(channel.id.value()));
    }
    const auto number = places.find(path + ".number");
    if (number != places.end() && number->second.right && channel.number != 0) {
      const std::string text = std::to_string(channel.number);
      take(path + ".number", number->second.position, "number", text, text);
    }
  }

  // Notes that a channel has the value, which no other may have.
  void take(const std::string& path, Position position, const std::string& what, const std::string& value,
            const std::string& shown) {
    const auto [taken, is_new] = taken_.try_emplace(what + " " + value, position.line);
    if (is_new) return;
    Reporter(faults_, path)(position,
                            shown + " is already that of the channel on line " + std::to_string(taken->second),
                            "a different " + what);
  }

  FaultList& faults_;
  std::filesystem::path folder_;
  channels::Lineup lineup_;
  std::size_t count_ = 0;
  std::map<std::string, int> taken_;  // "number 7" -> line
};

}  // namespace

Loaded<channels::Lineup> parse_lineup(std::string_view text, const std::string& name) {
  FaultList faults(name);
  LineupReader reader(faults);
  if (const auto root = parse_yaml(text, faults)) reader.read(*root);
  if (!faults.empty()) return faults.take();
  return reader.take();
}

}  // namespace grandstand::config

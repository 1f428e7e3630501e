// SPDX-License-Identifier: MIT
#include "channel.hpp"
#include "slate_library.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/base/text.hpp>
#include <grandstand/channels/catalogue.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace grandstand::channels {

// One of the two: the channel, or what is known of it.
struct Listed {
  std::shared_ptr<Channel> channel;
  std::shared_ptr<const ChannelStatus> elsewhere;

  std::shared_ptr<const ChannelStatus> status() const { return channel ? channel->status() : elsewhere; }
};
struct Directory {
  std::vector<Listed> channels;  // in lineup order
  std::set<std::string, std::less<>> elsewhere;
};

struct Catalogue::State {
  explicit State(Context c) : context(std::move(c)), slates(context.runtime.loop(0), context.metrics) {}

  Context context;
  SlateLibrary slates;
  Lineup lineup;
  std::map<ChannelId, ChannelSettings> applied;  // what runs, to compare a new lineup with
  std::map<ChannelId, ChannelStatus> heard;      // of other nodes
  std::map<ChannelId, std::shared_ptr<Channel>> channels;
  Published<Directory> directory{std::make_shared<const Directory>()};

  bool runs_here(const ChannelId& id) const { return !context.runs_here || context.runs_here(id); }

  void list() {
    auto next = std::make_shared<Directory>();
    for (const auto& settings : lineup.channels) {
      if (const auto running = channels.find(settings.id); running != channels.end()) {
        next->channels.push_back({running->second, nullptr});
      } else {
        next->channels.push_back({nullptr, std::make_shared<const ChannelStatus>(status_elsewhere(settings))});
        next->elsewhere.insert(settings.id.value());
      }
    }
    directory.store(std::move(next));
  }

  ChannelStatus status_elsewhere(const ChannelSettings& settings) const {
    ChannelStatus status;
    status.reason = "no node runs it yet";
    if (const auto known = heard.find(settings.id); known != heard.end()) status = known->second;
    status.id = settings.id;
    status.name = settings.name;
    status.number = settings.number;
    status.group = settings.group;
    status.logo = settings.logo;
    status.radio = settings.radio;
    return status;
  }

  void add(const ChannelSettings& settings) {
    context.metrics.show({{"channel", settings.id.value()}});
    ChannelParts parts{context.runtime.next(),
                       context.clock,
                       context.metrics,
                       context.rtmp,
                       context.hls,
                       context.observer,
                       &slates,
                       context.on_event_information};
    parts.segment_secret = context.segment_secret;
    if (context.numbers_at_least) parts.numbers_at_least = context.numbers_at_least(settings.id);
    auto channel = std::make_shared<Channel>(settings, std::move(parts));
    context.origin.add(settings.id, channel->packager());
    context.origin.add_side(settings.id, channel->side());
    if (channel->keys()) context.origin.add_side(settings.id, channel->keys());
    channel->loop().dispatch([channel] { channel->start(); });
    channels.emplace(settings.id, std::move(channel));
  }

  void remove(const ChannelId& id) {
    const auto entry = channels.find(id);
    context.origin.remove(id);
    context.metrics.hide({{"channel", id.value()}});
    // The loop keeps the channel alive until it has stopped there.
    auto channel = entry->second;
    channels.erase(entry);
    auto& loop = channel->loop();
    loop.dispatch([channel = std::move(channel)] { channel->stop(); });
  }
};

std::string_view to_string(ChannelState state) {
  switch (state) {
    case ChannelState::kStarting:
      return "starting";
    case ChannelState::kLive:
      return "live";
    case ChannelState::kSlate:
      return "slate";
    case ChannelState::kDown:
      return "down";
  }
  return "down";
}

Catalogue::Catalogue(Context context) : state_(std::make_shared<State>(std::move(context))) {}
Catalogue::~Catalogue() = default;

Catalogue::Difference Catalogue::apply(const Lineup& lineup) {
  Difference difference;
  std::map<ChannelId, ChannelSettings> wanted;
  for (const auto& settings : lineup.channels) {
    if (state_->runs_here(settings.id)) wanted.emplace(settings.id, settings);
  }

  for (const auto& [id, settings] : state_->applied) {
    if (wanted.contains(id)) continue;
    state_->remove(id);
    difference.removed.push_back(id);
  }
  for (const auto& settings : lineup.channels) {
    if (!wanted.contains(settings.id)) continue;
    const auto before = state_->applied.find(settings.id);
    if (before == state_->applied.end()) {
      state_->add(settings);
      difference.added.push_back(settings.id);
    } else if (before->second == settings) {
      ++difference.untouched;
    } else if (before->second.encryption != settings.encryption) {
      // What is listed cannot change its key: the channel begins anew.
      state_->remove(settings.id);
      state_->add(settings);
      difference.restarted.push_back(settings.id);
    } else {
      const bool same_sources =
          before->second.sources == settings.sources && before->second.failover == settings.failover;
      (same_sources ? difference.renamed : difference.restarted).push_back(settings.id);
      auto channel = state_->channels.at(settings.id);
      auto& loop = channel->loop();
      loop.dispatch([channel = std::move(channel), settings] { channel->reconfigure(settings); });
    }
  }
  state_->applied = std::move(wanted);
  state_->lineup = lineup;
  state_->list();
  return difference;
}

Catalogue::Difference Catalogue::place() {
  auto difference = apply(Lineup{state_->lineup});
  for (const auto& id : difference.added) log::info("channel", "The channel runs here", {{"channel", id.value()}});
  for (const auto& id : difference.removed) log::info("channel", "The channel left", {{"channel", id.value()}});
  return difference;
}

void Catalogue::hear(ChannelStatus status) {
  auto& known = state_->heard[status.id];
  if (known == status) return;
  const auto id = status.id;
  known = std::move(status);
  if (runs_elsewhere(id.value())) {
    state_->list();
  } else if (!state_->channels.contains(id)) {
    state_->heard.erase(id);  // not of our lineup
  }
}

bool Catalogue::follows_publisher(const ChannelId& channel, std::string_view key) const {
  constexpr std::string_view kPublished = "rtmp://publish";
  if (!runs_elsewhere(channel.value())) return false;
  const auto busy = [&] {
    const auto known = state_->heard.find(channel);
    return known != state_->heard.end() && std::ranges::any_of(known->second.sources, [&](const auto& source) {
             return source.url == kPublished && source.state == "running";
           });
  };
  for (const auto& settings : state_->lineup.channels) {
    if (settings.id != channel) continue;
    for (const auto& feed : settings.sources) {
      if (feed.url != kPublished) continue;
      const bool right = feed.open || (!feed.stream_key.empty() && equal_secret(key, feed.stream_key));
      return right && (feed.duplicate == ingest::DuplicatePublisher::kReplace || !busy());
    }
  }
  return false;
}

bool Catalogue::runs_elsewhere(std::string_view channel) const {
  return state_->directory.load()->elsewhere.contains(channel);
}

std::vector<ChannelStatus> Catalogue::running() const {
  std::vector<ChannelStatus> statuses;
  const auto directory = state_->directory.load();
  for (const auto& listed : directory->channels) {
    if (listed.channel) statuses.push_back(*listed.channel->status());
  }
  return statuses;
}

std::vector<ChannelStatus> Catalogue::list() const {
  std::vector<ChannelStatus> statuses;
  const auto directory = state_->directory.load();
  statuses.reserve(directory->channels.size());
  for (const auto& listed : directory->channels) statuses.push_back(*listed.status());
  return statuses;
}

bool Catalogue::lists(const ChannelId& channel) const {
  const auto directory = state_->directory.load();
  return std::ranges::any_of(directory->channels, [&](const Listed& one) { return one.status()->id == channel; });
}

std::vector<WatchedChannel> Catalogue::watched() const {
  std::vector<WatchedChannel> channels;
  const auto directory = state_->directory.load();
  channels.reserve(directory->channels.size());
  const auto unknown = std::make_shared<const ChannelMonitor>();
  for (const auto& listed : directory->channels) {
    channels.push_back({*listed.status(), listed.channel ? listed.channel->monitor() : unknown});
  }
  return channels;
}

Status Catalogue::select_source(const ChannelId& channel, std::optional<std::size_t> source) {
  const auto directory = state_->directory.load();
  for (const auto& [entry, elsewhere] : directory->channels) {
    if (!entry || entry->status()->id != channel) continue;
    const auto status = entry->status();
    if (source && *source >= status->sources.size()) {
      return Error{ErrorCode::kNotFound, "Channel " + channel.value() + " has " +
                                             std::to_string(status->sources.size()) + " sources; there is no source " +
                                             std::to_string(*source + 1) + "."};
    }
    entry->loop().post([running = entry, source] { running->select_source(source); });
    return success();
  }
  return Error{ErrorCode::kNotFound, "There is no channel " + channel.value() + "."};
}

void Catalogue::stop() {
  apply(Lineup{});
}

}  // namespace grandstand::channels

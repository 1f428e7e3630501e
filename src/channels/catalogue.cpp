// SPDX-License-Identifier: MIT
#include "channel.hpp"
#include "slate_library.hpp"

#include <grandstand/base/log.hpp>
#include <grandstand/base/published.hpp>
#include <grandstand/channels/catalogue.hpp>

#include <map>
#include <utility>

namespace grandstand::channels {

using Directory = std::vector<std::shared_ptr<Channel>>;  // in lineup order

struct Catalogue::State {
  explicit State(Context c) : context(std::move(c)), slates(context.runtime.loop(0), context.metrics) {}

  Context context;
  SlateLibrary slates;
  std::map<ChannelId, ChannelSettings> applied;  // what runs, to compare a new lineup with
  std::map<ChannelId, std::shared_ptr<Channel>> channels;
  Published<Directory> directory{std::make_shared<const Directory>()};

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
  for (const auto& settings : lineup.channels) wanted.emplace(settings.id, settings);

  for (const auto& [id, settings] : state_->applied) {
    if (wanted.contains(id)) continue;
    state_->remove(id);
    difference.removed.push_back(id);
  }
  auto directory = std::make_shared<Directory>();
  for (const auto& settings : lineup.channels) {
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
    directory->push_back(state_->channels.at(settings.id));
  }
  state_->applied = std::move(wanted);
  state_->directory.store(std::move(directory));
  return difference;
}

std::vector<ChannelStatus> Catalogue::list() const {
  std::vector<ChannelStatus> statuses;
  const auto directory = state_->directory.load();
  statuses.reserve(directory->size());
  for (const auto& channel : *directory) statuses.push_back(*channel->status());
  return statuses;
}

std::vector<WatchedChannel> Catalogue::watched() const {
  std::vector<WatchedChannel> channels;
  const auto directory = state_->directory.load();
  channels.reserve(directory->size());
  for (const auto& channel : *directory) channels.push_back({*channel->status(), channel->monitor()});
  return channels;
}

Status Catalogue::select_source(const ChannelId& channel, std::optional<std::size_t> source) {
  for (const auto& entry : *state_->directory.load()) {
    const auto status = entry->status();
    if (status->id != channel) continue;
    if (source && *source >= status->sources.size()) {
      return Error{ErrorCode::kNotFound, "Channel " + channel.value() + " has " +
                                             std::to_string(status->sources.size()) + " sources; there is no source " +
                                             std::to_string(*source + 1) + "."};
    }
    entry->loop().post([entry, source] { entry->select_source(source); });
    return success();
  }
  return Error{ErrorCode::kNotFound, "There is no channel " + channel.value() + "."};
}

void Catalogue::stop() {
  apply(Lineup{});
}

}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "stream_viewers.hpp"

#include "site.hpp"
#include "stream_connection.hpp"

namespace grandstand::http {

void StreamViewers::add(Site& site, std::size_t loop, const ChannelId& channel, std::shared_ptr<BodyStream> stream,
                        std::shared_ptr<void> lease) {
  loop_ = loop;
  std::vector<Viewer> one;
  one.push_back({std::move(stream), {}, std::move(lease)});
  send_new(site, channel.value(), one);
  if (!one.empty()) viewers_[channel.value()].push_back(std::move(one.front()));
}

void StreamViewers::wake(Site& site, const ChannelId& channel) {
  const auto entry = viewers_.find(channel.value());
  if (entry == viewers_.end()) return;
  send_new(site, channel.value(), entry->second);
  if (entry->second.empty()) viewers_.erase(entry);
}

// Sends what came since, and forgets those who have gone.
void StreamViewers::send_new(Site& site, std::string_view channel, std::vector<Viewer>& viewers) {
  // Listening first: a version that comes now wakes again.
  if (const auto bell = site.parts.origin.channel(channel).bell) bell->listen(loop_);
  const auto snapshot = site.parts.origin.channel(channel).snapshot;
  if (!snapshot) {
    for (auto& viewer : viewers) viewer.stream->end();
    return viewers.clear();
  }
  // Nearly all of them stand at the same place.
  hls::StreamCursor before;
  hls::StreamCursor behind;
  std::vector<SharedBytes> bytes;
  bool known = false;
  for (auto& viewer : viewers) {
    if (!known || viewer.cursor != before) {
      before = behind = viewer.cursor;
      bytes = snapshot->follow(behind);
      known = true;
    }
    if (behind.skips != viewer.cursor.skips) site.metrics.stream_skips.add();
    viewer.cursor = behind;
    for (const auto& piece : bytes) {
      if (!viewer.stream->send(piece)) break;
    }
  }
  std::erase_if(viewers, [](const Viewer& viewer) { return !viewer.stream->open(); });
}

void StreamViewers::forget_closed() {
  for (auto& [channel, viewers] : viewers_) {
    std::erase_if(viewers, [](const Viewer& viewer) { return !viewer.stream->open(); });
  }
  std::erase_if(viewers_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#include <grandstand/channels/stall.hpp>

#include <algorithm>

namespace grandstand::channels {
namespace {

using std::chrono::milliseconds;

// A file has no scheme, or "file:".
milliseconds unnoticed(const ingest::FeedSettings& feed) {
  if (feed.url.starts_with("file:") || feed.url.find("://") == std::string::npos) return {};
  return tolerated_silence(feed);
}

}  // namespace

milliseconds tolerated_silence(const ingest::FeedSettings& feed) {
  const bool publisher = feed.url.starts_with("rtmp://publish");
  return publisher ? std::max(feed.silence_timeout, feed.reconnect_grace) : feed.silence_timeout;
}

milliseconds longest_stall(const ChannelSettings& channel, const hls::Settings& hls) {
  milliseconds longest{};
  if (channel.failover.slate == "none" && channel.sources.size() < 2) return longest;
  for (const auto& feed : channel.sources) longest = std::max(longest, unnoticed(feed));
  return longest == milliseconds{} ? longest : hls.segment_duration + longest + channel.failover.hold_down;
}

milliseconds tolerated_stall(const hls::Settings& hls) {
  return hls.max_segment_duration * 3 / 2;
}

}  // namespace grandstand::channels

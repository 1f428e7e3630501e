// SPDX-License-Identifier: MIT
#pragma once

#include "schema.hpp"

#include <grandstand/channels/settings.hpp>

#include <filesystem>
#include <vector>

namespace grandstand::config {

// A feed as it stands in the file.
struct FeedEntry {
  ingest::FeedSettings settings;
  std::filesystem::path stream_key_file;
};

// Every key of a channel in channels.yaml, but `feed`, `sources`, `failover`, `guide` and `access` (access_schema.hpp),
// every key of a feed, and every key of `failover` and of `guide`.
const std::vector<Key<channels::ChannelSettings>>& channel_schema();
const std::vector<Key<FeedEntry>>& feed_schema();
const std::vector<Key<channels::FailoverSettings>>& failover_schema();
const std::vector<Key<channels::GuideSettings>>& guide_schema();
const std::vector<Key<channels::DvrSettings>>& dvr_schema();

}  // namespace grandstand::config

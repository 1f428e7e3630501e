// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/settings.hpp>
#include <grandstand/hls/settings.hpp>

#include <chrono>

namespace grandstand::channels {

// So long may a source that was heard give nothing until it is left; a publisher may come back.
std::chrono::milliseconds tolerated_silence(const ingest::FeedSettings& feed);

// How long a channel's playlists say nothing new at most when the source on air falls silent: the segment that was
// being made, the time until its silence is noticed, and the hold-down. For a pull that fails at once it is less. Zero
// where nothing falls silent (files) or nothing takes its place (one source and no slate).
std::chrono::milliseconds longest_stall(const ChannelSettings& channel, const hls::Settings& hls);

// What players bear: a playlist has a new segment within 1.5 target durations (RFC 8216bis 6.2.1).
std::chrono::milliseconds tolerated_stall(const hls::Settings& hls);

}  // namespace grandstand::channels

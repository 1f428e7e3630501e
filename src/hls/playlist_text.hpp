// SPDX-License-Identifier: MIT
#pragma once

#include "segment.hpp"

#include <grandstand/hls/settings.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

namespace grandstand::hls {

// EXT-X-VERSION: fMP4 needs 6 for EXT-X-MAP, TS 3 for decimal durations (RFC 8216 section 7).
int playlist_version(Container container);

// The live media playlist (RFC 8216 4.3). `segments` is not empty.
std::string media_playlist(Container container, std::chrono::seconds target_duration,
                           const std::deque<Segment>& segments);

// What the multivariant playlist says of the one variant.
struct Variant {
  Container container = Container::kFmp4;
  std::string uri;
  std::uint64_t peak_bandwidth = 0;  // bit/s
  std::uint64_t average_bandwidth = 0;
  std::string codecs;
  int width = 0;  // 0: no video
  int height = 0;
  double frame_rate = 0;  // 0: unknown
  bool independent = true;
};

// The attribute list of its EXT-X-STREAM-INF.
std::string stream_attributes(const Variant& variant);
std::string multivariant_playlist(const Variant& variant);

}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/access/settings.hpp>
#include <grandstand/base/ids.hpp>
#include <grandstand/channels/ladder_settings.hpp>
#include <grandstand/hls/settings.hpp>
#include <grandstand/ingest/settings.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace grandstand::channels {

// When a channel leaves a source for another, and when it returns (headend.md 5.3).
struct FailoverSettings {
  enum class Standby {
    kHot,   // every source is received all the time: a switch waits for a key frame only
    kCold,  // a source is opened when it is needed
  };

  // Trouble must last this long before the channel leaves a source, and so long it stays with what it chose.
  std::chrono::milliseconds hold_down{1'000};
  // An earlier source must have been well for this long before the channel returns to it; empty: never by itself.
  std::optional<std::chrono::milliseconds> return_after{30'000};
  Standby standby = Standby::kHot;
  // What is shown when no source lives: "builtin", "none" (the playlist stands still), or the path of a file.
  std::string slate = "builtin";

  // What is trouble, besides a feed that is down or silent (FeedSettings::silence_timeout). 0: not watched.
  std::chrono::milliseconds no_video{5'000};  // a programme with pictures has none: it fails
  std::chrono::milliseconds no_audio{5'000};  // it has no sound: another source is preferred, if one is well
  std::size_t cc_errors = 20;                 // continuity errors in a second: likewise
  std::size_t bit_rate_floor = 0;             // kbit/s over five seconds: likewise

  // Of its content; key frames and some of the sound are decoded for it. Likewise, another source is preferred.
  std::chrono::milliseconds black_picture{0};
  std::chrono::milliseconds frozen_picture{0};
  std::chrono::milliseconds silent_sound{0};

  friend bool operator==(const FailoverSettings&, const FailoverSettings&) = default;
};

// How a channel stands in the programme guide.
struct GuideSettings {
  std::string xmltv_id;  // the channel's id in XMLTV sources; empty: that of the lineup
  bool eit = true;       // whether the guide that the stream itself carries is taken
  friend bool operator==(const GuideSettings&, const GuideSettings&) = default;
};

// Segments encrypted with AES-128 (RFC 8216 4.3.2.4); such a channel has no low latency.
struct EncryptionSettings {
  bool enabled = false;
  std::size_t rotation = 30;  // segments with one key
  friend bool operator==(const EncryptionSettings&, const EncryptionSettings&) = default;
};

// What of the channel is kept on disk, to be watched later.
struct DvrSettings {
  std::chrono::seconds keep{0};  // 0: nothing is recorded
  std::size_t quota = 0;         // bytes; 0: no limit of the channel's own

  friend bool operator==(const DvrSettings&, const DvrSettings&) = default;
};

inline constexpr std::size_t kMaxSources = 8;

// One entry of the lineup.
struct ChannelSettings {
  ChannelId id;
  std::string name;                           // shown to people, 1..64 characters
  int number = 0;                             // channel number, 1..9999; unique; 0: none
  std::string group;                          // "News"; for players that sort channels into groups
  std::string logo;                           // URL or path of a picture; may be empty
  std::vector<ingest::FeedSettings> sources;  // 1..kMaxSources, the preferred one first
  FailoverSettings failover;
  GuideSettings guide;
  access::ChannelAccess access;
  EncodingSettings encoding;
  ThumbnailSettings thumbnails;
  EncryptionSettings encryption;
  bool radio = false;  // sound only: no pictures are expected
  DvrSettings dvr;

  friend bool operator==(const ChannelSettings&, const ChannelSettings&) = default;
};

// All channels, in the order in which they are shown.
struct Lineup {
  std::vector<ChannelSettings> channels;
};

}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "check_warnings.hpp"

#include <grandstand/channels/stall.hpp>
#include <grandstand/ingest/source.hpp>
#include <grandstand/media/video_transcoder.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <unistd.h>

namespace grandstand::app {
namespace {

using Warnings = std::vector<std::string>;

std::string tenths(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

// Ladders shed what the machine cannot carry; better to know before.
void warn_of_ladders(const channels::Lineup& lineup, Warnings& warnings) {
  double wanted = 0;
  for (const auto& channel : lineup.channels) wanted += channels::estimated_cores(channel.encoding);
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (wanted <= static_cast<double>(cores)) return;
  warnings.push_back("the ladders of this lineup take about " + tenths(wanted) +
                     " processor cores, and this machine has " + std::to_string(cores) +
                     ": rungs will be left out (docs/operations.md, Ladders).");
}

void warn_of_encoders(const channels::Lineup& lineup, Warnings& warnings) {
  for (const auto& channel : lineup.channels) {
    const auto& ladder = channel.encoding.ladder;
    if (ladder.rungs.empty() || std::ranges::any_of(ladder.encoders, media::has_h264_encoder)) continue;
    std::string names;
    for (const auto& name : ladder.encoders) names += (names.empty() ? "" : ", ") + name;
    warnings.push_back(channel.id.value() + ": libavcodec of this machine has none of the encoders " + names +
                       ": there will be no ladder.");
  }
}

void warn_of_feeds(const channels::Lineup& lineup, Warnings& warnings) {
  for (const auto& channel : lineup.channels) {
    for (const auto& feed : channel.sources) {
      if (const auto here = ingest::check_here(feed); !here)
        warnings.push_back(channel.id.value() + ": " + here.error().message + ".");
    }
  }
}

void warn_of_stalls(const config::ServerConfig& config, const channels::Lineup& lineup, Warnings& warnings) {
  const auto tolerated = channels::tolerated_stall(config.hls);
  std::chrono::milliseconds longest{};
  std::size_t count = 0;
  std::string where;
  for (const auto& channel : lineup.channels) {
    const auto stall = channels::longest_stall(channel, config.hls);
    if (stall <= tolerated) continue;
    ++count;
    if (stall <= longest) continue;
    longest = stall;
    where = channel.id.value();
  }
  if (count == 0) return;
  const auto seconds = [](std::chrono::milliseconds time) {
    return tenths(std::chrono::duration<double>(time).count()) + " s";
  };
  warnings.push_back("when a source falls silent, the playlists of " + std::to_string(count) +
                     " channels may stand still for longer than 1.5 times hls.max_segment_duration (" +
                     seconds(tolerated) + "), which players bear; of " + where + " for " + seconds(longest) +
                     ". Raise it, or lower silence_timeout, reconnect_grace and failover.hold_down "
                     "(docs/operations.md, Failover and slate).");
}

void warn_of_countries(const config::ServerConfig& config, const channels::Lineup& lineup, Warnings& warnings) {
  if (!config.access.geo_database.empty()) return;
  for (const auto& channel : lineup.channels) {
    if (channel.access.countries.value_or(config.access.countries).empty()) continue;
    warnings.push_back(channel.id.value() +
                       " is for some countries only, but there is no access.geo_database: nobody can watch it.");
  }
}

}  // namespace

std::vector<std::string> check_warnings(const config::ServerConfig& config, const channels::Lineup& lineup) {
  Warnings warnings;
  warn_of_feeds(lineup, warnings);
  warn_of_encoders(lineup, warnings);
  warn_of_ladders(lineup, warnings);
  warn_of_stalls(config, lineup, warnings);
  warn_of_countries(config, lineup, warnings);
  return warnings;
}

}  // namespace grandstand::app

// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/base/result.hpp>
#include <grandstand/fetch/fetch.hpp>
#include <grandstand/hlscheck/report.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace grandstand::hlscheck {

struct Options {
  std::string url;                    // http, https or file, of a multivariant or a media playlist
  std::chrono::seconds duration{20};  // for which live playlists are watched
  std::size_t max_playlists = 24;
  std::size_t max_segments_per_playlist = 60;
  std::uint64_t max_requests = 20'000;
  std::uint64_t max_bytes = std::uint64_t{2} << 30;
};

// The world that a check sees, so that tests have one of their own in which minutes last milliseconds.
struct World {
  std::function<Result<fetch::Response>(const fetch::Request&)> fetch;  // as fetch::perform
  const Clock& clock;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<bool()> cancelled = [] { return false; };  // true ends the check early with what it has
};

// Checks a stream against all rules() and blocks meanwhile: for `duration`, and somewhat longer for what a request is
// held. Memory is bounded by the playlists and one segment. Errors: kInvalidArgument for the URL, kUnavailable,
// kTimeout, kTooLarge when the first playlist cannot be had, kUnsupported when it is no HLS playlist.
Result<Report> check(const Options& options, const World& world);

}  // namespace grandstand::hlscheck

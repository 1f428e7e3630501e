// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grandstand::dvr {

// Whether a name may be that of a file or folder of the archive: 1..128 of [A-Za-z0-9._-], not beginning with a dot.
bool is_plain_name(std::string_view name);

// What the name of a reel tells, so that a start need not open it.
struct ReelName {
  UtcTime start{};                           // date of the first segment, whole seconds
  std::uint64_t sequence = 0;                // its media sequence number in playlists of the archive
  std::uint64_t discontinuity_sequence = 0;  // EXT-X-DISCONTINUITY tags before it, its own not counted
  std::uint64_t source_sequence = 0;         // its media sequence number in the live playlist

  friend bool operator==(const ReelName&, const ReelName&) = default;
};
// "20261121T120000Z_s12345_d7_m1763712055"
std::string to_string(const ReelName& name);
std::optional<ReelName> parse_reel_name(std::string_view text);

// The number at the end of a segment's URI: 1763712055 of "k3-1763712055.m4s". Packagers put the media sequence number
// there; it is a hint where to look, no more.
std::optional<std::uint64_t> number_in(std::string_view uri);

}  // namespace grandstand::dvr

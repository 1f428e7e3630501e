// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/catalogue.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// The lineup as extended M3U, as Kodi, TiviMate, VLC and set-top boxes read it (ecosystem: tvg-id, tvg-name, tvg-chno,
// tvg-logo, group-title). `playlist`: the file of each channel, "index.m3u8" or "index-ts.m3u8".
// They lie below `live`: "/live/", or that with a token.
std::string write_m3u(std::span<const channels::ChannelStatus> lineup, std::string_view base_url,
                      std::string_view playlist, std::string_view live = "/live/");

// The same with addresses of the caller's own making, from the base URL on, by the place in the lineup.
std::string write_m3u(std::span<const channels::ChannelStatus> lineup, std::string_view base_url,
                      const std::function<std::string(std::size_t)>& address);

}  // namespace grandstand::http

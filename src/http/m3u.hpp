// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/catalogue.hpp>

#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// The lineup as extended M3U, as Kodi, TiviMate, VLC and set-top boxes read it (ecosystem: tvg-id, tvg-name, tvg-chno,
// tvg-logo, group-title). `playlist`: the file of each channel, "index.m3u8" or "index-ts.m3u8".
std::string write_m3u(std::span<const channels::ChannelStatus> lineup, std::string_view base_url,
                      std::string_view playlist);

}  // namespace grandstand::http

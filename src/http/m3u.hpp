// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/catalogue.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grandstand::http {

// How clients are told to ask for the past (catchup="..."; the addresses are those of archive_address).
struct M3uCatchup {
  enum class Mode {
    kShift,      // they append ?utc=...&lutc=... to the address: most know it
    kAppend,     // they append what catchup-source says, with the duration
    kDefault,    // catchup-source is an address of its own
    kFlussonic,  // they make Flussonic's names of the address
    kXtream,     // they make Xtream Codes' timeshift of the address, which has the login in it
  };
  Mode mode = Mode::kShift;
  std::vector<int> days;  // of each channel of the lineup; 0, or none here: it has no past
  std::string login;      // kXtream: "user/password", percent-encoded
};
// "shift", "append", "default", "flussonic" (or "fs"), "xc".
std::optional<M3uCatchup::Mode> parse_catchup_mode(std::string_view text);

// The lineup as extended M3U, as Kodi, TiviMate, VLC and set-top boxes read it (ecosystem: tvg-id, tvg-name, tvg-chno,
// tvg-logo, group-title, catchup). `playlist`: the file of each channel, "index.m3u8", "index-ts.m3u8" or "stream.ts".
// They lie below `live`: "/live/", or that with a token.
std::string write_m3u(std::span<const channels::ChannelStatus> lineup, std::string_view base_url,
                      std::string_view playlist, std::string_view live = "/live/", const M3uCatchup& catchup = {});

}  // namespace grandstand::http

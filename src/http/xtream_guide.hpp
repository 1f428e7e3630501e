// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/guide/programme.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// The programmes of one channel as Xtream clients read them (get_short_epg, get_simple_data_table): texts are base64,
// numbers are strings, local times are in the timezone that the login names, UTC.
struct XtreamGuide {
  std::string_view channel;  // its id, which is the epg_channel_id of get_live_streams
  std::string_view number;   // its stream_id
  std::span<const std::shared_ptr<const guide::Programme>> programmes;
  UtcTime now{};
  std::optional<UtcTime> archive_from;  // from when on it can be watched again
};
std::string write_xtream_guide(const XtreamGuide& guide);

}  // namespace grandstand::http

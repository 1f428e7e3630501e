// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/clock.hpp>
#include <grandstand/channels/catalogue.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// The JSON of the Xtream Codes API as its clients read it (a de facto standard without a document: numbers are often
// strings, texts of the guide are base64). A stream_id is the channel's number, or what HDHomeRun clients get for
// channels without one.

std::string xtream_seconds(UtcTime time);    // "1800000000"
std::string xtream_date_time(UtcTime time);  // "2026-11-21 12:00:00"

struct XtreamServer {
  std::string base_url;  // "http://tv.example:8080"
  UtcTime now{};
};

// The answer to a login; without a name: that the login is wrong (auth 0).
std::string write_xtream_account(const XtreamServer& server, std::optional<std::string_view> name,
                                 std::string_view password, std::size_t max_connections);

// One category for each group of the lineup, in its order; "1", "2", ...
std::string write_xtream_categories(std::span<const channels::ChannelStatus> lineup);

// `archive_days`: how many days back each channel of the lineup can be watched; 0: none. `category`: "" for all.
std::string write_xtream_streams(std::span<const channels::ChannelStatus> lineup, std::span<const int> archive_days,
                                 std::string_view category, std::string_view base_url);

}  // namespace grandstand::http

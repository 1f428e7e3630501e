// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/catalogue.hpp>
#include <grandstand/http/client_settings.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grandstand::http {

// What an HDHomeRun tuner says of itself over HTTP (Silicondust's HTTP API), for our lineup.

// The device id of the settings, or one made of the name: 8 hexadecimal digits with the check digit that clients
// verify.
std::string hdhomerun_device_id(const ClientSettings& settings);

// GuideNumber: the channel's number, or, for channels without one, 9001 and on in the order of the lineup.
std::string hdhomerun_guide_number(std::span<const channels::ChannelStatus> lineup, std::size_t index);
std::optional<ChannelId> find_guide_number(std::span<const channels::ChannelStatus> lineup, std::string_view number);

std::string write_discover(const ClientSettings& settings, std::string_view base_url);            // JSON
std::string write_device_description(const ClientSettings& settings, std::string_view base_url);  // UPnP XML
std::string write_hdhomerun_lineup(std::span<const channels::ChannelStatus> lineup, std::string_view base_url);  // JSON
std::string write_lineup_status();                                                                               // JSON

}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#pragma once

#include "site.hpp"

#include <string>
#include <string_view>

namespace grandstand::http {

inline constexpr std::string_view kChannelPicture = "thumbnail.jpg";

// "?v=..." of the channel's latest picture, another one with every picture; empty: it has none.
std::string picture_version(const Site& site, const std::string& channel);

}  // namespace grandstand::http

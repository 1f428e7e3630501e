// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/channels/catalogue.hpp>
#include <grandstand/dvr/archive.hpp>

#include <span>
#include <vector>

namespace grandstand::http {

// How many days back each channel of the lineup can be watched, as clients are told: what the operator keeps, in whole
// days; 0: nothing is kept, or nothing has been recorded yet. `archive`: null: nothing at all.
std::vector<int> archive_days(const dvr::Archive* archive, std::span<const channels::ChannelStatus> lineup);

}  // namespace grandstand::http

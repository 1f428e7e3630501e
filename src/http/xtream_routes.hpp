// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// /player_api.php, /panel_api.php, /get.php, /xmltv.php, /streaming/timeshift.php and /timeshift/<user>/<password>/...
void handle_xtream(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http

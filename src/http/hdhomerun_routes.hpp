// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// /discover.json, /lineup.json, /lineup_status.json, /lineup.post, /device.xml, /lineup.m3u
void handle_hdhomerun(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http

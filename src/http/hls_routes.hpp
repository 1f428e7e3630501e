// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <grandstand/hls/origin.hpp>

#include <memory>

namespace grandstand::http {

// /live/...: media and playlists, from the packagers' snapshots. The hot path: nothing here copies a body. Requests for
// what comes next wait in the loop's HeldRequests.
void handle_live(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

// Sends what the origin found, or the error that it means.
void answer_live(const Request& request, Exchange& exchange, const hls::Origin::Answer& answer,
                 const hls::Directives& directives);

}  // namespace grandstand::http

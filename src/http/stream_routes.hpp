// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace grandstand::http {

// The channel of "<channel>/stream.ts", which is what follows /live/.
std::optional<std::string_view> continuous_stream(std::string_view path);

// Answers with the channel as continuous MPEG-TS, from its latest key frame on, without end. `channel` as in the
// lineup; `lease` is kept until the viewer has gone.
void handle_stream(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange,
                   std::string_view channel, std::shared_ptr<void> lease = nullptr);

// /auto/v<number>: the same by the number that HDHomeRun clients got from /lineup.json.
void handle_tuner(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http

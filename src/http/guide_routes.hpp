// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// /epg.xml and /epg.xml.gz: the guide as XMLTV.
void handle_epg(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

// /api/v1/guide?channel=one,two&from=&to=, /api/v1/guide/now?at=, /api/v1/guide/sources
void handle_guide(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_guide_now(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);
void handle_guide_sources(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http

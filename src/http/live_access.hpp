// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <grandstand/access/gate.hpp>

#include <memory>
#include <string_view>

namespace grandstand::http {

// Answers with what stands at `path` below /live/ ("news/index.m3u8").
using ServeLive = void (*)(const std::shared_ptr<Site>& site, std::string_view path, const Request& request,
                           Exchange& exchange);

// Has `serve` answer if the client may watch the channel, at once where that is known; a problem otherwise. A token in
// the query becomes a part of the address (or a cookie) by a redirect, so that it comes back with every request while
// the playlists stay the same for everybody.
void admit_live(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange, ServeLive serve);

// The same for what stands elsewhere and never redirects: `serve` gets no path.
void admit_channel(const std::shared_ptr<Site>& site, const ChannelId& channel, const Request& request,
                   Exchange& exchange, ServeLive serve);

// What speaks for the client of a response without end, which is asked about again while it goes on.
access::Viewing viewing_of(const Site& site, std::string_view channel, const Request& request,
                           const Exchange& exchange);

// /access: the same question about the address in X-Original-URI, for the auth_request of an nginx edge. 204, or the
// problem.
void handle_access(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http

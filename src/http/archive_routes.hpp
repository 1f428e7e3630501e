// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <memory>

namespace grandstand::http {

// What the live routes do not have: playlists of the past, and media that memory has no more. The disk is read on other
// threads. False when it is no matter of the archive; then nothing was answered. `place`: what follows "/live/".
bool try_archive(const std::shared_ptr<Site>& site, std::string_view place, const Request& request, Exchange& exchange);

// A file of a rendition, from disk.
void send_archived_file(const std::shared_ptr<Site>& site, std::string_view place, Exchange& exchange);

// /<channel>/index-<start>-<seconds>.m3u8 and its like: Flussonic's addresses, which have no "/live".
void handle_flussonic(const std::shared_ptr<Site>& site, const Request& request, Exchange& exchange);

}  // namespace grandstand::http

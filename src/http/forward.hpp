// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "router.hpp"
#include "site.hpp"

#include <grandstand/aio/task.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace grandstand::http {

// Takes the request to the node that runs the channel, if that is another one, and its answer back, unchanged: whatever
// is decided about it (access, ranges, validators, blocking) is decided there, once, so that all nodes give the same.
// While no node has the channel, or the one that had it does not answer, the request waits (docs/decisions/0018).
// One hop at most: what another node sent is not sent on, but answered with 421, after which that one looks again.
// False: the channel runs here, or nowhere. `again` answers when it comes here while the request waits.
bool forward(const std::shared_ptr<Site>& site, std::string_view channel, const Request& request, Exchange& exchange,
             Handler again);

// The same for what only one node can answer. False: there is no such node, or another one sent the request.
bool forward_to_node(const std::shared_ptr<Site>& site, std::string_view node, const Request& request,
                     Exchange& exchange);

// X-Grandstand-Hop of what is asked of those who do not run the channel, but may have recorded it.
inline constexpr std::string_view kArchiveHop = "archive";

// The request as it goes to another node.
std::string forwarded_text(const Site& site, const Request& request, const Exchange& exchange,
                           std::string_view hop = "1");

// Looks on the other nodes for what is not in the archive here, which was asked for by `text`; when none has it,
// `missing` is the answer.
aio::Task<Status> find_recorded(std::shared_ptr<Site> site, aio::Loop& loop, std::string text, Error missing,
                                std::shared_ptr<LateReply> reply);

// What a node answers to it, when it answers well and soon.
aio::Task<Result<std::string>> ask_node(std::shared_ptr<Site> site, aio::Loop& loop, std::string address,
                                        std::string text);

}  // namespace grandstand::http

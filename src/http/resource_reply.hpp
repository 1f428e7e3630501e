// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"

#include <grandstand/hls/resource.hpp>

#include <string_view>

namespace grandstand::http {

// Answers GET or HEAD with a resource: If-None-Match, one Range, the compressed form where it is accepted. The body is
// shared, not copied. `lines`: further complete header lines; `cache_control`: instead of the resource's own.
void send_resource(const Request& request, Exchange& exchange, const hls::Resource& resource, std::string_view lines,
                   std::string_view cache_control = {});

}  // namespace grandstand::http

// SPDX-License-Identifier: MIT
#pragma once

#include "exchange.hpp"
#include "request.hpp"
#include "site.hpp"

#include <grandstand/dvr/archive.hpp>

#include <memory>

namespace grandstand::http {

// Answers with a stretch of the archive as one MPEG-TS that ends with it: the segments of the first TS rendition one
// after the other, as fast as the reader takes them. A stretch that is still under way is followed as it is recorded.
void stream_archive(const std::shared_ptr<Site>& site, dvr::Question question, const Request& request,
                    Exchange& exchange);

}  // namespace grandstand::http

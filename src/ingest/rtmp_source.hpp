// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/ingest/settings.hpp>
#include <grandstand/ingest/source.hpp>

#include <memory>

namespace grandstand::ingest {

// A channel that waits for somebody to publish it to our RTMP server. `context.rtmp` must not be null.
std::unique_ptr<Source> make_rtmp_source(const FeedSettings& feed, SourceContext context);

}  // namespace grandstand::ingest

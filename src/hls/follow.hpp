// SPDX-License-Identifier: MIT
#pragma once

#include "rendition_snapshot.hpp"

#include <grandstand/base/bytes.hpp>
#include <grandstand/hls/stream_cursor.hpp>

#include <vector>

namespace grandstand::hls {

// Adds the media behind the cursor, in order, and moves the cursor behind it.
void follow_rendition(const RenditionSnapshot& rendition, StreamCursor& cursor, std::vector<SharedBytes>& into);

}  // namespace grandstand::hls

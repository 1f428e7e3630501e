// SPDX-License-Identifier: MIT
#pragma once

#include "hand_over.hpp"

#include <grandstand/ingest/settings.hpp>

namespace grandstand::ingest {

// Pulls http(s)://, rtsp:// and srt:// until it is stopped. What fails or ends is opened again after a growing pause.
// HTTP comes in bursts of whole segments and is therefore given on at the pace of its time stamps; the others are as
// they arrive. Of SRT the bytes are given on: they are MPEG-TS, for our own demuxer.
void run_pull(const FeedSettings& feed, HandOver& out);

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

namespace grandstand::media {

// Keeps FFmpeg's libraries from writing to stderr past our log: their lines have no rate limit and name URLs with their
// passwords. What matters comes back as errors. Once, at the start of the process.
void silence_ffmpeg();

}  // namespace grandstand::media

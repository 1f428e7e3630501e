// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

#include <string>

namespace grandstand::hls {

// The track's element of CODECS (RFC 6381, ISO/IEC 14496-15 annex E): "avc1.64001f", "hvc1.1.6.L93.B0", "mp4a.40.2",
// "mp4a.40.33" for MP2, "ac-3".
std::string codec_string(const media::Track& track);

}  // namespace grandstand::hls

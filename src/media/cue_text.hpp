// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace grandstand::media {

// The payload of a WebVTT cue (W3C WebVTT 3.3) out of the text of an ASS dialogue line as libavcodec's decoders give
// it: overrides go, line breaks stay, blank lines and white space around lines go, & < > are escaped.
std::string cue_text_of_ass(std::string_view dialogue);

}  // namespace grandstand::media

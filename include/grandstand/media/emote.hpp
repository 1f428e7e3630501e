// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/result.hpp>

#include <string_view>

namespace grandstand::media {

// An emote's longer side, in pixels, at most.
inline constexpr int kEmoteSize = 112;

// A PNG with transparency of what somebody uploaded, as large as fits: decoded and encoded anew, as make_portrait()
// does it, with its limits and errors; also kInvalidArgument for what is more than eight times as wide as high, or the
// other way. Of an animation its first picture. Blocks.
Result<SharedBytes> make_emote(std::string_view upload);

}  // namespace grandstand::media

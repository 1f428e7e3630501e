// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/base/bytes.hpp>
#include <grandstand/base/result.hpp>

#include <string_view>

namespace grandstand::media {

// The side of a portrait, in pixels.
inline constexpr int kPortraitSize = 256;
// More than so many pixels are not decoded.
inline constexpr int kMostUploadedPixels = 2'048 * 2'048;

// A square JPEG of what somebody uploaded, the middle of it: decoded and encoded anew, so that nothing of the upload
// but its pixels comes through. PNG, JPEG, WebP and GIF (its first picture). kInvalidArgument: it is none of these, is
// damaged, or has too many pixels. Blocks.
Result<SharedBytes> make_portrait(std::string_view upload);

}  // namespace grandstand::media

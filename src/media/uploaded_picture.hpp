// SPDX-License-Identifier: MIT
#pragma once

#include "ffmpeg_handles.hpp"
#include "video_filter.hpp"

#include <grandstand/base/result.hpp>

#include <string_view>

namespace grandstand::media {

// The first picture of what somebody uploaded: PNG, JPEG, WebP or GIF, by what it is and not by what it is called.
// kInvalidArgument: it is none of these, is damaged, or has more than kMostUploadedPixels (portrait.hpp). Blocks.
Result<FrameHandle> decode_upload(std::string_view upload);

// The picture, whose pixels are square, in another size and form of pixels.
Result<FrameHandle> scale_upload(AVFrame& picture, const VideoFilter::Output& output);

}  // namespace grandstand::media

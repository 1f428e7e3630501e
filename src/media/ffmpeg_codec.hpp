// SPDX-License-Identifier: MIT
#pragma once

#include <grandstand/media/sample.hpp>

extern "C" {
#include <libavcodec/codec_id.h>
}

namespace grandstand::media {

// FFmpeg's name of a codec of pictures or sound; AV_CODEC_ID_NONE for texts.
AVCodecID ffmpeg_codec_id(Codec codec);

}  // namespace grandstand::media

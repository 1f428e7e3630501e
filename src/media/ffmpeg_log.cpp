// SPDX-License-Identifier: MIT
extern "C" {
#include <libavutil/log.h>
}

#include <grandstand/media/ffmpeg_log.hpp>

namespace grandstand::media {

void silence_ffmpeg() {
  av_log_set_level(AV_LOG_QUIET);
}

}  // namespace grandstand::media

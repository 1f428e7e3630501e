// SPDX-License-Identifier: MIT
#include "ffmpeg_codec.hpp"

namespace grandstand::media {

AVCodecID ffmpeg_codec_id(Codec codec) {
  switch (codec) {
    case Codec::kH264:
      return AV_CODEC_ID_H264;
    case Codec::kHevc:
      return AV_CODEC_ID_HEVC;
    case Codec::kAv1:
      return AV_CODEC_ID_AV1;
    case Codec::kMpeg2Video:
      return AV_CODEC_ID_MPEG2VIDEO;
    case Codec::kAac:
      return AV_CODEC_ID_AAC;
    case Codec::kMp2:
      return AV_CODEC_ID_MP2;
    case Codec::kAc3:
      return AV_CODEC_ID_AC3;
    case Codec::kEac3:
      return AV_CODEC_ID_EAC3;
    case Codec::kOpus:
      return AV_CODEC_ID_OPUS;
    case Codec::kTeletext:
    case Codec::kDvbSubtitle:
    case Codec::kCea608:
    case Codec::kWebVtt:
      break;
  }
  return AV_CODEC_ID_NONE;
}

}  // namespace grandstand::media

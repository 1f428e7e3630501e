// SPDX-License-Identifier: MIT
#include "uploaded_picture.hpp"

#include <grandstand/media/emote.hpp>

#include <algorithm>

extern "C" {
#include <libavutil/frame.h>
}

namespace grandstand::media {
namespace {

constexpr int kMostStretched = 8;

Result<SharedBytes> encode_png(AVFrame& picture) {
  const auto* const codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
  if (codec == nullptr) return Error{ErrorCode::kUnsupported, "libavcodec has no PNG encoder."};
  const CodecHandle context(avcodec_alloc_context3(codec));
  context->width = picture.width;
  context->height = picture.height;
  context->pix_fmt = AV_PIX_FMT_RGBA;
  context->time_base = {1, 1};
  context->thread_count = 1;
  const PacketHandle packet(av_packet_alloc());
  int code = avcodec_open2(context.get(), codec, nullptr);
  if (code >= 0) code = avcodec_send_frame(context.get(), &picture);
  if (code >= 0) code = avcodec_receive_packet(context.get(), packet.get());
  if (code < 0) return Error{ErrorCode::kInternal, "A picture cannot be encoded as PNG."};
  return SharedBytes::copy_of({packet->data, static_cast<std::size_t>(packet->size)});
}

}  // namespace

Result<SharedBytes> make_emote(std::string_view upload) {
  GRANDSTAND_TRY(const FrameHandle picture, decode_upload(upload));
  const auto [shorter, longer] = std::minmax(picture->width, picture->height);
  if (longer > kMostStretched * shorter)
    return Error{ErrorCode::kInvalidArgument, "the picture is too narrow or too flat for an emote"};
  const double scale = std::min(1.0, static_cast<double>(kEmoteSize) / longer);
  const int width = std::max(1, static_cast<int>(picture->width * scale + 0.5));
  const int height = std::max(1, static_cast<int>(picture->height * scale + 0.5));
  GRANDSTAND_TRY(const FrameHandle scaled, scale_upload(*picture, {width, height, "rgba"}));
  return encode_png(*scaled);
}

}  // namespace grandstand::media

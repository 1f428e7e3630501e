// SPDX-License-Identifier: MIT
#include "uploaded_picture.hpp"

#include <grandstand/media/portrait.hpp>

#include <algorithm>
#include <cstring>
#include <string>

extern "C" {
#include <libavutil/frame.h>
}

namespace grandstand::media {
namespace {

Error invalid(const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, what};
}

// By what the file is, whatever it is called.
AVCodecID sniff(std::string_view upload) {
  using namespace std::string_view_literals;
  if (upload.starts_with("\x89PNG\r\n\x1a\n"sv)) return AV_CODEC_ID_PNG;
  if (upload.starts_with("\xff\xd8\xff"sv)) return AV_CODEC_ID_MJPEG;
  if (upload.starts_with("GIF87a"sv) || upload.starts_with("GIF89a"sv)) return AV_CODEC_ID_GIF;
  if (upload.starts_with("RIFF"sv) && upload.substr(0, 12).ends_with("WEBP"sv)) return AV_CODEC_ID_WEBP;
  return AV_CODEC_ID_NONE;
}

}  // namespace

Result<FrameHandle> decode_upload(std::string_view upload) {
  const auto id = sniff(upload);
  const auto* const codec = id == AV_CODEC_ID_NONE ? nullptr : avcodec_find_decoder(id);
  if (codec == nullptr) return invalid("the file is not a picture; expected PNG, JPEG, WebP or GIF");
  const CodecHandle context(avcodec_alloc_context3(codec));
  context->thread_count = 1;
  context->max_pixels = kMostUploadedPixels;
  context->err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE;
  const PacketHandle packet(av_packet_alloc());
  if (avcodec_open2(context.get(), codec, nullptr) < 0 ||
      av_new_packet(packet.get(), static_cast<int>(upload.size())) < 0)
    return Error{ErrorCode::kUnavailable, "a picture cannot be decoded now; try again"};
  std::memcpy(packet->data, upload.data(), upload.size());
  FrameHandle picture(av_frame_alloc());
  int code = avcodec_send_packet(context.get(), packet.get());
  if (code >= 0) code = avcodec_send_packet(context.get(), nullptr);
  if (code >= 0) code = avcodec_receive_frame(context.get(), picture.get());
  if (code < 0 || (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0 || picture->decode_error_flags != 0)
    return invalid("the picture is damaged, or larger than 2048 x 2048 pixels");
  if (std::min(picture->width, picture->height) < 2) return invalid("the picture is smaller than 2 x 2 pixels");
  return picture;
}

Result<FrameHandle> scale_upload(AVFrame& picture, const VideoFilter::Output& output) {
  const Error failure{ErrorCode::kInternal, "An uploaded picture cannot be scaled."};
  picture.sample_aspect_ratio = {1, 1};
  picture.pts = 0;
  GRANDSTAND_TRY(auto filter, VideoFilter::open(picture, {}, {output}));
  FrameHandle scaled(av_frame_alloc());
  if (filter.send(picture) < 0) return failure;
  filter.end();
  if (!filter.receive(0, *scaled)) return failure;
  return scaled;
}

}  // namespace grandstand::media

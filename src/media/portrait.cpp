// SPDX-License-Identifier: MIT
#include "ffmpeg_handles.hpp"
#include "video_filter.hpp"

#include <grandstand/media/portrait.hpp>
#include <grandstand/media/thumbnail.hpp>

#include <algorithm>
#include <cstring>
#include <string>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
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

Result<FrameHandle> decode(std::string_view upload) {
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

// The square in the middle.
int crop(AVFrame& picture) {
  const int spare_width = std::max(0, picture.width - picture.height);
  const int spare_height = std::max(0, picture.height - picture.width);
  picture.crop_left = static_cast<std::size_t>(spare_width / 2);
  picture.crop_right = static_cast<std::size_t>(spare_width - spare_width / 2);
  picture.crop_top = static_cast<std::size_t>(spare_height / 2);
  picture.crop_bottom = static_cast<std::size_t>(spare_height - spare_height / 2);
  return av_frame_apply_cropping(&picture, 0);
}

}  // namespace

Result<SharedBytes> make_portrait(std::string_view upload) {
  GRANDSTAND_TRY(const FrameHandle picture, decode(upload));
  const Error failure{ErrorCode::kInternal, "A portrait cannot be scaled."};
  picture->sample_aspect_ratio = {1, 1};
  if (crop(*picture) < 0) return failure;
  GRANDSTAND_TRY(auto filter, VideoFilter::open(*picture, {}, {{kPortraitSize, kPortraitSize, "yuvj420p"}}));
  const FrameHandle scaled(av_frame_alloc());
  picture->pts = 0;
  if (filter.send(*picture) < 0) return failure;
  filter.end();
  if (!filter.receive(0, *scaled)) return failure;
  SmallPicture small{.width = scaled->width, .height = scaled->height, .planes = {}};
  small.planes.resize(static_cast<std::size_t>(small.width) * small.height * 3 / 2);
  av_image_copy_to_buffer(small.planes.data(), static_cast<int>(small.planes.size()), scaled->data, scaled->linesize,
                          AV_PIX_FMT_YUVJ420P, small.width, small.height, 1);
  return encode_jpeg(small);
}

}  // namespace grandstand::media

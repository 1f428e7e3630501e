// SPDX-License-Identifier: MIT
#include "key_frame_decoder.hpp"
#include "video_filter.hpp"

#include <grandstand/media/thumbnail.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

extern "C" {
#include <libavutil/imgutils.h>
}

namespace grandstand::media {
namespace {

constexpr int kQuality = 5;  // of 2 (best) to 31
constexpr const char* kFormat = "yuvj420p";

int even(double value) {
  return std::max(2, static_cast<int>(value / 2 + 0.5) * 2);
}

SmallPicture copy_of(const AVFrame& frame) {
  SmallPicture picture{.width = frame.width, .height = frame.height, .planes = {}};
  picture.planes.resize(static_cast<std::size_t>(frame.width) * frame.height * 3 / 2);
  av_image_copy_to_buffer(picture.planes.data(), static_cast<int>(picture.planes.size()), frame.data, frame.linesize,
                          AV_PIX_FMT_YUVJ420P, frame.width, frame.height, 1);
  return picture;
}

class FfmpegThumbnailer final : public Thumbnailer {
 public:
  explicit FfmpegThumbnailer(KeyFrameDecoder decoder) : decoder_(std::move(decoder)) {}

  Result<Thumbnail> make(const Sample& sample) override {
    GRANDSTAND_TRY(auto* const picture, decoder_.decode(sample));
    return scale(*picture);
  }

 private:
  Result<Thumbnail> scale(AVFrame& picture);

  KeyFrameDecoder decoder_;
  FrameHandle scaled_{av_frame_alloc()};
};

Result<Thumbnail> FfmpegThumbnailer::scale(AVFrame& picture) {
  const auto aspect = picture.sample_aspect_ratio;
  const double shape = picture.width * (aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1.0) / picture.height;
  const VideoFilter::Output large{
      .width = Thumbnail::kWidth, .height = even(Thumbnail::kWidth / shape), .format = kFormat};
  const VideoFilter::Output small{
      .width = Thumbnail::kTileWidth, .height = even(Thumbnail::kTileWidth / shape), .format = kFormat};
  GRANDSTAND_TRY(auto filter, VideoFilter::open(picture, {}, {large, small}));
  const Error failure{ErrorCode::kInternal, "A thumbnail cannot be scaled."};
  if (filter.send(picture) < 0) return failure;
  filter.end();
  Thumbnail thumbnail;
  if (!filter.receive(0, *scaled_)) return failure;
  GRANDSTAND_TRY(thumbnail.jpeg, encode_jpeg(copy_of(*scaled_)));
  thumbnail.height = scaled_->height;
  av_frame_unref(scaled_.get());
  if (!filter.receive(1, *scaled_)) return failure;
  thumbnail.tile = copy_of(*scaled_);
  av_frame_unref(scaled_.get());
  return thumbnail;
}

}  // namespace

Result<std::unique_ptr<Thumbnailer>> Thumbnailer::create(const Track& input) {
  GRANDSTAND_TRY(auto decoder, KeyFrameDecoder::open(input));
  return std::unique_ptr<Thumbnailer>(std::make_unique<FfmpegThumbnailer>(std::move(decoder)));
}

Result<SharedBytes> encode_jpeg(const SmallPicture& picture) {
  const auto* const codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (codec == nullptr) return Error{ErrorCode::kUnsupported, "libavcodec has no JPEG encoder."};
  const CodecHandle context(avcodec_alloc_context3(codec));
  context->width = picture.width;
  context->height = picture.height;
  context->pix_fmt = AV_PIX_FMT_YUVJ420P;
  context->time_base = {1, 1};
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_QSCALE;
  context->global_quality = kQuality * FF_QP2LAMBDA;
  int code = avcodec_open2(context.get(), codec, nullptr);
  const FrameHandle frame(av_frame_alloc());
  frame->width = picture.width;
  frame->height = picture.height;
  frame->format = AV_PIX_FMT_YUVJ420P;
  frame->quality = context->global_quality;
  if (code >= 0) code = av_frame_get_buffer(frame.get(), 0);
  if (code >= 0) {
    std::array<std::uint8_t*, 4> planes{};
    std::array<int, 4> lines{};
    av_image_fill_arrays(planes.data(), lines.data(), picture.planes.data(), AV_PIX_FMT_YUVJ420P, picture.width,
                         picture.height, 1);
    av_image_copy(frame->data, frame->linesize, const_cast<const std::uint8_t**>(planes.data()), lines.data(),
                  AV_PIX_FMT_YUVJ420P, picture.width, picture.height);
    frame->pts = 0;
    code = avcodec_send_frame(context.get(), frame.get());
  }
  const PacketHandle packet(av_packet_alloc());
  if (code >= 0) code = avcodec_receive_packet(context.get(), packet.get());
  if (code < 0) return Error{ErrorCode::kInternal, "A picture cannot be encoded as JPEG: " + av_error_text(code) + "."};
  return SharedBytes::copy_of({packet->data, static_cast<std::size_t>(packet->size)});
}

ThumbnailSheet::ThumbnailSheet(int tile_width, int tile_height) : tile_width_(tile_width), tile_height_(tile_height) {
  constexpr std::uint8_t kBlack = 0, kNoColour = 128;
  picture_.width = tile_width * kColumns;
  picture_.height = tile_height * kRows;
  const auto pixels = static_cast<std::size_t>(picture_.width) * picture_.height;
  picture_.planes.assign(pixels, kBlack);
  picture_.planes.resize(pixels * 3 / 2, kNoColour);
}

bool ThumbnailSheet::add(const SmallPicture& tile) {
  if (size_ == kTiles || tile.width != tile_width_ || tile.height != tile_height_) return false;
  const auto column = static_cast<int>(size_) % kColumns;
  const auto row = static_cast<int>(size_) / kColumns;
  const auto* from = tile.planes.data();
  auto* plane = picture_.planes.data();
  for (const int half : {1, 2, 2}) {
    const int width = tile.width / half, height = tile.height / half;
    const int line = picture_.width / half;
    for (int y = 0; y < height; ++y, from += width) {
      std::copy_n(from, width, plane + static_cast<std::ptrdiff_t>(row * height + y) * line + column * width);
    }
    plane += static_cast<std::ptrdiff_t>(line) * (picture_.height / half);
  }
  ++size_;
  return true;
}

Result<SharedBytes> ThumbnailSheet::jpeg() const {
  return encode_jpeg(picture_);
}

}  // namespace grandstand::media

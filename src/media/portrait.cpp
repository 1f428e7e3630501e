// SPDX-License-Identifier: MIT
#include "uploaded_picture.hpp"

#include <grandstand/media/portrait.hpp>
#include <grandstand/media/thumbnail.hpp>

#include <algorithm>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
}

namespace grandstand::media {
namespace {

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
  GRANDSTAND_TRY(const FrameHandle picture, decode_upload(upload));
  if (crop(*picture) < 0) return Error{ErrorCode::kInternal, "A portrait cannot be cropped."};
  GRANDSTAND_TRY(const FrameHandle scaled, scale_upload(*picture, {kPortraitSize, kPortraitSize, "yuvj420p"}));
  SmallPicture small{.width = scaled->width, .height = scaled->height, .planes = {}};
  small.planes.resize(static_cast<std::size_t>(small.width) * small.height * 3 / 2);
  av_image_copy_to_buffer(small.planes.data(), static_cast<int>(small.planes.size()), scaled->data, scaled->linesize,
                          AV_PIX_FMT_YUVJ420P, small.width, small.height, 1);
  return encode_jpeg(small);
}

}  // namespace grandstand::media

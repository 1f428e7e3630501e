// SPDX-License-Identifier: MIT
#include "key_frame_decoder.hpp"

#include <string>

namespace grandstand::media {

Result<KeyFrameDecoder> KeyFrameDecoder::open(const Track& track) {
  GRANDSTAND_TRY(auto decoder, VideoDecoder::open(track));
  return KeyFrameDecoder(track.id, std::move(decoder));
}

Result<AVFrame*> KeyFrameDecoder::decode(const Sample& sample) {
  av_frame_unref(picture_.get());
  decoder_.send(sample);
  decoder_.end();
  const bool decoded = decoder_.receive(*picture_);
  decoder_.flush();
  if (decoder_.take_damaged() > 0 || !decoded) {
    return Error{ErrorCode::kInvalidArgument, "A key frame of track " + std::to_string(track_) + " cannot be decoded."};
  }
  return picture_.get();
}

}  // namespace grandstand::media

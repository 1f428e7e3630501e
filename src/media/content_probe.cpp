// SPDX-License-Identifier: MIT
#include "ffmpeg_codec.hpp"
#include "ffmpeg_handles.hpp"
#include "key_frame_decoder.hpp"
#include "video_filter.hpp"

#include <grandstand/media/content_probe.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

extern "C" {
#include <libavutil/imgutils.h>
}

namespace grandstand::media {
namespace {

constexpr const char* kFormat = "yuvj420p";

class FfmpegPictureProbe final : public PictureProbe {
 public:
  explicit FfmpegPictureProbe(KeyFrameDecoder decoder) : decoder_(std::move(decoder)) {}

  Result<SmallPicture> look(const Sample& sample) override {
    GRANDSTAND_TRY(auto* const picture, decoder_.decode(sample));
    const int height = std::max(2, kWidth * picture->height / picture->width / 2 * 2);
    GRANDSTAND_TRY(auto filter,
                   VideoFilter::open(*picture, {}, {{.width = kWidth, .height = height, .format = kFormat}}));
    if (filter.send(*picture) < 0) return Error{ErrorCode::kInternal, "A picture cannot be scaled."};
    filter.end();
    if (!filter.receive(0, *scaled_)) return Error{ErrorCode::kInternal, "A picture cannot be scaled."};
    SmallPicture small{.width = scaled_->width, .height = scaled_->height, .planes = {}};
    small.planes.resize(static_cast<std::size_t>(small.width) * small.height * 3 / 2);
    av_image_copy_to_buffer(small.planes.data(), static_cast<int>(small.planes.size()), scaled_->data,
                            scaled_->linesize, AV_PIX_FMT_YUVJ420P, small.width, small.height, 1);
    av_frame_unref(scaled_.get());
    return small;
  }

 private:
  KeyFrameDecoder decoder_;
  FrameHandle scaled_{av_frame_alloc()};
};

template <class Value>
double loudest(const std::uint8_t* plane, int count, double full_scale) {
  const auto* const values = reinterpret_cast<const Value*>(plane);
  double most = 0;
  for (int i = 0; i < count; ++i) most = std::max(most, std::abs(static_cast<double>(values[i])));
  return most / full_scale;
}

double loudest(const AVFrame& frame) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  const int planes = planar ? frame.ch_layout.nb_channels : 1;
  const int count = frame.nb_samples * (planar ? 1 : frame.ch_layout.nb_channels);
  double most = 0;
  for (int i = 0; i < planes; ++i) {
    const auto* const plane = frame.extended_data[i];
    const bool floats = av_get_packed_sample_fmt(format) == AV_SAMPLE_FMT_FLT;
    most = std::max(most, floats ? loudest<float>(plane, count, 1) : loudest<std::int16_t>(plane, count, 32'768));
  }
  return most;
}

class FfmpegSoundProbe final : public SoundProbe {
 public:
  explicit FfmpegSoundProbe(Track input) : input_(std::move(input)) {}

  Status open() {
    const auto* const codec = avcodec_find_decoder(ffmpeg_codec_id(input_.codec));
    if (codec == nullptr) return failure(ErrorCode::kUnsupported, "there is no decoder for it");
    decoder_.reset(avcodec_alloc_context3(codec));
    decoder_->thread_count = 1;
    const auto& config = input_.decoder_config;
    if (!config.empty()) {
      decoder_->extradata = static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
      std::memcpy(decoder_->extradata, config.data(), config.size());
      decoder_->extradata_size = static_cast<int>(config.size());
    }
    const int code = avcodec_open2(decoder_.get(), codec, nullptr);
    if (code < 0) return failure(ErrorCode::kInternal, av_error_text(code));
    const auto packed = av_get_packed_sample_fmt(decoder_->sample_fmt);
    if (packed != AV_SAMPLE_FMT_FLT && packed != AV_SAMPLE_FMT_S16) {
      return failure(ErrorCode::kUnsupported, "its samples are neither floats nor of 16 bits");
    }
    return success();
  }

  Result<double> peak(const Sample& sample) override {
    av_packet_unref(packet_.get());
    int code = av_new_packet(packet_.get(), static_cast<int>(sample.data.size()));
    if (code >= 0 && !sample.data.empty()) std::memcpy(packet_->data, sample.data.data(), sample.data.size());
    if (code >= 0) code = avcodec_send_packet(decoder_.get(), packet_.get());
    if (code < 0) return failure(ErrorCode::kInvalidArgument, av_error_text(code));
    double most = 0;
    while (avcodec_receive_frame(decoder_.get(), frame_.get()) >= 0) {
      most = std::max(most, loudest(*frame_));
      av_frame_unref(frame_.get());
    }
    return most <= 0 ? kNothing : std::max(kNothing, 20 * std::log10(most));
  }

 private:
  Error failure(ErrorCode code, const std::string& why) const {
    return {code, "The sound of track " + std::to_string(input_.id) + " (" + std::string(to_string(input_.codec)) +
                      ") cannot be decoded: " + why + "."};
  }

  Track input_;
  CodecHandle decoder_;
  PacketHandle packet_{av_packet_alloc()};
  FrameHandle frame_{av_frame_alloc()};
};

}  // namespace

Result<std::unique_ptr<PictureProbe>> PictureProbe::create(const Track& input) {
  GRANDSTAND_TRY(auto decoder, KeyFrameDecoder::open(input));
  return std::unique_ptr<PictureProbe>(std::make_unique<FfmpegPictureProbe>(std::move(decoder)));
}

Result<std::unique_ptr<SoundProbe>> SoundProbe::create(const Track& input) {
  auto probe = std::make_unique<FfmpegSoundProbe>(input);
  GRANDSTAND_RETURN_IF_ERROR(probe->open());
  return std::unique_ptr<SoundProbe>(std::move(probe));
}

}  // namespace grandstand::media

// SPDX-License-Identifier: MIT
#include "ffmpeg_handles.hpp"

#include <grandstand/media/annex_b.hpp>
#include <grandstand/media/silence.hpp>
#include <grandstand/media/slate.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <optional>
#include <string>

extern "C" {
#include <libavutil/opt.h>
}

namespace grandstand::media {
namespace {

constexpr int kGroupSeconds = 2;
constexpr int kGroups = 2;
constexpr int kAudioChannels = 2;

Error ffmpeg_error(const std::string& what, int code) {
  return Error{ErrorCode::kInternal, "The slate: " + what + ": " + av_error_text(code) + "."};
}

Result<std::vector<PacketHandle>> encode(AVCodecContext& encoder, const AVFrame* frame) {
  if (const int code = avcodec_send_frame(&encoder, frame); code < 0) return ffmpeg_error("encoding fails", code);
  std::vector<PacketHandle> packets;
  for (;;) {
    PacketHandle packet(av_packet_alloc());
    const int code = avcodec_receive_packet(&encoder, packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return packets;
    if (code < 0) return ffmpeg_error("encoding fails", code);
    packets.push_back(std::move(packet));
  }
}

// The parameter sets among what an encoder gives as its configuration, each behind a 4-byte start code.
SharedBytes parameter_sets(Codec codec, std::span<const std::uint8_t> configuration) {
  std::vector<std::uint8_t> sets;
  for_each_nal(configuration, [&](std::span<const std::uint8_t> nal) {
    const int type = codec == Codec::kH264 ? nal[0] & 0x1f : (nal[0] >> 1) & 0x3f;
    const bool is_set = codec == Codec::kH264 ? type == 7 || type == 8 : type >= 32 && type <= 34;
    if (!is_set) return true;
    sets.insert(sets.end(), {0, 0, 0, 1});
    sets.insert(sets.end(), nal.begin(), nal.end());
    return true;
  });
  return SharedBytes(std::move(sets));
}

// A dark vertical gradient, and below its middle a thin line on which a soft light goes to and fro: once in all groups,
// so that the end meets the beginning.
class Painter {
 public:
  Painter(int width, int height, int frames) : width_(width), height_(height), frames_(frames) {}

  void background(AVFrame& frame) const {
    constexpr int kTop = 44;
    constexpr int kBottom = 20;
    for (int y = 0; y < height_; ++y) {
      std::memset(row(frame, y), kTop + (kBottom - kTop) * y / height_, static_cast<std::size_t>(width_));
    }
    constexpr int kBlue = 134;  // a touch of it
    constexpr int kRed = 125;
    for (int y = 0; y < height_ / 2; ++y) {
      std::memset(frame.data[1] + static_cast<std::ptrdiff_t>(y) * frame.linesize[1], kBlue,
                  static_cast<std::size_t>(width_ / 2));
      std::memset(frame.data[2] + static_cast<std::ptrdiff_t>(y) * frame.linesize[2], kRed,
                  static_cast<std::size_t>(width_ / 2));
    }
  }

  void line(AVFrame& frame, int number) const {
    constexpr double kDim = 50;
    constexpr double kLight = 110;
    const double phase = 2 * std::numbers::pi * number / frames_;
    const double at = 0.5 - 0.38 * std::cos(phase);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width_));
    for (int x = 0; x < width_; ++x) {
      const double distance = (static_cast<double>(x) / width_ - at) / 0.08;
      pixels[static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(kDim + kLight * std::exp(-distance * distance));
    }
    const int thickness = std::max(2, height_ / 180);
    for (int y = height_ * 3 / 5; y < std::min(height_, height_ * 3 / 5 + thickness); ++y) {
      std::memcpy(row(frame, y), pixels.data(), pixels.size());
    }
  }

 private:
  std::uint8_t* row(AVFrame& frame, int y) const {
    return frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
  }

  int width_;
  int height_;
  int frames_;
};

Result<CodecHandle> open_video(const SlateShape& shape, const AVCodec* codec) {
  CodecHandle encoder(avcodec_alloc_context3(codec));
  encoder->width = shape.width;
  encoder->height = shape.height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, shape.frames_per_second};
  encoder->framerate = {shape.frames_per_second, 1};
  encoder->gop_size = shape.frames_per_second * kGroupSeconds;
  encoder->max_b_frames = 0;
  encoder->thread_count = 1;
  encoder->color_primaries = AVCOL_PRI_BT709;
  encoder->color_trc = AVCOL_TRC_BT709;
  encoder->colorspace = AVCOL_SPC_BT709;
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
  const auto interval = std::to_string(encoder->gop_size);
  av_opt_set(encoder->priv_data, "preset", "veryfast", 0);
  av_opt_set(encoder->priv_data, "crf", "26", 0);
  av_opt_set(encoder->priv_data, "x264-params",
             ("aud=1:repeat-headers=1:scenecut=0:min-keyint=" + interval + ":keyint=" + interval).c_str(), 0);
  av_opt_set(
      encoder->priv_data, "x265-params",
      ("log-level=none:aud=1:repeat-headers=1:info=0:open-gop=0:scenecut=0:pools=none:frame-threads=1:min-keyint=" +
       interval + ":keyint=" + interval)
          .c_str(),
      0);
  if (const int code = avcodec_open2(encoder.get(), codec, nullptr); code < 0) {
    return ffmpeg_error(std::string(codec->name) + " does not open", code);
  }
  return encoder;
}

Status add_pictures(Slate& slate, SlateShape shape) {
  const auto* codec = shape.video == Codec::kHevc ? avcodec_find_encoder_by_name("libx265") : nullptr;
  if (codec == nullptr) {
    shape.video = Codec::kH264;
    codec = avcodec_find_encoder_by_name("libx264");
  }
  if (codec == nullptr) return Error{ErrorCode::kUnsupported, "The slate: libavcodec has no H.264 encoder (libx264)."};
  GRANDSTAND_TRY(const auto encoder, open_video(shape, codec));

  Track track;
  track.id = kSlateVideoTrack;
  track.codec = shape.video;
  track.width = shape.width;
  track.height = shape.height;
  track.frame_rate = shape.frames_per_second;
  track.decoder_config =
      parameter_sets(shape.video, {encoder->extradata, static_cast<std::size_t>(encoder->extradata_size)});

  const int frames = encoder->gop_size * kGroups;
  const Painter painter(shape.width, shape.height, frames);
  const auto time_of = [&](std::int64_t frame) {
    return MediaTime{frame * MediaTime::period::den / shape.frames_per_second};
  };
  FrameHandle frame(av_frame_alloc());
  for (int number = 0; number <= frames; ++number) {
    const bool more = number < frames;
    if (more) {
      av_frame_unref(frame.get());
      frame->format = AV_PIX_FMT_YUV420P;
      frame->width = shape.width;
      frame->height = shape.height;
      if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) return ffmpeg_error("no memory", code);
      painter.background(*frame);
      painter.line(*frame, number);
      frame->pts = number;
    }
    GRANDSTAND_TRY(const auto packets, encode(*encoder, more ? frame.get() : nullptr));
    for (const auto& packet : packets) {
      Sample sample;
      sample.track = track.id;
      sample.dts = sample.pts = time_of(packet->pts);
      sample.duration = time_of(packet->pts + 1) - sample.pts;
      sample.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
      sample.data = SharedBytes::copy_of({packet->data, static_cast<std::size_t>(packet->size)});
      slate.pictures.push_back(std::move(sample));
    }
  }
  slate.picture_time = time_of(frames);
  slate.tracks.tracks.push_back(std::move(track));
  return success();
}

Status add_silence(Slate& slate, int sample_rate) {
  GRANDSTAND_TRY(auto silence, encode_silence(sample_rate, kAudioChannels));
  Track track;
  track.id = kSlateAudioTrack;
  track.codec = Codec::kAac;
  track.sample_rate = sample_rate;
  track.channels = kAudioChannels;
  track.decoder_config = std::move(silence.decoder_config);
  slate.silence = std::move(silence.frame);
  slate.tracks.tracks.push_back(std::move(track));
  return success();
}

}  // namespace

SlateShape SlateShape::like(const TrackSet& tracks) {
  constexpr int kMaxWidth = 1920;
  constexpr int kMaxHeight = 1080;
  constexpr int kMaxFrameRate = 60;
  constexpr int kSmallest = 64;
  SlateShape shape;
  const auto* const video = tracks.video();
  if (video == nullptr && !tracks.tracks.empty()) shape.width = shape.height = 0;
  if (video != nullptr) {
    if (video->codec == Codec::kHevc) shape.video = Codec::kHevc;
    if (video->width >= kSmallest && video->height >= kSmallest) {
      const double scale = std::min(
          {1.0, static_cast<double>(kMaxWidth) / video->width, static_cast<double>(kMaxHeight) / video->height});
      shape.width = static_cast<int>(video->width * scale) & ~1;
      shape.height = static_cast<int>(video->height * scale) & ~1;
    }
    if (video->frame_rate >= 1) {
      shape.frames_per_second = std::min(kMaxFrameRate, static_cast<int>(std::lround(video->frame_rate)));
    }
  }
  for (const auto& track : tracks.tracks) {
    if (track.kind() == TrackKind::kAudio && track.sample_rate == 44'100) shape.sample_rate = 44'100;
  }
  return shape;
}

Result<std::shared_ptr<const Slate>> encode_slate(SlateShape shape) {
  auto slate = std::make_shared<Slate>();
  if (shape.width > 0) {
    GRANDSTAND_RETURN_IF_ERROR(add_pictures(*slate, shape));
  }
  GRANDSTAND_RETURN_IF_ERROR(add_silence(*slate, shape.sample_rate));
  return std::shared_ptr<const Slate>(std::move(slate));
}

}  // namespace grandstand::media

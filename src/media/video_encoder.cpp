// SPDX-License-Identifier: MIT
#include "video_encoder.hpp"

#include <grandstand/media/annex_b.hpp>
#include <grandstand/media/video_transcoder.hpp>

#include <cmath>
#include <string_view>

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/opt.h>
}

namespace grandstand::media {
namespace {

constexpr AVRational kMediaBase{1, MediaTime::period::den};
constexpr double kUsualFrameRate = 25;
constexpr int kLongestGop = 600;      // pictures; sources without key frames for so long are broken anyway
constexpr int kHighDefinition = 720;  // lines: from here on ITU-R BT.709
// Few pictures of look-ahead: enough for the rate control, and not half a second of delay.
constexpr const char* kX264 = "repeat-headers=1:aud=1:scenecut=0:open-gop=0:rc-lookahead=10:sync-lookahead=0";

bool is_vaapi(std::string_view name) {
  return name.ends_with("_vaapi");
}
bool is_quick_sync(std::string_view name) {
  return name.ends_with("_qsv");
}

void set_options(AVCodecContext& context, const VideoEncoder::Settings& settings) {
  const auto option = [&](const char* name, const char* value) {
    // Each encoder knows some of them only.
    av_opt_set(context.priv_data, name, value, 0);
  };
  option("forced-idr", "1");
  option("forced_idr", "1");
  if (settings.name == "libx264") {
    option("preset", settings.preset.c_str());
    option("profile", "high");
    option("x264-params", kX264);
    return;
  }
  option("aud", "1");
  option("zerolatency", "1");
  option("no-scenecut", "1");
}

void set_colours(AVCodecContext& context, int source_height) {
  const bool high = source_height >= kHighDefinition;
  context.colorspace = high ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
  context.color_primaries = high ? AVCOL_PRI_BT709 : AVCOL_PRI_BT470BG;
  context.color_trc = high ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
  context.color_range = AVCOL_RANGE_MPEG;
}

const AVCodec* find_encoder(const std::string& name) {
  const auto* const codec = avcodec_find_encoder_by_name(name.c_str());
  return codec != nullptr && codec->id == AV_CODEC_ID_H264 ? codec : nullptr;
}

// Only SPS and PPS, each with a start code of four bytes.
SharedBytes parameter_sets(const AVCodecContext& context) {
  constexpr unsigned kTypeBits = 0x1F, kSps = 7, kPps = 8;
  std::vector<std::uint8_t> sets;
  for_each_nal({context.extradata, static_cast<std::size_t>(context.extradata_size)},
               [&](std::span<const std::uint8_t> nal) {
                 const auto type = nal[0] & kTypeBits;
                 if (type != kSps && type != kPps) return true;
                 sets.insert(sets.end(), {0, 0, 0, 1});
                 sets.insert(sets.end(), nal.begin(), nal.end());
                 return true;
               });
  return SharedBytes(std::move(sets));
}

}  // namespace

bool has_h264_encoder(const std::string& name) {
  return find_encoder(name) != nullptr;
}

Result<VideoEncoder> VideoEncoder::open(const Settings& settings) {
  const auto* const codec = find_encoder(settings.name);
  if (codec == nullptr) {
    return Error{ErrorCode::kUnsupported, settings.name + ": libavcodec has no H.264 encoder of this name"};
  }
  VideoEncoder encoder;
  encoder.name_ = settings.name;
  encoder.track_ = settings.output.id;
  encoder.packet_.reset(av_packet_alloc());
  encoder.context_.reset(avcodec_alloc_context3(codec));
  auto& context = *encoder.context_;
  context.width = settings.output.width;
  context.height = settings.output.height;
  context.sample_aspect_ratio = {1, 1};
  context.time_base = kMediaBase;
  const double rate = settings.output.frame_rate > 0 ? settings.output.frame_rate : kUsualFrameRate;
  context.framerate = av_d2q(rate, 1001 * 240);
  context.bit_rate = settings.output.bit_rate;
  context.rc_max_rate = std::int64_t{settings.output.bit_rate} * 5 / 4;
  context.rc_buffer_size = settings.output.bit_rate / 2 * 3;
  context.max_b_frames = 0;
  context.gop_size = kLongestGop;
  context.thread_count = settings.threads;
  context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
  context.pix_fmt = is_quick_sync(settings.name) ? AV_PIX_FMT_NV12 : AV_PIX_FMT_YUV420P;
  set_colours(context, settings.source_height);
  set_options(context, settings);
  int code = 0;
  if (is_vaapi(settings.name)) {
    AVBufferRef* device = nullptr;
    code = av_hwdevice_ctx_create(&device, AV_HWDEVICE_TYPE_VAAPI, nullptr, nullptr, 0);
    encoder.device_.reset(device);
    if (code >= 0) {
      BufferHandle frames(av_hwframe_ctx_alloc(device));
      auto& description = *reinterpret_cast<AVHWFramesContext*>(frames->data);
      description.format = context.pix_fmt = AV_PIX_FMT_VAAPI;
      description.sw_format = AV_PIX_FMT_NV12;
      description.width = context.width;
      description.height = context.height;
      code = av_hwframe_ctx_init(frames.get());
      context.hw_frames_ctx = frames.release();
    }
  }
  if (code >= 0) code = avcodec_open2(&context, codec, nullptr);
  if (code < 0) return Error{ErrorCode::kUnsupported, settings.name + " does not open: " + av_error_text(code)};
  encoder.decoder_config_ = parameter_sets(context);
  if (encoder.decoder_config_.empty()) {
    return Error{ErrorCode::kUnsupported, settings.name + " does not tell its parameter sets beforehand"};
  }
  return encoder;
}

const char* VideoEncoder::format() const {
  return device_ || is_quick_sync(name_) ? "nv12" : "yuv420p";
}

Status VideoEncoder::encode(AVFrame& picture, bool key, std::vector<Sample>& into) {
  picture.pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  picture.interlaced_frame = 0;
  const int code = avcodec_send_frame(context_.get(), &picture);
  if (code < 0) return Error{ErrorCode::kInternal, name_ + " refuses a picture: " + av_error_text(code) + "."};
  return receive(into);
}

Status VideoEncoder::drain(std::vector<Sample>& into) {
  if (avcodec_send_frame(context_.get(), nullptr) < 0) return success();
  return receive(into);
}

Status VideoEncoder::receive(std::vector<Sample>& into) {
  int code = 0;
  while ((code = avcodec_receive_packet(context_.get(), packet_.get())) >= 0) {
    Sample sample;
    sample.track = track_;
    // Without B-frames the order is the same; hardware may shift dts nevertheless.
    sample.pts = sample.dts = MediaTime{packet_->pts};
    sample.key = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
    sample.data = SharedBytes::copy_of({packet_->data, static_cast<std::size_t>(packet_->size)});
    into.push_back(std::move(sample));
    av_packet_unref(packet_.get());
  }
  if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return success();
  return Error{ErrorCode::kInternal, name_ + " fails: " + av_error_text(code) + "."};
}

}  // namespace grandstand::media

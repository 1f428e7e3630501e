// SPDX-License-Identifier: MIT
#include "video_decoder.hpp"

#include "ffmpeg_codec.hpp"

#include <grandstand/media/annex_b.hpp>
#include <grandstand/media/bit_reader.hpp>
#include <grandstand/media/video_transcoder.hpp>

#include <array>
#include <cstring>
#include <string>

namespace grandstand::media {
namespace {

constexpr int kPicturesForOneThread = 1920 * 1088;
constexpr int kThreadsBeyond = 4;

// ISO/IEC 13818-2 6.3.3: the shape of the whole picture, by aspect_ratio_information.
AVRational mpeg2_sample_aspect(std::span<const std::uint8_t> config) {
  constexpr std::array<AVRational, 5> kShapes{{{0, 1}, {0, 1}, {4, 3}, {16, 9}, {221, 100}}};
  constexpr std::uint32_t kSequenceHeader = 0xB3;
  const auto at = find_start_code(config, 0);
  if (at + 3 > config.size()) return {0, 1};
  BitReader in(config.subspan(at + 3));
  if (in.bits(8) != kSequenceHeader) return {0, 1};
  const auto width = static_cast<int>(in.bits(12));
  const auto height = static_cast<int>(in.bits(12));
  const auto shape = in.bits(4);
  if (!in.ok() || width == 0 || height == 0 || shape == 0 || shape >= kShapes.size()) return {0, 1};
  if (shape == 1) return {1, 1};
  return av_mul_q(kShapes[shape], {height, width});
}

// H.264 tells the shape with its first picture only. These sizes are never of square pixels, and wide by now.
AVRational usual_sample_aspect(const Track& track) {
  const bool standard = track.height == 576 || track.height == 480;
  if ((standard && track.width <= 720) || (track.height == 1080 && track.width == 1440)) {
    return av_mul_q({16, 9}, {track.height, track.width});
  }
  return {1, 1};
}

const AVCodec* find_decoder(Codec codec) {
  return kind_of(codec) == TrackKind::kVideo ? avcodec_find_decoder(ffmpeg_codec_id(codec)) : nullptr;
}

}  // namespace

Result<VideoDecoder> VideoDecoder::open(const Track& track) {
  const auto name = "Track " + std::to_string(track.id) + " (" + std::string(to_string(track.codec)) + ")";
  const auto* const codec = find_decoder(track.codec);
  if (codec == nullptr) {
    return Error{ErrorCode::kUnsupported, name + " cannot be decoded; expected h264, hevc, mpeg2video or av1."};
  }
  VideoDecoder decoder;
  decoder.packet_.reset(av_packet_alloc());
  decoder.context_.reset(avcodec_alloc_context3(codec));
  auto& context = *decoder.context_;
  context.pkt_timebase = {1, MediaTime::period::den};
  // Threads by picture would delay; large pictures need them.
  context.thread_count = track.width * track.height > kPicturesForOneThread ? kThreadsBeyond : 1;
  const auto& config = track.decoder_config;
  if (track.codec == Codec::kAv1) {
    context.flags |= AV_CODEC_FLAG_LOW_DELAY;  // dav1d holds pictures back otherwise; it is told in their order
  } else if (!config.empty()) {
    context.extradata = static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    std::memcpy(context.extradata, config.data(), config.size());
    context.extradata_size = static_cast<int>(config.size());
  }
  const int code = avcodec_open2(&context, codec, nullptr);
  if (code < 0) return Error{ErrorCode::kUnsupported, name + ": the decoder does not open: " + av_error_text(code)};
  if (track.codec == Codec::kMpeg2Video) {
    decoder.sample_aspect_ = mpeg2_sample_aspect(config.span());
  } else {
    decoder.sample_aspect_ = context.sample_aspect_ratio;
  }
  if (decoder.sample_aspect_.num == 0) decoder.sample_aspect_ = usual_sample_aspect(track);
  return decoder;
}

bool VideoDecoder::send(const Sample& sample) {
  av_packet_unref(packet_.get());
  // libavcodec reads a little beyond the end, so the picture is copied into a padded packet.
  if (sample.data.empty() || av_new_packet(packet_.get(), static_cast<int>(sample.data.size())) < 0) {
    ++damaged_;
    return false;
  }
  std::memcpy(packet_->data, sample.data.data(), sample.data.size());
  packet_->pts = sample.pts.count();
  packet_->dts = sample.dts.count();
  if (sample.key) packet_->flags |= AV_PKT_FLAG_KEY;
  const int code = avcodec_send_packet(context_.get(), packet_.get());
  av_packet_unref(packet_.get());
  if (code < 0) ++damaged_;
  return code >= 0;
}

void VideoDecoder::end() {
  avcodec_send_packet(context_.get(), nullptr);
}

bool VideoDecoder::receive(AVFrame& picture) {
  constexpr int kFailuresInARow = 64;
  for (int i = 0; i < kFailuresInARow; ++i) {
    const int code = avcodec_receive_frame(context_.get(), &picture);
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return false;
    if (code >= 0) {
      if (picture.pts == AV_NOPTS_VALUE) picture.pts = picture.best_effort_timestamp;
      if (picture.decode_error_flags != 0 || (picture.flags & AV_FRAME_FLAG_CORRUPT) != 0) ++damaged_;
      if (picture.pts != AV_NOPTS_VALUE) return true;
      av_frame_unref(&picture);
      continue;
    }
    ++damaged_;
  }
  return false;
}

void VideoDecoder::flush() {
  avcodec_flush_buffers(context_.get());
}

}  // namespace grandstand::media

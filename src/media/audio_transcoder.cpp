// SPDX-License-Identifier: MIT
#include "ffmpeg_codec.hpp"
#include "ffmpeg_handles.hpp"

#include <grandstand/media/audio_transcoder.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace grandstand::media {
namespace {

constexpr int kBitRate = 128'000;
constexpr int kOutputChannels = 2;
// Timestamps that differ by less from what the samples add up to are jitter: a 25th of a second.
constexpr int kJitterPart = 25;
constexpr AVRational kMediaBase{1, MediaTime::period::den};

std::string describe(const Track& track) {
  return "Track " + std::to_string(track.id) + " (" + std::string(to_string(track.codec)) + ")";
}

Error ffmpeg_error(const Track& track, const char* what, int code) {
  return Error{ErrorCode::kInternal, describe(track) + ": " + what + ": " + av_error_text(code) + "."};
}

bool is_transcoded(Codec codec) {
  return codec == Codec::kMp2 || codec == Codec::kAc3 || codec == Codec::kEac3;
}

class FfmpegTranscoder final : public AudioTranscoder {
 public:
  explicit FfmpegTranscoder(Track input) : input_(std::move(input)) {}
  ~FfmpegTranscoder() override { av_channel_layout_uninit(&resampled_layout_); }

  Status open();
  const Track& output() const override { return output_; }
  Result<std::vector<Sample>> transcode(const Sample& sample) override;

 private:
  Status open_decoder();
  Status open_encoder();
  Status set_up_resampler(AVFrame& frame);
  Status queue_decoded(AVFrame& frame);
  Status encode_queued(std::vector<Sample>& into);
  Status restart_at(std::int64_t position);
  Sample to_sample(const AVPacket& packet) const;

  Track input_;
  Track output_;
  CodecHandle decoder_;
  CodecHandle encoder_;
  ResamplerHandle resampler_;
  int resampled_rate_ = 0;  // what resampler_ was made for
  AVChannelLayout resampled_layout_{};
  FifoHandle fifo_;
  FrameHandle decoded_{av_frame_alloc()};
  FrameHandle converted_{av_frame_alloc()};
  PacketHandle packet_{av_packet_alloc()};
  std::optional<std::int64_t> fifo_start_;  // time of the first sample in the queue, in samples
};

Status FfmpegTranscoder::open() {
  if (!is_transcoded(input_.codec)) {
    return Error{ErrorCode::kUnsupported, describe(input_) + " cannot be transcoded; expected mp2, ac3 or eac3."};
  }
  GRANDSTAND_RETURN_IF_ERROR(open_decoder());
  output_ = input_;
  output_.codec = Codec::kAac;
  output_.sample_rate = input_.sample_rate == 44'100 ? 44'100 : 48'000;
  output_.channels = kOutputChannels;
  GRANDSTAND_RETURN_IF_ERROR(open_encoder());
  output_.decoder_config =
      SharedBytes::copy_of({encoder_->extradata, static_cast<std::size_t>(encoder_->extradata_size)});
  return success();
}

Status FfmpegTranscoder::open_decoder() {
  const auto* const codec = avcodec_find_decoder(ffmpeg_codec_id(input_.codec));
  if (codec == nullptr) return Error{ErrorCode::kUnsupported, describe(input_) + ": libavcodec has no decoder for it."};
  decoder_.reset(avcodec_alloc_context3(codec));
  decoder_->pkt_timebase = kMediaBase;
  decoder_->thread_count = 1;
  const int code = avcodec_open2(decoder_.get(), codec, nullptr);
  if (code < 0) return ffmpeg_error(input_, "the decoder does not open", code);
  return success();
}

Status FfmpegTranscoder::open_encoder() {
  const auto* const codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) return Error{ErrorCode::kUnsupported, "libavcodec has no AAC encoder."};
  encoder_.reset(avcodec_alloc_context3(codec));
  encoder_->sample_fmt = AV_SAMPLE_FMT_FLTP;
  encoder_->sample_rate = output_.sample_rate;
  av_channel_layout_default(&encoder_->ch_layout, kOutputChannels);
  encoder_->bit_rate = kBitRate;
  encoder_->time_base = {1, output_.sample_rate};
  encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  encoder_->thread_count = 1;
  const int code = avcodec_open2(encoder_.get(), codec, nullptr);
  if (code < 0) return ffmpeg_error(input_, "the AAC encoder does not open", code);
  fifo_.reset(av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, kOutputChannels, encoder_->frame_size * 4));
  fifo_start_.reset();
  return success();
}

Result<std::vector<Sample>> FfmpegTranscoder::transcode(const Sample& sample) {
  av_packet_unref(packet_.get());
  // libavcodec reads a little beyond the end, so the frame is copied into a padded packet.
  if (const int code = av_new_packet(packet_.get(), static_cast<int>(sample.data.size())); code < 0) {
    return ffmpeg_error(input_, "no memory for a frame", code);
  }
  if (!sample.data.empty()) std::memcpy(packet_->data, sample.data.data(), sample.data.size());
  packet_->pts = sample.pts.count();
  int code = avcodec_send_packet(decoder_.get(), packet_.get());
  av_packet_unref(packet_.get());
  if (code < 0) {
    return Error{ErrorCode::kInvalidArgument, describe(input_) + ": a damaged frame of " +
                                                  std::to_string(sample.data.size()) +
                                                  " bytes: " + av_error_text(code) + "."};
  }
  std::vector<Sample> ready;
  while ((code = avcodec_receive_frame(decoder_.get(), decoded_.get())) >= 0) {
    GRANDSTAND_RETURN_IF_ERROR(queue_decoded(*decoded_));
    av_frame_unref(decoded_.get());
    GRANDSTAND_RETURN_IF_ERROR(encode_queued(ready));
  }
  if (code != AVERROR(EAGAIN)) {
    return Error{ErrorCode::kInvalidArgument, describe(input_) + ": a damaged frame: " + av_error_text(code) + "."};
  }
  return ready;
}

Status FfmpegTranscoder::set_up_resampler(AVFrame& frame) {
  if (resampler_ && resampled_rate_ == frame.sample_rate &&
      av_channel_layout_compare(&resampled_layout_, &frame.ch_layout) == 0) {
    return success();
  }
  SwrContext* made = nullptr;
  int code = swr_alloc_set_opts2(&made, &encoder_->ch_layout, AV_SAMPLE_FMT_FLTP, output_.sample_rate, &frame.ch_layout,
                                 static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  resampler_.reset(made);
  if (code >= 0) code = swr_init(made);
  if (code < 0) {
    resampler_.reset();
    return ffmpeg_error(input_, "the sound cannot be converted to stereo", code);
  }
  resampled_rate_ = frame.sample_rate;
  av_channel_layout_copy(&resampled_layout_, &frame.ch_layout);
  return success();
}

// Converts a decoded frame and appends it to the queue of samples to encode.
Status FfmpegTranscoder::queue_decoded(AVFrame& frame) {
  GRANDSTAND_RETURN_IF_ERROR(set_up_resampler(frame));
  const int rate = output_.sample_rate;
  if (frame.pts != AV_NOPTS_VALUE) {
    const auto position = av_rescale_q(frame.pts, kMediaBase, {1, rate}) - swr_get_delay(resampler_.get(), rate);
    const auto expected = fifo_start_ ? *fifo_start_ + av_audio_fifo_size(fifo_.get()) : position;
    if (!fifo_start_ || std::abs(position - expected) > rate / kJitterPart) {
      GRANDSTAND_RETURN_IF_ERROR(restart_at(position));
    }
  }
  av_frame_unref(converted_.get());
  converted_->format = AV_SAMPLE_FMT_FLTP;
  converted_->sample_rate = rate;
  converted_->nb_samples = swr_get_out_samples(resampler_.get(), frame.nb_samples);
  av_channel_layout_copy(&converted_->ch_layout, &encoder_->ch_layout);
  int code = av_frame_get_buffer(converted_.get(), 0);
  if (code >= 0) {
    code = swr_convert(resampler_.get(), converted_->extended_data, converted_->nb_samples,
                       const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
  }
  if (code < 0) return ffmpeg_error(input_, "the sound cannot be converted", code);
  av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(converted_->extended_data), code);
  return success();
}

Status FfmpegTranscoder::restart_at(std::int64_t position) {
  if (fifo_start_) {
    // A new encoder, because this one still holds sound from before the jump.
    GRANDSTAND_RETURN_IF_ERROR(open_encoder());
  }
  fifo_start_ = position;
  return success();
}

Status FfmpegTranscoder::encode_queued(std::vector<Sample>& into) {
  while (fifo_start_ && av_audio_fifo_size(fifo_.get()) >= encoder_->frame_size) {
    av_frame_unref(converted_.get());
    converted_->format = AV_SAMPLE_FMT_FLTP;
    converted_->sample_rate = output_.sample_rate;
    converted_->nb_samples = encoder_->frame_size;
    av_channel_layout_copy(&converted_->ch_layout, &encoder_->ch_layout);
    int code = av_frame_get_buffer(converted_.get(), 0);
    if (code < 0) return ffmpeg_error(input_, "no memory for a frame", code);
    av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(converted_->extended_data), encoder_->frame_size);
    converted_->pts = *fifo_start_;
    *fifo_start_ += encoder_->frame_size;
    code = avcodec_send_frame(encoder_.get(), converted_.get());
    while (code >= 0 && (code = avcodec_receive_packet(encoder_.get(), packet_.get())) >= 0) {
      into.push_back(to_sample(*packet_));
      av_packet_unref(packet_.get());
    }
    if (code < 0 && code != AVERROR(EAGAIN)) return ffmpeg_error(input_, "the AAC encoder fails", code);
  }
  return success();
}

Sample FfmpegTranscoder::to_sample(const AVPacket& packet) const {
  Sample sample;
  sample.track = output_.id;
  // The packet's time is that of the sound a decoder makes of it, the encoder's delay included.
  sample.pts = sample.dts = MediaTime{av_rescale_q(packet.pts, {1, output_.sample_rate}, kMediaBase)};
  sample.duration = MediaTime{av_rescale_q(encoder_->frame_size, {1, output_.sample_rate}, kMediaBase)};
  sample.key = true;
  sample.data = SharedBytes::copy_of({packet.data, static_cast<std::size_t>(packet.size)});
  return sample;
}

}  // namespace

Result<std::unique_ptr<AudioTranscoder>> AudioTranscoder::create(const Track& input) {
  auto transcoder = std::make_unique<FfmpegTranscoder>(input);
  GRANDSTAND_RETURN_IF_ERROR(transcoder->open());
  return std::unique_ptr<AudioTranscoder>(std::move(transcoder));
}

}  // namespace grandstand::media

// SPDX-License-Identifier: MIT
#include "ffmpeg_handles.hpp"

#include <grandstand/media/aac_config.hpp>
#include <grandstand/media/silence.hpp>

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <utility>

namespace grandstand::media {
namespace {

constexpr int kBitRate = 64'000;
// What the encoder needs until it repeats itself.
constexpr int kFrames = 8;
constexpr int kSamplesPerFrame = 1'024;

// By channel configuration (ISO/IEC 14496-3 table 1.19), as libavcodec's encoder knows them.
constexpr std::array<std::uint64_t, 8> kLayouts = {
    0,
    AV_CH_LAYOUT_MONO,
    AV_CH_LAYOUT_STEREO,
    AV_CH_LAYOUT_SURROUND,
    AV_CH_LAYOUT_4POINT0,
    AV_CH_LAYOUT_5POINT0_BACK,
    AV_CH_LAYOUT_5POINT1_BACK,
    AV_CH_LAYOUT_7POINT1,
};

Error ffmpeg_error(const char* what, int code) {
  return Error{ErrorCode::kUnsupported, std::string("Silence: ") + what + ": " + av_error_text(code) + "."};
}

}  // namespace

Result<Silence> encode_silence(int sample_rate, int channel_configuration) {
  if (channel_configuration < 1 || channel_configuration >= static_cast<int>(kLayouts.size())) {
    return Error{ErrorCode::kUnsupported,
                 "Silence: channel configuration " + std::to_string(channel_configuration) + "; expected 1 to 7."};
  }
  const auto* const codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) return Error{ErrorCode::kUnsupported, "Silence: libavcodec has no AAC encoder."};
  CodecHandle encoder(avcodec_alloc_context3(codec));
  encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
  encoder->sample_rate = sample_rate;
  av_channel_layout_from_mask(&encoder->ch_layout, kLayouts[static_cast<std::size_t>(channel_configuration)]);
  encoder->bit_rate = kBitRate;
  encoder->time_base = {1, sample_rate};
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  encoder->thread_count = 1;
  int code = avcodec_open2(encoder.get(), codec, nullptr);
  if (code < 0) return ffmpeg_error("the AAC encoder does not open", code);

  Silence silence;
  silence.duration = MediaTime{MediaTime::period::den * std::int64_t{kSamplesPerFrame} / sample_rate};
  silence.decoder_config =
      SharedBytes::copy_of({encoder->extradata, static_cast<std::size_t>(encoder->extradata_size)});
  FrameHandle frame(av_frame_alloc());
  PacketHandle packet(av_packet_alloc());
  for (int number = 0; number < kFrames; ++number) {
    av_frame_unref(frame.get());
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = sample_rate;
    frame->nb_samples = encoder->frame_size;
    frame->pts = static_cast<std::int64_t>(number) * encoder->frame_size;
    av_channel_layout_copy(&frame->ch_layout, &encoder->ch_layout);
    code = av_frame_get_buffer(frame.get(), 0);
    if (code < 0) return ffmpeg_error("no memory", code);
    for (int channel = 0; channel < frame->ch_layout.nb_channels; ++channel) {
      std::memset(frame->extended_data[channel], 0, sizeof(float) * static_cast<std::size_t>(frame->nb_samples));
    }
    code = avcodec_send_frame(encoder.get(), frame.get());
    while (code >= 0 && (code = avcodec_receive_packet(encoder.get(), packet.get())) >= 0) {
      silence.frame = SharedBytes::copy_of({packet->data, static_cast<std::size_t>(packet->size)});
      av_packet_unref(packet.get());
    }
    if (code < 0 && code != AVERROR(EAGAIN)) return ffmpeg_error("encoding fails", code);
  }
  if (silence.frame.empty()) return Error{ErrorCode::kUnsupported, "Silence: the AAC encoder gives nothing."};
  return silence;
}

Result<Silence> silence_of(const Track& track) {
  if (track.codec != Codec::kAac) {
    return Error{ErrorCode::kUnsupported, "Silence: track " + std::to_string(track.id) + " is not AAC."};
  }
  GRANDSTAND_TRY(const auto config, parse_aac_config(track.decoder_config.span()));
  if (config.frame_samples != kSamplesPerFrame) {
    return Error{ErrorCode::kUnsupported, "Silence: frames of " + std::to_string(config.frame_samples) + " samples."};
  }
  // Each rendition of each channel asks, on its loop, and the encoder blocks it for a millisecond.
  static thread_local std::map<std::pair<int, int>, Silence> made;
  const std::pair kind(config.sample_rate, config.channel_configuration);
  if (const auto found = made.find(kind); found != made.end()) return found->second;
  GRANDSTAND_TRY(auto silence, encode_silence(config.sample_rate, config.channel_configuration));
  return made.emplace(kind, std::move(silence)).first->second;
}

}  // namespace grandstand::media

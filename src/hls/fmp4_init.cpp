// SPDX-License-Identifier: MIT
#include "fmp4_init.hpp"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include <cstring>
#include <memory>

namespace grandstand::hls {
namespace {

constexpr int kVideoTimescale = 90'000;

struct FreeFormat {
  void operator()(AVFormatContext* format) const {
    if (format->pb != nullptr) {
      std::uint8_t* rest = nullptr;
      avio_close_dyn_buf(format->pb, &rest);
      av_free(rest);
    }
    avformat_free_context(format);
  }
};
using Format = std::unique_ptr<AVFormatContext, FreeFormat>;

std::string describe(const media::Track& track) {
  return "Track " + std::to_string(track.id) + " (" + std::string(to_string(track.codec)) + ")";
}

std::string av_text(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return text;
}

Status describe_stream(AVStream& stream, const media::Track& track) {
  auto& parameters = *stream.codecpar;
  switch (track.codec) {
    case media::Codec::kH264:
      parameters.codec_id = AV_CODEC_ID_H264;
      break;
    case media::Codec::kHevc:
      parameters.codec_id = AV_CODEC_ID_HEVC;
      // hev1, libavformat's choice, may carry parameter sets in band and is not taken by Apple's players.
      parameters.codec_tag = MKTAG('h', 'v', 'c', '1');
      break;
    case media::Codec::kAv1:
      parameters.codec_id = AV_CODEC_ID_AV1;
      break;
    case media::Codec::kAac:
      parameters.codec_id = AV_CODEC_ID_AAC;
      break;
    case media::Codec::kOpus:
      parameters.codec_id = AV_CODEC_ID_OPUS;
      break;
    default:
      return Error{ErrorCode::kUnsupported,
                   describe(track) + " cannot go into fMP4; expected h264, hevc, av1, aac or opus."};
  }
  if (track.decoder_config.empty()) {
    return Error{ErrorCode::kInvalidArgument, describe(track) + " has no decoder configuration."};
  }
  if (track.kind() == media::TrackKind::kVideo) {
    if (track.width <= 0 || track.height <= 0) {
      return Error{ErrorCode::kInvalidArgument, describe(track) + " has no picture size."};
    }
    parameters.codec_type = AVMEDIA_TYPE_VIDEO;
    parameters.width = track.width;
    parameters.height = track.height;
    stream.time_base = {1, kVideoTimescale};
  } else {
    if (track.sample_rate <= 0 || track.channels <= 0) {
      return Error{ErrorCode::kInvalidArgument, describe(track) + " has no sample rate or no channels."};
    }
    parameters.codec_type = AVMEDIA_TYPE_AUDIO;
    parameters.sample_rate = track.sample_rate;
    av_channel_layout_default(&parameters.ch_layout, track.channels);
    const bool opus = track.codec == media::Codec::kOpus;
    parameters.frame_size = opus ? 960 : 1024;
    stream.time_base = {1, opus ? 48'000 : track.sample_rate};  // Opus decodes to 48 kHz always (RFC 7845 5.1)
    if (!track.language.empty()) av_dict_set(&stream.metadata, "language", track.language.c_str(), 0);
  }
  const auto size = track.decoder_config.size();
  parameters.extradata = static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
  std::memcpy(parameters.extradata, track.decoder_config.data(), size);
  parameters.extradata_size = static_cast<int>(size);
  return success();
}

}  // namespace

Result<Fmp4Init> make_fmp4_init(const std::vector<media::Track>& tracks) {
  AVFormatContext* raw = nullptr;
  int code = avformat_alloc_output_context2(&raw, nullptr, "mp4", nullptr);
  if (code < 0) return Error{ErrorCode::kInternal, "libavformat has no mp4 muxer: " + av_text(code) + "."};
  const Format format(raw);
  format->flags |= AVFMT_FLAG_BITEXACT;
  code = avio_open_dyn_buf(&format->pb);
  if (code < 0) return Error{ErrorCode::kInternal, "No memory for an init segment: " + av_text(code) + "."};
  for (const auto& track : tracks) {
    auto* const stream = avformat_new_stream(format.get(), nullptr);
    GRANDSTAND_ASSERT(stream != nullptr);
    GRANDSTAND_RETURN_IF_ERROR(describe_stream(*stream, track));
  }
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "cmaf+empty_moov+default_base_moof+frag_custom", 0);
  av_dict_set(&options, "use_editlist", "0", 0);
  code = avformat_write_header(format.get(), &options);
  av_dict_free(&options);
  if (code < 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "The decoder configurations make no init segment: " + av_text(code) + "."};
  }
  Fmp4Init init;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    init.timescales.push_back(static_cast<std::uint32_t>(format->streams[i]->time_base.den));
  }
  std::uint8_t* bytes = nullptr;
  const int size = avio_close_dyn_buf(format->pb, &bytes);
  format->pb = nullptr;
  init.bytes = SharedBytes::copy_of({bytes, static_cast<std::size_t>(size)});
  av_free(bytes);
  return init;
}

}  // namespace grandstand::hls

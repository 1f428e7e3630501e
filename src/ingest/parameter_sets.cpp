// SPDX-License-Identifier: MIT
#include "parameter_sets.hpp"

#include "mpeg2_video.hpp"

#include <grandstand/media/aac_config.hpp>
#include <grandstand/media/annex_b.hpp>
#include <grandstand/media/bit_reader.hpp>

#include <array>
#include <cstring>
#include <memory>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace grandstand::ingest {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr int kMaxPictureSide = 16384;
constexpr double kMaxFrameRate = 1'000;  // what is above it is a mistake

struct ContextDeleter {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
using DecoderHandle = std::unique_ptr<AVCodecContext, ContextDeleter>;

// A decoder that was opened only for what it reads from its configuration; null when it refuses it.
DecoderHandle open_decoder(AVCodecID codec_id, Bytes config) {
  const AVCodec* codec = avcodec_find_decoder(codec_id);
  DecoderHandle context(codec ? avcodec_alloc_context3(codec) : nullptr);
  if (!context) return nullptr;
  context->extradata = static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (!context->extradata) return nullptr;
  std::memcpy(context->extradata, config.data(), config.size());
  context->extradata_size = static_cast<int>(config.size());
  context->thread_count = 1;
  context->log_level_offset = AV_LOG_TRACE;  // nothing reaches stderr: what is wrong comes back as an Error
  if (avcodec_open2(context.get(), codec, nullptr) < 0) return nullptr;
  return context;
}

bool has_chroma_format(std::uint32_t profile) {
  constexpr std::array<std::uint32_t, 13> kHighProfiles = {100, 110, 122, 244, 44,  83, 86,
                                                           118, 128, 138, 139, 134, 135};
  for (const auto known : kHighProfiles) {
    if (known == profile) return true;
  }
  return false;
}

void skip_scaling_list(media::BitReader& in, int size) {
  std::int32_t last = 8;
  std::int32_t next = 8;
  for (int i = 0; i < size && in.ok(); ++i) {
    if (next != 0) next = (last + in.signed_golomb() + 256) % 256;
    if (next != 0) last = next;
  }
}

// ITU-T H.264 E.1.1 up to the timing.
double read_vui_frame_rate(media::BitReader& in) {
  if (in.bit() && in.bits(8) == 255) in.skip(32);  // sample aspect ratio, Extended_SAR
  if (in.bit()) in.skip(1);                        // overscan
  if (in.bit()) {                                  // video signal type
    in.skip(4);
    if (in.bit()) in.skip(24);
  }
  if (in.bit()) {  // chroma location
    in.unsigned_golomb();
    in.unsigned_golomb();
  }
  if (!in.bit()) return 0;
  const std::uint32_t units = in.bits(32);
  const std::uint32_t scale = in.bits(32);
  if (!in.ok() || units == 0) return 0;
  return static_cast<double>(scale) / (2.0 * units);  // the scale counts fields
}

struct ChromaFormat {
  std::uint32_t id = 1;
  bool separate_planes = false;
};

ChromaFormat read_chroma_format(media::BitReader& in) {
  ChromaFormat chroma;
  chroma.id = in.unsigned_golomb();
  if (chroma.id == 3) chroma.separate_planes = in.bit() != 0;
  in.unsigned_golomb();  // bit depths
  in.unsigned_golomb();
  in.skip(1);
  if (in.bit()) {
    const int lists = chroma.id == 3 ? 12 : 8;
    for (int i = 0; i < lists && in.ok(); ++i) {
      if (in.bit()) skip_scaling_list(in, i < 6 ? 16 : 64);
    }
  }
  return chroma;
}

void skip_picture_order(media::BitReader& in) {
  const std::uint32_t type = in.unsigned_golomb();
  if (type == 0) {
    in.unsigned_golomb();
  } else if (type == 1) {
    in.skip(1);
    in.signed_golomb();
    in.signed_golomb();
    const std::uint32_t count = in.unsigned_golomb();
    for (std::uint32_t i = 0; i < count && i < 256 && in.ok(); ++i) in.signed_golomb();
  }
}

// ITU-T H.264 7.3.2.1.1.
Result<VideoShape> read_h264_sps(Bytes nal) {
  const auto plain = media::unescape_nal(nal);
  media::BitReader in(plain);
  in.skip(8);
  const std::uint32_t profile = in.bits(8);
  in.skip(16);
  in.unsigned_golomb();  // seq_parameter_set_id
  const ChromaFormat chroma = has_chroma_format(profile) ? read_chroma_format(in) : ChromaFormat{};
  in.unsigned_golomb();  // log2_max_frame_num
  skip_picture_order(in);
  in.unsigned_golomb();  // max_num_ref_frames
  in.skip(1);
  const std::int64_t width_units = std::int64_t{in.unsigned_golomb()} + 1;
  const std::int64_t height_units = std::int64_t{in.unsigned_golomb()} + 1;
  const bool frames_only = in.bit() != 0;
  if (!frames_only) in.skip(1);
  in.skip(1);
  std::int64_t width = width_units * 16;
  std::int64_t height = height_units * (frames_only ? 16 : 32);
  if (in.bit()) {
    const bool subsampled = !chroma.separate_planes;
    const std::int64_t unit_x = subsampled && (chroma.id == 1 || chroma.id == 2) ? 2 : 1;
    const std::int64_t unit_y = (subsampled && chroma.id == 1 ? 2 : 1) * (frames_only ? 1 : 2);
    const std::int64_t left = in.unsigned_golomb();
    const std::int64_t right = in.unsigned_golomb();
    const std::int64_t top = in.unsigned_golomb();
    const std::int64_t bottom = in.unsigned_golomb();
    width -= (left + right) * unit_x;
    height -= (top + bottom) * unit_y;
  }
  if (!in.ok() || width <= 0 || height <= 0 || width > kMaxPictureSide || height > kMaxPictureSide) {
    return Error{ErrorCode::kInvalidArgument,
                 "the H.264 sequence parameter set is damaged: a picture size of 1 to 16384 was expected"};
  }
  const double frame_rate = in.bit() ? read_vui_frame_rate(in) : 0;
  return VideoShape{static_cast<int>(width), static_cast<int>(height), frame_rate, !frames_only};
}

Result<VideoShape> read_h264_shape(Bytes parameter_sets) {
  Result<VideoShape> shape =
      Error{ErrorCode::kInvalidArgument, "the H.264 configuration has no sequence parameter set"};
  media::for_each_nal(parameter_sets, [&](Bytes nal) {
    if ((nal[0] & 0x1F) != 7) return true;
    shape = read_h264_sps(nal);
    return false;
  });
  return shape;
}

// general_interlaced_source_flag without general_progressive_source_flag (ITU-T H.265 7.3.3).
bool is_hevc_interlaced(Bytes parameter_sets) {
  bool interlaced = false;
  media::for_each_nal(parameter_sets, [&](Bytes nal) {
    if ((nal[0] >> 1 & 0x3F) != 33) return true;
    const auto plain = media::unescape_nal(nal);
    interlaced = plain.size() > 8 && (plain[8] & 0xC0) == 0x40;
    return false;
  });
  return interlaced;
}

// libavcodec's decoder exports the size from the first SPS of its extradata when it is opened.
Result<VideoShape> read_hevc_shape(Bytes parameter_sets) {
  const DecoderHandle decoder = open_decoder(AV_CODEC_ID_HEVC, parameter_sets);
  if (!decoder || decoder->width <= 0 || decoder->height <= 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "the HEVC configuration is damaged: VPS, SPS and PPS with a picture size were expected"};
  }
  const AVRational rate = decoder->framerate;
  return VideoShape{decoder->width, decoder->height, rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0,
                    is_hevc_interlaced(parameter_sets)};
}

}  // namespace

Result<VideoShape> read_video_shape(media::Codec codec, std::span<const std::uint8_t> parameter_sets) {
  if (codec == media::Codec::kMpeg2Video) return read_mpeg2_shape(parameter_sets);
  if (codec != media::Codec::kH264 && codec != media::Codec::kHevc) {
    return Error{ErrorCode::kUnsupported, "the track is not video; H.264 or HEVC was expected"};
  }
  GRANDSTAND_TRY(auto shape,
                 codec == media::Codec::kH264 ? read_h264_shape(parameter_sets) : read_hevc_shape(parameter_sets));
  if (shape.frame_rate > kMaxFrameRate) shape.frame_rate = 0;
  return shape;
}

Result<media::Track> describe_aac(std::span<const std::uint8_t> audio_specific_config) {
  GRANDSTAND_TRY(const auto config, media::parse_aac_config(audio_specific_config));
  media::Track track;
  track.codec = media::Codec::kAac;
  track.decoder_config = SharedBytes::copy_of(audio_specific_config);
  track.sample_rate = config.sample_rate;
  constexpr std::array<int, 16> kChannels = {0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8, 0};
  track.channels = kChannels[static_cast<std::size_t>(config.channel_configuration)];
  if (config.channel_configuration == 0) {  // a program config element tells; libavcodec reads it
    const DecoderHandle decoder = open_decoder(AV_CODEC_ID_AAC, audio_specific_config);
    if (decoder) track.channels = decoder->ch_layout.nb_channels;
  }
  if (track.channels <= 0 || track.sample_rate < 4000 || track.sample_rate > 192'000) {
    return Error{ErrorCode::kInvalidArgument,
                 "the AAC AudioSpecificConfig names a sample rate or a channel layout that there is not"};
  }
  return track;
}

}  // namespace grandstand::ingest

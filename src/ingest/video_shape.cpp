// SPDX-License-Identifier: MIT
extern "C" {
#include <libavcodec/avcodec.h>
}

#include "video_units.hpp"

#include <memory>

namespace grandstand::ingest {

namespace {

struct FreeParser {
  void operator()(AVCodecParserContext* parser) const { av_parser_close(parser); }
};
struct FreeContext {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};

}  // namespace

VideoShape read_video_shape(media::Codec codec, std::span<const std::uint8_t> access_unit) {
  const AVCodecID id = codec == media::Codec::kH264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC;
  const std::unique_ptr<AVCodecParserContext, FreeParser> parser(av_parser_init(id));
  const std::unique_ptr<AVCodecContext, FreeContext> context(avcodec_alloc_context3(nullptr));
  if (!parser || !context) return {};
  context->codec_id = id;
  context->codec_type = AVMEDIA_TYPE_VIDEO;
  // What libavcodec finds wrong is for the caller to judge, not for stderr.
  av_log_set_level(AV_LOG_FATAL);
  if (codec == media::Codec::kH264) context->ticks_per_frame = 2;  // H.264 counts fields
  parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;

  // libavcodec reads beyond the end of what it is given.
  std::vector<std::uint8_t> padded(access_unit.begin(), access_unit.end());
  padded.resize(padded.size() + AV_INPUT_BUFFER_PADDING_SIZE);
  std::uint8_t* out = nullptr;
  int out_size = 0;
  av_parser_parse2(parser.get(), context.get(), &out, &out_size, padded.data(), static_cast<int>(access_unit.size()),
                   AV_NOPTS_VALUE, AV_NOPTS_VALUE, 0);

  VideoShape shape{parser->width, parser->height, 0};
  if (context->framerate.num > 0 && context->framerate.den > 0) {
    shape.frame_rate = av_q2d(context->framerate);
    if (shape.frame_rate > 1'000) shape.frame_rate = 0;
  }
  return shape;
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "video_filter.hpp"

#include <string>

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
}

namespace grandstand::media {
namespace {

constexpr AVRational kMediaBase{1, MediaTime::period::den};

AVRational square_if_unknown(AVRational aspect) {
  return aspect.num <= 0 || aspect.den <= 0 ? AVRational{1, 1} : aspect;
}

std::string ratio(AVRational value) {
  return std::to_string(value.num) + "/" + std::to_string(value.den);
}

// "[in]bwdif=...,split=2[a0][a1];[a0]scale=640:360,...[out0];..."
std::string describe(Deinterlace deinterlace, const std::vector<VideoFilter::Output>& outputs) {
  std::string text = "[in]";
  if (deinterlace != Deinterlace::kOff) {
    text += "bwdif=parity=auto:deint=interlaced:mode=";
    text += deinterlace == Deinterlace::kFields ? "send_field," : "send_frame,";
  }
  text += "split=" + std::to_string(outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) text += "[a" + std::to_string(i) + "]";
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& output = outputs[i];
    text += ";[a" + std::to_string(i) + "]scale=" + std::to_string(output.width) + ":" + std::to_string(output.height) +
            ":flags=bicubic,setsar=1,format=" + output.format + (output.device != nullptr ? ",hwupload" : "") + "[out" +
            std::to_string(i) + "]";
  }
  return text;
}

}  // namespace

Result<VideoFilter> VideoFilter::open(const AVFrame& picture, const Input& input, const std::vector<Output>& outputs) {
  VideoFilter filter;
  filter.graph_.reset(avfilter_graph_alloc());
  auto* const graph = filter.graph_.get();
  graph->nb_threads = input.threads;
  filter.width_ = picture.width;
  filter.height_ = picture.height;
  filter.format_ = picture.format;
  filter.sample_aspect_ = picture.sample_aspect_ratio;
  const auto* const format = av_get_pix_fmt_name(static_cast<AVPixelFormat>(picture.format));
  const std::string arguments =
      "video_size=" + std::to_string(picture.width) + "x" + std::to_string(picture.height) +
      ":pix_fmt=" + (format != nullptr ? format : "none") + ":time_base=" + ratio(kMediaBase) +
      ":pixel_aspect=" + ratio(square_if_unknown(filter.sample_aspect_)) + ":frame_rate=" + ratio(input.frame_rate);
  int code = avfilter_graph_create_filter(&filter.source_, avfilter_get_by_name("buffer"), "in", arguments.c_str(),
                                          nullptr, graph);
  AVFilterInOut* source_end = avfilter_inout_alloc();
  source_end->name = av_strdup("in");
  source_end->filter_ctx = filter.source_;
  AVFilterInOut* sink_ends = nullptr;
  for (std::size_t i = 0; i < outputs.size() && code >= 0; ++i) {
    const auto name = "out" + std::to_string(i);
    AVFilterContext* sink = nullptr;
    code =
        avfilter_graph_create_filter(&sink, avfilter_get_by_name("buffersink"), name.c_str(), nullptr, nullptr, graph);
    filter.sinks_.push_back(sink);
    AVFilterInOut* const end = avfilter_inout_alloc();
    end->name = av_strdup(name.c_str());
    end->filter_ctx = sink;
    end->next = sink_ends;
    sink_ends = end;
  }
  if (code >= 0) {
    code =
        avfilter_graph_parse_ptr(graph, describe(input.deinterlace, outputs).c_str(), &sink_ends, &source_end, nullptr);
  }
  avfilter_inout_free(&source_end);
  avfilter_inout_free(&sink_ends);
  for (unsigned i = 0; i < graph->nb_filters && code >= 0; ++i) {
    if (std::string_view(graph->filters[i]->filter->name) == "hwupload") {
      graph->filters[i]->hw_device_ctx = av_buffer_ref(outputs.front().device);
    }
  }
  if (code >= 0) code = avfilter_graph_config(graph, nullptr);
  if (code < 0) {
    return Error{ErrorCode::kInternal, "Pictures of " + std::to_string(picture.width) + "x" +
                                           std::to_string(picture.height) +
                                           " cannot be scaled: " + av_error_text(code) + "."};
  }
  return filter;
}

bool VideoFilter::fits(const AVFrame& picture) const {
  return picture.width == width_ && picture.height == height_ && picture.format == format_ &&
         av_cmp_q(square_if_unknown(picture.sample_aspect_ratio), square_if_unknown(sample_aspect_)) == 0;
}

int VideoFilter::send(AVFrame& picture) {
  return av_buffersrc_add_frame(source_, &picture);
}

void VideoFilter::end() {
  if (av_buffersrc_add_frame(source_, nullptr) < 0) return;
}

bool VideoFilter::receive(std::size_t output, AVFrame& picture) {
  if (av_buffersink_get_frame(sinks_[output], &picture) < 0) return false;
  picture.pts = av_rescale_q(picture.pts, av_buffersink_get_time_base(sinks_[output]), kMediaBase);
  return true;
}

}  // namespace grandstand::media

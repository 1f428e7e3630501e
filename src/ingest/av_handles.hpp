// SPDX-License-Identifier: MIT
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
}

#include <memory>
#include <string>

namespace grandstand::ingest {

struct CloseInput {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeFilter {
  void operator()(AVBSFContext* filter) const { av_bsf_free(&filter); }
};
struct CloseTransport {
  void operator()(AVIOContext* context) const { avio_close(context); }
};
// The time base of media::MediaTime.
inline constexpr AVRational kMediaBase{1, 90'000};

using InputHandle = std::unique_ptr<AVFormatContext, CloseInput>;
using TransportHandle = std::unique_ptr<AVIOContext, CloseTransport>;
using PacketHandle = std::unique_ptr<AVPacket, FreePacket>;
using FilterHandle = std::unique_ptr<AVBSFContext, FreeFilter>;

// "Connection refused"
std::string av_error_text(int code);

}  // namespace grandstand::ingest

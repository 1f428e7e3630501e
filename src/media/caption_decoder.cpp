// SPDX-License-Identifier: MIT
#include "cue_text.hpp"
#include "cue_timer.hpp"
#include "ffmpeg_handles.hpp"

#include <grandstand/media/caption_decoder.hpp>

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cstring>
#include <utility>

namespace grandstand::media {
namespace {

// Pictures that wait for the ones shown before them: the reorder depth is at most 16.
constexpr std::size_t kMostWaiting = 32;

struct FreeDictionary {
  void operator()(AVDictionary* dictionary) const { av_dict_free(&dictionary); }
};

class LibavcodecCaptions final : public CaptionDecoder {
 public:
  LibavcodecCaptions(Track input, std::uint32_t output_id) : input_(std::move(input)), timer_(output_id) {
    output_.id = output_id;
    output_.codec = Codec::kWebVtt;
    output_.language = input_.language;
    output_.hearing_impaired = input_.hearing_impaired;
    output_.derived_from = input_.id;
    output_.page = input_.page;
  }

  Status open();
  const Track& output() const override { return output_; }
  Result<std::vector<Sample>> decode(const Sample& sample) override;

 private:
  bool is_teletext() const { return input_.codec == Codec::kTeletext; }
  void set_options(AVDictionary** options) const;
  Status decode_in_order(const Sample& sample, std::vector<Sample>& out);
  void take(const AVSubtitle& subtitle, std::vector<Sample>& out);

  Track input_;
  Track output_;
  CodecHandle decoder_;
  PacketHandle packet_{av_packet_alloc()};
  CueTimer timer_;
  std::vector<Sample> waiting_;  // CEA-608, by pts
};

Status LibavcodecCaptions::open() {
  const char* const name = is_teletext() ? "libzvbi_teletextdec" : "cc_dec";
  const AVCodec* const codec = avcodec_find_decoder_by_name(name);
  if (codec == nullptr) {
    return Error{ErrorCode::kUnsupported, std::string("this libavcodec has no ") + name};
  }
  decoder_.reset(avcodec_alloc_context3(codec));
  decoder_->pkt_timebase = {1, MediaTime::period::den};
  AVDictionary* raw = nullptr;
  set_options(&raw);
  const int opened = avcodec_open2(decoder_.get(), codec, &raw);
  const std::unique_ptr<AVDictionary, FreeDictionary> options(raw);
  if (opened < 0) return Error{ErrorCode::kInternal, std::string(name) + ": " + av_error_text(opened)};
  return success();
}

void LibavcodecCaptions::set_options(AVDictionary** options) const {
  if (is_teletext()) {
    const bool known = input_.page > 0;
    av_dict_set(options, "txt_page", known ? std::to_string(input_.page).c_str() : "subtitle", 0);
    av_dict_set(options, "txt_format", "text", 0);
    return;
  }
  av_dict_set(options, "real_time", "1", 0);
  av_dict_set(options, "real_time_latency_msec", "400", 0);
  av_dict_set(options, "data_field", input_.page > 2 ? "second" : "first", 0);
}

Result<std::vector<Sample>> LibavcodecCaptions::decode(const Sample& sample) {
  std::vector<Sample> out;
  if (is_teletext()) {
    GRANDSTAND_RETURN_IF_ERROR(decode_in_order(sample, out));
    return out;
  }
  // Captions come in the order of display, pictures in that of decoding: none that follows is shown before this dts.
  const auto place = std::ranges::upper_bound(waiting_, sample.pts, {}, &Sample::pts);
  waiting_.insert(place, sample);
  Status status = success();
  while (!waiting_.empty() && (waiting_.front().pts <= sample.dts || waiting_.size() > kMostWaiting)) {
    const Sample next = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    if (auto decoded = decode_in_order(next, out); !decoded) status = decoded;
  }
  if (!status && out.empty()) return status.error();
  return out;
}

Status LibavcodecCaptions::decode_in_order(const Sample& sample, std::vector<Sample>& out) {
  timer_.advance(sample.pts, out);
  if (sample.data.empty()) return success();
  av_packet_unref(packet_.get());
  if (const int made = av_new_packet(packet_.get(), static_cast<int>(sample.data.size())); made < 0) {
    return Error{ErrorCode::kInternal, "no memory for a packet"};
  }
  std::memcpy(packet_->data, sample.data.data(), sample.data.size());
  packet_->pts = packet_->dts = sample.pts.count();
  // A packet may hold several pages; further ones come for an empty packet.
  for (int round = 0; round < 8; ++round) {
    AVSubtitle subtitle{};
    int got = 0;
    const int used = avcodec_decode_subtitle2(decoder_.get(), &subtitle, &got, packet_.get());
    if (got != 0) {
      take(subtitle, out);
      avsubtitle_free(&subtitle);
    }
    if (used < 0) {
      return Error{ErrorCode::kInvalidArgument,
                   "captions of track " + std::to_string(input_.id) + " cannot be decoded: " + av_error_text(used)};
    }
    if (got == 0) break;
    av_packet_unref(packet_.get());
    packet_->pts = packet_->dts = sample.pts.count();
  }
  return success();
}

void LibavcodecCaptions::take(const AVSubtitle& subtitle, std::vector<Sample>& out) {
  std::string text;
  for (unsigned i = 0; i < subtitle.num_rects; ++i) {
    const AVSubtitleRect* const rect = subtitle.rects[i];
    if (rect->ass == nullptr) continue;
    const std::string part = cue_text_of_ass(rect->ass);
    if (!part.empty()) text += (text.empty() ? "" : "\n") + part;
  }
  timer_.show(std::move(text), out);
}

}  // namespace

Result<std::unique_ptr<CaptionDecoder>> CaptionDecoder::create(const Track& input, std::uint32_t output_id) {
  if (input.codec != Codec::kTeletext && input.codec != Codec::kCea608) {
    return Error{ErrorCode::kUnsupported, std::string(to_string(input.codec)) + " holds no texts that can be decoded"};
  }
  auto decoder = std::make_unique<LibavcodecCaptions>(input, output_id);
  GRANDSTAND_RETURN_IF_ERROR(decoder->open());
  return std::unique_ptr<CaptionDecoder>(std::move(decoder));
}

}  // namespace grandstand::media

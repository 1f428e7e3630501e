// SPDX-License-Identifier: MIT
#include "av_lane.hpp"

#include "audio_header.hpp"
#include "flv_audio.hpp"
#include "flv_av1.hpp"
#include "psi.hpp"

#include <grandstand/media/aac_config.hpp>

#include <algorithm>
#include <utility>

namespace grandstand::ingest {

namespace {

std::span<const std::uint8_t> extradata(const AVCodecParameters& parameters) {
  if (parameters.extradata == nullptr || parameters.extradata_size <= 0) return {};
  return {parameters.extradata, static_cast<std::size_t>(parameters.extradata_size)};
}

bool is_annex_b(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 && (bytes[2] == 1 || (bytes[2] == 0 && bytes[3] == 1));
}

// One code of ISO 639-2, or several with commas between them; empty: none is told.
std::string_view languages_of(const AVStream& stream) {
  const AVDictionaryEntry* const entry = av_dict_get(stream.metadata, "language", nullptr, 0);
  return entry != nullptr ? entry->value : std::string_view();
}

// What the container calls the stream (in MPEG-TS the PID), if that tells it from the others; HLS's demuxer numbers
// playlists.
std::uint32_t track_id(const AVFormatContext& context, const AVStream& stream) {
  bool unique = stream.id > 0;
  for (unsigned i = 0; i < context.nb_streams; ++i) {
    unique &= context.streams[i] == &stream || context.streams[i]->id != stream.id;
  }
  return unique ? static_cast<std::uint32_t>(stream.id) : 0x10000u + static_cast<std::uint32_t>(stream.index);
}

}  // namespace

std::optional<media::Codec> AvLane::codec_of(const AVStream& stream) {
  switch (stream.codecpar->codec_id) {
    case AV_CODEC_ID_H264:
      return media::Codec::kH264;
    case AV_CODEC_ID_HEVC:
      return media::Codec::kHevc;
    case AV_CODEC_ID_AV1:
      return media::Codec::kAv1;
    case AV_CODEC_ID_MPEG2VIDEO:
      return media::Codec::kMpeg2Video;
    case AV_CODEC_ID_AAC:
      return media::Codec::kAac;
    case AV_CODEC_ID_MP2:
      return media::Codec::kMp2;
    case AV_CODEC_ID_AC3:
      return media::Codec::kAc3;
    case AV_CODEC_ID_EAC3:
      return media::Codec::kEac3;
    case AV_CODEC_ID_OPUS:
      return media::Codec::kOpus;
    case AV_CODEC_ID_DVB_TELETEXT:
      return media::Codec::kTeletext;
    case AV_CODEC_ID_DVB_SUBTITLE:
      return media::Codec::kDvbSubtitle;
    default:
      return std::nullopt;
  }
}

AvLane::AvLane(AVStream& stream, media::Codec codec, std::uint32_t id) : stream_(stream), units_(codec) {
  track_.id = id;
  track_.codec = codec;
  time_base_ = stream.time_base;
  if (const auto languages = languages_of(stream); languages != "und") track_.language = languages.substr(0, 3);
}

Result<std::unique_ptr<AvLane>> AvLane::create(AVFormatContext& context, AVStream& stream) {
  const auto codec = codec_of(stream);
  if (!codec) return Error{ErrorCode::kUnsupported, avcodec_get_name(stream.codecpar->codec_id)};
  std::unique_ptr<AvLane> lane(new AvLane(stream, *codec, track_id(context, stream)));
  switch (lane->track_.kind()) {
    case media::TrackKind::kVideo: {
      GRANDSTAND_RETURN_IF_ERROR(lane->prepare_video(context));
      break;
    }
    case media::TrackKind::kAudio: {
      GRANDSTAND_RETURN_IF_ERROR(lane->prepare_audio());
      break;
    }
    case media::TrackKind::kText:
      lane->prepare_text();
      break;
  }
  return lane;
}

Status AvLane::prepare_video(AVFormatContext& context) {
  const AVRational rate = av_guess_frame_rate(&context, &stream_, nullptr);
  if (rate.num > 0 && rate.den > 0 && av_q2d(rate) < 1'000) guessed_rate_ = av_q2d(rate);
  std::span<const std::uint8_t> sets = extradata(*stream_.codecpar);
  if (track_.codec == media::Codec::kAv1) return prepare_av1(sets);
  if (!sets.empty() && !is_annex_b(sets)) {
    const char* name = track_.codec == media::Codec::kH264 ? "h264_mp4toannexb" : "hevc_mp4toannexb";
    AVBSFContext* filter = nullptr;
    const AVBitStreamFilter* kind = av_bsf_get_by_name(name);
    if (kind == nullptr || av_bsf_alloc(kind, &filter) < 0) {
      return Error{ErrorCode::kInternal, std::string("libavcodec has no filter ") + name};
    }
    filter_.reset(filter);
    avcodec_parameters_copy(filter->par_in, stream_.codecpar);
    filter->time_base_in = stream_.time_base;
    if (const int code = av_bsf_init(filter); code < 0) {
      return Error{ErrorCode::kInvalidArgument,
                   "the decoder configuration of the video stream: " + av_error_text(code)};
    }
    sets = extradata(*filter->par_out);
  }
  parameter_sets_.assign(sets.begin(), sets.end());
  const VideoShape shape{stream_.codecpar->width, stream_.codecpar->height, guessed_rate_};
  if (units_.seed(sets, shape)) configure_video(units_.decoder_config(), shape);
  return success();
}

Status AvLane::prepare_av1(std::span<const std::uint8_t> record) {
  GRANDSTAND_TRY(const auto config, parse_av1_record(record));
  GRANDSTAND_TRY(const auto shape, read_av1_shape(config.decoder_config.span()));
  configure_video(config.decoder_config, shape);
  return success();
}

void AvLane::configure_video(SharedBytes decoder_config, const VideoShape& shape) {
  track_.decoder_config = std::move(decoder_config);
  track_.width = shape.width;
  track_.height = shape.height;
  track_.frame_rate = shape.frame_rate > 0 ? shape.frame_rate : guessed_rate_;
  configured_ = true;
}

Status AvLane::prepare_audio() {
  const AVCodecParameters& parameters = *stream_.codecpar;
  track_.sample_rate = parameters.sample_rate;
  track_.channels = parameters.ch_layout.nb_channels;
  if (track_.codec == media::Codec::kOpus) {
    GRANDSTAND_TRY(const auto described, describe_audio(track_.codec, extradata(parameters)));
    track_.decoder_config = described.decoder_config;
    track_.sample_rate = described.sample_rate;
    track_.channels = described.channels;
  }
  if (track_.codec == media::Codec::kAac) {
    const auto config = extradata(parameters);
    if (config.size() < 2) return success();  // ADTS: the first frame says
    track_.decoder_config = SharedBytes::copy_of(config);
    // With SBR, libavformat names the doubled rate.
    if (const auto parsed = media::parse_aac_config(config); parsed && parsed->sample_rate > 0) {
      track_.sample_rate = parsed->sample_rate;
    }
  }
  configured_ = track_.sample_rate > 0 && track_.channels > 0;
  return success();
}

// Of their descriptors, libavformat keeps the languages in one list and the rest as configuration.
void AvLane::prepare_text() {
  configured_ = true;
  const auto pages = extradata(*stream_.codecpar);
  if (track_.codec == media::Codec::kDvbSubtitle) {
    track_.hearing_impaired = (stream_.disposition & AV_DISPOSITION_HEARING_IMPAIRED) != 0;
    if (pages.size() >= 2) track_.page = pages[0] << 8 | pages[1];
    return;
  }
  const auto languages = languages_of(stream_);
  std::vector<std::uint8_t> descriptor;
  for (std::size_t i = 0; 2 * i + 1 < pages.size(); ++i) {
    std::string code = 4 * i < languages.size() ? std::string(languages.substr(4 * i, 3)) : "";
    code.resize(3);
    descriptor.insert(descriptor.end(), code.begin(), code.end());
    descriptor.insert(descriptor.end(), {pages[2 * i], pages[2 * i + 1]});
  }
  const auto page = find_subtitle_page(descriptor);
  if (!page) return;
  track_.page = page->page;
  track_.hearing_impaired = page->hearing_impaired;
  track_.language = page->language;
}

std::optional<media::Sample> AvLane::stamp(const AVPacket& packet, TimeUnwrap& unwrap) {
  const auto convert = [&](std::int64_t time) {
    const std::int64_t ticks = av_rescale_q(time, time_base_, kMediaBase);
    // libavformat undoes one wrap of 33 bits and not the next ones.
    if (stream_.pts_wrap_bits == 33) return unwrap.unwrap(static_cast<std::uint64_t>(ticks));
    return media::MediaTime{ticks};
  };
  media::Sample sample;
  sample.track = track_.id;
  sample.duration = media::MediaTime{packet.duration > 0 ? av_rescale_q(packet.duration, time_base_, kMediaBase) : 0};
  if (packet.dts != AV_NOPTS_VALUE) {
    sample.dts = convert(packet.dts);
  } else if (packet.pts != AV_NOPTS_VALUE && track_.kind() == media::TrackKind::kAudio) {
    sample.dts = convert(packet.pts);
  } else if (next_dts_) {
    sample.dts = *next_dts_;
  } else if (packet.pts != AV_NOPTS_VALUE) {
    sample.dts = convert(packet.pts);
  } else {
    return std::nullopt;
  }
  sample.pts = packet.pts != AV_NOPTS_VALUE ? convert(packet.pts) : sample.dts;
  if (sample.pts < sample.dts)
    (packet.dts == AV_NOPTS_VALUE ? sample.dts : sample.pts) = std::min(sample.pts, sample.dts);
  sample.pts = std::max(sample.pts, sample.dts);
  next_dts_ = sample.dts + sample.duration;
  return sample;
}

Result<bool> AvLane::convert(AVPacket& packet, TimeUnwrap& unwrap, std::vector<media::Sample>& samples) {
  if (track_.kind() == media::TrackKind::kAudio) {
    auto sample = stamp(packet, unwrap);
    return sample && packet.size > 0 ? convert_audio(packet, std::move(*sample), samples) : false;
  }
  if (track_.codec == media::Codec::kAv1) {
    auto sample = stamp(packet, unwrap);
    return sample && packet.size > 0 ? convert_av1(packet, std::move(*sample), samples) : false;
  }
  if (track_.kind() == media::TrackKind::kText) {
    auto sample = stamp(packet, unwrap);
    if (sample && packet.size > 0) convert_text(packet, std::move(*sample), samples);
    return false;
  }
  if (!filter_) {
    auto sample = stamp(packet, unwrap);
    return sample && packet.size > 0 ? convert_video(packet, std::move(*sample), samples) : false;
  }
  bool changed = false;
  if (const int code = av_bsf_send_packet(filter_.get(), &packet); code < 0) {
    return Error{ErrorCode::kInvalidArgument, "a picture is malformed: " + av_error_text(code)};
  }
  while (av_bsf_receive_packet(filter_.get(), &packet) >= 0) {
    auto sample = stamp(packet, unwrap);
    if (sample && packet.size > 0) changed |= convert_video(packet, std::move(*sample), samples);
    av_packet_unref(&packet);
  }
  return changed;
}

bool AvLane::convert_video(const AVPacket& packet, media::Sample sample, std::vector<media::Sample>& samples) {
  std::span<const std::uint8_t> unit(packet.data, static_cast<std::size_t>(packet.size));
  VideoUnits::Verdict verdict = units_.examine(unit, sample.dts);
  if (verdict.key && !verdict.parameter_sets && !parameter_sets_.empty()) {
    scratch_ = parameter_sets_;
    scratch_.insert(scratch_.end(), unit.begin(), unit.end());
    unit = scratch_;
    verdict = units_.examine(unit, sample.dts);
  }
  bool changed = false;
  if (verdict.configuration_changed) {
    configure_video(units_.decoder_config(), units_.shape());
    changed = true;
  }
  if (!verdict.picture || !configured_) return changed;
  sample.key = verdict.key;
  sample.data = SharedBytes::copy_of(unit);
  samples.push_back(std::move(sample));
  return changed;
}

Result<bool> AvLane::convert_av1(const AVPacket& packet, media::Sample sample, std::vector<media::Sample>& samples) {
  GRANDSTAND_TRY(auto picture, to_temporal_unit({packet.data, packet.data + packet.size}, 0));
  if (!picture.has_slice) return false;
  sample.key = picture.key;
  sample.data = std::move(picture.data);
  samples.push_back(std::move(sample));
  return false;
}

bool AvLane::convert_audio(const AVPacket& packet, media::Sample sample, std::vector<media::Sample>& samples) {
  std::span<const std::uint8_t> frame(packet.data, static_cast<std::size_t>(packet.size));
  bool changed = false;
  AudioHeader header;
  const bool opus = track_.codec == media::Codec::kOpus;  // what a transport stream puts before it is off already
  const bool has_header = !opus && parse_audio_header(track_.codec, frame, header) == HeaderVerdict::kFrame;
  // A raw AAC frame does not begin with twelve ones, unless the container gave no configuration.
  if (has_header && (track_.codec != media::Codec::kAac || stream_.codecpar->extradata_size < 2)) {
    SharedBytes config;
    if (track_.codec == media::Codec::kAac) config = SharedBytes::copy_of(header.specific_config);
    changed = !configured_ || track_.sample_rate != header.sample_rate || track_.channels != header.channels ||
              !(track_.decoder_config == config);
    track_.sample_rate = header.sample_rate;
    track_.channels = header.channels;
    track_.decoder_config = config;
    configured_ = true;
    sample.duration = media::MediaTime{std::int64_t{header.samples} * 90'000 / header.sample_rate};
    frame = frame.subspan(std::min(header.header_size, frame.size()));
  }
  if (!configured_ || frame.empty()) return changed;
  sample.key = true;
  if (sample.duration <= media::MediaTime{0} && track_.codec == media::Codec::kAac) {
    sample.duration = media::MediaTime{1024LL * 90'000 / track_.sample_rate};
  }
  if (opus) sample.duration = media::MediaTime{std::int64_t{opus_packet_samples(frame)} * 90'000 / 48'000};
  sample.pts = sample.dts;
  sample.data = SharedBytes::copy_of(frame);
  samples.push_back(std::move(sample));
  return changed;
}

void AvLane::convert_text(const AVPacket& packet, media::Sample sample, std::vector<media::Sample>& samples) {
  std::span<const std::uint8_t> payload(packet.data, static_cast<std::size_t>(packet.size));
  // libavformat takes data_identifier, subtitle_stream_id and the end off (ETSI EN 300 743 6).
  constexpr std::uint8_t kSegment = 0x0F;
  if (track_.codec == media::Codec::kDvbSubtitle && payload[0] == kSegment) {
    scratch_ = {0x20, 0x00};
    scratch_.insert(scratch_.end(), payload.begin(), payload.end());
    scratch_.push_back(0xFF);
    payload = scratch_;
  }
  sample.key = true;
  sample.dts = sample.pts;
  sample.duration = media::MediaTime{0};
  sample.data = SharedBytes::copy_of(payload);
  samples.push_back(std::move(sample));
}

}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#pragma once

// Real coded programmes for tests: made by the ffmpeg command, read by libavformat. The test links libavformat and
// libavcodec.

#include <grandstand/media/sample.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

extern "C" {
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
}

namespace grandstand::test {

// A directory that goes away with the object.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "grandstand-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch directory");
    path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  std::filesystem::path file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

struct CommandOutcome {
  int status = 0;
  std::string output;  // stdout and stderr
};
inline CommandOutcome run_command(const std::string& command) {
  CommandOutcome outcome;
  std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  char chunk[4096];
  while (const auto count = std::fread(chunk, 1, sizeof chunk, pipe)) outcome.output.append(chunk, count);
  outcome.status = ::pclose(pipe);
  return outcome;
}

inline void write_file(const std::filesystem::path& path, const std::vector<SharedBytes>& parts) {
  std::ofstream out(path, std::ios::binary);
  for (const auto& part : parts) out.write(part.view().data(), static_cast<std::streamsize>(part.size()));
}

struct EncodedProgramme {
  std::shared_ptr<const media::TrackSet> tracks;
  std::vector<media::Sample> samples;  // in the order of the file, by dts; times begin near 0
};

namespace encoded {

inline media::Codec codec_of(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_H264:
      return media::Codec::kH264;
    case AV_CODEC_ID_HEVC:
      return media::Codec::kHevc;
    case AV_CODEC_ID_MPEG2VIDEO:
      return media::Codec::kMpeg2Video;
    case AV_CODEC_ID_AV1:
      return media::Codec::kAv1;
    case AV_CODEC_ID_AAC:
      return media::Codec::kAac;
    case AV_CODEC_ID_MP2:
    case AV_CODEC_ID_MP3:  // mp4 files do not tell the layers of MPEG audio apart; tests only make layer 2
      return media::Codec::kMp2;
    case AV_CODEC_ID_AC3:
      return media::Codec::kAc3;
    case AV_CODEC_ID_EAC3:
      return media::Codec::kEac3;
    default:
      throw std::runtime_error("codec not for tests");
  }
}

inline media::Track track_of(const AVStream& stream, const AVCodecParameters& parameters) {
  media::Track track;
  track.id = 256 + static_cast<std::uint32_t>(stream.index);
  track.codec = codec_of(parameters.codec_id);
  if (track.codec != media::Codec::kMp2 && track.codec != media::Codec::kAc3 && track.codec != media::Codec::kEac3) {
    track.decoder_config =
        SharedBytes::copy_of({parameters.extradata, static_cast<std::size_t>(parameters.extradata_size)});
  }
  track.width = parameters.width;
  track.height = parameters.height;
  if (parameters.codec_type == AVMEDIA_TYPE_VIDEO) track.frame_rate = av_q2d(stream.avg_frame_rate);
  track.interlaced = parameters.field_order > AV_FIELD_PROGRESSIVE;
  track.sample_rate = parameters.sample_rate;
  track.channels = parameters.ch_layout.nb_channels;
  return track;
}

}  // namespace encoded

// Reads a file (mp4) of H.264, HEVC, AV1 or MPEG-2 and AAC, MP2, AC-3 or E-AC-3.
inline EncodedProgramme read_programme(const std::filesystem::path& path) {
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) < 0 ||
      avformat_find_stream_info(format, nullptr) < 0) {
    throw std::runtime_error("cannot read " + path.string());
  }
  EncodedProgramme programme;
  media::TrackSet set;
  std::vector<AVBSFContext*> filters(format->nb_streams);
  for (unsigned i = 0; i < format->nb_streams; ++i) {
    const auto id = format->streams[i]->codecpar->codec_id;
    const char* const name = id == AV_CODEC_ID_H264   ? "h264_mp4toannexb"
                             : id == AV_CODEC_ID_HEVC ? "hevc_mp4toannexb"
                                                      : "null";
    av_bsf_alloc(av_bsf_get_by_name(name), &filters[i]);
    avcodec_parameters_copy(filters[i]->par_in, format->streams[i]->codecpar);
    filters[i]->time_base_in = format->streams[i]->time_base;
    av_bsf_init(filters[i]);
    set.tracks.push_back(encoded::track_of(*format->streams[i], *filters[i]->par_out));
  }
  programme.tracks = std::make_shared<const media::TrackSet>(std::move(set));
  AVPacket* packet = av_packet_alloc();
  while (av_read_frame(format, packet) >= 0) {
    auto* const filter = filters[static_cast<std::size_t>(packet->stream_index)];
    av_bsf_send_packet(filter, packet);
    if (av_bsf_receive_packet(filter, packet) < 0) continue;
    av_packet_rescale_ts(packet, filter->time_base_out, {1, 90'000});
    media::Sample sample;
    sample.track = 256 + static_cast<std::uint32_t>(packet->stream_index);
    sample.dts = media::MediaTime{packet->dts};
    sample.pts = media::MediaTime{packet->pts};
    sample.duration = media::MediaTime{packet->duration};
    sample.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    sample.data = SharedBytes::copy_of({packet->data, static_cast<std::size_t>(packet->size)});
    programme.samples.push_back(std::move(sample));
    av_packet_unref(packet);
  }
  av_packet_free(&packet);
  for (auto*& filter : filters) av_bsf_free(&filter);
  avformat_close_input(&format);
  return programme;
}

// Encodes `seconds` of a test picture and a tone: `video` and `audio` are ffmpeg's codec options ("-c:v libx264 -g
// 50").
inline EncodedProgramme encode_programme(int seconds, const std::string& video, const std::string& audio) {
  const ScratchDirectory scratch;
  const auto path = scratch.file("programme.mp4");
  std::string command = "ffmpeg -nostdin -v error -y";
  if (!video.empty()) command += " -f lavfi -i testsrc2=size=320x180:rate=25";
  if (!audio.empty()) command += " -f lavfi -i sine=frequency=440:sample_rate=48000";
  command += " -t " + std::to_string(seconds) + " " + video + " " + audio + " " + path.string();
  const auto outcome = run_command(command);
  if (outcome.status != 0) throw std::runtime_error(outcome.output);
  return read_programme(path);
}

}  // namespace grandstand::test

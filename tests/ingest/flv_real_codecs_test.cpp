// SPDX-License-Identifier: MIT
// Real HEVC, AV1, Opus, AC-3 and E-AC-3 of encoders that are not ours, as enhanced RTMP through chunks and demuxer;
// what comes out is decoded.
#include "encoded_programme.hpp"
#include "flv_demuxer.hpp"
#include "rtmp_chunk_reader.hpp"
#include "rtmp_stimulus.hpp"

#include <map>

#include <gtest/gtest.h>

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace grandstand::ingest {
namespace {

using media::Codec;
using test::ByteList;
using test::put;
using namespace test::enhanced;  // NOLINT: the vocabulary of these tests

struct CodedPacket {
  ByteList bytes;
  std::int64_t dts = 0;  // ms
  std::int64_t pts = 0;
  bool key = false;
};
struct CodedStream {
  ByteList config;
  std::vector<CodedPacket> packets;
};

// One stream of the test picture or tone, as Matroska has it: lengths before NAL units, configuration records.
CodedStream encode(const std::string& source, const std::string& codec) {
  const test::ScratchDirectory scratch;
  const std::string path = scratch.file("coded.mkv");
  const auto outcome =
      test::run_command("ffmpeg -nostdin -v error -y -f lavfi -i " + source + " -t 2 " + codec + " " + path);
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  CodedStream stream;
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) < 0) return stream;
  avformat_find_stream_info(format, nullptr);
  const AVCodecParameters& parameters = *format->streams[0]->codecpar;
  stream.config.assign(parameters.extradata, parameters.extradata + parameters.extradata_size);
  AVPacket* packet = av_packet_alloc();
  std::int64_t count = 0;
  while (av_read_frame(format, packet) >= 0) {
    CodedPacket coded;
    coded.bytes.assign(packet->data, packet->data + packet->size);
    coded.pts = packet->pts;
    coded.dts = packet->dts == AV_NOPTS_VALUE ? count * 40 - 80 : packet->dts;
    coded.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    stream.packets.push_back(std::move(coded));
    ++count;
    av_packet_unref(packet);
  }
  av_packet_free(&packet);
  avformat_close_input(&format);
  return stream;
}

AVCodecID codec_id(Codec codec) {
  switch (codec) {
    case Codec::kHevc:
      return AV_CODEC_ID_HEVC;
    case Codec::kAv1:
      return AV_CODEC_ID_AV1;
    case Codec::kOpus:
      return AV_CODEC_ID_OPUS;
    case Codec::kAc3:
      return AV_CODEC_ID_AC3;
    case Codec::kEac3:
      return AV_CODEC_ID_EAC3;
    default:
      return AV_CODEC_ID_H264;
  }
}

// How much comes out of a decoder: pictures of the track's size, or samples of sound.
int decoded(const media::Track& track, const std::vector<media::Sample>& samples) {
  const AVCodec* codec = track.codec == Codec::kAv1 ? avcodec_find_decoder_by_name("libdav1d") : nullptr;
  if (codec == nullptr) codec = avcodec_find_decoder(codec_id(track.codec));
  AVCodecContext* context = avcodec_alloc_context3(codec);
  const auto config = track.decoder_config.span();
  if (!config.empty() && track.codec != Codec::kAv1) {
    context->extradata = static_cast<std::uint8_t*>(av_mallocz(config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    std::copy(config.begin(), config.end(), context->extradata);
    context->extradata_size = static_cast<int>(config.size());
  }
  context->sample_rate = track.sample_rate;
  av_channel_layout_default(&context->ch_layout, track.channels);
  EXPECT_GE(avcodec_open2(context, codec, nullptr), 0);
  AVFrame* frame = av_frame_alloc();
  AVPacket* packet = av_packet_alloc();
  int count = 0;
  const auto receive = [&] {
    while (avcodec_receive_frame(context, frame) >= 0) {
      if (track.kind() == media::TrackKind::kVideo) {
        EXPECT_EQ(frame->width, track.width);
        EXPECT_EQ(frame->height, track.height);
        EXPECT_EQ(frame->decode_error_flags, 0);
        ++count;
      } else {
        count += frame->nb_samples;
      }
    }
  };
  for (const media::Sample& sample : samples) {
    av_new_packet(packet, static_cast<int>(sample.data.size()));
    std::copy(sample.data.span().begin(), sample.data.span().end(), packet->data);
    EXPECT_GE(avcodec_send_packet(context, packet), 0);
    av_packet_unref(packet);
    receive();
  }
  avcodec_send_packet(context, nullptr);
  receive();
  av_packet_free(&packet);
  av_frame_free(&frame);
  avcodec_free_context(&context);
  return count;
}

class RealCodecsTest : public testing::Test {
 protected:
  void send(std::uint8_t type, std::int64_t time, const ByteList& payload) {
    const auto bytes = stimulus_.write({.chunk_stream = type == 9 ? 6U : 4U,
                                        .type = type,
                                        .timestamp = static_cast<std::uint32_t>(time),
                                        .payload = payload});
    const Status status = reader_.feed(bytes, [&](RtmpMessage message) {
      demuxer_.push(std::move(message));
      return success();
    });
    ASSERT_TRUE(status);
  }

  void collect() {
    demuxer_.flush();
    for (FlvOutput& output : demuxer_.take()) {
      EXPECT_NE(output.kind, FlvOutput::Kind::kProblem) << output.reason;
      if (output.kind == FlvOutput::Kind::kTracks) tracks_ = output.tracks;
      if (output.kind == FlvOutput::Kind::kSample) samples_[output.sample.track].push_back(output.sample);
    }
    EXPECT_EQ(demuxer_.damaged(), 0U);
  }

  void send_video(const CodedStream& stream, std::string_view four_cc) {
    send(9, 0, tag(video_head(true), kSequenceStart, four_cc, stream.config));
    const bool composes = four_cc != "av01";
    for (const auto& packet : stream.packets) {
      const auto offset = static_cast<std::int32_t>(packet.pts - packet.dts);
      send(
          9, packet.dts + 1000,
          tag(video_head(packet.key), kCodedFrames, four_cc, composes ? composed(offset, packet.bytes) : packet.bytes));
    }
  }

  int decoded(std::uint32_t track) {
    const media::Track* found = tracks_ ? tracks_->find(track) : nullptr;
    return found ? ingest::decoded(*found, samples_[track]) : -1;
  }

  test::RtmpChunkStimulus stimulus_;
  RtmpChunkReader reader_{{}};
  FlvDemuxer demuxer_;
  std::shared_ptr<const media::TrackSet> tracks_;
  std::map<std::uint32_t, std::vector<media::Sample>> samples_;
};

const std::string kHevc = "-c:v libx265 -preset ultrafast -g 25 -pix_fmt yuv420p -x265-params log-level=none:bframes=2";

TEST_F(RealCodecsTest, HevcIsDecodable) {
  const auto stream = encode("testsrc2=s=320x180:r=25", kHevc);
  send_video(stream, "hvc1");
  collect();
  EXPECT_EQ(tracks_->video()->codec, Codec::kHevc);
  EXPECT_EQ(tracks_->video()->frame_rate, 25);
  EXPECT_EQ(decoded(1), 50);
}

TEST_F(RealCodecsTest, HevcUnderTheUnofficialNumbersIsDecodable) {
  const auto stream = encode("testsrc2=s=320x180:r=25", kHevc);
  for (const std::uint8_t number : {12, 7}) {
    demuxer_ = {};
    samples_.clear();
    const auto plain = [&](std::uint8_t packet_type, std::int32_t composition, const ByteList& body, bool key) {
      ByteList bytes = {static_cast<std::uint8_t>((key ? 0x10 : 0x20) | number), packet_type};
      put(bytes, composed(composition, body));
      return bytes;
    };
    send(9, 0, plain(0, 0, stream.config, true));
    for (const auto& packet : stream.packets) {
      send(9, packet.dts + 1000,
           plain(1, static_cast<std::int32_t>(packet.pts - packet.dts), packet.bytes, packet.key));
    }
    collect();
    EXPECT_EQ(tracks_->video()->codec, Codec::kHevc);
    EXPECT_EQ(decoded(1), 50) << int{number};
  }
}

TEST_F(RealCodecsTest, Av1IsDecodable) {
  const auto stream = encode("testsrc2=s=320x180:r=25", "-c:v libsvtav1 -preset 12 -g 25 -pix_fmt yuv420p");
  send_video(stream, "av01");
  collect();
  EXPECT_EQ(tracks_->video()->codec, Codec::kAv1);
  EXPECT_EQ(tracks_->video()->width, 320);
  EXPECT_EQ(tracks_->video()->height, 180);
  EXPECT_EQ(decoded(1), 50);
  int keys = 0;
  for (const auto& sample : samples_[1]) keys += sample.key ? 1 : 0;
  EXPECT_EQ(keys, 2);
}

TEST_F(RealCodecsTest, SoundOfEveryCodecIsDecodable) {
  const std::map<std::string, std::pair<std::string, int>> cases = {
      {"Opus", {"-c:a libopus -ac 2", 96'000}}, {"ac-3", {"-c:a ac3", 96'000}}, {"ec-3", {"-c:a eac3", 96'000}}};
  for (const auto& [four_cc, how] : cases) {
    demuxer_ = {};
    samples_.clear();
    const auto stream = encode("sine=r=48000", how.first);
    if (four_cc == "Opus") send(8, 0, tag(kAudioHead, kSequenceStart, four_cc, stream.config));
    for (const auto& packet : stream.packets) {
      send(8, packet.pts + 1000, tag(kAudioHead, kCodedFrames, four_cc, packet.bytes));
    }
    collect();
    ASSERT_TRUE(tracks_);
    const auto& samples = samples_[2];
    ASSERT_EQ(samples.size(), stream.packets.size()) << four_cc;
    EXPECT_NEAR(decoded(2), how.second, 4'000) << four_cc;
    for (std::size_t i = 1; i < samples.size(); ++i) {
      EXPECT_NEAR(static_cast<double>((samples[i].dts - samples[i - 1].dts).count()),
                  static_cast<double>(samples[i - 1].duration.count()), 1)
          << four_cc;
    }
  }
}

TEST_F(RealCodecsTest, ALadderOfSeveralCodecsIsDecodable) {
  const std::vector<CodedStream> streams = {
      encode("testsrc2=s=320x180:r=25", kHevc),
      encode("testsrc2=s=640x360:r=25", "-c:v libx264 -preset ultrafast -g 25 -bf 2 -pix_fmt yuv420p"),
      encode("testsrc2=s=160x90:r=25", "-c:v libsvtav1 -preset 12 -g 25 -pix_fmt yuv420p")};
  const std::vector<std::string_view> four_ccs = {"hvc1", "avc1", "av01"};
  std::vector<TrackBody> configs;
  for (std::uint8_t i = 0; i < 3; ++i) configs.push_back({i, four_ccs[i], streams[i].config});
  send(9, 0, multitrack(video_head(true), true, kManyTracksManyCodecs, kSequenceStart, configs));
  for (std::size_t at = 0; at < 50; ++at) {
    std::vector<TrackBody> bodies;
    for (std::uint8_t i = 0; i < 3; ++i) {
      const auto& packet = streams[i].packets.at(at);
      bodies.push_back(
          {i, four_ccs[i],
           i == 2 ? packet.bytes : composed(static_cast<std::int32_t>(packet.pts - packet.dts), packet.bytes)});
    }
    send(9, static_cast<std::int64_t>(at) * 40 + 1000,
         multitrack(video_head(at == 0), true, kManyTracksManyCodecs, kCodedFrames, bodies));
  }
  collect();
  ASSERT_EQ(tracks_->tracks.size(), 3U);
  EXPECT_EQ(tracks_->tracks[0].width, 640);
  EXPECT_EQ(tracks_->tracks[2].width, 160);
  for (const std::uint32_t track : {1U, 3U, 5U}) EXPECT_EQ(decoded(track), 50) << track;
}

}  // namespace
}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
#include "encoded_programme.hpp"

#include <grandstand/media/audio_transcoder.hpp>

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace grandstand::media {
namespace {

using namespace std::chrono_literals;

std::vector<Sample> transcode_all(AudioTranscoder& transcoder, const std::vector<Sample>& samples) {
  std::vector<Sample> all;
  for (const auto& sample : samples) {
    auto ready = transcoder.transcode(sample);
    EXPECT_TRUE(ready) << ready.error().message;
    if (!ready) continue;
    for (auto& frame : *ready) all.push_back(std::move(frame));
  }
  return all;
}

// Root mean square of the left channel of what the AAC frames decode to, without the first ones.
double loudness(const Track& track, const std::vector<Sample>& samples) {
  const auto* const codec = avcodec_find_decoder(AV_CODEC_ID_AAC);
  auto* context = avcodec_alloc_context3(codec);
  context->extradata =
      static_cast<std::uint8_t*>(av_mallocz(track.decoder_config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  std::copy_n(track.decoder_config.data(), track.decoder_config.size(), context->extradata);
  context->extradata_size = static_cast<int>(track.decoder_config.size());
  EXPECT_GE(avcodec_open2(context, codec, nullptr), 0);
  auto* frame = av_frame_alloc();
  auto* packet = av_packet_alloc();
  double sum = 0;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    av_new_packet(packet, static_cast<int>(samples[i].data.size()));
    std::copy_n(samples[i].data.data(), samples[i].data.size(), packet->data);
    EXPECT_GE(avcodec_send_packet(context, packet), 0);
    av_packet_unref(packet);
    EXPECT_GE(avcodec_receive_frame(context, frame), 0);
    EXPECT_EQ(frame->nb_samples, 1024);
    EXPECT_EQ(frame->ch_layout.nb_channels, 2);
    for (int n = 0; i > 4 && n < frame->nb_samples; ++n, ++count) {
      sum += std::pow(reinterpret_cast<const float*>(frame->data[0])[n], 2);
    }
  }
  av_packet_free(&packet);
  av_frame_free(&frame);
  avcodec_free_context(&context);
  return std::sqrt(sum / static_cast<double>(count));
}

class Transcoding : public testing::TestWithParam<const char*> {};

TEST_P(Transcoding, GivesStereoAacOfTheSameSoundAtTheSameTimes) {
  const auto programme = test::encode_programme(3, "", GetParam());
  const auto& input = programme.tracks->tracks.front();
  auto transcoder = AudioTranscoder::create(input);
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  const auto& output = (*transcoder)->output();
  EXPECT_EQ(output.id, input.id);
  EXPECT_EQ(output.codec, Codec::kAac);
  EXPECT_EQ(output.channels, 2);
  EXPECT_EQ(output.sample_rate, input.sample_rate == 44'100 ? 44'100 : 48'000);
  EXPECT_FALSE(output.decoder_config.empty());

  const auto frames = transcode_all(**transcoder, programme.samples);
  const double expected = 3.0 * output.sample_rate / 1024;
  EXPECT_NEAR(static_cast<double>(frames.size()), expected, 4);
  // The encoder's own delay is one frame.
  EXPECT_NEAR(std::chrono::duration<double>(frames.front().pts - programme.samples.front().pts).count(),
              -1024.0 / output.sample_rate, 0.002);
  for (std::size_t i = 1; i < frames.size(); ++i) {
    EXPECT_NEAR(static_cast<double>((frames[i].pts - frames[i - 1].pts).count()), 1024.0 * 90'000 / output.sample_rate,
                1);
    EXPECT_EQ(frames[i].track, input.id);
  }
  // The tone of ffmpeg's sine source: amplitude 1/8, kept or reduced by mixing.
  const double level = loudness(output, frames);
  EXPECT_GT(level, 0.03);
  EXPECT_LT(level, 0.15);
}

INSTANTIATE_TEST_SUITE_P(Formats, Transcoding,
                         testing::Values("-c:a mp2 -ac 2", "-c:a mp2 -ac 1 -ar 44100", "-c:a ac3 -ac 2",
                                         "-c:a mp2 -ar 32000", "-c:a ac3 -ac 6", "-c:a eac3 -ac 6"));

TEST(AudioTranscoder, RestartsItsClockAtAJump) {
  const auto programme = test::encode_programme(2, "", "-c:a mp2");
  auto transcoder = AudioTranscoder::create(programme.tracks->tracks.front());
  ASSERT_TRUE(transcoder);
  auto samples = programme.samples;
  const auto jump = samples.size() / 2;
  for (std::size_t i = jump; i < samples.size(); ++i) {
    samples[i].dts += 1h;
    samples[i].pts += 1h;
  }
  const auto frames = transcode_all(**transcoder, samples);
  std::size_t jumps = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const auto step = frames[i].pts - frames[i - 1].pts;
    if (step == MediaTime{1920}) continue;
    ++jumps;
    EXPECT_NEAR(std::chrono::duration<double>(frames[i].pts - samples[jump].pts).count(), -1024.0 / 48'000, 0.001);
  }
  EXPECT_EQ(jumps, 1u);
}

TEST(AudioTranscoder, ReportsADamagedFrameAndGoesOn) {
  const auto programme = test::encode_programme(2, "", "-c:a ac3");
  auto transcoder = AudioTranscoder::create(programme.tracks->tracks.front());
  ASSERT_TRUE(transcoder);
  std::size_t frames = 0;
  for (std::size_t i = 0; i < programme.samples.size(); ++i) {
    auto sample = programme.samples[i];
    if (i == 20) sample.data = SharedBytes(std::string(300, 'x'));
    auto ready = (*transcoder)->transcode(sample);
    if (i == 20) {
      ASSERT_FALSE(ready);
      EXPECT_EQ(ready.error().code, ErrorCode::kInvalidArgument);
      EXPECT_NE(ready.error().message.find("damaged"), std::string::npos);
      continue;
    }
    ASSERT_TRUE(ready) << ready.error().message;
    frames += ready->size();
  }
  EXPECT_GT(frames, 80u);
}

TEST(AudioTranscoder, RefusesWhatItIsNotFor) {
  Track track;
  track.id = 7;
  track.codec = Codec::kAac;
  const auto transcoder = AudioTranscoder::create(track);
  ASSERT_FALSE(transcoder);
  EXPECT_EQ(transcoder.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(transcoder.error().message.find("expected mp2, ac3 or eac3"), std::string::npos);
}

}  // namespace
}  // namespace grandstand::media

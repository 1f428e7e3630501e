// SPDX-License-Identifier: MIT
// The demuxer against streams that ffmpeg makes, and against what ffprobe finds in them.
#include "media_files.hpp"
#include "recording_sink.hpp"
#include "ts_demuxer.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using media::Codec;

struct Expected {
  int count = 0;
  std::vector<long long> pts;
};

// Packets by PID, as ffprobe counts them.
std::map<std::uint32_t, Expected> probe(const std::string& path) {
  std::map<int, std::uint32_t> pids;
  std::istringstream streams(output_of("ffprobe -v error -show_entries stream=index,id -of csv=p=0 " + path));
  for (std::string line; std::getline(streams, line);) {
    const auto comma = line.find(',');
    if (comma != std::string::npos)
      pids[std::stoi(line)] = static_cast<std::uint32_t>(std::stoul(line.substr(comma + 1), nullptr, 16));
  }
  std::map<std::uint32_t, Expected> found;
  std::istringstream packets(output_of("ffprobe -v error -show_entries packet=stream_index,pts -of csv=p=0 " + path));
  for (std::string line; std::getline(packets, line);) {
    const auto comma = line.find(',');
    if (comma == std::string::npos) continue;
    Expected& expected = found[pids[std::stoi(line)]];
    ++expected.count;
    expected.pts.push_back(std::stoll(line.substr(comma + 1)));
  }
  return found;
}

struct Form {
  const char* name;
  const char* encoders;
  Codec video;
  Codec audio;
  bool interlaced = false;
};

class RealStream : public testing::TestWithParam<Form> {};

TEST_P(RealStream, GivesThePacketsThatFfprobeFinds) {
  if (!have_ffmpeg()) GTEST_SKIP() << "ffmpeg is not installed";
  TempFolder folder;
  const std::string path = folder.path() + "/a.ts";
  ASSERT_TRUE(make_media(path, 4, GetParam().encoders));
  const auto expected = probe(path);
  ASSERT_EQ(expected.size(), 2u);

  std::ifstream in(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(in)), {});
  RecordingSink sink;
  TsDemuxer demuxer(std::nullopt, sink);
  demuxer.push({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  demuxer.finish();

  ASSERT_EQ(sink.tracks.size(), 1u);
  EXPECT_TRUE(sink.discontinuities.empty());
  EXPECT_EQ(demuxer.counts().continuity_errors, 0u);
  for (const media::Track& track : sink.tracks[0]->tracks) {
    const auto samples = sink.of(track.id);
    const auto found = expected.find(track.id);
    ASSERT_NE(found, expected.end());
    EXPECT_EQ(samples.size(), static_cast<std::size_t>(found->second.count)) << media::to_string(track.codec);
    for (std::size_t i = 0; i < std::min(samples.size(), found->second.pts.size()); ++i) {
      ASSERT_NEAR(static_cast<double>(samples[i].pts.count()), static_cast<double>(found->second.pts[i]), 1) << i;
      ASSERT_GE(samples[i].pts, samples[i].dts);
    }
    if (track.kind() == media::TrackKind::kVideo) {
      EXPECT_EQ(track.codec, GetParam().video);
      EXPECT_EQ(track.width, 320);
      EXPECT_EQ(track.height, 180);
      EXPECT_DOUBLE_EQ(track.frame_rate, 25);
      EXPECT_EQ(track.interlaced, GetParam().interlaced);
      EXPECT_TRUE(samples[0].key);
      EXPECT_NEAR(static_cast<double>(std::ranges::count_if(samples, [](const auto& s) { return s.key; })), 4, 1)
          << "one each second";
    } else {
      EXPECT_EQ(track.codec, GetParam().audio);
      EXPECT_EQ(track.sample_rate, 48'000);
      EXPECT_EQ(track.channels, 2);
      EXPECT_EQ(track.decoder_config.empty(), track.codec != Codec::kAac && track.codec != Codec::kOpus);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, RealStream,
    testing::Values(
        Form{"h264_aac", "-c:v libx264 -g 25 -sc_threshold 0 -bf 2 -c:a aac", Codec::kH264, Codec::kAac},
        Form{"h264_mp2", "-c:v libx264 -g 25 -sc_threshold 0 -c:a mp2", Codec::kH264, Codec::kMp2},
        Form{"h264_ac3", "-c:v libx264 -g 25 -sc_threshold 0 -c:a ac3", Codec::kH264, Codec::kAc3},
        Form{"hevc_aac", "-c:v libx265 -x265-params log-level=none:keyint=25 -c:a aac", Codec::kHevc, Codec::kAac},
        Form{"h264_interlaced_eac3",
             "-c:v libx264 -g 25 -sc_threshold 0 -flags +ilme+ildct -x264-params tff=1 -c:a eac3", Codec::kH264,
             Codec::kEac3, true},
        Form{"mpeg2_mp2", "-c:v mpeg2video -g 25 -bf 2 -sc_threshold 1000000000 -c:a mp2", Codec::kMpeg2Video,
             Codec::kMp2},
        Form{"mpeg2_interlaced_opus", "-c:v mpeg2video -g 25 -sc_threshold 1000000000 -flags +ilme+ildct -c:a libopus",
             Codec::kMpeg2Video, Codec::kOpus, true}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace grandstand::ingest

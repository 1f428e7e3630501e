// SPDX-License-Identifier: MIT
// What real clients sent, byte for byte: tests/fuzz/seeds/rtmp/ (the first byte of each is for the fuzzer).
#include "flv_demuxer.hpp"
#include "rtmp_script.hpp"
#include "rtmp_session.hpp"
#include "test_paths.hpp"

#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

ByteList recording(const std::string& name) {
  std::ifstream file(std::string(GRANDSTAND_SOURCE_DIR) + "/tests/fuzz/seeds/rtmp/" + name, std::ios::binary);
  file.get();
  return ByteList(std::istreambuf_iterator<char>(file), {});
}

struct Owner final : RtmpSessionOwner {
  RtmpPublishAnswer on_publish(const RtmpPublishName& name) override {
    EXPECT_EQ(name.channel, "news");
    EXPECT_EQ(name.key, "s3cret");
    return {true, {}, {}};
  }
  void on_publish_refused() override { ++refused; }
  void on_media(RtmpMessage message) override { demuxer.push(std::move(message)); }
  void on_unpublish() override { ++unpublished; }

  FlvDemuxer demuxer;
  int refused = 0;
  int unpublished = 0;
};

std::string summary(const std::string& name, unsigned seed) {
  std::mt19937 random(seed);
  Owner owner;
  RtmpSession session(1u << 20, 1, owner);
  const ByteList bytes = recording(name);
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t piece = std::min<std::size_t>(bytes.size() - at, 1 + random() % (seed % 3 == 0 ? 3 : 3000));
    const Status status = session.feed(std::span(bytes).subspan(at, piece));
    if (!status) return status.error().message;
    at += piece;
  }
  int tracks = 0;
  int video = 0;
  int audio = 0;
  int others = 0;
  media::MediaTime last{-1};
  for (const FlvOutput& output : owner.demuxer.take()) {
    if (output.kind == FlvOutput::Kind::kTracks) ++tracks;
    if (output.kind == FlvOutput::Kind::kDiscontinuity || output.kind == FlvOutput::Kind::kProblem) ++others;
    if (output.kind != FlvOutput::Kind::kSample) continue;
    ++(output.sample.track == FlvDemuxer::kVideoTrack ? video : audio);
    last = std::max(last, output.sample.dts);
  }
  return "tracks " + std::to_string(tracks) + " video " + std::to_string(video) + " audio " + std::to_string(audio) +
         " others " + std::to_string(others) + " seconds " + std::to_string(last.count() / 90'000) + " refused " +
         std::to_string(owner.refused) + " unpublished " + std::to_string(owner.unpublished);
}

TEST(RtmpRecordings, AreUnderstoodHoweverTheyAreCut) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(summary("ffmpeg", seed), "tracks 1 video 25 audio 21 others 0 seconds 2 refused 0 unpublished 1");
    EXPECT_EQ(summary("ffmpeg_extended", seed),
              "tracks 1 video 25 audio 21 others 0 seconds 16779 refused 0 unpublished 1");
    EXPECT_EQ(summary("gstreamer", seed), "tracks 1 video 25 audio 21 others 0 seconds 2 refused 0 unpublished 1");
    EXPECT_EQ(summary("librtmp", seed), "tracks 1 video 25 audio 21 others 0 seconds 2 refused 0 unpublished 1");
    EXPECT_EQ(summary("ffprobe", seed), "tracks 0 video 0 audio 0 others 0 seconds 0 refused 1 unpublished 0");
  }
}

}  // namespace
}  // namespace grandstand::ingest

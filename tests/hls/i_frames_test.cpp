// SPDX-License-Identifier: MIT
// Playlists of I-frames: ffmpeg must decode what they name, picture by picture.
#include "encoded_programme.hpp"
#include "published_media.hpp"
#include "sample_builder.hpp"

#include <grandstand/hls/segment_cipher.hpp>

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;

constexpr UtcTime kStarted{std::chrono::seconds{1'763'712'055}};

UtcTime date_of(MediaTime time) {
  return kStarted + std::chrono::duration_cast<std::chrono::microseconds>(time);
}

Settings with_parts(bool parts) {
  Settings settings;
  settings.low_latency = parts;
  return settings;
}

// "<name>"[, "<length>@<offset>"] as bytes.
SharedBytes bytes_of(const ChannelSnapshot& snapshot, const std::string& path, const std::string& range) {
  const auto whole = test::fetch(snapshot, path);
  if (range.empty()) return whole;
  const auto at = range.find('@');
  return whole.slice(std::stoul(range.substr(at + 1)), std::stoul(range.substr(0, at)));
}

// An entry, as a player gets it: with what EXT-X-MAP names before it.
struct Entry {
  test::ListedSegment listed;
  std::vector<SharedBytes> bytes;
};

std::vector<Entry> i_frames(const ChannelSnapshot& snapshot, const std::string& folder) {
  const auto resource = snapshot.find(folder + "/iframes.m3u8");
  if (!resource) return {};
  const std::string text(resource->body.view());
  const auto playlist = test::parse_media_playlist(text);
  EXPECT_EQ(playlist.version, 5);
  EXPECT_NE(text.find("#EXT-X-I-FRAMES-ONLY\n"), std::string::npos);
  for (const auto* const tag : {"EXT-X-PART", "EXT-X-SERVER-CONTROL", "EXT-X-PRELOAD-HINT"}) {
    EXPECT_EQ(text.find(tag), std::string::npos) << tag;
  }
  std::vector<Entry> entries;
  std::istringstream lines(text);
  std::string map, map_range, range;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#EXT-X-MAP:")) {
      map = test::attribute(line, "URI");
      map_range = test::attribute(line, "BYTERANGE");
    }
    if (line.starts_with("#EXT-X-BYTERANGE:")) range = line.substr(17);
    if (line.empty() || line.front() == '#') continue;
    Entry entry{playlist.segments.at(entries.size()), {}};
    EXPECT_EQ(range.empty(), entry.listed.gap);
    if (!range.empty()) {
      entry.bytes.push_back(bytes_of(snapshot, folder + "/" + map, map_range));
      entry.bytes.push_back(bytes_of(snapshot, folder + "/" + line, range));
    }
    range.clear();
    entries.push_back(std::move(entry));
  }
  return entries;
}

// One line per decoded picture, with its hash.
std::string decoded_pictures(const std::filesystem::path& file, const std::string& options) {
  const auto outcome = test::run_command("ffmpeg -nostdin -v quiet -i " + file.string() + " -map 0:v " + options +
                                         " -fps_mode passthrough -f framemd5 - | grep -v '^#' | sed 's/.*, *//'");
  return outcome.output;
}

struct IFrameCase {
  const char* video;
  bool parts;
};
class IFramesOf : public testing::TestWithParam<IFrameCase> {};

TEST_P(IFramesOf, BothContainersDecodeToTheFirstPictureOfEachSegmentAndNothingElse) {
  const auto programme = test::encode_programme(5, GetParam().video, "-c:a aac");
  ops::Metrics metrics;
  Packager packager(ChannelId{"news"}, with_parts(GetParam().parts), kStarted, metrics);
  ASSERT_TRUE(packager.set_tracks(programme.tracks, {}));
  for (auto sample : programme.samples) {
    sample.dts += 10s;
    sample.pts += 10s;
    packager.add(sample, date_of(sample.pts));
  }
  packager.flush();
  const auto snapshot = packager.snapshot();
  const test::ScratchDirectory scratch;
  for (const std::string folder : {"fmp4", "ts"}) {
    const auto media = test::read_media_playlist(*snapshot, folder);
    const auto entries = i_frames(*snapshot, folder);
    ASSERT_EQ(entries.size(), media.segments.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto& listed = entries[i].listed;
      const auto& segment = media.segments[i];
      EXPECT_EQ(listed.sequence, segment.sequence);
      EXPECT_EQ(listed.date, segment.date);
      EXPECT_EQ(listed.duration, segment.duration);
      EXPECT_EQ(listed.uri, segment.uri);
      ASSERT_EQ(entries[i].bytes.size(), 2u);
      std::vector<SharedBytes> whole;
      if (!segment.map.empty()) whole.push_back(test::fetch(*snapshot, folder + "/" + segment.map));
      whole.push_back(test::fetch(*snapshot, folder + "/" + segment.uri));
      EXPECT_LT(entries[i].bytes.back().size(), whole.back().size() / 2);
      test::write_file(scratch.file("whole"), whole);
      test::write_file(scratch.file("alone"), entries[i].bytes);
      const auto picture = decoded_pictures(scratch.file("alone"), "");
      EXPECT_EQ(std::count(picture.begin(), picture.end(), '\n'), 1) << folder << " " << i;
      EXPECT_EQ(picture, decoded_pictures(scratch.file("whole"), "-frames:v 1")) << folder << " " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, IFramesOf,
    testing::Values(IFrameCase{"-c:v libx264 -preset veryfast -bf 3 -g 50", true},
                    IFrameCase{"-c:v libx264 -preset ultrafast -g 25", false},
                    IFrameCase{"-c:v libx265 -preset ultrafast -x265-params log-level=error:keyint=50 -tag:v hvc1",
                               true}));

class IFrames : public testing::Test {
 protected:
  void set_tracks(std::vector<media::Track> tracks) {
    ASSERT_TRUE(packager.set_tracks(test::track_set(std::move(tracks)), {}));
  }
  void play(const test::ProgrammeShape& shape) {
    for (const auto& sample : test::programme(shape)) packager.add(sample, date_of(sample.pts));
  }
  std::string index(const std::string& name) {
    const auto resource = packager.snapshot()->find(name);
    return resource ? std::string(resource->body.view()) : "";
  }
  ops::Metrics metrics;
  Packager packager{ChannelId{"news"}, Settings{}, kStarted, metrics};
};

TEST_F(IFrames, AreListedWithTheirOwnBandwidthAndCodec) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 21s});
  for (const auto& [name, folder] : {std::pair{"index.m3u8", "fmp4"}, std::pair{"index-ts.m3u8", "ts"}}) {
    std::istringstream lines(index(name));
    std::string variant, found;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("#EXT-X-STREAM-INF:")) variant = line;
      if (line.starts_with("#EXT-X-I-FRAME-STREAM-INF:")) found = line;
    }
    EXPECT_EQ(test::attribute(found, "URI"), std::string(folder) + "/iframes.m3u8");
    EXPECT_EQ(test::attribute(found, "CODECS") + ",mp4a.40.2", test::attribute(variant, "CODECS"));
    EXPECT_EQ(test::attribute(found, "RESOLUTION"), test::attribute(variant, "RESOLUTION"));
    EXPECT_EQ(found.find("FRAME-RATE"), std::string::npos);
    const auto bandwidth = std::stoul(test::attribute(found, "BANDWIDTH"));
    EXPECT_GT(bandwidth, 0u);
    EXPECT_GE(bandwidth, std::stoul(test::attribute(found, ",AVERAGE-BANDWIDTH")));
    EXPECT_LT(bandwidth, std::stoul(test::attribute(variant, "BANDWIDTH")) / 2);
  }
}

TEST_F(IFrames, AreMissingWhereASegmentBeginsWithoutAKeyFrame) {
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 21s, .gop = 175});
  const auto snapshot = packager.snapshot();
  const auto entries = i_frames(*snapshot, "ts");
  const auto media = test::read_media_playlist(*snapshot, "ts");
  ASSERT_EQ(entries.size(), media.segments.size());
  const auto gaps = std::count_if(entries.begin(), entries.end(), [](const Entry& entry) { return entry.listed.gap; });
  EXPECT_GT(gaps, 0);
  EXPECT_LT(gaps, static_cast<std::ptrdiff_t>(entries.size()));
  EXPECT_FALSE(entries.front().listed.gap);
}

TEST_F(IFrames, AreNotMadeOfSound) {
  set_tracks({test::aac_track()});
  play({.length = 21s, .video = false});
  EXPECT_EQ(index("fmp4/iframes.m3u8"), "");
  EXPECT_EQ(index("index.m3u8").find("I-FRAME"), std::string::npos) << index("index.m3u8");
}

TEST_F(IFrames, AreNotMadeOfEncryptedSegments) {
  packager.set_cipher(std::make_shared<SegmentCipher>(ChannelId{"news"}, std::string(32, 's'), 10, kStarted));
  set_tracks({test::avc_track(), test::aac_track()});
  play({.length = 21s});
  EXPECT_NE(index("fmp4/media.m3u8"), "");
  EXPECT_EQ(index("fmp4/iframes.m3u8"), "");
  EXPECT_EQ(index("index.m3u8").find("I-FRAME"), std::string::npos);
}

}  // namespace
}  // namespace grandstand::hls

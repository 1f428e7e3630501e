// SPDX-License-Identifier: MIT
#include "encoded_programme.hpp"

#include <grandstand/media/ffmpeg_log.hpp>
#include <grandstand/media/video_transcoder.hpp>

#include <map>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;

constexpr const char* kPictures = "-c:v libx264 -preset ultrafast -bf 2 -g 10 -pix_fmt yuv420p";

VideoLadder two_rungs() {
  silence_ffmpeg();
  VideoLadder ladder;
  ladder.rungs = {{.height = 144, .bit_rate = 200'000}, {.height = 72, .bit_rate = 80'000}};
  ladder.preset = "ultrafast";
  return ladder;
}

// Pictures that move, field by field.
test::EncodedProgramme interlaced_programme(const std::string& codec) {
  const test::ScratchDirectory scratch;
  const auto path = scratch.file("interlaced.mp4");
  const auto outcome = test::run_command(
      "ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=352x288:rate=50 -t 2 -vf tinterlace=interleave_top "
      "-pix_fmt yuv420p -flags +ildct+ilme -aspect 16:9 " +
      codec + " " + path.string());
  if (outcome.status != 0) throw std::runtime_error(outcome.output);
  return test::read_programme(path);
}

struct Output {
  std::map<std::uint32_t, std::vector<Sample>> samples;  // by track
  int damaged = 0;
  int changes = 0;
};

void take(Output& output, Result<VideoTranscoder::Ready> ready) {
  ASSERT_TRUE(ready) << ready.error().message;
  for (auto& sample : ready->samples) output.samples[sample.track].push_back(std::move(sample));
  output.damaged += ready->damaged;
  output.changes += ready->outputs_changed ? 1 : 0;
}

Output transcode_all(VideoTranscoder& transcoder, const std::vector<Sample>& samples) {
  Output output;
  for (const auto& sample : samples) take(output, transcoder.transcode(sample));
  take(output, transcoder.drain());
  return output;
}

std::vector<MediaTime> key_times(const std::vector<Sample>& samples) {
  std::vector<MediaTime> times;
  for (const auto& sample : samples) {
    if (sample.key) times.push_back(sample.pts);
  }
  return times;
}

std::vector<SharedBytes> bodies(const std::vector<Sample>& samples) {
  std::vector<SharedBytes> parts;
  for (const auto& sample : samples) parts.push_back(sample.data);
  return parts;
}

// What ffmpeg's own decoder and its `filter` say of the pictures.
std::string examined(const std::vector<Sample>& samples, const std::string& filter) {
  const test::ScratchDirectory scratch;
  const auto path = scratch.file("out.h264");
  test::write_file(path, bodies(samples));
  const auto outcome =
      test::run_command("ffmpeg -nostdin -v info -i " + path.string() + " -vf " + filter + " -f null -");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  return outcome.output;
}

// How many pictures ffmpeg's idet finds: interlaced, progressive.
std::pair<int, int> fields_of(const std::vector<Sample>& samples) {
  const auto text = examined(samples, "idet");
  std::smatch found;
  const std::regex line(R"(Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+))");
  EXPECT_TRUE(std::regex_search(text, found, line)) << text;
  return {std::stoi(found[1]) + std::stoi(found[2]), std::stoi(found[3])};
}

TEST(VideoTranscoder, EachRungHasItsKeyFramesExactlyAtThoseOfTheSource) {
  const auto programme = test::encode_programme(3, kPictures, "");
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], two_rungs());
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  const auto& outputs = (*transcoder)->outputs();
  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_EQ(outputs[0].width, 256);
  EXPECT_EQ(outputs[0].height, 144);
  EXPECT_EQ(outputs[0].derived_from, 256u);
  EXPECT_EQ(outputs[0].id, 0x10100u);
  EXPECT_EQ(outputs[1].width, 128);
  EXPECT_FALSE(outputs[1].decoder_config.empty());

  const auto output = transcode_all(**transcoder, programme.samples);
  EXPECT_EQ(output.damaged, 0);
  EXPECT_EQ(output.changes, 0);
  std::set<MediaTime> times;
  for (const auto& sample : programme.samples) times.insert(sample.pts);
  for (const auto& track : outputs) {
    const auto& samples = output.samples.at(track.id);
    EXPECT_EQ(samples.size(), programme.samples.size());
    EXPECT_EQ(key_times(samples), key_times(programme.samples));
    EXPECT_TRUE(
        std::is_sorted(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.dts < b.dts; }));
    for (const auto& sample : samples) {
      EXPECT_EQ(sample.dts, sample.pts);
      EXPECT_TRUE(times.contains(sample.pts));
      if (sample.key) {
        EXPECT_THAT(sample.data.view(), HasSubstr(track.decoder_config.view())) << "parameter sets before each";
      }
    }
    EXPECT_THAT(examined(samples, "null"), HasSubstr("frame=   75"));
  }
}

TEST(VideoTranscoder, InterlacedMpeg2BecomesProgressive) {
  const auto programme = interlaced_programme("-c:v mpeg2video -b:v 2M -g 12 -bf 2");
  const auto& track = programme.tracks->tracks[0];
  ASSERT_EQ(track.codec, Codec::kMpeg2Video);
  auto ladder = two_rungs();
  ladder.rungs = {{.height = 288, .bit_rate = 900'000}};
  for (const auto deinterlace : {Deinterlace::kFrames, Deinterlace::kFields, Deinterlace::kOff}) {
    ladder.deinterlace = deinterlace;
    auto transcoder = VideoTranscoder::create(track, ladder);
    ASSERT_TRUE(transcoder) << transcoder.error().message;
    EXPECT_EQ((*transcoder)->outputs()[0].width, 512) << "square pixels";
    const auto output = transcode_all(**transcoder, programme.samples);
    EXPECT_EQ(output.changes, 0);
    const auto& samples = output.samples.begin()->second;
    const auto [interlaced, progressive] = fields_of(samples);
    if (deinterlace == Deinterlace::kOff) {
      EXPECT_GT(interlaced, 30);
    } else {
      EXPECT_LT(interlaced, 8);
      EXPECT_GT(progressive, 30);
    }
    const auto pictures = deinterlace == Deinterlace::kFields ? 2 * programme.samples.size() : programme.samples.size();
    EXPECT_NEAR(static_cast<double>(samples.size()), static_cast<double>(pictures), 2);
    EXPECT_EQ(key_times(samples), key_times(programme.samples));
  }
}

TEST(VideoTranscoder, ProgressivePicturesPassTheDeinterlacerAsTheyAre) {
  const auto programme = test::encode_programme(1, kPictures, "");
  auto ladder = two_rungs();
  ladder.deinterlace = Deinterlace::kFields;
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], ladder);
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  const auto output = transcode_all(**transcoder, programme.samples);
  EXPECT_EQ(output.samples.begin()->second.size(), programme.samples.size());
}

TEST(VideoTranscoder, DamagedInputCostsOnlyItself) {
  const auto programme = test::encode_programme(3, kPictures, "");
  auto samples = programme.samples;
  for (std::size_t i = 13; i < 17; ++i) samples[i].data = SharedBytes(std::string(700, static_cast<char>(i)));
  std::string torn(samples[25].data.view());
  for (std::size_t i = torn.size() / 2; i < torn.size(); ++i) torn[i] = static_cast<char>(i * 37);
  samples[25].data = SharedBytes(torn);
  samples[31].data = SharedBytes();
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], two_rungs());
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  const auto output = transcode_all(**transcoder, samples);
  EXPECT_GE(output.damaged, 5);
  const auto& rung = output.samples.begin()->second;
  EXPECT_GT(rung.size(), samples.size() - 20);
  const auto keys = key_times(rung);
  const auto expected = key_times(programme.samples);
  for (const auto& key : {expected[0], expected[1], expected[4], expected[5]}) {
    EXPECT_THAT(keys, testing::Contains(key));
  }
}

TEST(VideoTranscoder, ALostKeyPictureMovesToTheNextOne) {
  const auto programme = test::encode_programme(2, "-c:v mpeg2video -g 10 -bf 0 -sc_threshold 0 -b:v 1M", "");
  auto samples = programme.samples;
  samples[10].data = SharedBytes();
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], two_rungs());
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  const auto output = transcode_all(**transcoder, samples);
  EXPECT_THAT(key_times(output.samples.begin()->second),
              ElementsAre(samples[0].pts, samples[11].pts, samples[20].pts, samples[30].pts, samples[40].pts));
}

TEST(VideoTranscoder, AJumpOfTheTimestampsRestartsAtTheNextKeyFrame) {
  const auto programme = test::encode_programme(1, kPictures, "");
  auto samples = programme.samples;
  for (const auto shift : {MediaTime{90'000 * 100}, MediaTime{90'000 * 50}}) {
    for (auto sample : programme.samples) {
      sample.dts += shift;
      sample.pts += shift;
      samples.push_back(sample);
    }
  }
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], two_rungs());
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  const auto output = transcode_all(**transcoder, samples);
  EXPECT_EQ(key_times(output.samples.begin()->second), key_times(samples));
  EXPECT_EQ(output.samples.begin()->second.size(), samples.size());
}

TEST(VideoTranscoder, PicturesOfAnotherShapeReopenTheEncoders) {
  const auto wide = test::encode_programme(1, kPictures, "");
  const auto narrow = test::encode_programme(1, std::string(kPictures) + " -vf scale=240:180,setsar=1", "");
  auto transcoder = VideoTranscoder::create(wide.tracks->tracks[0], two_rungs());
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  auto samples = wide.samples;
  for (auto sample : narrow.samples) {
    sample.dts += MediaTime{90'000};
    sample.pts += MediaTime{90'000};
    samples.push_back(sample);
  }
  const auto output = transcode_all(**transcoder, samples);
  EXPECT_EQ(output.changes, 1);
  EXPECT_EQ((*transcoder)->outputs()[0].width, 192);
  EXPECT_EQ(key_times(output.samples.begin()->second), key_times(samples));
}

TEST(VideoTranscoder, ARungThatIsLeftOutComesBackAtAKeyFrame) {
  const auto programme = test::encode_programme(3, kPictures, "");
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], two_rungs());
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  const auto high = (*transcoder)->outputs()[0].id;
  const auto low = (*transcoder)->outputs()[1].id;
  Output output;
  for (std::size_t i = 0; i < programme.samples.size(); ++i) {
    if (i == 25) (*transcoder)->keep({low});
    if (i == 45) (*transcoder)->keep({low, high});
    take(output, (*transcoder)->transcode(programme.samples[i]));
  }
  take(output, (*transcoder)->drain());
  EXPECT_THAT(output.samples[low].size(), Ge(programme.samples.size() - 2));
  const auto expected = key_times(programme.samples);
  EXPECT_THAT(key_times(output.samples[high]), testing::IsSubsetOf(expected));
  EXPECT_THAT(key_times(output.samples[high]), testing::Contains(expected.back()));
  EXPECT_LT(output.samples[high].size(), 60u);
}

TEST(VideoTranscoder, TheNextEncoderIsTakenWhenOneDoesNotOpen) {
  const auto programme = test::encode_programme(1, kPictures, "");
  auto ladder = two_rungs();
  ladder.encoders = {"h264_of_nobody", "libx264"};
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], ladder);
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  EXPECT_EQ((*transcoder)->encoder(), "libx264");
  EXPECT_THAT((*transcoder)->encoder_faults(), HasSubstr("h264_of_nobody"));
  ladder.encoders = {"h264_of_nobody"};
  const auto refused = VideoTranscoder::create(programme.tracks->tracks[0], ladder);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("h264_of_nobody"));
}

TEST(VideoTranscoder, RungsAboveTheSourceAreLeftOut) {
  const auto programme = test::encode_programme(1, kPictures, "");
  auto ladder = two_rungs();
  ladder.rungs.insert(ladder.rungs.begin(), {.height = 1080, .bit_rate = 5'000'000});
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], ladder);
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  ASSERT_EQ((*transcoder)->outputs().size(), 2u);
  EXPECT_EQ((*transcoder)->outputs()[0].id, 0x20100u) << "the id is of the rung, not of its place";
  ladder.rungs.resize(1);
  EXPECT_FALSE(VideoTranscoder::create(programme.tracks->tracks[0], ladder));
}

class VideoDecoding : public testing::TestWithParam<const char*> {};

TEST_P(VideoDecoding, OfThisCodecWorks) {
  const auto programme = test::encode_programme(1, GetParam(), "");
  auto ladder = two_rungs();
  auto transcoder = VideoTranscoder::create(programme.tracks->tracks[0], ladder);
  ASSERT_TRUE(transcoder) << transcoder.error().message;
  const auto output = transcode_all(**transcoder, programme.samples);
  EXPECT_EQ(output.samples.begin()->second.size(), programme.samples.size());
  EXPECT_EQ(key_times(output.samples.begin()->second), key_times(programme.samples));
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, VideoDecoding,
    testing::Values("-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10 -pix_fmt "
                    "yuv420p",
                    "-c:v libaom-av1 -cpu-used 8 -row-mt 1 -usage realtime -g 10 -pix_fmt yuv420p",
                    "-c:v mpeg2video -g 10 -bf 2"));

}  // namespace
}  // namespace grandstand::media

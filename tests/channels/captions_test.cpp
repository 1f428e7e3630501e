// SPDX-License-Identifier: MIT
// Captions on their way through a channel: out of pictures, and to WebVTT.
#include "caption_tracks.hpp"
#include "caption_writer.hpp"
#include "manual_clock.hpp"
#include "source_intake.hpp"
#include "ts_builder.hpp"

#include <grandstand/media/ffmpeg_log.hpp>

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using namespace caption_writer;
using media::Codec;

struct Listener : IntakeListener {
  void on_intake_tracks(SourceIntake& intake) override { tracks.push_back(intake.tracks()); }
  void on_intake_sample(SourceIntake&, media::Sample sample, bool) override { samples.push_back(std::move(sample)); }
  void on_intake_discontinuity(SourceIntake&, std::string) override {}
  void on_intake_cue(SourceIntake&, media::SpliceCue) override {}
  bool on_intake_events(SourceIntake&, media::EventInformation) override { return true; }
  std::vector<std::shared_ptr<const media::TrackSet>> tracks;
  std::vector<media::Sample> samples;
};

media::Sample picture(std::chrono::milliseconds at, const std::optional<CaptionBytes>& triplets) {
  ByteVector bytes = elementary::h264_delimiter();
  if (triplets) {
    const auto sei = h264_sei(*triplets);
    bytes.insert(bytes.end(), sei.begin(), sei.end());
  }
  const auto slice = elementary::h264_idr();
  bytes.insert(bytes.end(), slice.begin(), slice.end());
  media::Sample sample;
  sample.track = 256;
  sample.dts = sample.pts = at;
  sample.key = true;
  sample.data = SharedBytes(std::move(bytes));
  return sample;
}

std::shared_ptr<const media::TrackSet> pictures_only() {
  media::Track video;
  video.id = 256;
  video.codec = Codec::kH264;
  return std::make_shared<media::TrackSet>(media::TrackSet{{video}});
}

struct IntakeFixture {
  ManualClock clock;
  Listener listener;
  SourceIntake intake{ChannelId("news"),
                      "source 1",
                      FailoverSettings{},
                      ingest::FeedSettings{},
                      clock,
                      listener,
                      [](media::SampleSink&, ingest::SourceObserver&) -> Result<std::unique_ptr<ingest::Source>> {
                        return Error{ErrorCode::kUnavailable, "none"};
                      }};
};

TEST(CaptionsInPictures, BecomeATrackBeforeTheFirstPictureIsPassedOn) {
  IntakeFixture fixture;
  fixture.intake.on_tracks(pictures_only());
  fixture.intake.on_sample(picture(0ms, CaptionBytes{0xFC, 0x80, 0x80}));
  fixture.intake.on_sample(picture(40ms, cea608_text("Hi")));
  fixture.intake.on_sample(picture(80ms, std::nullopt));
  ASSERT_EQ(fixture.listener.tracks.size(), 2u);
  const auto& captions = fixture.listener.tracks[1]->tracks.at(1);
  EXPECT_EQ(captions.codec, Codec::kCea608);
  EXPECT_EQ(captions.page, 1);
  ASSERT_EQ(fixture.listener.samples.size(), 6u);
  EXPECT_EQ(fixture.listener.samples[0].track, 256u);
  EXPECT_EQ(fixture.listener.samples[1].track, captions.id);
  EXPECT_TRUE(fixture.listener.samples[1].data.empty());
  EXPECT_EQ(fixture.listener.samples[3].data.size(), 3u);
  EXPECT_TRUE(fixture.listener.samples[5].data.empty());
}

TEST(CaptionsInPictures, StayATrackWhenTheTracksAreToldAgain) {
  IntakeFixture fixture;
  fixture.intake.on_tracks(pictures_only());
  fixture.intake.on_sample(picture(0ms, cea608_text("Hi")));
  fixture.intake.on_tracks(pictures_only());
  EXPECT_EQ(*fixture.listener.tracks.at(2), *fixture.listener.tracks.at(1));
}

TEST(CaptionsInPictures, ServicesOfCea708BecomeTracksWithoutSamples) {
  IntakeFixture fixture;
  fixture.intake.on_tracks(pictures_only());
  for (int i = 0; i < 4; ++i) {
    fixture.intake.on_sample(picture(i * 40ms, dtvcc_packet({service_block(1, 4), service_block(8, 2)})));
  }
  ASSERT_EQ(fixture.listener.tracks.size(), 3u);
  EXPECT_EQ(fixture.listener.tracks[1]->tracks.size(), 2u);
  const auto& tracks = fixture.listener.tracks[2]->tracks;
  ASSERT_EQ(tracks.size(), 4u);
  EXPECT_EQ(media::cea708_service(tracks[1]), 0);
  EXPECT_EQ(media::cea708_service(tracks[2]), 1);
  EXPECT_EQ(media::cea708_service(tracks[3]), 8);
  EXPECT_NE(tracks[2].id, tracks[3].id);
  EXPECT_EQ(fixture.listener.samples.size(), 8u);
}

TEST(CaptionsInPictures, OfTheSecondFieldHaveATrackAndSamplesOfTheirOwn) {
  IntakeFixture fixture;
  fixture.intake.on_tracks(pictures_only());
  const auto second = odd_parity(0x15);
  const auto load = odd_parity(0x20);
  for (int i = 0; i < 3; ++i) fixture.intake.on_sample(picture(i * 40ms, CaptionBytes{0xFD, second, load}));
  ASSERT_EQ(fixture.listener.tracks.size(), 3u);
  const auto& tracks = fixture.listener.tracks.back()->tracks;
  ASSERT_EQ(tracks.size(), 3u);
  EXPECT_EQ(tracks[2].page, 3);
  EXPECT_TRUE(media::has_caption_decoder(tracks[2]));
  ASSERT_EQ(fixture.listener.samples.size(), 7u);
  EXPECT_EQ(fixture.listener.samples[5].track, tracks[1].id);
  EXPECT_EQ(fixture.listener.samples[6].track, tracks[2].id);
  EXPECT_EQ(fixture.listener.samples[6].data.size(), 3u);
}

TEST(CaptionsInPictures, AreNoTrackWhereThereAreNone) {
  IntakeFixture fixture;
  fixture.intake.on_tracks(pictures_only());
  fixture.intake.on_sample(picture(0ms, std::nullopt));
  EXPECT_EQ(fixture.listener.tracks.size(), 1u);
  EXPECT_EQ(fixture.listener.samples.size(), 1u);
}

TEST(CaptionTracks, MakeWebVttOfTeletextOnAThreadOfTheirOwn) {
  media::silence_ffmpeg();
  aio::Runtime runtime(1);
  ops::Metrics metrics;
  std::promise<media::Sample> first;
  std::unique_ptr<CaptionTracks> captions;
  runtime.start();
  runtime.loop(0).post([&] {
    captions = std::make_unique<CaptionTracks>(ChannelId("news"), runtime.loop(0), metrics,
                                               [&, told = false](media::Sample cue) mutable {
                                                 if (!cue.data.empty() && !std::exchange(told, true)) {
                                                   first.set_value(std::move(cue));
                                                 }
                                               });
    media::Track teletext;
    teletext.id = 300;
    teletext.codec = Codec::kTeletext;
    teletext.language = "ger";
    teletext.page = 150;
    media::Track subtitles;
    subtitles.id = 301;
    subtitles.codec = Codec::kDvbSubtitle;
    const media::TrackSet tracks{{teletext, subtitles}};
    const auto made = captions->set_tracks(tracks);
    ASSERT_EQ(made.size(), 1u);
    EXPECT_EQ(made[0].codec, Codec::kWebVtt);
    EXPECT_EQ(made[0].derived_from, 300u);
    EXPECT_EQ(made[0].language, "ger");
    EXPECT_EQ(captions->set_tracks(tracks), made);  // the same decoder goes on
    TeletextWriter writer;
    for (int tenth = 0; tenth < 60; ++tenth) {
      writer.header(tenth == 5 ? 150 : 100);
      if (tenth == 5) writer.row(150, 20, "Guten Abend");
      media::Sample sample;
      sample.track = 300;
      sample.pts = sample.dts = tenth * 100ms;
      sample.data = SharedBytes(writer.take());
      captions->push(sample);
    }
  });
  const auto cue = first.get_future().get();
  EXPECT_EQ(cue.data.view(), "Guten Abend");
  EXPECT_EQ(cue.track, 300u | 0x20'000u);
  EXPECT_EQ(cue.pts, media::MediaTime(600ms));
  runtime.loop(0).post([&] { captions.reset(); });
  runtime.stop();
  runtime.join();
  captions.reset();
}

}  // namespace
}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
// The archive behind the packager as it is: low latency, several renditions, both containers.
#include "recorded_channel.hpp"
#include "sample_builder.hpp"

#include <grandstand/hls/packager.hpp>

#include <deque>

#include <gmock/gmock.h>

namespace grandstand::dvr {
namespace {

using media::MediaTime;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr UtcTime kStarted{std::chrono::seconds{1'767'225'600}};  // where a ManualClock begins
constexpr std::uint32_t kLadder = 5'000;
constexpr std::uint32_t kText = 6'000;
constexpr std::uint32_t kSecondSound = 258;

UtcTime date_of(MediaTime time) {
  return kStarted + std::chrono::duration_cast<std::chrono::microseconds>(time - MediaTime{10s});
}

media::Track sound_track(std::uint32_t id, const std::string& language) {
  auto track = test::aac_track(id);
  track.language = language;
  return track;
}

class PackagedArchive : public testing::TestWithParam<bool> {
 protected:
  PackagedArchive() {
    Settings settings;
    settings.directory = folder_.path();
    settings.min_free = 0;
    auto opened = Archive::open(settings, clock_, metrics_);
    if (!opened) std::abort();
    archive_ = std::move(*opened);
    archive_->set_recordings({{ChannelId("news"), {std::chrono::hours(1), 0}}});
    archive_->drain();
    hls::Settings hls;
    hls.low_latency = GetParam();
    packager_ = std::make_unique<hls::Packager>(ChannelId("news"), hls, kStarted, metrics_);
    packager_->set_observer(archive_.get());
    auto small = test::avc_track();
    small.id = kLadder;
    small.width = 320;
    small.height = 180;
    small.derived_from = test::kVideoTrack;
    media::Track text;
    text.id = kText;
    text.codec = media::Codec::kWebVtt;
    text.language = "deu";
    const auto taken = packager_->set_tracks(
        test::track_set({test::avc_track(), sound_track(test::kAudioTrack, "eng"), sound_track(kSecondSound, "fra")}),
        {small, text});
    EXPECT_TRUE(taken);
  }

  // The ladder and the texts come later, as encoders make them.
  void play(MediaTime start, MediaTime length) {
    for (const auto& sample : test::programme({.start = start, .length = length})) {
      packager_->add(sample, date_of(sample.pts));
      if (sample.track == test::kAudioTrack) {
        auto other = sample;
        other.track = kSecondSound;
        packager_->add(other, date_of(other.pts));
        continue;
      }
      auto small = sample;
      small.track = kLadder;
      late_.push_back(small);
      media::Sample heartbeat;
      heartbeat.track = kText;
      heartbeat.dts = heartbeat.pts = sample.pts;
      late_.push_back(heartbeat);
      while (late_.front().pts + MediaTime{1'500ms} <= sample.pts) {
        packager_->add(late_.front(), date_of(late_.front().pts), hls::Packager::Origin::kSubstitute);
        late_.pop_front();
      }
    }
    archive_->drain();
    clock_.advance(date_of(start + length) - clock_.utc());
  }
  std::string answer(Question::Kind kind, const std::string& rendition, const std::string& uri,
                     const std::string& container = "fmp4") {
    Question question;
    question.kind = kind;
    question.channel = "news";
    question.rendition = rendition;
    question.uri = uri;
    question.container = container;
    const auto found = archive_->find_now(question);
    return found ? std::string((*found)->body.view()) : "error: " + found.error().message;
  }

  TestFolder folder_;
  ManualClock clock_;
  ops::Metrics metrics_;
  std::unique_ptr<Archive> archive_;
  std::unique_ptr<hls::Packager> packager_;
  std::deque<media::Sample> late_;
};

TEST_P(PackagedArchive, HasEveryRenditionAsItWasLive) {
  play(10s, 15s);
  packager_->discontinuity();
  play(25s, 15s);
  packager_->flush();
  archive_->drain();
  EXPECT_THAT(answer(Question::Kind::kMultivariant, "", ""),
              AllOf(HasSubstr("TYPE=AUDIO"), HasSubstr("LANGUAGE=\"en\""), HasSubstr("URI=\"audio-fra/dvr.m3u8\""),
                    HasSubstr("TYPE=SUBTITLES"), HasSubstr("URI=\"text-deu/dvr.m3u8\""), HasSubstr("\nfmp4/dvr.m3u8"),
                    HasSubstr("\nfmp4-180p/dvr.m3u8"), Not(HasSubstr("\nts/"))));
  EXPECT_THAT(answer(Question::Kind::kMultivariant, "", "", "ts"),
              AllOf(HasSubstr("\nts/dvr.m3u8"), Not(HasSubstr("EXT-X-MEDIA:"))));
  const auto best = parse(answer(Question::Kind::kMedia, "fmp4", ""));
  ASSERT_GE(best.segments.size(), 12u);
  for (const std::string name : {"fmp4", "fmp4-180p", "audio-eng", "audio-fra", "text-deu", "ts"}) {
    const auto text = answer(Question::Kind::kMedia, name, "");
    EXPECT_THAT(text, AllOf(Not(HasSubstr("EXT-X-PART")), Not(HasSubstr("EXT-X-PRELOAD")))) << name;
    const auto list = parse(text);
    ASSERT_GE(list.segments.size() + 2, best.segments.size()) << name;
    EXPECT_EQ(list.discontinuity_sequence, best.discontinuity_sequence) << name;
    for (std::size_t i = 0; i < std::min(list.segments.size(), best.segments.size()); ++i) {
      const auto& segment = list.segments[i];
      EXPECT_EQ(segment.sequence, best.segments[i].sequence) << name;
      EXPECT_EQ(segment.discontinuity_sequence, best.segments[i].discontinuity_sequence) << name;
      EXPECT_EQ(segment.date, best.segments[i].date) << name;
      if (segment.gap) continue;
      const auto live = packager_->snapshot()->find(name + "/" + segment.uri);
      ASSERT_TRUE(live) << name << " " << segment.uri;
      EXPECT_EQ(answer(Question::Kind::kFile, name, segment.uri), live->body.view()) << name;
    }
  }
}

TEST_P(PackagedArchive, HasTheBreaksAndCaptionsThatWereLive) {
  media::Track captions;
  captions.id = 7'000;
  captions.codec = media::Codec::kCea608;
  captions.page = 1;
  ASSERT_TRUE(packager_->set_tracks(test::track_set({test::avc_track(), test::aac_track(), captions}), {}));
  media::SpliceCue cue;
  cue.kind = media::SpliceCue::Kind::kOut;
  cue.event_id = 7;
  cue.pts = MediaTime{14s};
  cue.section = SharedBytes(std::string("\xFC\x30"));
  packager_->add_splice_cue(cue, date_of(cue.pts));
  play(10s, 8s);
  cue.kind = media::SpliceCue::Kind::kIn;
  packager_->add_splice_cue(cue, date_of(MediaTime{19s}));
  play(18s, 8s);
  packager_->flush();
  archive_->drain();
  const auto live = std::string(packager_->snapshot()->find("fmp4/media.m3u8")->body.view());
  const auto from = live.find("#EXT-X-DATERANGE");
  const auto ranges = live.substr(from, live.find("#EXT", live.rfind("#EXT-X-DATERANGE") + 1) - from);
  ASSERT_THAT(ranges, AllOf(HasSubstr("SCTE35-OUT="), HasSubstr("SCTE35-IN=")));
  for (const std::string name : {"fmp4", "ts"})
    EXPECT_THAT(answer(Question::Kind::kMedia, name, ""), HasSubstr(ranges)) << name;
  const auto index = answer(Question::Kind::kMultivariant, "", "");
  EXPECT_THAT(index, AllOf(HasSubstr("TYPE=CLOSED-CAPTIONS"), HasSubstr(",CLOSED-CAPTIONS=\"captions\"")));
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutParts, PackagedArchive, testing::Bool(),
                         [](const auto& info) { return info.param ? "LowLatency" : "Plain"; });

}  // namespace
}  // namespace grandstand::dvr

// SPDX-License-Identifier: MIT
// Programmes with several encodings, sounds and texts.
#include "composition.hpp"
#include "language.hpp"
#include "media_reader.hpp"
#include "published_media.hpp"
#include "sample_builder.hpp"

#include <grandstand/media/cc_data.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr UtcTime kStarted{std::chrono::seconds{1'763'712'055}};
constexpr std::uint32_t kLadder = 5'000;
constexpr std::uint32_t kText = 6'000;
constexpr std::uint32_t kSecondSound = 258;

UtcTime date_of(MediaTime time) {
  return kStarted + std::chrono::duration_cast<std::chrono::microseconds>(time - MediaTime{10s});
}

media::Track ladder_track() {
  auto track = test::avc_track();
  track.id = kLadder;
  track.width = 320;
  track.height = 180;
  track.derived_from = test::kVideoTrack;
  return track;
}

media::Track sound_track(std::uint32_t id, const std::string& language) {
  auto track = test::aac_track(id);
  track.language = language;
  return track;
}

media::Track text_track() {
  media::Track track;
  track.id = kText;
  track.codec = media::Codec::kWebVtt;
  track.language = "deu";
  track.hearing_impaired = true;
  return track;
}

std::vector<std::string> names(const Composition& composition) {
  std::vector<std::string> names;
  for (const auto& rendition : composition.renditions) names.push_back(rendition.name);
  return names;
}

const std::vector<Container> kBoth{Container::kFmp4, Container::kTs};

TEST(Composition, OnePictureAndOneSoundGoTogether) {
  const auto made = compose(kBoth, {{test::avc_track(), test::aac_track()}}, {});
  EXPECT_THAT(names(made), ElementsAre("fmp4", "ts"));
  EXPECT_EQ(made.renditions[0].inputs.size(), 2u);
  EXPECT_FALSE(made.audio_group);
}

TEST(Composition, EverySoundHasARenditionOfItsOwnWhenThereAreSeveral) {
  auto described = sound_track(259, "eng");
  described.visual_impaired = true;
  const auto made =
      compose(kBoth, {{test::avc_track(), sound_track(257, "eng"), sound_track(258, "ger"), described}}, {});
  EXPECT_THAT(names(made), ElementsAre("fmp4", "audio-eng", "audio-ger", "audio-eng-2", "ts"));
  EXPECT_EQ(made.renditions[1].media_attributes,
            "TYPE=AUDIO,GROUP-ID=\"audio\",LANGUAGE=\"en\",NAME=\"English\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\"");
  EXPECT_THAT(made.renditions[2].media_attributes, HasSubstr("LANGUAGE=\"de\",NAME=\"German\",DEFAULT=NO"));
  EXPECT_THAT(made.renditions[3].media_attributes, HasSubstr("NAME=\"English (audio description)\""));
  EXPECT_THAT(made.renditions[3].media_attributes,
              HasSubstr("CHARACTERISTICS=\"public.accessibility.describes-video\""));
  EXPECT_EQ(made.renditions[4].inputs.size(), 4u) << "TS has them all";
}

TEST(Composition, SoundThatIsApartStaysApartWhenItIsTheOnlyOne) {
  const auto made = compose(kBoth, {{test::avc_track(), sound_track(257, "eng")}}, {}, true);
  EXPECT_THAT(names(made), ElementsAre("fmp4", "audio-eng", "ts"));
  EXPECT_TRUE(made.audio_group);
  EXPECT_THAT(names(compose(kBoth, {{test::avc_track()}}, {}, true)), ElementsAre("fmp4", "ts"));
}

TEST(Composition, ALadderMakesVariantsBesideTheOriginal) {
  const std::vector<media::Track> derived{ladder_track()};
  const auto made = compose(kBoth, {{test::avc_track(), test::aac_track()}}, derived);
  EXPECT_THAT(names(made), ElementsAre("fmp4", "fmp4-180p", "audio-eng", "ts"));
  EXPECT_TRUE(made.renditions[1].inputs[0].derived);
}

TEST(Composition, NeverPackagesMpeg2PicturesButWhatWasMadeOfThem) {
  auto original = test::avc_track();
  original.codec = media::Codec::kMpeg2Video;
  EXPECT_TRUE(compose(kBoth, {{original, test::aac_track()}}, {}).renditions.empty()) << "nor is it a radio programme";
  const std::vector<media::Track> derived{ladder_track()};
  const auto made = compose(kBoth, {{original, test::aac_track()}}, derived);
  EXPECT_THAT(names(made), ElementsAre("fmp4", "ts"));
  for (const auto& rendition : made.renditions) EXPECT_EQ(rendition.inputs[0].track.id, kLadder);
}

TEST(Composition, CarriesEachCodecWhereItFits) {
  auto av1 = test::avc_track();
  av1.codec = media::Codec::kAv1;
  auto opus = test::aac_track();
  opus.codec = media::Codec::kOpus;
  EXPECT_THAT(names(compose(kBoth, {{av1, opus}}, {})), ElementsAre("fmp4"));
  auto eac3 = test::mp2_track();
  eac3.codec = media::Codec::kEac3;
  EXPECT_THAT(names(compose(kBoth, {{test::avc_track(), eac3}}, {})), ElementsAre("fmp4", "ts"));
}

TEST(Composition, AnnouncesCaptionsThatAreInThePictures) {
  media::Track captions;
  captions.codec = media::Codec::kCea608;
  captions.page = 1;
  captions.language = "eng";
  const auto made = compose(kBoth, {{test::avc_track(), captions}}, {});
  EXPECT_THAT(made.captions, ElementsAre("TYPE=CLOSED-CAPTIONS,GROUP-ID=\"captions\",LANGUAGE=\"en\",NAME=\"English\","
                                         "DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID=\"CC1\""));
}

TEST(Composition, AnnouncesServicesOfCea708) {
  media::Track captions;
  captions.codec = media::Codec::kCea608;
  std::vector<media::Track> tracks{test::avc_track()};
  for (const int page : {1, media::kCea708Pages + 1, media::kCea708Pages + 12}) {
    captions.id = static_cast<std::uint32_t>(1000 + page);
    captions.page = page;
    tracks.push_back(captions);
  }
  const std::string begin = "TYPE=CLOSED-CAPTIONS,GROUP-ID=\"captions\",NAME=";
  const std::string middle = ",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID=";
  EXPECT_THAT(
      compose(kBoth, {tracks}, {}).captions,
      ElementsAre(begin + "\"Captions\"" + middle + "\"CC1\"", begin + "\"Digital captions\"" + middle + "\"SERVICE1\"",
                  begin + "\"Digital captions 2\"" + middle + "\"SERVICE12\""));
}

TEST(Language, NamesItAsPlayersDo) {
  EXPECT_EQ(describe_language("ger").tag, "de");
  EXPECT_EQ(describe_language("DEU").name, "German");
  EXPECT_EQ(describe_language("gsw").tag, "gsw");
  for (const auto* const none : {"", "und", "e\"g", "english", "\n\n\n"}) EXPECT_EQ(describe_language(none).tag, "");
}

class Renditions : public testing::Test {
 protected:
  Renditions() : packager(ChannelId{"news"}, Settings{}, kStarted, metrics) {}

  void set_tracks(std::vector<media::Track> tracks, std::vector<media::Track> derived) {
    const auto taken = packager.set_tracks(test::track_set(std::move(tracks)), std::move(derived));
    ASSERT_TRUE(taken) << taken.error().message;
  }
  // A programme with a second sound; the ladder and the texts come `late`, as encoders make them.
  void play(MediaTime start, MediaTime length) {
    for (const auto& sample : test::programme({.start = start, .length = length})) {
      packager.add(sample, date_of(sample.pts));
      if (sample.track == test::kAudioTrack) {
        auto other = sample;
        other.track = kSecondSound;
        packager.add(other, date_of(other.pts));
      } else {
        auto small = sample;
        small.track = kLadder;
        if (ladder) encoder.push_back(small);
        media::Sample heartbeat;
        heartbeat.track = kText;
        heartbeat.dts = heartbeat.pts = sample.pts;
        if (texts) encoder.push_back(heartbeat);
      }
      while (!encoder.empty() && encoder.front().pts + late <= sample.pts) {
        packager.add(encoder.front(), date_of(encoder.front().pts), Packager::Origin::kSubstitute);
        encoder.pop_front();
      }
    }
  }
  // Three seconds, in which a break is announced of 30 s from 14.8 s on.
  media::SpliceCue announce_a_break() {
    set_tracks({test::avc_track(), test::aac_track()}, {});
    for (const auto& sample : test::programme({.length = 3s, .gop = 25})) packager.add(sample, date_of(sample.pts));
    media::SpliceCue cue;
    cue.kind = media::SpliceCue::Kind::kOut;
    cue.event_id = 42;
    cue.pts = 14'800ms;
    cue.duration = 30s;
    cue.section = test::bytes_of({0xfc, 0x30, 0x0a});
    packager.add_splice_cue(cue, date_of(cue.pts));
    return cue;
  }
  void say(const std::string& words, MediaTime at, MediaTime duration) {
    media::Sample cue;
    cue.track = kText;
    cue.dts = cue.pts = at;
    cue.duration = duration;
    cue.data = SharedBytes(std::string(words));
    encoder.push_back(cue);
  }
  test::MediaPlaylist playlist(const std::string& name) {
    return test::read_media_playlist(*packager.snapshot(), name);
  }
  std::string index(const std::string& name = "index.m3u8") {
    const auto resource = packager.snapshot()->find(name);
    return resource ? std::string(resource->body.view()) : std::string();
  }
  std::string body(const std::string& path) { return std::string(test::fetch(*packager.snapshot(), path).view()); }

  ops::Metrics metrics;
  Packager packager;
  std::deque<media::Sample> encoder;
  MediaTime late = 1'500ms;
  bool ladder = true;
  bool texts = true;
};

TEST_F(Renditions, HaveTheSameNumbersBoundariesAndDates) {
  set_tracks({test::avc_track(), sound_track(257, "eng"), sound_track(258, "fra")}, {ladder_track(), text_track()});
  play(10s, 15s);
  packager.discontinuity();
  play(25s, 15s);
  const auto best = playlist("fmp4");
  ASSERT_GE(best.segments.size(), 12u);
  for (const auto* const name : {"fmp4-180p", "audio-eng", "audio-fra", "text-deu", "ts"}) {
    const auto other = playlist(name);
    ASSERT_GE(other.segments.size() + 2, best.segments.size()) << name;
    EXPECT_EQ(other.target_duration, best.target_duration);
    EXPECT_EQ(other.media_sequence, best.media_sequence);
    EXPECT_EQ(other.discontinuity_sequence, best.discontinuity_sequence);
    for (std::size_t i = 0; i < std::min(other.segments.size(), best.segments.size()); ++i) {
      EXPECT_EQ(other.segments[i].sequence, best.segments[i].sequence);
      EXPECT_EQ(other.segments[i].date, best.segments[i].date);
      EXPECT_EQ(other.segments[i].duration, best.segments[i].duration);
      EXPECT_EQ(other.segments[i].discontinuity, best.segments[i].discontinuity);
      EXPECT_FALSE(other.segments[i].gap) << name << " " << i;
    }
  }
}

TEST_F(Renditions, AreAllInTheMultivariantPlaylist) {
  set_tracks({test::avc_track(), sound_track(257, "eng"), sound_track(258, "fra")}, {ladder_track(), text_track()});
  play(10s, 15s);
  const auto text = index();
  EXPECT_THAT(text, HasSubstr("TYPE=AUDIO,GROUP-ID=\"audio\",LANGUAGE=\"en\",NAME=\"English\",DEFAULT=YES"));
  EXPECT_THAT(text, HasSubstr("CHANNELS=\"2\",URI=\"audio-fra/media.m3u8\""));
  EXPECT_THAT(text, HasSubstr("TYPE=SUBTITLES,GROUP-ID=\"text\",LANGUAGE=\"de\""));
  EXPECT_THAT(text, HasSubstr("CODECS=\"avc1.64001e,mp4a.40.2,wvtt\",RESOLUTION=640x360,FRAME-RATE=25.000,"
                              "AUDIO=\"audio\",SUBTITLES=\"text\",CLOSED-CAPTIONS=NONE\nfmp4/media.m3u8\n"));
  EXPECT_THAT(text, HasSubstr("RESOLUTION=320x180"));
  EXPECT_THAT(text, HasSubstr("\nfmp4-180p/media.m3u8\n"));
  EXPECT_THAT(text, Not(HasSubstr("ts/media.m3u8")));
  EXPECT_THAT(index("index-ts.m3u8"), HasSubstr("\nts/media.m3u8\n"));
}

TEST_F(Renditions, ReportOnEachOtherWithWhatIsTrueThen) {
  set_tracks({test::avc_track(), sound_track(257, "eng"), sound_track(258, "fra")}, {ladder_track()});
  texts = false;
  play(10s, 15s);
  const auto text = playlist("audio-eng").text;
  for (const std::string name : {"fmp4", "fmp4-180p", "audio-fra"}) {
    const auto other = playlist(name);
    std::uint64_t parts = 0;
    for (const auto& part : other.parts) parts += part.sequence == other.parts.back().sequence ? 1 : 0;
    EXPECT_THAT(text, HasSubstr("#EXT-X-RENDITION-REPORT:URI=\"../" + name +
                                "/media.m3u8\",LAST-MSN=" + std::to_string(other.parts.back().sequence) +
                                ",LAST-PART=" + std::to_string(parts - 1) + "\n"));
  }
  EXPECT_THAT(text, Not(HasSubstr("../ts/"))) << "that is another presentation";
}

TEST_F(Renditions, LadderSegmentsBeginWithTheSameKeyFrames) {
  set_tracks({test::avc_track(), test::aac_track()}, {ladder_track()});
  texts = false;
  play(10s, 20s);
  const auto best = playlist("fmp4");
  const auto small = playlist("fmp4-180p");
  for (std::size_t i = 0; i < small.segments.size(); ++i) {
    const auto a = test::read_movie_fragment(test::fetch(*packager.snapshot(), "fmp4/" + best.segments[i].uri).span());
    const auto b =
        test::read_movie_fragment(test::fetch(*packager.snapshot(), "fmp4-180p/" + small.segments[i].uri).span());
    EXPECT_EQ(a.tracks.at(1).decode_time, b.tracks.at(1).decode_time);
    EXPECT_TRUE(b.tracks.at(1).starts_with_sync_sample);
  }
}

TEST_F(Renditions, ARungThatIsShedStallsNobodyAndIsOfferedNoMore) {
  set_tracks({test::avc_track(), test::aac_track()}, {ladder_track()});
  texts = false;
  play(10s, 15s);
  ladder = false;
  play(25s, 25s);
  EXPECT_GE(playlist("fmp4-180p").segments.back().sequence + 2, playlist("fmp4").segments.back().sequence);
  EXPECT_TRUE(playlist("fmp4-180p").segments.back().gap);
  EXPECT_THAT(index(), Not(HasSubstr("fmp4-180p")));
  ladder = true;
  play(50s, 15s);
  EXPECT_FALSE(playlist("fmp4-180p").segments.back().gap);
  EXPECT_THAT(index(), HasSubstr("\nfmp4-180p/media.m3u8\n"));
}

TEST_F(Renditions, GoOnWithoutMediaWhileTheirTracksAreGone) {
  const std::vector<media::Track> both{test::avc_track(), sound_track(257, "eng"), sound_track(258, "fra")};
  set_tracks(both, {ladder_track(), text_track()});
  play(10s, 15s);
  packager.discontinuity();
  set_tracks({test::avc_track(), sound_track(257, "eng")}, {});
  ladder = texts = false;
  encoder.clear();
  play(25s, 25s);
  const auto best = playlist("fmp4");
  for (const std::string name : {"fmp4-180p", "audio-fra", "text-deu"}) {
    const auto other = playlist(name);
    ASSERT_FALSE(other.segments.empty()) << name;
    EXPECT_EQ(other.media_sequence, best.media_sequence) << name;
    EXPECT_EQ(other.discontinuity_sequence, best.discontinuity_sequence) << name;
    EXPECT_EQ(other.segments.back().sequence, best.segments.back().sequence) << name;
    EXPECT_EQ(other.segments.back().date, best.segments.back().date) << name;
    EXPECT_EQ(other.segments.back().gap, name != "text-deu") << name << ": texts say that they are silent";
    EXPECT_THAT(index(), Not(HasSubstr(name)));
  }
  EXPECT_FALSE(playlist("audio-eng").segments.back().gap) << "sound stays where it was";
  EXPECT_FALSE(best.segments.back().gap);
  packager.discontinuity();
  set_tracks(both, {ladder_track(), text_track()});
  ladder = texts = true;
  play(50s, 15s);
  for (const std::string name : {"fmp4-180p", "audio-fra", "text-deu", "audio-eng"}) {
    const auto other = playlist(name);
    EXPECT_FALSE(other.segments.back().gap) << name;
    EXPECT_EQ(other.discontinuity_sequence, playlist("fmp4").discontinuity_sequence) << name;
    EXPECT_THAT(index(), HasSubstr(name + "/media.m3u8"));
    for (std::size_t i = 1; i < other.segments.size(); ++i) {
      EXPECT_EQ(other.segments[i].sequence, other.segments[i - 1].sequence + 1) << name;
    }
  }
}

TEST_F(Renditions, AreOfferedWithTheSoundOfThePicturesOnly) {
  ladder = texts = false;
  set_tracks({test::avc_track(), sound_track(257, "eng")}, {});
  play(10s, 10s);
  EXPECT_THAT(index(), Not(HasSubstr("AUDIO")));
  set_tracks({test::avc_track(), sound_track(257, "eng"), sound_track(258, "fra")}, {});
  for (MediaTime at = 20s; at < 28s; at += 200ms) {
    const auto text = index();
    EXPECT_EQ(text.find(",AUDIO=\"audio\"") != text.npos, text.find("TYPE=AUDIO") != text.npos) << text;
    play(at, 200ms);
  }
  EXPECT_THAT(index(), HasSubstr("audio-eng/media.m3u8"));
  EXPECT_THAT(index(), HasSubstr("audio-fra/media.m3u8"));
}

TEST_F(Renditions, ComeBackWithANewSegmentWhenTheRestGoesOn) {
  const std::vector<media::Track> tracks{test::avc_track(), test::aac_track()};
  set_tracks(tracks, {ladder_track()});
  texts = false;
  play(10s, 15s);
  set_tracks(tracks, {});
  ladder = false;
  play(25s, 5s);
  set_tracks(tracks, {ladder_track()});
  ladder = true;
  play(30s, 21s);
  const auto best = playlist("fmp4");
  const auto small = playlist("fmp4-180p");
  std::map<std::uint64_t, std::string> dates;
  for (const auto& segment : best.segments) {
    EXPECT_FALSE(segment.discontinuity);
    EXPECT_FALSE(segment.gap);
    dates[segment.sequence] = segment.date;
  }
  EXPECT_GE(small.segments.back().sequence + 2, best.segments.back().sequence);
  EXPECT_FALSE(small.segments.front().gap);
  EXPECT_FALSE(small.segments.back().gap);
  int gaps = 0;
  for (std::size_t i = 0; i < small.segments.size(); ++i) {
    const auto& segment = small.segments[i];
    EXPECT_EQ(segment.sequence, small.media_sequence + i);
    if (dates.contains(segment.sequence)) {
      EXPECT_EQ(segment.date, dates[segment.sequence]);
    }
    gaps += segment.gap ? 1 : 0;
    if (segment.gap) continue;
    const auto media = test::fetch(*packager.snapshot(), "fmp4-180p/" + segment.uri);
    EXPECT_TRUE(test::read_movie_fragment(media.span()).tracks.at(1).starts_with_sync_sample) << i;
  }
  EXPECT_GE(gaps, 2);
  EXPECT_LE(gaps, 4);
}

TEST_F(Renditions, ComeBackUnderAnotherMapWithADiscontinuityInAll) {
  const std::vector<media::Track> tracks{test::avc_track(), test::aac_track()};
  texts = false;
  set_tracks(tracks, {ladder_track()});
  play(10s, 15s);
  set_tracks(tracks, {});
  ladder = false;
  play(25s, 5s);
  auto other = ladder_track();
  other.width = 240;
  set_tracks(tracks, {other});
  ladder = true;
  play(30s, 21s);
  const auto small = playlist("fmp4-180p");
  const auto best = playlist("fmp4");
  std::map<std::uint64_t, bool> breaks;
  for (const auto& segment : best.segments) breaks[segment.sequence] = segment.discontinuity;
  std::optional<std::size_t> changed;
  for (std::size_t i = 1; i < small.segments.size(); ++i) {
    const auto& segment = small.segments[i];
    if (breaks.contains(segment.sequence)) EXPECT_EQ(segment.discontinuity, breaks[segment.sequence]);
    EXPECT_EQ(segment.discontinuity, segment.map != small.segments[i - 1].map) << i;
    if (segment.discontinuity) changed = i;
  }
  ASSERT_TRUE(changed);
  EXPECT_EQ(small.discontinuity_sequence, best.discontinuity_sequence);
}

TEST_F(Renditions, ComeBackUnderTheirMapWhenTheyAreAsTheyWere) {
  const std::vector<media::Track> tracks{test::avc_track(), test::aac_track()};
  texts = false;
  set_tracks(tracks, {ladder_track()});
  play(10s, 10s);
  packager.discontinuity();
  set_tracks({sound_track(257, "eng"), test::avc_track()}, {});
  ladder = false;
  play(20s, 5s);
  set_tracks({sound_track(257, "eng"), test::avc_track()}, {ladder_track()});
  ladder = true;
  play(25s, 11s);
  const auto small = playlist("fmp4-180p");
  EXPECT_EQ(std::ranges::count_if(small.segments, &test::ListedSegment::discontinuity), 1);
  for (const auto& segment : small.segments) EXPECT_EQ(segment.map, small.segments.front().map);
  EXPECT_FALSE(small.segments.back().gap);
}

TEST_F(Renditions, TextSegmentsHaveTheCuesOfTheirTimeAndAreEmptyOtherwise) {
  set_tracks({test::avc_track(), test::aac_track()}, {text_track()});
  ladder = false;
  say("Guten Abend", 11s, 2s);  // over a boundary
  play(10s, 15s);
  const auto list = playlist("text-deu");
  ASSERT_GE(list.segments.size(), 5u);
  EXPECT_TRUE(list.parts.empty());
  const auto first = body("text-deu/" + list.segments[0].uri);
  EXPECT_EQ(first,
            "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:10.000\n\n"
            "00:00:11.000 --> 00:00:13.000\nGuten Abend\n\n");
  EXPECT_THAT(body("text-deu/" + list.segments[1].uri), HasSubstr("Guten Abend")) << "it is still shown";
  EXPECT_EQ(body("text-deu/" + list.segments[2].uri), "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:1260000,LOCAL:00:00:14.000\n\n");
}

TEST_F(Renditions, ATextThatStaysIsInEverySegmentAlthoughItComesInPieces) {
  set_tracks({test::avc_track(), test::aac_track()}, {text_track()});
  ladder = texts = false;
  late = 2'500ms;  // a piece is given when it is over
  for (MediaTime at = 10s; at < MediaTime{30s}; at += MediaTime{2s}) say("Immer noch", at, 2s);
  play(10s, 20s);
  EXPECT_THAT(index(), HasSubstr("SUBTITLES"));
  const auto list = playlist("text-deu");
  ASSERT_GE(list.segments.size(), 5u);
  for (const auto& segment : list.segments) EXPECT_THAT(body("text-deu/" + segment.uri), HasSubstr("Immer noch"));
}

TEST_F(Renditions, TextsOfTheSourceThatAppearInterruptNothing) {
  set_tracks({test::avc_track(), test::aac_track()}, {});
  ladder = texts = false;
  play(10s, 11s);
  media::Track captions;
  captions.id = 9;
  captions.codec = media::Codec::kCea608;
  captions.page = 1;
  set_tracks({test::avc_track(), test::aac_track(), captions}, {text_track()});
  texts = true;
  play(21s, 15s);
  for (const auto& segment : playlist("fmp4").segments) EXPECT_FALSE(segment.discontinuity);
  EXPECT_THAT(index(), HasSubstr("INSTREAM-ID=\"CC1\""));
  EXPECT_THAT(index(), HasSubstr("#EXT-X-VERSION:6\n"));
  auto service = captions;
  service.id = 10;
  service.page = media::kCea708Pages + 1;
  set_tracks({test::avc_track(), test::aac_track(), captions, service}, {text_track()});
  play(36s, 4s);
  for (const auto& segment : playlist("fmp4").segments) EXPECT_FALSE(segment.discontinuity);
  EXPECT_THAT(index(), HasSubstr("INSTREAM-ID=\"SERVICE1\""));
  EXPECT_THAT(index(), HasSubstr("#EXT-X-VERSION:7\n"));
}

TEST_F(Renditions, TransportStreamsCarryTheSourcesSubtitlesAsTheyArrived) {
  media::Track teletext;
  teletext.id = 300;
  teletext.codec = media::Codec::kTeletext;
  teletext.language = "ger";
  teletext.page = 150;
  media::Track bitmaps;
  bitmaps.id = 301;
  bitmaps.codec = media::Codec::kDvbSubtitle;
  set_tracks({test::avc_track(), test::aac_track(), teletext, bitmaps}, {});
  ladder = texts = false;
  for (const auto& sample : test::programme({.start = 10s, .length = 10s})) {
    packager.add(sample, date_of(sample.pts));
    const bool whole_second = sample.pts.count() % 90'000 == 0;
    if (sample.track == test::kAudioTrack || !whole_second || sample.pts > MediaTime{15s}) continue;
    auto subtitle = sample;
    subtitle.track = 300;
    subtitle.data = test::bytes_of(std::vector<std::uint8_t>(1 + 46 * 3, 0x10));
    packager.add(subtitle, date_of(subtitle.pts));
  }
  const auto list = playlist("ts");
  ASSERT_GE(list.segments.size(), 4u) << "nobody waits for subtitles";
  std::map<int, int> continuity;
  const auto body = test::fetch(*packager.snapshot(), "ts/" + list.segments[1].uri);
  const auto facts = test::read_transport(body.span(), continuity);
  EXPECT_EQ(facts.stream_types, (std::map<int, std::uint8_t>{{0x100, 0x1b}, {0x101, 0x0f}, {0x102, 6}, {0x103, 6}}));
  ASSERT_EQ(facts.pts.at(0x102).size(), 2u);
  EXPECT_EQ(facts.pts.at(0x102)[0], 12 * 90'000);
  const std::string whole(body.view());
  EXPECT_THAT(whole, HasSubstr(std::string("\x56\x05ger\x11\x50", 7)));
  EXPECT_THAT(whole, HasSubstr(std::string("\x59\x08und\x10", 6)));
  EXPECT_THAT(index("index-ts.m3u8"), HasSubstr("CODECS=\"avc1.64001e,mp4a.40.2\""));
}

TEST_F(Renditions, TransportStreamsCarryAsManySoundsAndSubtitlesAsTheirTablesHold) {
  ladder = texts = false;
  const auto play_with = [&](MediaTime start, std::uint32_t sounds, std::uint32_t subtitles) {
    std::vector<media::Track> tracks{test::avc_track()};
    for (std::uint32_t id = 300; id < 300 + sounds; ++id) tracks.push_back(sound_track(id, "eng"));
    for (std::uint32_t id = 400; id < 400 + subtitles; ++id) {
      tracks.push_back({});
      tracks.back().id = id;
      tracks.back().codec = media::Codec::kDvbSubtitle;
    }
    const auto others = tracks;
    set_tracks(std::move(tracks), {});
    for (auto sample : test::programme({.start = start, .length = 6s})) {
      if (sample.track == test::kVideoTrack) {
        packager.add(sample, date_of(sample.pts));
        continue;
      }
      for (std::size_t i = 1; i < others.size(); ++i) {
        sample.track = others[i].id;
        packager.add(sample, date_of(sample.pts));
      }
    }
    std::map<int, int> continuity;
    const auto body = test::fetch(*packager.snapshot(), "ts/" + playlist("ts").segments.back().uri);
    return test::read_transport(body.span(), continuity);
  };
  const auto mixed = play_with(10s, 5, 5);
  EXPECT_EQ(mixed.stream_types, (std::map<int, std::uint8_t>{{0x100, 0x1b},
                                                             {0x101, 0x0f},
                                                             {0x102, 0x0f},
                                                             {0x103, 0x0f},
                                                             {0x104, 0x0f},
                                                             {0x105, 0x0f},
                                                             {0x106, 6},
                                                             {0x107, 6},
                                                             {0x108, 6}}));
  EXPECT_EQ(mixed.units.size(), 9u);
  const auto sounds = play_with(20s, 16, 0);
  EXPECT_EQ(sounds.stream_types.size(), 9u);
  EXPECT_EQ(sounds.units.size(), 9u);
}

TEST_F(Renditions, ADeadCaptionDecoderStallsNobody) {
  set_tracks({test::avc_track(), test::aac_track()}, {text_track()});
  ladder = false;
  play(10s, 10s);
  texts = false;
  play(20s, 20s);
  EXPECT_GE(playlist("text-deu").segments.back().sequence + 2, playlist("fmp4").segments.back().sequence);
  EXPECT_THAT(index(), Not(HasSubstr("SUBTITLES")));
}

TEST_F(Renditions, TextsThatComeLaterInterruptNothing) {
  set_tracks({test::avc_track(), test::aac_track()}, {});
  ladder = texts = false;
  play(10s, 11s);
  set_tracks({test::avc_track(), test::aac_track()}, {text_track()});
  texts = true;
  play(21s, 15s);
  for (const auto& segment : playlist("fmp4").segments) {
    EXPECT_FALSE(segment.discontinuity);
    EXPECT_EQ(segment.map, playlist("fmp4").segments.front().map);
  }
  EXPECT_THAT(index(), HasSubstr("text-deu/media.m3u8"));
  EXPECT_GE(playlist("text-deu").segments.size(), 4u);
}

TEST_F(Renditions, AnMpeg2ProgrammeShowsWhatWasMadeOfIt) {
  auto original = test::avc_track();
  original.codec = media::Codec::kMpeg2Video;
  original.decoder_config = {};
  set_tracks({original, test::aac_track()}, {ladder_track()});
  texts = false;
  play(10s, 20s);
  const auto list = playlist("fmp4");
  ASSERT_GE(list.segments.size(), 7u);
  for (const auto& segment : list.segments) EXPECT_FALSE(segment.gap);
  EXPECT_THAT(index(), HasSubstr("RESOLUTION=320x180"));
}

TEST_F(Renditions, SeveralSoundsWithoutPicturesAreARadioProgramme) {
  set_tracks({sound_track(257, "eng"), sound_track(258, "fra")}, {});
  for (const auto& sample : test::programme({.length = 20s, .video = false})) {
    packager.add(sample, date_of(sample.pts));
    auto other = sample;
    other.track = kSecondSound;
    packager.add(other, date_of(other.pts));
  }
  const auto text = index();
  EXPECT_THAT(text, HasSubstr("CODECS=\"mp4a.40.2\",AUDIO=\"audio\"\naudio-eng/media.m3u8\n"));
  EXPECT_THAT(text, HasSubstr("URI=\"audio-fra/media.m3u8\""));
  EXPECT_GE(playlist("audio-fra").segments.size(), 7u);
}

TEST_F(Renditions, SpliceCuesBecomeDateRangesAndCutTheSegment) {
  auto cue = announce_a_break();
  for (const auto& sample : test::programme({.start = 13s, .length = 8s, .gop = 25})) {
    packager.add(sample, date_of(sample.pts));
  }
  cue.kind = media::SpliceCue::Kind::kIn;
  packager.add_splice_cue(cue, date_of(20s));
  const auto list = playlist("fmp4");
  EXPECT_THAT(list.text,
              HasSubstr("#EXT-X-DATERANGE:ID=\"splice-42-1763712059800\",START-DATE=\"2025-11-21T08:00:59.800Z\","
                        "PLANNED-DURATION=30.000,SCTE35-OUT=0xFC300A\n"));
  EXPECT_THAT(list.text, HasSubstr("DURATION=5.200,SCTE35-IN=0xFC300A\n"));
  bool cut = false;
  for (const auto& segment : list.segments) cut = cut || segment.date == to_rfc3339(date_of(15s));
  EXPECT_TRUE(cut) << "the first key frame behind the cue";
}

TEST_F(Renditions, ABreakThatIsCalledOffLastsForNothing) {
  auto cue = announce_a_break();
  cue.kind = media::SpliceCue::Kind::kCancel;
  cue.pts = 13s;
  packager.add_splice_cue(cue, date_of(cue.pts));
  const auto list = playlist("fmp4");
  EXPECT_THAT(list.text, HasSubstr("ID=\"splice-42-1763712059800\",START-DATE=\"2025-11-21T08:00:59.800Z\","
                                   "DURATION=0.000,SCTE35-CMD=0xFC300A\n"));
  EXPECT_THAT(list.text, Not(HasSubstr("-cancel")));
}

}  // namespace
}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#include "ts_demuxer.hpp"

#include "recording_sink.hpp"
#include "ts_builder.hpp"

#include <random>

#include <gmock/gmock.h>

namespace grandstand::ingest {
namespace {

using namespace elementary;
using media::Codec;
using media::MediaTime;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint16_t kPmt = 0x100;
constexpr std::uint16_t kVideo = 0x101;
constexpr std::uint16_t kAudio = 0x102;
constexpr std::uint64_t kFrame = 3'600;  // 25 pictures per second
constexpr std::uint64_t kWrap = std::uint64_t{1} << 33;

class TsDemuxerTest : public testing::Test {
 protected:
  void start(std::uint8_t audio_type = 0x0F, ByteVector descriptors = {}) {
    ts.pat({{1, kPmt}});
    ts.pmt(kPmt, 1, kVideo, {{0x1B, kVideo, {}}, {audio_type, kAudio, std::move(descriptors)}});
  }
  void video_only() {
    ts.pat({{1, kPmt}});
    ts.pmt(kPmt, 1, kVideo, {{0x1B, kVideo, {}}});
  }
  void picture(std::uint64_t time, const ByteVector& unit) {
    ts.pes(kVideo, time % kWrap, unit, {.pcr = time % kWrap});
  }
  void sound(std::uint64_t time) {
    ts.pes(kAudio, time % kWrap, adts(100) + adts(120), {.with_length = true, .stream_id = 0xC0});
  }
  void feed() { demuxer.push(ts.take()); }

  TsBuilder ts;
  RecordingSink sink;
  TsDemuxer demuxer{std::nullopt, sink};
};

TEST_F(TsDemuxerTest, AnnouncesTracksWithTheirConfigurationBeforeTheFirstSample) {
  start(0x0F, TsBuilder::language("fra"));
  for (std::uint64_t i = 0; i < 5; ++i) {
    picture(i * kFrame, i == 0 ? h264_key() : h264_delta());
    sound(i * 3'840);
  }
  feed();
  demuxer.finish();

  ASSERT_EQ(sink.tracks.size(), 1u);
  EXPECT_EQ(sink.log.front(), "tracks");
  const media::Track* video = sink.track(kVideo);
  ASSERT_NE(video, nullptr);
  EXPECT_EQ(video->codec, Codec::kH264);
  EXPECT_EQ(video->width, 64);
  EXPECT_EQ(video->height, 64);
  EXPECT_DOUBLE_EQ(video->frame_rate, 25);
  EXPECT_EQ(video->decoder_config, SharedBytes(h264_sets_64()));
  const media::Track* audio = sink.track(kAudio);
  ASSERT_NE(audio, nullptr);
  EXPECT_EQ(audio->codec, Codec::kAac);
  EXPECT_EQ(audio->sample_rate, 48'000);
  EXPECT_EQ(audio->channels, 2);
  EXPECT_EQ(audio->language, "fra");
  EXPECT_EQ(audio->decoder_config, SharedBytes(ByteVector{0x11, 0x90}));

  const auto pictures = sink.of(kVideo);
  ASSERT_EQ(pictures.size(), 5u);
  EXPECT_TRUE(pictures[0].key);
  EXPECT_FALSE(pictures[1].key);
  EXPECT_EQ(pictures[0].data, SharedBytes(h264_key()));
  EXPECT_EQ(pictures[4].dts, MediaTime{4 * kFrame});
  EXPECT_EQ(sink.of(kAudio).size(), 10u);
  EXPECT_EQ(sink.of(kAudio)[0].data, SharedBytes(ByteVector(100, 0x21)));
  EXPECT_EQ(sink.of(kAudio)[1].pts, MediaTime{1'920});
}

TEST_F(TsDemuxerTest, GivesTheSameForAnyCutsOfTheInput) {
  start();
  for (std::uint64_t i = 0; i < 40; ++i) {
    picture(i * kFrame, i % 10 == 0 ? h264_key() + ByteVector(500, 0x77) : h264_delta());
    sound(i * 3'840);
  }
  const ByteVector whole = ts.take();
  demuxer.push(whole);
  demuxer.finish();
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    RecordingSink other;
    TsDemuxer cut(std::nullopt, other);
    for (std::size_t at = 0; at < whole.size();) {
      const std::size_t size = std::min<std::size_t>(188 * (1 + random() % 9), whole.size() - at);
      cut.push(std::span(whole).subspan(at, size));
      at += size;
    }
    cut.finish();
    ASSERT_EQ(other.log, sink.log);
    for (std::size_t i = 0; i < sink.samples.size(); ++i) ASSERT_EQ(other.samples[i].data, sink.samples[i].data);
  }
}

TEST_F(TsDemuxerTest, KeepsPresentationTimesBehindDecodingTimes) {
  video_only();
  ts.pes(kVideo, 7'200, h264_key(), {.dts = 0});
  ts.pes(kVideo, 14'400, h264_delta(), {.dts = 3'600});
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.samples.size(), 2u);
  EXPECT_EQ(sink.samples[1].dts, MediaTime{3'600});
  EXPECT_EQ(sink.samples[1].pts, MediaTime{14'400});
}

TEST_F(TsDemuxerTest, UnwrapsTimeOverThreeWraps) {
  start();
  const std::uint64_t step = 60ull * 90'000;  // a picture a minute: 80 hours pass quickly
  std::uint64_t time = kWrap - 10 * step;
  const std::uint64_t pictures = 3 * kWrap / step + 20;
  for (std::uint64_t i = 0; i < pictures; ++i) {
    picture(time + i * step, h264_key());
    sound(time + i * step);
    feed();
  }
  demuxer.finish();
  const auto found = sink.of(kVideo);
  ASSERT_EQ(found.size(), pictures);
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_EQ(found[i].dts.count(), static_cast<std::int64_t>(time + i * step));
  for (const media::Sample& sample : sink.of(kAudio)) ASSERT_GE(sample.dts.count(), static_cast<std::int64_t>(time));
  EXPECT_GT(found.back().dts.count(), static_cast<std::int64_t>(3 * kWrap));
  EXPECT_TRUE(sink.discontinuities.empty());
}

TEST_F(TsDemuxerTest, DropsALegalDuplicateOnce) {
  video_only();
  picture(0, h264_key() + ByteVector(400, 0x77));
  ByteVector bytes = ts.take();
  ByteVector twice;
  for (std::size_t at = 0; at < bytes.size(); at += 188) {
    for (int copy = 0; copy < (at >= 2 * 188 ? 2 : 1); ++copy) {
      twice.insert(twice.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                   bytes.begin() + static_cast<std::ptrdiff_t>(at) + 188);
    }
  }
  demuxer.push(twice);
  demuxer.finish();
  ASSERT_EQ(sink.samples.size(), 1u);
  EXPECT_EQ(sink.samples[0].data.size(), h264_key().size() + 400);
  EXPECT_EQ(demuxer.counts().continuity_errors, 0u);
  EXPECT_EQ(demuxer.counts().duplicates, bytes.size() / 188 - 2);
}

TEST_F(TsDemuxerTest, DropsThePictureThatLostAPacketAndOnlyThat) {
  video_only();
  picture(0, h264_key());
  feed();
  picture(kFrame, h264_delta() + ByteVector(600, 0x77));
  ByteVector damaged = ts.take();
  damaged.erase(damaged.begin() + 188, damaged.begin() + 376);
  demuxer.push(damaged);
  picture(2 * kFrame, h264_delta());
  picture(3 * kFrame, h264_delta());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.samples.size(), 3u);
  EXPECT_EQ(sink.samples[1].dts, MediaTime{2 * kFrame});
  EXPECT_EQ(demuxer.counts().continuity_errors, 1u);
  EXPECT_EQ(demuxer.counts().damaged_units, 1u);
}

TEST_F(TsDemuxerTest, DropsPacketsWithTheErrorIndicator) {
  video_only();
  picture(0, h264_key());
  picture(kFrame, h264_delta() + ByteVector(600, 0x77));
  ts.packet(4)[1] |= 0x80;
  picture(2 * kFrame, h264_delta());
  feed();
  demuxer.finish();
  EXPECT_EQ(sink.samples.size(), 2u);
  EXPECT_EQ(demuxer.counts().transport_errors, 1u);
  EXPECT_EQ(demuxer.counts().damaged_units, 1u);
}

TEST_F(TsDemuxerTest, PassesNothingScrambledOnAndSaysSo) {
  video_only();
  picture(0, h264_key());
  picture(kFrame, h264_key());
  for (std::size_t i = 2; i < ts.packets(); ++i) ts.packet(i)[3] |= 0x80;
  feed();
  demuxer.finish();
  EXPECT_TRUE(sink.samples.empty());
  EXPECT_EQ(demuxer.trouble(), "scrambled");
  EXPECT_GE(demuxer.counts().scrambled, 2u);
}

TEST_F(TsDemuxerTest, DropsThePictureInWhichScramblingBegins) {
  video_only();
  picture(0, h264_key() + ByteVector(400, 0x77));
  ASSERT_EQ(ts.packets(), 5u);
  ts.packet(3)[3] |= 0x80;
  picture(kFrame, h264_delta());
  picture(2 * kFrame, h264_key());
  picture(3 * kFrame, h264_delta());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.samples.size(), 2u);
  EXPECT_EQ(sink.samples[0].dts, MediaTime{2 * kFrame});
  EXPECT_TRUE(sink.samples[0].key);
}

TEST_F(TsDemuxerTest, DropsTheSoundInWhichScramblingBegins) {
  start();
  picture(0, h264_key());
  const auto first = ts.packets();
  sound(0);
  ts.packet(first + 1)[3] |= 0x80;
  sound(3'840);
  picture(kFrame, h264_delta());
  feed();
  demuxer.finish();
  const auto sounds = sink.of(kAudio);
  ASSERT_EQ(sounds.size(), 3u);
  EXPECT_EQ(sounds[0].dts, MediaTime{0}) << "it came whole";
  EXPECT_EQ(sounds[1].dts, MediaTime{3'840});
  EXPECT_EQ(sounds[1].data, SharedBytes(ByteVector(100, 0x21)));
}

TEST_F(TsDemuxerTest, DropsNullPackets) {
  video_only();
  picture(0, h264_key());
  for (int i = 0; i < 50; ++i) ts.null_packet();
  feed();
  demuxer.finish();
  EXPECT_EQ(demuxer.counts().null_packets, 50u);
  EXPECT_EQ(sink.samples.size(), 1u);
}

TEST_F(TsDemuxerTest, IgnoresSectionsWithAWrongCrc) {
  start();
  ts.packet(1)[20] ^= 0xFF;
  picture(0, h264_key());
  feed();
  EXPECT_TRUE(sink.tracks.empty());
  EXPECT_EQ(demuxer.counts().section_errors, 1u);
  EXPECT_EQ(demuxer.trouble(), "no PMT arrives for the programmes in the PAT (1)");
}

TEST_F(TsDemuxerTest, PutsALongPmtTogetherFromSeveralPackets) {
  ts.pat({{1, kPmt}});
  std::vector<TsBuilder::Stream> streams{{0x1B, kVideo, {}}};
  for (std::uint16_t i = 0; i < 30; ++i)
    streams.push_back({0x06, static_cast<std::uint16_t>(0x200 + i), ByteVector{0x59, 8, 1, 2, 3, 4, 5, 6, 7, 8}});
  streams.push_back({0x0F, kAudio, TsBuilder::language("deu")});
  ts.pmt(kPmt, 1, kVideo, streams);
  EXPECT_GT(ts.packets(), 3u);
  picture(0, h264_key());
  sound(0);
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.tracks.size(), 1u);
  EXPECT_EQ(sink.track(kAudio)->language, "deu");
}

TEST_F(TsDemuxerTest, TakesTheFirstPlayableProgrammeOfThePat) {
  ts.pat({{1, 0x110}, {2, 0x120}, {3, 0x130}});
  // Out of order, and the first one has nothing that we play.
  ts.pmt(0x130, 3, 0x131, {{0x1B, 0x131, {}}});
  ts.pmt(0x110, 1, 0x111, {{0x33, 0x111, {}}, {0x82, 0x112, {}}});
  ts.pmt(0x120, 2, 0x121, {{0x1B, 0x121, {}}});
  ts.pes(0x131, 0, h264_key_96());
  ts.pes(0x121, 0, h264_key());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.samples.size(), 1u);
  EXPECT_EQ(sink.samples[0].track, 0x121u);
}

TEST_F(TsDemuxerTest, DoesNotWaitForeverForTheFirstProgrammesPmt) {
  ts.pat({{1, 0x110}, {2, 0x120}});
  ts.pmt(0x120, 2, 0x121, {{0x1B, 0x121, {}}});
  ts.pmt(0x120, 2, 0x121, {{0x1B, 0x121, {}}});
  ts.pes(0x121, 0, h264_key());
  feed();
  demuxer.finish();
  EXPECT_EQ(sink.samples.size(), 1u);
}

TEST_F(TsDemuxerTest, TakesTheProgrammeThatIsWanted) {
  TsDemuxer wanted(std::uint16_t{3}, sink);
  ts.pat({{2, 0x120}, {3, 0x130}});
  ts.pmt(0x120, 2, 0x121, {{0x1B, 0x121, {}}});
  ts.pmt(0x130, 3, 0x131, {{0x1B, 0x131, {}}});
  ts.pes(0x131, 0, h264_key_96());
  ts.pes(0x121, 0, h264_key());
  wanted.push(ts.take());
  wanted.finish();
  ASSERT_EQ(sink.samples.size(), 1u);
  EXPECT_EQ(sink.samples[0].track, 0x131u);
}

TEST_F(TsDemuxerTest, SaysWhyNothingComes) {
  EXPECT_EQ(demuxer.trouble(), "datagrams arrive but hold no MPEG-TS");
  ts.null_packet();
  feed();
  EXPECT_EQ(demuxer.trouble(), "datagrams arrive but no PAT");
  TsDemuxer wanted(std::uint16_t{7}, sink);
  ts.pat({{1, 0x110}, {2, 0x120}});
  wanted.push(ts.take());
  EXPECT_EQ(wanted.trouble(), "programme 7 is not in the PAT (it has 1, 2)");

  ts.pat({{1, kPmt}});
  ts.pmt(kPmt, 1, kVideo, {{0x33, kVideo, {}}, {0x06, kAudio, ByteVector{0x7B, 1, 0}}, {0x11, 0x103, {}}});
  feed();
  EXPECT_EQ(demuxer.trouble(), "the programme carries nothing playable: VVC video, DTS audio, AAC LATM audio");

  RecordingSink other;
  TsDemuxer silent(std::nullopt, other);
  video_only();
  silent.push(ts.take());
  EXPECT_EQ(silent.trouble(), "none of the programme's streams arrives");
}

TEST_F(TsDemuxerTest, FollowsAPmtThatAddsAnAudioStream) {
  video_only();
  picture(0, h264_key());
  picture(kFrame, h264_delta());
  feed();
  ts.pmt(kPmt, 1, kVideo, {{0x1B, kVideo, {}}, {0x0F, kAudio, {}}}, 1);
  picture(2 * kFrame, h264_delta());
  sound(2 * kFrame);
  sound(2 * kFrame + 3'840);
  picture(3 * kFrame, h264_delta());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.tracks.size(), 2u);
  EXPECT_EQ(sink.tracks[1]->tracks.size(), 2u);
  EXPECT_EQ(sink.of(kVideo).size(), 4u);
  EXPECT_EQ(sink.of(kAudio).size(), 4u);
}

TEST_F(TsDemuxerTest, FollowsAPmtThatChangesTheCodecOnTheSamePid) {
  video_only();
  picture(0, h264_key());
  picture(kFrame, h264_delta());
  feed();
  ts.pmt(kPmt, 1, kVideo, {{0x24, kVideo, {}}}, 1);
  picture(2 * kFrame, hevc_key());
  picture(3 * kFrame, hevc_delta());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.tracks.size(), 2u);
  EXPECT_EQ(sink.track(kVideo)->codec, Codec::kHevc);
  EXPECT_EQ(sink.track(kVideo)->width, 64);
  EXPECT_THAT(sink.log, ElementsAre("tracks", "sample", "sample", "tracks", "sample", "sample"));
  EXPECT_TRUE(sink.samples[2].key);
  EXPECT_FALSE(sink.samples[3].key);
}

TEST_F(TsDemuxerTest, FollowsAPmtThatRemovesAStream) {
  start();
  picture(0, h264_key());
  sound(0);
  sound(3'840);
  picture(kFrame, h264_delta());
  feed();
  ASSERT_EQ(sink.tracks.size(), 1u);
  EXPECT_EQ(sink.tracks[0]->tracks.size(), 2u);
  ts.pmt(kPmt, 1, kVideo, {{0x1B, kVideo, {}}}, 1);
  picture(kFrame, h264_delta());
  feed();
  ASSERT_EQ(sink.tracks.size(), 2u);
  EXPECT_EQ(sink.tracks[1]->tracks.size(), 1u);
}

TEST_F(TsDemuxerTest, ReplacesAStreamThatHasNotShownItsConfigurationYet) {
  start();
  sound(0);
  picture(0, h264_key());
  feed();
  // Neither is complete: the last frames of what ends come out while the other stays.
  ts.pmt(kPmt, 1, kVideo, {{0x1B, kVideo, {}}, {0x03, kAudio, {}}}, 1);
  picture(kFrame, h264_delta());
  ts.pes(kAudio, kFrame, mp2() + mp2() + mp2(), {.with_length = true, .stream_id = 0xC0});
  picture(2 * kFrame, h264_delta());
  feed();
  demuxer.finish();
  ASSERT_FALSE(sink.tracks.empty());
  EXPECT_EQ(sink.track(kAudio)->codec, Codec::kMp2);
  for (const media::Sample& sample : sink.of(kAudio)) EXPECT_EQ(sample.data.size(), 576u);
}

TEST_F(TsDemuxerTest, TakesAnotherProgrammeWhenItsOwnIsGone) {
  video_only();
  picture(0, h264_key());
  feed();
  ts.pat({{5, 0x150}}, 1);
  ts.pmt(0x150, 5, 0x151, {{0x1B, 0x151, {}}});
  ts.pes(0x151, 0, h264_key_96());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.discontinuities.size(), 1u);
  EXPECT_EQ(sink.samples.back().track, 0x151u);
  EXPECT_EQ(sink.tracks.back()->tracks.size(), 1u);
}

TEST_F(TsDemuxerTest, AnnouncesNewParameterSetsAtTheKeyPictureThatBringsThem) {
  video_only();
  picture(0, h264_key());
  picture(kFrame, h264_delta());
  picture(2 * kFrame, h264_key());
  picture(3 * kFrame, h264_key_96());
  picture(4 * kFrame, h264_delta());
  feed();
  demuxer.finish();
  EXPECT_THAT(sink.log, ElementsAre("tracks", "sample", "sample", "sample", "tracks", "sample", "sample"));
  EXPECT_EQ(sink.track(kVideo)->width, 96);
}

TEST_F(TsDemuxerTest, SignalsTheDiscontinuityIndicatorAtTheNextPicture) {
  video_only();
  picture(0, h264_key());
  picture(kFrame, h264_delta());
  ts.pes(kVideo, 900'000, h264_key(), {.pcr = 900'000, .discontinuity = true});
  ts.lose_packet(kVideo);
  ts.pes(kVideo, 903'600, h264_delta(), {.pcr = 903'600, .discontinuity = true});
  feed();
  demuxer.finish();
  EXPECT_THAT(sink.log,
              ElementsAre("tracks", "sample", "sample", "discontinuity", "sample", "discontinuity", "sample"));
  EXPECT_EQ(demuxer.counts().continuity_errors, 0u);
}

TEST_F(TsDemuxerTest, SplitsSeveralPicturesInOnePesPacketAtTheirDelimiters) {
  video_only();
  picture(0, h264_key() + h264_delta());
  picture(2 * kFrame, h264_delta() + h264_delta());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.samples.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(sink.samples[i].dts, MediaTime{static_cast<std::int64_t>(i * kFrame)});
  EXPECT_EQ(sink.samples[1].data, SharedBytes(h264_delta()));
}

TEST_F(TsDemuxerTest, JoinsAPictureThatContinuesInPesPacketsWithoutTimes) {
  video_only();
  ts.pes(kVideo, 0, h264_key() + ByteVector(300, 0x77), {.with_length = true});
  ts.pes(kVideo, std::nullopt, ByteVector(300, 0x78), {.with_length = true});
  ts.pes(kVideo, kFrame, h264_delta(), {.with_length = true});
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.samples.size(), 2u);
  EXPECT_EQ(sink.samples[0].data.size(), h264_key().size() + 600);
}

TEST_F(TsDemuxerTest, AnnouncesWithoutAStreamThatStaysSilentAfterOneAndAHalfSeconds) {
  start();
  for (std::uint64_t i = 0; i < 30; ++i) picture(i * kFrame, i == 0 ? h264_key() : h264_delta());
  feed();
  EXPECT_TRUE(sink.tracks.empty());
  for (std::uint64_t i = 30; i < 50; ++i) picture(i * kFrame, h264_delta());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.tracks.size(), 1u);
  EXPECT_EQ(sink.tracks[0]->tracks.size(), 1u);
  EXPECT_EQ(sink.samples.size(), 50u);  // what waited is not lost

  sound(51 * kFrame);
  sound(52 * kFrame);
  feed();
  ASSERT_EQ(sink.tracks.size(), 2u);
  EXPECT_EQ(sink.tracks[1]->tracks.size(), 2u);
}

TEST_F(TsDemuxerTest, WaitsInRealTimeWhenMediaTimeStandsStill) {
  start();
  picture(0, h264_key());
  picture(kFrame, h264_delta());
  feed();
  const SteadyTime now{std::chrono::hours(1)};
  demuxer.tick(now);
  demuxer.tick(now + std::chrono::milliseconds(1'400));
  EXPECT_TRUE(sink.tracks.empty());
  demuxer.tick(now + std::chrono::milliseconds(1'500));
  EXPECT_EQ(sink.tracks.size(), 1u);
}

TEST_F(TsDemuxerTest, WaitsLongerForAStreamThatArrivesButHasNotShownItsConfiguration) {
  start();
  // Joined in the middle of a long group of pictures.
  for (std::uint64_t i = 0; i < 100; ++i) {
    picture(i * kFrame, h264_delta());
    sound(i * kFrame);
  }
  feed();
  EXPECT_TRUE(sink.tracks.empty());
  picture(100 * kFrame, h264_key());
  picture(101 * kFrame, h264_delta());
  feed();
  ASSERT_EQ(sink.tracks.size(), 1u);
  EXPECT_EQ(sink.tracks[0]->tracks.size(), 2u);
}

TEST_F(TsDemuxerTest, KnowsAc3ByStreamTypeDescriptorAndRegistration) {
  struct Case {
    std::uint8_t type;
    ByteVector descriptors;
  };
  for (const Case& c : {Case{0x81, {}}, Case{0x06, {0x6A, 1, 0}}, Case{0x06, TsBuilder::registration("AC-3")}}) {
    RecordingSink other;
    TsDemuxer one(std::nullopt, other);
    ts = TsBuilder();
    ts.pat({{1, kPmt}});
    ts.pmt(kPmt, 1, kAudio, {{c.type, kAudio, c.descriptors}});
    ts.pes(kAudio, 0, ac3() + ac3(), {.with_length = true, .stream_id = 0xBD});
    ts.pes(kAudio, 5'760, ac3(), {.with_length = true, .stream_id = 0xBD});
    one.push(ts.take());
    ASSERT_NE(other.track(kAudio), nullptr);
    EXPECT_EQ(other.track(kAudio)->codec, Codec::kAc3);
    EXPECT_EQ(other.track(kAudio)->sample_rate, 48'000);
    EXPECT_EQ(other.track(kAudio)->channels, 2);
    ASSERT_GE(other.samples.size(), 2u);
    EXPECT_EQ(other.samples[1].pts, MediaTime{2'880});
    EXPECT_EQ(other.samples[1].data.size(), 768u);
  }
}

TEST_F(TsDemuxerTest, AnnouncesTeletextAndSubtitlesAndPassesTheirPayloads) {
  constexpr std::uint16_t kTeletextPid = 0x103;
  constexpr std::uint16_t kSubtitlePid = 0x104;
  const ByteVector teletext{0x56, 10, 'g', 'e', 'r', 0x09, 0x00, 'g', 'e', 'r', 0x28 | 0, 0x88};
  const ByteVector subtitles{0x59, 8, 's', 'w', 'e', 0x24, 0, 1, 0, 1};
  ts.pat({{1, kPmt}});
  ts.pmt(kPmt, 1, kVideo, {{0x1B, kVideo, {}}, {0x06, kTeletextPid, teletext}, {0x06, kSubtitlePid, subtitles}});
  const ByteVector lines(178, 0x10);
  for (std::uint64_t i = 0; i < 3; ++i) {
    picture(90'000 + i * kFrame, i == 0 ? h264_key() : h264_delta());
    ts.pes(kTeletextPid, 90'000 + i * kFrame, lines, {.with_length = true, .stream_id = 0xBD});
    ts.pes(kSubtitlePid, std::nullopt, lines, {.with_length = true, .stream_id = 0xBD});
  }
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.tracks.size(), 1u);
  ASSERT_NE(sink.track(kTeletextPid), nullptr);
  EXPECT_EQ(sink.track(kTeletextPid)->codec, Codec::kTeletext);
  EXPECT_EQ(sink.track(kTeletextPid)->page, 888);
  EXPECT_TRUE(sink.track(kTeletextPid)->hearing_impaired);
  EXPECT_EQ(sink.track(kTeletextPid)->language, "ger");
  EXPECT_EQ(sink.track(kSubtitlePid)->codec, Codec::kDvbSubtitle);
  EXPECT_EQ(sink.track(kSubtitlePid)->language, "swe");
  ASSERT_EQ(sink.of(kTeletextPid).size(), 3u);
  EXPECT_EQ(sink.of(kTeletextPid)[2].pts, MediaTime(90'000 + 2 * kFrame));
  EXPECT_EQ(sink.of(kTeletextPid)[2].data.size(), lines.size());
  ASSERT_EQ(sink.of(kSubtitlePid).size(), 3u);
  EXPECT_EQ(sink.of(kSubtitlePid)[2].pts, MediaTime(90'000 + 2 * kFrame)) << "without a stamp: the present time";
}

TEST_F(TsDemuxerTest, TextAloneIsNoProgramme) {
  ts.pat({{1, kPmt}});
  ts.pmt(kPmt, 1, 0x103, {{0x06, 0x103, ByteVector{0x56, 5, 'g', 'e', 'r', 0x10, 0x88}}});
  for (std::uint64_t i = 0; i < 3; ++i) ts.pes(0x103, i * 90'000, ByteVector(100, 0x10), {.with_length = true});
  feed();
  EXPECT_TRUE(sink.tracks.empty());
  EXPECT_TRUE(sink.samples.empty());
}

TEST_F(TsDemuxerTest, WaitsForTheNextIdrWhenOneIsDamaged) {
  video_only();
  const ByteVector long_key = h264_key() + ByteVector(400, 0x55);
  const auto units = [&](std::uint64_t from) {
    for (std::uint64_t i = 0; i < 5; ++i) picture((from + i) * kFrame, i == 0 ? long_key : h264_delta());
  };
  units(0);
  const std::size_t second = ts.packets();
  units(5);
  units(10);
  ByteVector bytes = ts.take();
  bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>((second + 1) * 188),
              bytes.begin() + static_cast<std::ptrdiff_t>((second + 2) * 188));
  demuxer.push(bytes);
  demuxer.finish();
  ASSERT_EQ(sink.samples.size(), 10u);
  EXPECT_EQ(sink.samples[5].pts, MediaTime(10 * kFrame));
  EXPECT_TRUE(sink.samples[5].key);
  EXPECT_EQ(demuxer.counts().damaged_units, 5u);
}

TEST_F(TsDemuxerTest, ChecksTheSectionsOfTheServiceTables) {
  video_only();
  ByteVector sdt = TsBuilder::section(0x42, 1, 0, ByteVector(20, 0));
  ts.section_packets(0x11, sdt);
  sdt.back() ^= 1;
  ts.section_packets(0x11, sdt);
  ts.section_packets(0x12, {0x72, 0x70, 2, 0, 0});  // stuffing has no CRC
  feed();
  EXPECT_EQ(demuxer.counts().section_errors, 1u);
}

TEST_F(TsDemuxerTest, TakesARecoveryPointAsKeyOnlyInAStreamWithoutIdr) {
  video_only();
  for (std::uint64_t i = 0; i < 500; ++i) picture(i * kFrame, i % 25 == 0 ? h264_recovery() : h264_delta());
  feed();
  demuxer.finish();
  ASSERT_EQ(sink.tracks.size(), 1u);
  const auto first_key = std::ranges::find_if(sink.samples, [](const auto& s) { return s.key; });
  ASSERT_NE(first_key, sink.samples.end());
  EXPECT_EQ(first_key->dts, MediaTime{std::chrono::seconds(2)});

  RecordingSink other;
  TsDemuxer with_idr(std::nullopt, other);
  ts = TsBuilder();
  video_only();
  for (std::uint64_t i = 0; i < 500; ++i) {
    picture(i * kFrame, i % 200 == 0 ? h264_key() : i % 25 == 0 ? h264_recovery() : h264_delta());
  }
  with_idr.push(ts.take());
  with_idr.finish();
  EXPECT_EQ(std::ranges::count_if(other.samples, [](const auto& s) { return s.key; }), 3);
}

TEST_F(TsDemuxerTest, ForgetsHalfPicturesWhenTheTransportWasInterrupted) {
  video_only();
  picture(0, h264_key());
  picture(kFrame, h264_delta());
  feed();
  demuxer.drop_partial();
  for (int i = 0; i < 5; ++i) ts.lose_packet(kVideo);
  picture(900'000, h264_key());
  picture(900'000 + kFrame, h264_delta());
  feed();
  demuxer.finish();
  EXPECT_EQ(sink.samples.size(), 3u);
  EXPECT_EQ(demuxer.counts().continuity_errors, 0u);
}

}  // namespace
}  // namespace grandstand::ingest

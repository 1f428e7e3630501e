// SPDX-License-Identifier: MIT
#include "caption_writer.hpp"
#include "cue_text.hpp"
#include "cue_timer.hpp"
#include "ts_builder.hpp"

#include <grandstand/media/caption_decoder.hpp>
#include <grandstand/media/cc_data.hpp>
#include <grandstand/media/ffmpeg_log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::media {
namespace {

using namespace std::chrono_literals;
using namespace caption_writer;
using testing::ElementsAre;

constexpr MediaTime kSecond = 1s;

// "1000-3000 text", in milliseconds; "4000" for an empty one.
std::string describe(const Sample& cue) {
  const auto ms = [](MediaTime time) { return std::to_string(time.count() / 90); };
  if (cue.data.empty()) return ms(cue.pts);
  return ms(cue.pts) + "-" + ms(cue.pts + cue.duration) + " " + std::string(cue.data.view());
}

std::vector<std::string> texts_of(const std::vector<Sample>& cues) {
  std::vector<std::string> texts;
  for (const auto& cue : cues) {
    if (!cue.data.empty()) texts.push_back(describe(cue));
  }
  return texts;
}

Track teletext_track(int page) {
  Track track;
  track.id = 300;
  track.codec = Codec::kTeletext;
  track.language = "eng";
  track.page = page;
  return track;
}

class Captions {
 public:
  explicit Captions(const Track& track) {
    silence_ffmpeg();
    auto made = CaptionDecoder::create(track, 77);
    if (!made.ok()) throw std::runtime_error(made.error().message);
    decoder = std::move(*made);
  }
  void feed(std::chrono::milliseconds at, CaptionBytes bytes, std::chrono::milliseconds dts = -1ms) {
    Sample sample;
    sample.pts = at;
    sample.dts = dts < 0ms ? at : dts;
    sample.data = SharedBytes(std::move(bytes));
    auto decoded = decoder->decode(sample);
    if (!decoded.ok()) {
      errors.push_back(decoded.error().message);
    } else {
      cues.insert(cues.end(), decoded->begin(), decoded->end());
    }
  }
  std::unique_ptr<CaptionDecoder> decoder;
  std::vector<Sample> cues;
  std::vector<std::string> errors;
};

TEST(CueTimer, GivesTextsWithBeginningAndEndAndSaysWhenThereIsNone) {
  CueTimer timer(5);
  std::vector<Sample> cues;
  for (int tenth = 0; tenth <= 60; ++tenth) {
    timer.advance(kSecond * tenth / 10, cues);
    if (tenth == 15) timer.show("one", cues);
    if (tenth == 40) timer.show("two", cues);
    if (tenth == 45) timer.show("", cues);
  }
  std::vector<std::string> texts;
  for (const auto& cue : cues) texts.push_back(describe(cue));
  EXPECT_THAT(texts, ElementsAre("1000", "1500-3500 one", "3500-4000 one", "4000-4500 two", "5500"));
  EXPECT_EQ(cues.front().track, 5u);
}

TEST(CueTimer, AJumpEndsWhatIsShown) {
  CueTimer timer(5);
  std::vector<Sample> cues;
  timer.advance(kSecond, cues);
  timer.show("one", cues);
  timer.advance(100 * kSecond, cues);
  timer.advance(103 * kSecond, cues);
  EXPECT_THAT(texts_of(cues), ElementsAre());
  EXPECT_EQ(describe(cues.front()), "101000");
}

TEST(CueTimer, ATextWithoutASignOfItEnds) {
  CueTimer timer(5);
  std::vector<Sample> cues;
  timer.advance(kSecond, cues);
  timer.show("one", cues);
  for (int second = 2; second < 60; ++second) timer.advance(second * kSecond, cues);
  EXPECT_EQ(texts_of(cues).back(), "21000-22000 one");
}

TEST(CueText, TakesOverridesOutAndEscapes) {
  EXPECT_EQ(cue_text_of_ass("0,0,Default,,0,0,0,,{\\an7}{\\pos(1,2)}Tom & {\\i1}Jerry{\\i0}\\N  <b> --> 2  \\N\\N"),
            "Tom &amp; Jerry\n&lt;b&gt; --&gt; 2");
  EXPECT_EQ(cue_text_of_ass("0,0,Default,,0,0,0,,a, b\\hc"), "a, b c");
  EXPECT_EQ(cue_text_of_ass("nothing"), "");
}

TEST(CaptionDecoder, MakesCuesOfASubtitlePageOfTeletext) {
  Captions captions(teletext_track(888));
  EXPECT_EQ(captions.decoder->output().codec, Codec::kWebVtt);
  EXPECT_EQ(captions.decoder->output().language, "eng");
  EXPECT_EQ(captions.decoder->output().derived_from, 300u);
  TeletextWriter writer;
  for (int tenth = 0; tenth <= 80; ++tenth) {
    if (tenth == 10) {
      writer.header(888);
      writer.row(888, 20, "Good evening");
      writer.row(888, 22, "and <welcome>");
    } else if (tenth == 50) {
      writer.header(888);
    } else {
      writer.header(100);  // another page, which says that the one before is complete
    }
    captions.feed(tenth * 100ms, writer.take());
  }
  EXPECT_TRUE(captions.errors.empty()) << captions.errors.front();
  EXPECT_THAT(texts_of(captions.cues), ElementsAre("1100-3100 Good evening\nand &lt;welcome&gt;",
                                                   "3100-5100 Good evening\nand &lt;welcome&gt;"));
}

TEST(CaptionDecoder, OtherPagesOfTeletextAreNoSubtitles) {
  Captions captions(teletext_track(777));
  TeletextWriter writer;
  for (int tenth = 0; tenth < 50; ++tenth) {
    writer.header(888);
    writer.row(888, 20, "Not for us");
    writer.header(100);
    captions.feed(tenth * 100ms, writer.take());
  }
  EXPECT_THAT(texts_of(captions.cues), ElementsAre());
  EXPECT_FALSE(captions.cues.empty());  // time passes
}

class CaptionDecoderOfChannel : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Cea608, CaptionDecoderOfChannel, testing::Values(1, 3));

TEST_P(CaptionDecoderOfChannel, MakesCuesOfCea608InTheOrderOfDisplay) {
  Track track;
  track.id = 65'792;
  track.codec = Codec::kCea608;
  track.page = GetParam();
  Captions captions(track);
  // Pictures come in the order I P B B; each carries what is due at its own time.
  const auto in_first_field = [](int picture) -> CaptionBytes {
    if (picture == 25) return cea608_load();
    if (picture > 25 && picture < 32)
      return cea608_text(std::string_view("Hello world!").substr((picture - 26) * 2, 2));
    if (picture == 50) return cea608_show();
    if (picture == 100) return cea608_erase();
    return {};
  };
  const auto caption_at = [&](int picture) {
    auto triplets = in_first_field(picture);
    for (std::size_t i = 0; i + 2 < triplets.size() && GetParam() == 3; i += 3) {
      triplets[i] = 0xFD;
      if (triplets[i + 1] == odd_parity(0x14)) triplets[i + 1] = odd_parity(0x15);
    }
    return triplets;
  };
  for (int group = 0; group < 60; ++group) {
    for (const int offset : {2, 0, 1}) {
      const int picture = group * 3 + offset;
      const int decoded = group * 3 + (offset == 2 ? 0 : offset + 1);
      captions.feed(picture * 40ms + 80ms, caption_at(picture), decoded * 40ms);
    }
  }
  EXPECT_TRUE(captions.errors.empty());
  const auto texts = texts_of(captions.cues);
  ASSERT_FALSE(texts.empty());
  EXPECT_THAT(texts[0], testing::HasSubstr("Hello world!"));
  MediaTime shown{0};
  MediaTime from{INT64_MAX};
  for (const auto& cue : captions.cues) {
    if (cue.data.empty()) continue;
    from = std::min(from, cue.pts);
    shown += cue.duration;
  }
  EXPECT_NEAR(static_cast<double>(from.count()) / 90'000, 2.08, 0.5);
  EXPECT_NEAR(static_cast<double>(shown.count()) / 90'000, 2.0, 0.5);
}

TEST(CaptionDecoder, SurvivesGarbage) {
  for (const auto codec : {Codec::kTeletext, Codec::kCea608}) {
    auto track = teletext_track(0);
    track.codec = codec;
    Captions captions(track);
    std::uint32_t state = 1;
    for (int round = 0; round < 500; ++round) {
      CaptionBytes bytes(round % 100);
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1'664'525u + 1'013'904'223u) >> 24);
      captions.feed(round * 40ms, bytes);
    }
  }
  EXPECT_FALSE(CaptionDecoder::create(Track{.codec = Codec::kDvbSubtitle}, 1).ok());
}

TEST(CcData, FindsTheTripletsOfAPicture) {
  const auto triplets = cea608_text("Hi");
  auto picture = elementary::h264_delimiter();
  const auto sei = h264_sei(triplets);
  picture.insert(picture.end(), sei.begin(), sei.end());
  const auto slice = elementary::h264_p();
  picture.insert(picture.end(), slice.begin(), slice.end());
  const auto carried = find_cc_data(picture, Codec::kH264);
  ASSERT_TRUE(carried);
  EXPECT_EQ(carried->cea608, triplets);
  EXPECT_TRUE(carried->dtvcc.empty());
  EXPECT_FALSE(find_cc_data(elementary::h264_key(), Codec::kH264).has_value());
  EXPECT_FALSE(find_cc_data(picture, Codec::kMpeg2Video).has_value());
  for (std::size_t size = 0; size < picture.size(); ++size) {
    static_cast<void>(find_cc_data(std::span(picture).first(size), Codec::kH264));
    static_cast<void>(find_cc_data(std::span(picture).first(size), Codec::kHevc));
  }
}

TEST(CcData, TellsThePacketsOfCea708Apart) {
  const auto packet = dtvcc_packet({service_block(1, 4)});
  auto triplets = cea608_text("Hi");
  triplets.insert(triplets.end(), packet.begin(), packet.end());
  triplets.insert(triplets.end(), {0xFA, 0x00, 0x00});  // not valid
  const auto found = find_cc_data(h264_sei(triplets), Codec::kH264);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->cea608, cea608_text("Hi"));
  EXPECT_EQ(found->dtvcc, packet);
}

TEST(CcData, PaddingIsPresenceWithoutCaptions) {
  const auto padding = h264_sei({0xFC, 0x80, 0x80, 0xFD, 0x80, 0x80});
  const auto found = find_cc_data(padding, Codec::kH264);
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->cea608.empty());
}

}  // namespace
}  // namespace grandstand::media

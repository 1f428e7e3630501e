// SPDX-License-Identifier: MIT
#include "segmenter.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;

constexpr MediaTime kFrame{3600};

class SegmenterTest : public testing::Test {
 protected:
  SegmenterTest() { segmenter.restart(true); }

  Segmenter::Decision video(MediaTime pts, bool key, std::size_t bytes = 100) {
    return note(segmenter.decide({.video = true, .key = key, .pts = pts, .duration = kFrame, .bytes = bytes}));
  }
  Segmenter::Decision audio(MediaTime pts) {
    return note(segmenter.decide({.video = false, .key = true, .pts = pts, .duration = MediaTime{1920}, .bytes = 50}));
  }
  Segmenter::Decision note(Segmenter::Decision decision) {
    if (decision.end) ends.push_back(*decision.end);
    if (decision.start) starts.push_back(*decision.start);
    return decision;
  }
  // Pictures from `from` up to `to`, a key frame each `gop`, sound along with them.
  void play(MediaTime from, MediaTime to, MediaTime gop) {
    for (MediaTime t = from; t < to; t += kFrame) {
      video(t, (t - from) % gop == MediaTime{0});
      audio(t);
    }
  }

  Segmenter segmenter{{.segment_duration = 2s, .max_segment_duration = 6s}};
  std::vector<MediaTime> starts;
  std::vector<MediaTime> ends;
};

using Times = std::vector<MediaTime>;

TEST_F(SegmenterTest, WaitsForAKeyFrame) {
  EXPECT_FALSE(video(10s, false).keep);
  EXPECT_TRUE(audio(10s).keep);
  EXPECT_FALSE(audio(10s).start);
  const auto decision = video(11s, true);
  EXPECT_EQ(decision.start, MediaTime{11s});
  EXPECT_TRUE(decision.independent);
  EXPECT_FALSE(decision.end);
}

TEST_F(SegmenterTest, CutsOnlyAtKeyFrames) {
  play(10s, 20s, 2s);
  EXPECT_EQ(starts, (Times{10s, 12s, 14s, 16s, 18s}));
  EXPECT_EQ(ends, (Times{12s, 14s, 16s, 18s}));
}

TEST_F(SegmenterTest, CutsAtTheFirstKeyFrameAtOrAfterTheDuration) {
  play(10s, 20s, 1'500ms - 20ms);  // 37 frames: the second one is at 2.96 s
  EXPECT_EQ(starts, (Times{10s, 12'960ms, 15'920ms, 18'880ms}));
}

TEST_F(SegmenterTest, TakesAKeyFrameThatRoundingMadeALittleEarly) {
  video(10s, true);
  for (MediaTime t = 10s + kFrame; t < 11'960ms; t += kFrame) video(t, false);
  EXPECT_EQ(video(11'999ms, true).end, MediaTime{11'999ms});
}

TEST_F(SegmenterTest, ForcesACutWhenNoKeyFrameComes) {
  video(10s, true);
  Segmenter::Decision cut;
  for (MediaTime t = 10s + kFrame; t < 20s && !cut.end; t += kFrame) cut = video(t, false);
  ASSERT_TRUE(cut.end);
  EXPECT_TRUE(cut.forced);
  EXPECT_FALSE(cut.independent);
  EXPECT_LE(*cut.end - MediaTime{10s}, MediaTime{6s});
  EXPECT_GT(*cut.end - MediaTime{10s}, MediaTime{6s} - 2 * kFrame);
}

TEST_F(SegmenterTest, ForcesACutWhenASegmentGetsTooBig) {
  video(10s, true, 40u << 20);
  video(10s + kFrame, false, 40u << 20);
  EXPECT_TRUE(video(10s + 2 * kFrame, false).forced);
}

TEST_F(SegmenterTest, GoesOnWithTheSoundWhenThePicturesStop) {
  play(10s, 12s, 2s);
  for (MediaTime t = 12s; t < 40s; t += MediaTime{1920}) audio(t);
  EXPECT_EQ(starts, (Times{10s, 16s, 22s, 28s, 34s}));
  EXPECT_TRUE(video(40s, true).end);  // and the pictures come back
}

TEST_F(SegmenterTest, EndsNoLaterThanPromisedWhenItBreaksAfterThePicturesStopped) {
  play(10s, 12s, 2s);
  for (MediaTime t = 12s; t < 16s + 900ms; t += MediaTime{1920}) audio(t);
  const auto end = segmenter.close();
  ASSERT_TRUE(end);
  EXPECT_LE(*end - starts.back(), MediaTime{6s});
}

TEST_F(SegmenterTest, GoesOnWithTheSoundWhenThereNeverWasAPicture) {
  for (MediaTime t = 12s; t < 30s; t += MediaTime{1920}) audio(t);
  EXPECT_GE(starts.size(), 2u);
}

TEST_F(SegmenterTest, AcceptsAnyPictureWhenNoKeyFrameComesForLong) {
  MediaTime t = 10s;
  for (; !video(t, false).start; t += kFrame) ASSERT_LT(t, MediaTime{17s});
  EXPECT_NEAR(static_cast<double>(t.count()), static_cast<double>(MediaTime{16s}.count()), 3600);
}

TEST_F(SegmenterTest, CutsProgrammesWithoutVideoAtAnyFrame) {
  segmenter.restart(false);
  for (MediaTime t = 10s; t < 20s; t += MediaTime{1920}) EXPECT_FALSE(audio(t).forced);
  ASSERT_EQ(starts.size(), 5u);
  for (std::size_t i = 1; i < starts.size(); ++i) {
    EXPECT_EQ(ends[i - 1], starts[i]);
    EXPECT_NEAR(std::chrono::duration<double>(starts[i] - starts[i - 1]).count(), 2, 0.022);
  }
}

TEST_F(SegmenterTest, EndsTheSegmentBeforeAHole) {
  play(10s, 13s, 2s);
  const auto decision = video(30s, true);
  EXPECT_TRUE(decision.broken);
  EXPECT_EQ(decision.end, MediaTime{13s});
  EXPECT_EQ(decision.start, MediaTime{30s});
}

TEST_F(SegmenterTest, BeginsAnewWherePicturesResumeThoughTheSoundWentOn) {
  play(10s, 13s, 2s);
  for (MediaTime t = 13s; t < 14s + 700ms; t += MediaTime{1920}) audio(t);
  const auto decision =
      segmenter.decide({.video = true, .key = true, .resumes = true, .pts = 14s + 600ms, .duration = kFrame});
  EXPECT_TRUE(decision.broken);
  EXPECT_EQ(decision.end, MediaTime{14s + 600ms});
  EXPECT_EQ(decision.start, decision.end);
}

TEST_F(SegmenterTest, KeepsTheLongestDurationAcrossASmallHole) {
  video(10s, true);
  for (MediaTime t = 10s + kFrame; t < 15'800ms; t += kFrame) video(t, false);
  const auto decision = video(16'700ms, true);
  EXPECT_FALSE(decision.broken);
  EXPECT_EQ(decision.end, MediaTime{16s});
}

TEST_F(SegmenterTest, ClosesAtTheEndOfTheMedia) {
  EXPECT_FALSE(segmenter.close());
  play(10s, 11s, 2s);
  EXPECT_EQ(segmenter.close(), MediaTime{11s});
  EXPECT_FALSE(segmenter.close());
}

TEST_F(SegmenterTest, OpensNoSegmentWithWhatStillComesOfTheOldTimeBase) {
  play(10s, 14s, 2s);
  segmenter.close();
  EXPECT_FALSE(video(13s, true).start);
  EXPECT_TRUE(video(14s, true).start);
}

}  // namespace
}  // namespace grandstand::hls

// SPDX-License-Identifier: MIT
#include "pacer.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace grandstand::ingest {
namespace {

using media::MediaTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kVideo = 1;
constexpr std::uint32_t kAudio = 2;
constexpr SteadyTime kNow{seconds(1'000)};
constexpr milliseconds kTolerance{200};

struct Given {
  std::uint32_t track;
  milliseconds dts;
};

// Reads one after the other, as a thread does: it waits until each is due. Gives when the last one was given.
SteadyTime play(Pacer& pacer, const std::vector<Given>& samples, SteadyTime now) {
  for (const Given& sample : samples) now = std::max(now, pacer.due(sample.track, MediaTime{sample.dts}, now));
  return now;
}

// Pictures at 25 per second, and sound that comes in packets of twelve frames when the last of them is full: as FFmpeg
// writes MPEG-TS with AAC at 64 kbit/s.
std::vector<Given> with_collected_sound(milliseconds length) {
  constexpr milliseconds kPicture{40};
  constexpr milliseconds kFrame{21};
  constexpr milliseconds kPacket = 12 * kFrame;
  std::vector<Given> samples;
  milliseconds sound{0};
  for (milliseconds time{0}; time < length; time += kPicture) {
    samples.push_back({kVideo, time});
    if (time < sound + kPacket) continue;
    for (const auto end = sound + kPacket; sound < end; sound += kFrame) samples.push_back({kAudio, sound});
  }
  return samples;
}

TEST(Pacer, FollowsTimeStampsAndDoesNotMakeUpForAPause) {
  Pacer pacer(seconds(1));
  EXPECT_EQ(pacer.due(kVideo, MediaTime{900'000}, kNow), kNow);
  EXPECT_EQ(pacer.due(kVideo, MediaTime{945'000}, kNow), kNow + milliseconds(500));
  // Late by 2 s: from now on.
  const SteadyTime late = kNow + seconds(3);
  EXPECT_EQ(pacer.due(kVideo, MediaTime{990'000}, late), late);
  EXPECT_EQ(pacer.due(kVideo, MediaTime{1'035'000}, late), late + milliseconds(500));
}

TEST(Pacer, KeepsRealTimeWithSoundThatComesLaterThanThePicturesOfItsTime) {
  Pacer pacer(kTolerance);
  EXPECT_EQ(play(pacer, with_collected_sound(seconds(60)), kNow), kNow + seconds(60) - milliseconds(40));
}

TEST(Pacer, KeepsRealTimeWithTracksThatLieSecondsApart) {
  Pacer pacer(kTolerance);
  std::vector<Given> samples;
  for (milliseconds time{0}; time < seconds(30); time += milliseconds(40)) {
    samples.push_back({kVideo, time});
    if (time >= seconds(3)) samples.push_back({kAudio, time - seconds(3)});
  }
  EXPECT_EQ(play(pacer, samples, kNow), kNow + seconds(30) - milliseconds(40));
}

TEST(Pacer, ShowsEachPictureOfASlideShowForItsTime) {
  Pacer pacer(kTolerance);
  for (int i = 0; i < 5; ++i) {
    const SteadyTime now = kNow + i * seconds(4);
    EXPECT_EQ(pacer.due(kVideo, MediaTime{seconds(4 * i)}, now), now);
    EXPECT_EQ(pacer.due(kVideo, MediaTime{seconds(4 * i + 4)}, now), now + seconds(4));
  }
}

TEST(Pacer, GoesOnAtOnceWhereTimeStampsJump) {
  for (const auto jump : {seconds(-3'600), seconds(-5), seconds(3'600)}) {
    Pacer pacer(kTolerance);
    const SteadyTime before = play(pacer, with_collected_sound(seconds(10)), kNow + seconds(10));
    // The picture jumps first; what still comes of the sound before it is not waited for, nor is what comes after it.
    const milliseconds there = seconds(10) + jump;
    SteadyTime now = play(pacer, {{kVideo, there}, {kAudio, milliseconds(9'800)}, {kAudio, there}}, before);
    EXPECT_LE(now - before, milliseconds(100)) << jump.count();
    now = play(pacer, {{kVideo, there + seconds(1)}, {kAudio, there + seconds(1)}}, now);
    EXPECT_LE(now - before, milliseconds(1'100)) << jump.count();
    EXPECT_GE(now - before, milliseconds(1'000)) << jump.count();
  }
}

}  // namespace
}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
// Timeline and packager as a channel uses them: what viewers see of a source whose clock jumps.
#include "published_media.hpp"
#include "sample_builder.hpp"

#include <grandstand/media/timeline.hpp>

#include <cmath>
#include <cstdio>
#include <map>

#include <gtest/gtest.h>

namespace grandstand::hls {
namespace {

using namespace std::chrono_literals;
using media::MediaTime;

constexpr UtcTime kStarted{std::chrono::seconds{1'763'712'055}};

class LiveChannel {
 public:
  LiveChannel() { EXPECT_TRUE(packager_.set_tracks(test::track_set({test::avc_track(), test::aac_track()}), {})); }

  // `length` of programme from source time `source` on; the sound comes 400 ms late in the stream.
  void play(MediaTime source, std::chrono::seconds length) {
    for (MediaTime at{0}; at < length; at += MediaTime{3600}) {
      const auto elapsed = elapsed_ + std::chrono::duration_cast<std::chrono::microseconds>(at);
      give(test::picture(source + at, source + at + MediaTime{7200}, pictures_++ % 50 == 0), elapsed);
      while (audio_ <= source + at - 400ms) {
        give(test::sound(audio_), elapsed);
        audio_ += MediaTime{1920};
      }
      observe();
    }
    elapsed_ += length;
  }
  void jump_to(MediaTime source) { audio_ = source - 400ms; }

  const std::map<std::uint64_t, test::ListedSegment>& segments(const std::string& container) {
    return seen_[container];
  }
  std::uint64_t epochs() const { return timeline_.epoch(); }
  double latest_age() const { return latest_age_; }

 private:
  void give(media::Sample sample, std::chrono::microseconds elapsed) {
    now_ = kStarted + elapsed;
    const auto stamp = timeline_.map(sample, now_, SteadyTime{5h} + elapsed);
    sample.dts = stamp.dts;
    sample.pts = stamp.pts;
    if (stamp.new_epoch) packager_.discontinuity();
    packager_.add(sample, timeline_.date(sample.pts));
  }
  void observe() {
    const auto snapshot = packager_.snapshot();
    if (snapshot == last_) return;
    last_ = snapshot;
    for (const auto* const container : {"fmp4", "ts"}) {
      for (const auto& segment : test::read_media_playlist(*snapshot, container).segments) {
        const auto [known, added] = seen_[container].try_emplace(segment.sequence, segment);
        EXPECT_EQ(known->second, segment);
      }
    }
    const auto gap = std::chrono::duration<double>(now_ - published_).count();
    if (published_ != UtcTime{}) latest_age_ = std::max(latest_age_, gap);
    published_ = now_;
  }

  ops::Metrics metrics_;
  media::Timeline timeline_;
  Packager packager_{ChannelId{"news"}, Settings{}, kStarted, metrics_};
  std::chrono::microseconds elapsed_{0};
  UtcTime now_{};
  UtcTime published_{};
  double latest_age_ = 0;  // longest time between two versions
  MediaTime audio_{0};
  int pictures_ = 0;
  std::shared_ptr<const ChannelSnapshot> last_;
  std::map<std::string, std::map<std::uint64_t, test::ListedSegment>> seen_;
};

// Seconds since the start of the channel.
double seconds_of(const std::string& date) {
  int minute = 0;
  double second = 0;
  EXPECT_EQ(std::sscanf(date.c_str(), "2025-11-21T08:%d:%lfZ", &minute, &second), 2) << date;
  return minute * 60 + second - 55;
}

TEST(TimelineToPlaylist, ThePlaylistGoesOnAndTheDateStaysTrueOverJumps) {
  LiveChannel channel;
  channel.jump_to(5000s);
  channel.play(5000s, 31s);
  for (const MediaTime source : {MediaTime{25'000s}, MediaTime{1400s}, MediaTime{0s}, MediaTime{95'000s}}) {
    channel.jump_to(source);
    channel.play(source, 31s);
  }
  EXPECT_EQ(channel.epochs(), 5u);
  EXPECT_LT(channel.latest_age(), 9.0) << "1.5 target durations";
  for (const auto* const container : {"fmp4", "ts"}) {
    const auto& segments = channel.segments(container);
    EXPECT_GE(segments.size(), 70u);
    int discontinuities = 0;
    const test::ListedSegment* before = nullptr;
    for (const auto& [sequence, segment] : segments) {
      const double date = seconds_of(segment.date);
      discontinuities += segment.discontinuity;
      if (before != nullptr) {
        EXPECT_EQ(before->sequence + 1, sequence);
        const double expected = seconds_of(before->date) + before->duration;
        EXPECT_NEAR(date, expected, segment.discontinuity ? 2.5 : 0.04) << sequence;
      }
      before = &segment;
    }
    EXPECT_EQ(discontinuities, 4) << container;
    EXPECT_NEAR(seconds_of(before->date), 5 * 31 - 4, 3) << "of " << before->date;
  }
}

}  // namespace
}  // namespace grandstand::hls

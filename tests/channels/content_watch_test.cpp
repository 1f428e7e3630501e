// SPDX-License-Identifier: MIT
#include "content_watch.hpp"

#include "encoded_programme.hpp"
#include "on_loop.hpp"

#include <grandstand/media/ffmpeg_log.hpp>
#include <grandstand/media/slate.hpp>

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ContentWatchTest : public testing::Test {
 protected:
  ContentWatchTest() {
    media::silence_ffmpeg();
    runtime_.start();
    on_loop([this] {
      watch_ = std::make_unique<ContentWatch>(ChannelId("news"), ContentWatch::Wishes{true, true}, runtime_.loop(0),
                                              metrics_);
    });
  }
  ~ContentWatchTest() override {
    on_loop([this] { watch_.reset(); });
    runtime_.stop();
    runtime_.join();
  }
  void on_loop(const std::function<void()>& work) { grandstand::on_loop(runtime_.loop(0), work); }
  // Each sample in its time, and not faster than the thread can look at them.
  void play(const media::TrackSet& tracks, const std::vector<media::Sample>& samples, SteadyTime began) {
    for (const auto& sample : samples) {
      on_loop(
          [&] { watch_->push(sample, tracks, began + std::chrono::duration_cast<SteadyTime::duration>(sample.pts)); });
      if (sample.key) std::this_thread::sleep_for(3ms);
    }
  }
  bool eventually(const std::function<bool()>& question) {
    for (int i = 0; i < 500; ++i) {
      bool answer = false;
      on_loop([&] { answer = question(); });
      if (answer) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  ops::Metrics metrics_;
  aio::Runtime runtime_{1};
  std::unique_ptr<ContentWatch> watch_;
};

TEST_F(ContentWatchTest, SeesThatASlateDoesNotMoveAndHasNoSound) {
  const auto programme = test::encode_programme(
      4, "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -vf trim=end_frame=1,loop=-1:1,setpts=N/25/TB",
      "-c:a aac -af volume=0");
  play(*programme.tracks, programme.samples, SteadyTime{1h});
  EXPECT_TRUE(eventually([&] { return watch_->verdict().frozen_since && watch_->verdict().silent_since; }));
  on_loop([&] {
    EXPECT_FALSE(watch_->verdict().black_since);
    watch_->forget();
    EXPECT_EQ(watch_->verdict(), ContentJudge::Verdict{});
  });
}

TEST_F(ContentWatchTest, SeesNothingWrongInWhatMovesAndSounds) {
  const auto programme = test::encode_programme(4, "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p", "-c:a aac");
  play(*programme.tracks, programme.samples, SteadyTime{1h});
  std::this_thread::sleep_for(50ms);
  on_loop([&] { EXPECT_EQ(watch_->verdict(), ContentJudge::Verdict{}); });
}

TEST_F(ContentWatchTest, CountsWhatCannotBeDecoded) {
  auto programme = test::encode_programme(1, "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p", "");
  auto broken = programme.samples.front();
  broken.data = SharedBytes(std::string(300, 'x'));
  play(*programme.tracks, {broken}, SteadyTime{1h});
  EXPECT_TRUE(eventually([&] {
    return metrics_.render().find("grandstand_content_errors_total{channel=\"news\"} 1") != std::string::npos;
  }));
}

}  // namespace
}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "ladder_worker.hpp"

#include "captured_log.hpp"
#include "encoded_programme.hpp"
#include "on_loop.hpp"

#include <grandstand/media/ffmpeg_log.hpp>

#include <atomic>
#include <thread>

#include <gmock/gmock.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

media::VideoLadder two_rungs() {
  media::silence_ffmpeg();
  media::VideoLadder ladder;
  ladder.rungs = {{.height = 144, .bit_rate = 200'000}, {.height = 72, .bit_rate = 80'000}};
  ladder.preset = "ultrafast";
  return ladder;
}

// On the worker's thread it is later by `wait`.
class SlowClock final : public Clock {
 public:
  SteadyTime steady() const override {
    if (std::this_thread::get_id() == loop.load()) return SteadyTime{now.load()};
    ++worked;
    return SteadyTime{now.load()} + wait.load();
  }
  UtcTime utc() const override { return {}; }

  std::atomic<std::chrono::milliseconds> now{1h};
  std::atomic<std::chrono::milliseconds> wait{0ms};
  std::atomic<std::thread::id> loop;
  mutable std::atomic<int> worked = 0;  // pictures that the worker began with
};

class LadderWorkerTest : public testing::Test {
 protected:
  LadderWorkerTest() {
    runtime_.start();
    on_loop([this] { clock_.loop = std::this_thread::get_id(); });
  }
  ~LadderWorkerTest() override {
    on_loop([this] { worker_.reset(); });
    runtime_.stop();
    runtime_.join();
  }

  void on_loop(const std::function<void()>& work) { grandstand::on_loop(runtime_.loop(0), work); }
  bool eventually(const std::function<bool()>& question) {
    for (int i = 0; i < 1'000; ++i) {
      bool answer = false;
      on_loop([&] { answer = question(); });
      if (answer) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  void begin(const media::Track& track, std::size_t least) {
    on_loop([&] {
      worker_ = std::make_unique<LadderWorker>(
          track, two_rungs(), least,
          LadderWorker::Context{ChannelId("news"), runtime_.loop(0), clock_, metrics_,
                                [this](media::Sample sample) { delivered_.push_back(std::move(sample)); },
                                [this] { ++changes_; }});
      EXPECT_TRUE(worker_->opening());
      EXPECT_TRUE(worker_->outputs().empty());
    });
    ASSERT_TRUE(eventually([&] { return !worker_->opening(); }));
    EXPECT_EQ(std::exchange(changes_, 0), 1);
  }
  void open(const media::Track& track, std::size_t least) {
    begin(track, least);
    on_loop([&] { ASSERT_EQ(worker_->outputs().size(), 2u) << worker_->trouble(); });
  }

  SlowClock clock_;
  ops::Metrics metrics_;
  aio::Runtime runtime_{1};
  std::vector<media::Sample> delivered_;
  int changes_ = 0;
  std::unique_ptr<LadderWorker> worker_;
};

TEST_F(LadderWorkerTest, DeliversTheRungsOfWhatIsPushed) {
  const auto programme = test::encode_programme(2, "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p", "");
  open(programme.tracks->tracks[0], 0);
  ASSERT_EQ(worker_->outputs().size(), 2u);
  on_loop([&] {
    for (const auto& sample : programme.samples) worker_->push(sample);
  });
  EXPECT_TRUE(eventually([&] { return delivered_.size() >= 60; })) << delivered_.size();
  on_loop([&] { EXPECT_EQ(worker_->trouble(), ""); });
}

TEST_F(LadderWorkerTest, ShedsTheCostliestRungWhenPicturesWaitAndSaysSo) {
  test::CapturedLog log;
  const auto programme = test::encode_programme(4, "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p", "");
  open(programme.tracks->tracks[0], 0);
  clock_.wait = 900ms;
  for (int i = 0; i < 60; ++i) {
    on_loop([&] { worker_->push(programme.samples[static_cast<std::size_t>(i)]); });
    while (clock_.worked <= i) std::this_thread::sleep_for(1ms);
    clock_.now = clock_.now.load() + 40ms;
  }
  EXPECT_TRUE(eventually([&] { return !worker_->trouble().empty(); }));
  on_loop([&] {
    EXPECT_EQ(worker_->trouble(), "144p is left out: the machine cannot keep up with the ladder");
    EXPECT_FALSE(worker_->failed());
  });
  EXPECT_EQ(changes_, 1);
  EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_ladder_shed_total{channel=\"news\"} 1"));
  EXPECT_THAT(log.take(), HasSubstr("its costliest rung is left out for a while channel=news rung=144p"));
  // From here on only the other rung comes.
  on_loop([&] {
    delivered_.clear();
    for (auto sample : programme.samples) {
      sample.dts += media::MediaTime{90'000 * 4};
      sample.pts += media::MediaTime{90'000 * 4};
      worker_->push(sample);
    }
  });
  EXPECT_TRUE(eventually([&] { return delivered_.size() >= 80; })) << delivered_.size();
  on_loop([&] {
    for (const auto& sample : delivered_) {
      if (sample.pts > media::MediaTime{90'000 * 4}) EXPECT_EQ(sample.track, worker_->outputs()[1].id);
    }
  });
}

TEST_F(LadderWorkerTest, LeavesOutWhatWaitedTooLong) {
  const auto programme = test::encode_programme(1, "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p", "");
  open(programme.tracks->tracks[0], 2);
  clock_.wait = 2'500ms;
  on_loop([&] {
    for (const auto& sample : programme.samples) worker_->push(sample);
  });
  EXPECT_TRUE(eventually([&] {
    return metrics_.render().find("grandstand_ladder_left_out_total{channel=\"news\"} 25") != std::string::npos;
  }));
  EXPECT_TRUE(delivered_.empty());
}

TEST_F(LadderWorkerTest, WhatIsPushedWhileItOpensIsEncoded) {
  const auto programme = test::encode_programme(1, "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p", "");
  on_loop([&] {
    worker_ = std::make_unique<LadderWorker>(
        programme.tracks->tracks[0], two_rungs(), 0,
        LadderWorker::Context{ChannelId("news"), runtime_.loop(0), clock_, metrics_,
                              [this](media::Sample sample) { delivered_.push_back(std::move(sample)); }, [] {}});
    for (const auto& sample : programme.samples) worker_->push(sample);
  });
  ASSERT_TRUE(eventually([&] { return !delivered_.empty(); }));
  on_loop([&] { EXPECT_EQ(delivered_.front().pts, programme.samples.front().pts); });
}

TEST_F(LadderWorkerTest, SaysWhyThereIsNoLadder) {
  test::CapturedLog log;
  media::Track tiny;
  tiny.codec = media::Codec::kMpeg2Video;
  tiny.width = 32;
  tiny.height = 32;
  begin(tiny, 0);
  on_loop([&] {
    EXPECT_TRUE(worker_->outputs().empty());
    EXPECT_THAT(worker_->trouble(), HasSubstr("the ladder cannot be made: "));
    EXPECT_TRUE(worker_->failed());
    EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_ladder_failed{channel=\"news\"} 1"));
    worker_->push({});
  });
  on_loop([&] { worker_.reset(); });
  EXPECT_THAT(metrics_.render(), HasSubstr("grandstand_ladder_failed{channel=\"news\"} 0"));
  EXPECT_THAT(log.take(), HasSubstr("The ladder cannot be made channel=news"));
}

TEST_F(LadderWorkerTest, CountsDamagedPictures) {
  const auto programme = test::encode_programme(1, "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p", "");
  open(programme.tracks->tracks[0], 0);
  auto sample = programme.samples[0];
  sample.data = SharedBytes(std::string(500, 'x'));
  on_loop([&] { worker_->push(sample); });
  EXPECT_TRUE(eventually([&] {
    return metrics_.render().find("grandstand_ladder_errors_total{channel=\"news\"} 1") != std::string::npos;
  }));
}

}  // namespace
}  // namespace grandstand::channels

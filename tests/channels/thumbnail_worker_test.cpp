// SPDX-License-Identifier: MIT
#include "thumbnail_worker.hpp"

#include "encoded_programme.hpp"

#include <grandstand/media/ffmpeg_log.hpp>

#include <thread>

#include <gmock/gmock.h>

namespace grandstand::channels {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

bool eventually(const std::function<bool()>& question) {
  for (int i = 0; i < 1'000; ++i) {
    if (question()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

class ThumbnailWorkerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { media::silence_ffmpeg(); }
  ThumbnailWorkerTest() { worker.set_track(programme.tracks->video()); }
  bool offers_a_first_one() {
    worker.push(programme.samples[0], UtcTime{1'000s});
    return eventually([this] { return worker.files()->find("thumbnail.jpg") != nullptr; });
  }

  test::EncodedProgramme programme =
      test::encode_programme(3, "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p", "");
  ops::Metrics metrics;
  ThumbnailWorker worker{ChannelId("news"), {.enabled = true, .interval = 2s}, metrics};
};

TEST_F(ThumbnailWorkerTest, OffersAThumbnailOfAKeyFrameEachInterval) {
  const UtcTime begin{1'000s};
  EXPECT_EQ(worker.files()->find("thumbnail.jpg"), nullptr);
  int offered = 0;
  std::string etag;
  for (const auto& sample : programme.samples) {
    worker.push(sample, begin + std::chrono::duration_cast<std::chrono::microseconds>(sample.pts));
    if (!sample.key) continue;
    const bool due =
        offered == 0 || sample.pts - programme.samples[0].pts == std::chrono::duration_cast<media::MediaTime>(2s);
    if (!due) continue;
    EXPECT_TRUE(eventually([&] {
      const auto file = worker.files()->find("thumbnail.jpg");
      return file != nullptr && file->etag != etag;
    }));
    etag = worker.files()->find("thumbnail.jpg")->etag;
    ++offered;
  }
  EXPECT_EQ(offered, 2);
  const auto cues = worker.files()->find("thumbnails.vtt");
  EXPECT_THAT(cues->body.view(), HasSubstr("sprites/1000.jpg#xywh=160,0,160,90"));
  EXPECT_EQ(cues->content_type, "text/vtt");
}

TEST_F(ThumbnailWorkerTest, OffersNoPictureWhileThereAreNone) {
  ASSERT_TRUE(offers_a_first_one());
  worker.set_track(nullptr);
  EXPECT_EQ(worker.files()->find("thumbnail.jpg"), nullptr);
  EXPECT_NE(worker.files()->find("thumbnails.vtt"), nullptr) << "of the past there are";
  worker.set_track(programme.tracks->video());
  EXPECT_NE(worker.files()->find("thumbnail.jpg"), nullptr);
}

TEST_F(ThumbnailWorkerTest, CountsDamagedKeyFramesAndKeepsWhatItHas) {
  ASSERT_TRUE(offers_a_first_one());
  auto broken = programme.samples[0];
  broken.data = SharedBytes(std::string(500, 'x'));
  worker.push(broken, UtcTime{1'010s});
  EXPECT_TRUE(eventually([&] {
    return metrics.render().find("grandstand_thumbnail_errors_total{channel=\"news\"} 1") != std::string::npos;
  }));
  EXPECT_NE(worker.files()->find("thumbnail.jpg"), nullptr);
}

}  // namespace
}  // namespace grandstand::channels

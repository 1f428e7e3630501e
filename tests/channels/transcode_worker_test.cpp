// SPDX-License-Identifier: MIT
#include "transcode_worker.hpp"

#include "captured_log.hpp"

#include <thread>

#include <gmock/gmock.h>

namespace grandstand::channels {
namespace {

using testing::HasSubstr;

TEST(TranscodeWorker, CountsEveryDamagedFrameAndSaysSoOnce) {
  test::CapturedLog log;
  ops::Metrics metrics;
  aio::Runtime runtime(1);
  media::Track track;
  track.id = 7;
  track.codec = media::Codec::kMp2;
  track.sample_rate = 48'000;
  track.channels = 2;
  auto worker = TranscodeWorker::create(ChannelId("news"), track, runtime.loop(0), metrics, [](media::Sample) {});
  ASSERT_TRUE(worker) << worker.error().message;
  media::Sample sample;
  sample.track = 7;
  sample.data = SharedBytes(std::string(300, 'x'));
  for (int i = 0; i < 5; ++i) {
    sample.dts = sample.pts = media::MediaTime(i * 2'160);
    (*worker)->push(sample);
  }
  const auto counted = [&] {
    return metrics.render().find("grandstand_transcode_errors_total{channel=\"news\"} 5") != std::string::npos;
  };
  for (int i = 0; i < 1'000 && !counted(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(counted());
  const auto lines = log.take();
  const auto first = lines.find("Audio frames cannot be transcoded channel=news reason=");
  ASSERT_NE(first, std::string::npos) << lines;
  EXPECT_EQ(lines.find("Audio frames cannot", first + 1), std::string::npos);
}

}  // namespace
}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "derived_tracks.hpp"

#include "captured_log.hpp"
#include "manual_clock.hpp"
#include "on_loop.hpp"
#include "sample_builder.hpp"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::channels {
namespace {

using testing::HasSubstr;

TEST(DerivedTracks, PicturesWhoseLadderCannotBeOpenedGoOnAsTheyArrived) {
  test::CapturedLog log;
  ManualClock clock;
  ops::Metrics metrics;
  aio::Runtime runtime{1};
  runtime.start();
  auto interlaced = test::avc_track();
  interlaced.interlaced = true;
  const auto tracks = test::track_set({interlaced, test::aac_track()});
  EncodingSettings encoding;
  encoding.ladder.rungs = {{.height = 2 * interlaced.height, .bit_rate = 1'000'000}};
  std::promise<void> changed;
  std::unique_ptr<DerivedTracks> derived;
  on_loop(runtime.loop(0), [&] {
    derived = std::make_unique<DerivedTracks>(DerivedTracks::Context{
        ChannelId("news"), runtime.loop(0), clock, metrics, [](media::Sample) {}, [&] { changed.set_value(); }});
    derived->set_tracks(tracks, encoding);
    EXPECT_TRUE(derived->awaited());
    EXPECT_EQ(derived->originals()->video()->codec, media::Codec::kMpeg2Video) << "the ladder is to replace them";
  });
  changed.get_future().wait();
  on_loop(runtime.loop(0), [&] {
    EXPECT_FALSE(derived->awaited());
    EXPECT_EQ(*derived->originals(), *tracks);
    EXPECT_THAT(derived->trouble(), HasSubstr("the ladder cannot be made: "));
    EXPECT_TRUE(derived->ladder_failed());
    derived.reset();
  });
  EXPECT_THAT(log.take(), HasSubstr("The ladder cannot be made"));
  runtime.stop();
  runtime.join();
}

}  // namespace
}  // namespace grandstand::channels

// SPDX-License-Identifier: MIT
#include "renewed_input.hpp"

#include <deque>

#include <gmock/gmock.h>

namespace grandstand::ingest {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kVideo = 1;
constexpr std::uint32_t kAudio = 2;

media::Sample sample(std::uint32_t track, std::int64_t time) {
  return {.track = track, .dts = media::MediaTime{time}, .pts = media::MediaTime{time}};
}

// Pictures and sound from `first` to `last`, a pair for each whole number.
class Programme final : public AvInput {
 public:
  Programme(std::int64_t first, std::int64_t last, std::uint32_t audio = kAudio) {
    auto tracks = std::make_shared<media::TrackSet>();
    tracks->tracks = {{.id = kVideo, .codec = media::Codec::kH264}, {.id = audio, .codec = media::Codec::kAac}};
    tracks_ = std::move(tracks);
    for (auto time = first; time <= last; ++time) {
      samples_.push_back(sample(kVideo, time));
      samples_.push_back(sample(audio, time));
    }
  }
  std::vector<media::SpliceCue> take_cues() override { return std::exchange(cues, {}); }
  std::vector<GuideSection> take_guide() override { return {}; }
  std::string left_out() const override { return {}; }
  bool keeps_what_it_read() const override { return true; }
  std::shared_ptr<const media::TrackSet> tracks() const override { return tracks_; }
  Result<std::optional<media::Sample>> read() override {
    if (samples_.empty()) return std::optional<media::Sample>{};
    auto next = std::move(samples_.front());
    samples_.pop_front();
    return std::optional(std::move(next));
  }

  void add_text(std::uint32_t id, std::int64_t time) {
    auto tracks = std::make_shared<media::TrackSet>(*tracks_);
    tracks->tracks.push_back({.id = id, .codec = media::Codec::kTeletext});
    tracks_ = std::move(tracks);
    samples_.push_front(sample(id, time));
  }

  std::vector<media::SpliceCue> cues;  // met before the sample that comes next

 private:
  std::shared_ptr<const media::TrackSet> tracks_;
  std::deque<media::Sample> samples_;
};

class RenewedInputTest : public testing::Test {
 protected:
  RenewedInput input(std::unique_ptr<AvInput> first) {
    return {std::move(first),
            {.every = 60min,
             .open =
                 [this] {
                   ++opened_;
                   return next_.get_future();
                 },
             .now = [this] { return now_; }}};
  }
  // The times of the pictures that are read, at most so many.
  static std::vector<std::int64_t> pictures(RenewedInput& input, int count) {
    std::vector<std::int64_t> times;
    while (static_cast<int>(times.size()) < count) {
      const auto sample = input.read();
      if (!sample || !*sample) break;
      if ((*sample)->track == kVideo) times.push_back((*sample)->dts.count());
    }
    return times;
  }

  SteadyTime now_{1h};
  std::promise<Result<std::unique_ptr<AvInput>>> next_;
  int opened_ = 0;
};

TEST_F(RenewedInputTest, GoesOnInTheNewOneWithEachSampleOnce) {
  auto renewed = input(std::make_unique<Programme>(0, 9));
  EXPECT_THAT(pictures(renewed, 3), testing::ElementsAre(0, 1, 2));
  now_ += 60min;
  EXPECT_THAT(pictures(renewed, 2), testing::ElementsAre(3, 4));
  EXPECT_EQ(opened_, 1);
  next_.set_value(std::unique_ptr<AvInput>(std::make_unique<Programme>(2, 20)));
  EXPECT_THAT(pictures(renewed, 100), testing::ElementsAre(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
}

TEST_F(RenewedInputTest, IsNotRenewedBeforeItIsTime) {
  auto renewed = input(std::make_unique<Programme>(0, 9));
  now_ += 59min;
  EXPECT_EQ(pictures(renewed, 100).size(), 10u);
  EXPECT_EQ(opened_, 0);
}

TEST_F(RenewedInputTest, LeavesOutANewOneThatBeginsLater) {
  auto renewed = input(std::make_unique<Programme>(0, 9));
  pictures(renewed, 3);
  now_ += 60min;
  pictures(renewed, 1);
  next_.set_value(std::unique_ptr<AvInput>(std::make_unique<Programme>(6, 20)));
  EXPECT_THAT(pictures(renewed, 100), testing::ElementsAre(4, 5, 6, 7, 8, 9));
}

TEST_F(RenewedInputTest, LeavesOutANewOneWithOtherTracks) {
  auto renewed = input(std::make_unique<Programme>(0, 9));
  pictures(renewed, 3);
  now_ += 60min;
  pictures(renewed, 1);
  next_.set_value(std::unique_ptr<AvInput>(std::make_unique<Programme>(0, 20, 7)));
  EXPECT_THAT(pictures(renewed, 100), testing::ElementsAre(4, 5, 6, 7, 8, 9));
}

TEST_F(RenewedInputTest, GoesOnWhenItCannotBeOpenedAnewAndTriesAgainLater) {
  auto renewed = input(std::make_unique<Programme>(0, 9));
  now_ += 60min;
  pictures(renewed, 1);
  next_.set_value(Error{ErrorCode::kUnavailable, "no answer"});
  EXPECT_THAT(pictures(renewed, 2), testing::ElementsAre(1, 2));
  next_ = {};
  now_ += 59min;
  pictures(renewed, 1);
  EXPECT_EQ(opened_, 1);
  now_ += 1min;
  pictures(renewed, 1);
  EXPECT_EQ(opened_, 2);
}

TEST_F(RenewedInputTest, WaitsForNoTextToJoin) {
  constexpr std::uint32_t kTeletext = 3;
  const auto with_text = [](std::int64_t first, std::int64_t last) {
    auto programme = std::make_unique<Programme>(first, last);
    programme->add_text(kTeletext, 1);
    return programme;
  };
  auto renewed = input(with_text(0, 9));
  pictures(renewed, 3);
  now_ += 60min;
  pictures(renewed, 1);
  next_.set_value(std::unique_ptr<AvInput>(with_text(2, 20)));  // its text comes before what is in it
  EXPECT_THAT(pictures(renewed, 100), testing::SizeIs(17));
}

TEST_F(RenewedInputTest, TellsNoSpliceTwice) {
  auto first = std::make_unique<Programme>(0, 9);
  auto second = std::make_unique<Programme>(2, 20);
  first->cues = second->cues = {{.event_id = 7}};
  auto renewed = input(std::move(first));
  pictures(renewed, 3);
  EXPECT_THAT(renewed.take_cues(), testing::SizeIs(1));
  now_ += 60min;
  pictures(renewed, 1);
  next_.set_value(std::unique_ptr<AvInput>(std::move(second)));
  EXPECT_THAT(pictures(renewed, 100), testing::SizeIs(17));
  EXPECT_THAT(renewed.take_cues(), testing::IsEmpty());
}

}  // namespace
}  // namespace grandstand::ingest

// SPDX-License-Identifier: MIT
// The watch must find what it is for, or the tests that trust it prove nothing.
#include "playlist_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace grandstand::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class Fake final : public hls::ChannelSnapshot {
 public:
  explicit Fake(const std::string& text) {
    auto resource = std::make_shared<hls::Resource>();
    resource->body = SharedBytes::copy_of(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    resource_ = std::move(resource);
  }
  hls::Answer ask(std::string_view, const hls::Directives&) const override {
    return {hls::Answer::Kind::kFound, resource_};
  }
  std::chrono::seconds target_duration() const override { return std::chrono::seconds(4); }
  std::uint64_t interruptions() const override { return 0; }
  std::vector<SharedBytes> follow(hls::StreamCursor&) const override { return {}; }

 private:
  hls::ResourcePtr resource_;
};

struct Segment {
  int number;
  double second;
  double length = 2;
  bool discontinuity = false;
  std::string map = "init-1.mp4";
  std::string name = {};
};

constexpr UtcTime kMidnight{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

// Looks at `segments` and then at `later`.
std::vector<std::string> find(const std::vector<Segment>& segments, const std::vector<Segment>& later, int target = 4,
                              int later_discontinuities = 0) {
  PlaylistWatch watch("fmp4");
  const auto look = [&](const std::vector<Segment>& list, int target_duration, int discontinuity_sequence) {
    std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:" + std::to_string(target_duration) +
                       "\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(list[0].number) +
                       "\n#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(discontinuity_sequence) + "\n";
    std::string map;
    for (const Segment& segment : list) {
      char date[64];
      std::snprintf(date, sizeof date, "2026-01-01T00:%02d:%06.3fZ", static_cast<int>(segment.second) / 60,
                    segment.second - 60 * (static_cast<int>(segment.second) / 60));
      if (segment.discontinuity) text += "#EXT-X-DISCONTINUITY\n";
      if (segment.map != map) text += "#EXT-X-MAP:URI=\"" + segment.map + "\"\n";
      map = segment.map;
      text += "#EXT-X-PROGRAM-DATE-TIME:" + std::string(date) + "\n#EXTINF:" + std::to_string(segment.length) + ",\n" +
              (segment.name.empty() ? std::to_string(segment.number) + ".m4s" : segment.name) + "\n";
    }
    watch.look(Fake(text), kMidnight + std::chrono::milliseconds(static_cast<int>(list.back().second * 1'000) + 3'000));
  };
  look(segments, 4, 0);
  look(later, target, later_discontinuities);
  return watch.violations();
}

const std::vector<Segment> kFirst{{10, 0}, {11, 2}, {12, 4}};

TEST(PlaylistWatch, IsContentWithAPlaylistThatGoesOn) {
  EXPECT_THAT(find(kFirst, {{11, 2}, {12, 4}, {13, 6}}), IsEmpty());
  EXPECT_THAT(find(kFirst, {{12, 4}, {13, 6}, {14, 9, 2, true, "init-2.mp4"}}), IsEmpty());
}

TEST(PlaylistWatch, FindsEachBrokenRule) {
  const auto expect = [](const std::vector<std::string>& found, const char* what) {
    EXPECT_THAT(found, Contains(HasSubstr(what)));
  };
  expect(find(kFirst, {{9, -0.0}, {10, 2}, {11, 4}}), "EXT-X-MEDIA-SEQUENCE fell");
  expect(find(kFirst, {{10, 0}, {11, 2}}), "taken back");
  expect(find(kFirst, {{11, 2}, {12, 4}, {13, 6}}, 5), "EXT-X-TARGETDURATION changed");
  expect(find(kFirst, {{11, 2.5}, {12, 4}}), "segment 11 changed");
  expect(find(kFirst, {{11, 2}, {12, 4}}, 4, 1), "segment 11 changed");  // another discontinuity number
  expect(find(kFirst, {{12, 4}, {13, 6.2}}), "steps by");
  expect(find(kFirst, {{12, 4}, {13, 5.5, 2, true}}), "goes back");
  expect(find(kFirst, {{12, 4}, {13, 6, 2, false, "init-2.mp4"}}), "without a discontinuity");
  expect(find(kFirst, {{12, 4}, {13, 6, 2, true, "init-1.mp4", "again.m4s"}}), "is called again.m4s");
  expect(find(kFirst, {{12, 4}, {13, 6, 5}}), "longer than the target duration");
}

TEST(PlaylistWatch, FindsAPlaylistThatStandsStill) {
  PlaylistWatch watch("fmp4", 7);
  const Fake fake(
      "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
      "#EXTINF:2,\n1.m4s\n");
  watch.look(fake, kMidnight + std::chrono::seconds(8));
  EXPECT_THAT(watch.violations(), IsEmpty());
  watch.look(fake, kMidnight + std::chrono::seconds(10));
  EXPECT_THAT(watch.violations(), Contains(HasSubstr("stands still")));
}

}  // namespace
}  // namespace grandstand::test

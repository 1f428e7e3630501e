// SPDX-License-Identifier: MIT
#include "live_stream.hpp"

#include <gtest/gtest.h>

namespace grandstand::hlscheck {
namespace {

TEST(PerfectStream, OfLowLatencyHasNoFinding) {
  LiveStream stream;
  const auto report = stream.check(std::chrono::seconds(20));
  EXPECT_TRUE(report.findings.empty()) << to_text(report);
  EXPECT_TRUE(report.notes.empty()) << to_text(report);
  EXPECT_EQ(report.playlists, 4u);
  EXPECT_GT(report.versions, 100u);
  EXPECT_GT(report.segments, 30u);
}

TEST(PerfectStream, OfTransportStreamsHasNoFinding) {
  LiveStream stream(LiveStream::Container::kTs);
  const auto report = stream.check(std::chrono::seconds(30));
  EXPECT_TRUE(report.findings.empty()) << to_text(report);
  EXPECT_GT(report.segments, 30u);
}

// A transcoder that falls behind leaves gaps (bis 4.4.4.7): what they name is not to be fetched.
TEST(PerfectStream, MayHaveGapsThatNobodyFetches) {
  LiveStream stream;
  const auto is_gap = [](std::int64_t sequence) { return sequence % 3 != 0; };
  stream.edit_playlist = [&](std::string& text, const LiveStream::Asked& asked) {
    if (asked.name != "a") return;
    for (auto sequence = stream.first_sequence; sequence < stream.end_sequence(); ++sequence) {
      if (!is_gap(sequence)) continue;
      const auto name = "a/" + std::to_string(sequence) + ".";
      for (int part = 0; part < 20; ++part) {
        const auto uri = "\"" + name + std::to_string(part) + ".m4s\"";
        LiveStream::replace(text, uri, uri + ",GAP=YES");
      }
      LiveStream::replace(text, "\n" + name + "m4s", "\n#EXT-X-GAP\n" + name + "m4s");
    }
  };
  stream.edit_answer = [&](fetch::Response& answer, const LiveStream::Asked& asked) {
    const bool segment =
        asked.name.starts_with("a/") && asked.name.find_first_not_of("0123456789", 2) == std::string::npos;
    if (segment && is_gap(std::stoll(asked.name.substr(2)))) answer = {.status = 404};
  };
  const auto report = stream.check(std::chrono::seconds(20));
  EXPECT_FALSE(report.has_must()) << to_text(report);
}

// A rung whose encoder comes later than the rest after a change of the source.
TEST(PerfectStream, MayChangeItsMapBehindGapsThatBeginWithADiscontinuity) {
  LiveStream stream;
  constexpr std::int64_t kChange = 115;
  bool marked = true;
  stream.edit_playlist = [&](std::string& text, const LiveStream::Asked& asked) {
    if (asked.name != "a" || asked.query.contains("_HLS_skip")) return;
    const auto before = [&](std::int64_t sequence, const std::string& lines, const char* tag) {
      const auto at = text.find("\na/" + std::to_string(sequence) + ".m4s\n");
      if (at != std::string::npos) text.insert(text.rfind(tag, at), lines);
    };
    before(kChange + 2, "#EXT-X-MAP:URI=\"init.mp4?2\"\n", "#EXT-X-PROGRAM-DATE-TIME");
    for (const auto gap : {kChange, kChange + 1}) before(gap, "#EXT-X-GAP\n", "#EXTINF");
    if (marked) before(kChange, "#EXT-X-DISCONTINUITY\n", "#EXT-X-PROGRAM-DATE-TIME");
  };
  const auto changes = [&] {
    const auto report = stream.check(std::chrono::seconds(0));
    return std::ranges::count(report.findings, 8, &Finding::rule);
  };
  EXPECT_EQ(changes(), 0);
  marked = false;
  EXPECT_EQ(changes(), 1);
}

}  // namespace
}  // namespace grandstand::hlscheck
